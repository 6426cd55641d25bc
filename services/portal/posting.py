"""How a message leaves: by SMTP, or into a folder where a demonstration shows it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterator
from contextlib import suppress
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import UUID, uuid4

from aiosmtplib import SMTP

from services.chassis.settings import Settings
from services.portal.settings import LOOPBACK, LoginSettings

SECONDS = 20.0
SHOWN = 20
PORTS = {"smtp": 587, "smtps": 465}
ABOUT = "Tandem-About"  # a header of the files of a demonstration, which leave this machine never

type Whom = tuple[str, UUID]  # an establishment, and somebody of it
type About = Collection[Whom]


class Post(Protocol):
    """Somewhere a message can be brought; `about` whom it is, of which establishment."""

    async def send(self, message: EmailMessage, about: About = ()) -> None: ...

    async def people(self) -> set[Whom]:
        """Of whom there are still messages here."""

    async def forget(self, establishment: str, people: Collection[UUID]) -> None:
        """Whatever is about one of them is gone."""


def post_of(settings: Settings, login: LoginSettings) -> Post | None:
    """How messages leave here; None where none can. Raises ValueError for an address unlike one."""
    if login.smtp_url:
        return ByMail(login.smtp_url.get_secret_value())
    return IntoFolder(settings.letters) if settings.demonstration and settings.letters else None


class ByMail:
    """A server that sends: `smtps://user:password@host:465`; over `smtp`, TLS is insisted on."""

    def __init__(self, url: str) -> None:
        self._parts = urlsplit(url)
        if self._parts.scheme not in PORTS or not self._parts.hostname:
            raise ValueError("TANDEM_SMTP_URL is like smtps://user:password@host:465")

    async def send(self, message: EmailMessage, about: About = ()) -> None:  # noqa: ARG002
        """Raises aiosmtplib.SMTPException, OSError, TimeoutError."""
        parts = self._parts
        server = SMTP(
            hostname=parts.hostname, port=parts.port or PORTS[parts.scheme], timeout=SECONDS,
            username=unquote(parts.username) if parts.username else None,
            password=unquote(parts.password) if parts.password else None,
            use_tls=parts.scheme == "smtps",
            # Between two programs of one machine there may be none.
            start_tls=None if parts.scheme == "smtps" or parts.hostname in LOOPBACK else True,
        )  # fmt: skip
        async with server:
            await server.send_message(message)

    async def people(self) -> set[Whom]:
        return set()  # a message that was handed over is not here any more

    async def forget(self, establishment: str, people: Collection[UUID]) -> None: ...


class IntoFolder:
    """Files `.eml` for a demonstration, the latest last; each says whom it is about."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage, about: About = ()) -> None:
        message[ABOUT] = " ".join(f"{home}/{person}" for home, person in about)
        await asyncio.to_thread(self._write, message.as_bytes())

    async def people(self) -> set[Whom]:
        return await asyncio.to_thread(lambda: {one for _, about in self._about() for one in about})

    async def forget(self, establishment: str, people: Collection[UUID]) -> None:
        gone = {(establishment, person) for person in people}
        await asyncio.to_thread(self._remove, gone)

    async def latest(self) -> list[EmailMessage]:
        """The last that were written, the latest first."""
        return await asyncio.to_thread(self._read)

    def _write(self, message: bytes) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        new = self._folder / f"{uuid4()}.new"
        new.write_bytes(message)
        new.rename(new.with_suffix(".eml"))

    def _read(self) -> list[EmailMessage]:
        files = sorted(self._folder.glob("*.eml"), key=lambda one: one.stat().st_mtime_ns)
        latest = [one.read_bytes() for one in reversed(files[-SHOWN:])]
        return [message_from_bytes(one, policy=policy.default) for one in latest]

    def _remove(self, gone: set[Whom]) -> None:
        for file, about in list(self._about()):
            if about & gone:
                file.unlink(missing_ok=True)

    def _about(self) -> Iterator[tuple[Path, set[Whom]]]:
        for file in self._folder.glob("*.eml"):
            with suppress(FileNotFoundError):
                yield file, _whom(file.read_bytes())


def _whom(message: bytes) -> set[Whom]:
    """As its headers say."""
    said = str(BytesHeaderParser(policy=policy.default).parsebytes(message).get(ABOUT, ""))
    pairs = (one.partition("/") for one in said.split())
    return {(home, UUID(person)) for home, _, person in pairs}
