"""A way in without a password: six digits, or a link that works once, sent to one's address."""

from __future__ import annotations

import asyncio
import hmac
import logging
from contextlib import suppress
from dataclasses import dataclass
from email.message import EmailMessage
from secrets import randbelow, token_bytes
from typing import Self
from uuid import UUID, uuid4

from services.chassis.digests import keyed
from services.portal.entering import Door
from services.portal.posting import About, Post
from services.portal.sealing import digest, new_token
from services.portal.sessions import Sessions

TRIES = 5
MINUTES = 10
WAITING = 1000  # messages on their way; what comes on top of these is not sent
LIVING = f"now() - interval '{MINUTES} minutes'"

TRY = f"""
update askings set tries = tries + 1 where tries < {TRIES} and id = (
    select id from askings where browser = $1 and asked > {LIVING} order by asked desc limit 1
) returning id, establishment, tries
"""
USE = f"""
update codes set used = now() from askings where askings.id = asking and used is null
and made > {LIVING} and """

log = logging.getLogger(__name__)


class WrongCode(Exception):
    """It may be tried again so many times."""

    def __init__(self, left: int) -> None:
        super().__init__()
        self.left = left


class CodeOver(Exception):
    """It was used, is too old, or was tried too often. Another may be asked for."""


@dataclass(frozen=True)
class Asking:
    """Somebody wrote an address; whether anybody has it, nobody is told."""

    id: UUID
    establishment: str
    home: str  # what the establishment is called
    email: str
    address: str  # of the portal, for the link


@dataclass(frozen=True)
class Invitation:
    """The office has given somebody access."""

    person: UUID
    establishment: str
    home: str
    address: str


@dataclass(frozen=True)
class Admitted:
    """Whose code it was."""

    establishment: str
    person: UUID


class Codes:
    """Asks, sends and tries. What is sent is made after the answer, which is so always the same."""

    def __init__(
        self, secret: str, sessions: Sessions, door: Door, post: Post | None, sender: str
    ) -> None:
        self._secret = secret
        self._sessions = sessions
        self._door = door
        self._post = post
        self._sender = sender
        self._waiting: asyncio.Queue[Asking | Invitation] = asyncio.Queue(WAITING)

    async def __aenter__(self) -> Self:
        self._sending = asyncio.create_task(self._send_all())
        return self

    async def __aexit__(self, *_: object) -> None:
        self._sending.cancel()
        with suppress(asyncio.CancelledError):
            await self._sending

    @property
    def offered(self) -> bool:
        """Whether messages can be sent at all."""
        return self._post is not None

    async def ask(
        self, browser: str, establishment: str, home: str, email: str, address: str
    ) -> None:
        asking = Asking(uuid4(), establishment, home, email, address)
        await self._sessions.pool.execute(
            "insert into askings (id, browser, establishment) values ($1, $2, $3)",
            asking.id, digest(browser), establishment,
        )  # fmt: skip
        self._soon(asking)

    def invite(self, establishment: str, home: str, person: UUID, address: str) -> None:
        """Tell somebody, if there is an address, that they may come in, and how."""
        self._soon(Invitation(person, establishment, home, address))

    def _soon(self, message: Asking | Invitation) -> None:
        try:
            self._waiting.put_nowait(message)
        except asyncio.QueueFull:
            log.warning("a message was not sent: too many are waiting")

    async def enter(self, browser: str, said: str) -> Admitted:
        """Six digits, in the browser that asked for them. Raises WrongCode, CodeOver."""
        pool = self._sessions.pool
        asking = await pool.fetchrow(TRY, digest(browser))
        if asking is None:
            raise CodeOver
        rows = await pool.fetch(
            f"select id, salt, digest from codes where asking = $1 and made > {LIVING}"
            " and used is null",
            asking["id"],
        )  # fmt: skip
        right = [
            row["id"]
            for row in rows
            if hmac.compare_digest(self._hash(row["salt"], said), row["digest"])
        ]
        if len(right) != 1:
            raise WrongCode(TRIES - asking["tries"])
        return await self._use("codes.id = $1", right[0])

    async def follow(self, link: str) -> Admitted:
        """A one-time link, in any browser. Raises CodeOver."""
        return await self._use("link = $1", digest(link))

    async def _use(self, which: str, value: UUID | bytes) -> Admitted:
        told = " returning askings.establishment, person"
        row = await self._sessions.pool.fetchrow(USE + which + told, value)
        if row is None:
            raise CodeOver
        return Admitted(row["establishment"], row["person"])

    async def _send_all(self) -> None:
        while True:
            waiting = await self._waiting.get()
            try:
                match waiting:
                    case Asking():
                        await self._answer(waiting)
                    case Invitation():
                        await self._invite(waiting)
            except Exception as error:  # whose address it was is in no log
                log.warning("a message was not sent: %s", type(error).__name__)

    async def _answer(self, asking: Asking) -> None:
        """One message to one address, with a part for each person who has it."""
        people = await self._door.partners_at(asking.establishment, asking.email)
        if people:
            parts = [await self._part(asking, person, name) for person, name in people.items()]
            text = LETTER.format(home=asking.home, parts="\n\n".join(parts))
            about = [(asking.establishment, person) for person in people]
            await self._send(asking.email, f"Votre code pour Tandem, {asking.home}", text, about)

    async def _invite(self, invitation: Invitation) -> None:
        name, email = await self._door.reached(invitation.establishment, invitation.person)
        if email:
            where = f"{invitation.address}/connexion/{invitation.establishment}/code"
            text = INVITATION.format(name=name, home=invitation.home, where=where)
            subject = f"Votre espace dans Tandem, {invitation.home}"
            about = [(invitation.establishment, invitation.person)]
            await self._send(email, subject, text, about)

    async def _send(self, email: str, subject: str, text: str, about: About) -> None:
        if self._post is None:
            return
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._sender, email, subject
        message["Auto-Submitted"] = "auto-generated"  # RFC 3834
        message.set_content(text)
        await self._post.send(message, about)

    async def _part(self, asking: Asking, person: UUID, name: str) -> str:
        code, salt, link = f"{randbelow(1_000_000):06}", token_bytes(16), new_token()
        await self._sessions.pool.execute(
            "insert into codes (id, asking, person, salt, digest, link)"
            " values ($1, $2, $3, $4, $5, $6)",
            uuid4(), asking.id, person, salt, self._hash(salt, code), digest(link),
        )  # fmt: skip
        where = f"{asking.address}/entrer/{link}"
        return PART.format(name=name, code=f"{code[:3]} {code[3:]}", where=where)

    def _hash(self, salt: bytes, code: str) -> bytes:
        """Six digits alone are soon guessed by whoever has the table: it takes our key as well."""
        return keyed(self._secret, "code", code, salt)


# A paragraph is a line: whoever reads it has a screen of their own width.
LETTER = f"""\
Bonjour,

Quelqu’un, sans doute vous, veut entrer dans Tandem, la plateforme du Bureau du partenariat \
({{home}}).

{{parts}}

Le code et le lien servent une seule fois, pendant {MINUTES} minutes. Le code s’écrit dans la page \
où vous l’avez demandé ; le lien fonctionne aussi sur un autre appareil.

Ce n’était pas vous ? Vous n’avez rien à faire : sans ce message, personne n’entre. Ne donnez \
jamais ce code à quelqu’un, même au Bureau.
"""
PART = """\
Pour {name}
    Code : {code}
    Lien : {where}"""
INVITATION = """\
Bonjour {name},

Le Bureau du partenariat ({home}) vous a ouvert un espace dans Tandem : vous y voyez ce à quoi \
vous prenez part, et ce qui vous attend.

Pour entrer, sans mot de passe :

    {where}

Vous y écrivez cette adresse courriel, et recevez un code à chaque fois. Rien ne vous y oblige : \
tout se fait aussi avec le Bureau, au téléphone, par la poste ou en personne.
"""
