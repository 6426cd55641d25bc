"""Shows each witness the last checkpoint, and again until it has it, whatever stops in between."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import unquote, urlsplit
from uuid import UUID

from aiosmtplib import SMTP, SMTPException

from contracts.ledger import WitnessKind
from services.chassis.database import Connection
from services.chassis.notes import NotANote, Note, Verifier, proof_lines
from services.chassis.outgoing import Post
from services.chassis.working import Worker
from services.ledger.book import Book
from services.ledger.proofs.roots import Roots
from services.ledger.proofs.witnesses import Box, WitnessSettings

LOOK = 0.5
OFTEN = {WitnessKind.MAIL: timedelta(days=1)}  # a letter a day at most
LONGEST_PAUSE = 3600  # seconds
ANSWER = 4096  # bytes of what a cosigner says
# The row stays locked while it is shown: nobody else shows it, and a crash leaves it due.
DUE = """
select one.id, one.establishment, one.kind, one.sealed, one.key, one.attempts,
    case when one.epoch = last.epoch then one.size else 0 end as old,
    last.epoch, last.size, last.note
from witnesses as one cross join lateral (
    select epoch, size, note from checkpoints where establishment = one.establishment
    order by epoch desc, size desc limit 1
) as last
where ended is null and due <= clock_timestamp() and (last.epoch, last.size) > (one.epoch, one.size)
order by due limit 1 for update of one skip locked
"""
SHOWN = """
update witnesses set epoch = $2, size = $3, shown = clock_timestamp(),
    due = clock_timestamp() + $4::interval, attempts = 0, trouble = '' where id = $1
"""
LATER = """
update witnesses set attempts = attempts + 1, trouble = $2,
    due = clock_timestamp() + $3::interval where id = $1
"""
KNOWS = "update witnesses set epoch = $2, size = $3 where id = $1"
COSIGN = "insert into cosignatures values ($1, $2, $3, $4, $5) on conflict do nothing"


class Due(NamedTuple):
    """A witness, and the checkpoint that it has not seen."""

    id: UUID
    establishment: str
    kind: str
    sealed: bytes
    key: str | None
    attempts: int
    old: int  # how large the log was that it saw last
    epoch: int
    size: int
    note: str


class NotShown(Exception):
    """The witness does not have it; the message is a code of what kept it."""


class Showing(Worker):
    """The place of a witness is in the database: it is the outbox."""

    def __init__(self, book: Book, box: Box, out: WitnessSettings, *, loopback: bool) -> None:
        self._book = book
        self._box = box
        self._out = out
        self._loopback = loopback

    async def work(self) -> None:
        async with Post(self._loopback) as post:
            while True:
                while await self._show_one(post):
                    pass
                await asyncio.sleep(LOOK)

    async def _show_one(self, post: Post) -> bool:
        async with self._book.pool.acquire() as connection, connection.transaction():
            row = await connection.fetchrow(DUE)
            if row is None:
                return False
            due = Due(*row)
            try:
                await self._show(post, connection, due)
            except (NotShown, OSError, SMTPException) as error:
                trouble = str(error) if isinstance(error, NotShown) else type(error).__name__
                pause = timedelta(seconds=min(2**due.attempts, LONGEST_PAUSE))
                await connection.execute(LATER, due.id, trouble, pause)
            else:
                pause = OFTEN.get(WitnessKind(due.kind), timedelta())
                await connection.execute(SHOWN, due.id, due.epoch, due.size, pause)
        return True

    async def _show(self, post: Post, connection: Connection, due: Due) -> None:
        address = self._box.open(due.id, due.sealed)
        match WitnessKind(due.kind):
            case WitnessKind.WEBHOOK:
                headers = {"Content-Type": "text/plain; charset=utf-8"}
                answer = await post.send(address, headers, due.note.encode())
                if answer.status is None or not 200 <= answer.status < 300:
                    raise NotShown(answer.outcome)
            case WitnessKind.FOLDER:
                if not self._out.witness_folder:
                    raise NotShown("no_folder")
                await asyncio.to_thread(write_once, Path(self._out.witness_folder), due)
            case WitnessKind.MAIL:
                await self._mail(address, due)
            case WitnessKind.TANDEM:
                await _ask_to_cosign(post, connection, address, due)

    async def _mail(self, address: str, due: Due) -> None:
        if self._out.smtp_url is None:
            raise NotShown("no_mail")
        message = EmailMessage()
        origin = due.note.partition("\n")[0]
        message["From"], message["To"] = self._out.smtp_from, address
        message["Subject"] = f"Registre {origin} : {due.size} entrées"
        message.set_content(LETTER.format(origin=origin, size=due.size))
        message.add_attachment(due.note, filename="checkpoint.txt")
        async with SMTP(**_server(self._out.smtp_url.get_secret_value())) as server:
            await server.send_message(message)


LETTER = """Bonjour,

Le registre {origin} compte {size} entrées. La pièce jointe est son point de contrôle signé.
Gardez ce message : si l’histoire consignée jusqu’ici était un jour réécrite, ce point le montrerait
(« tandem verify --held checkpoint.txt »). Il n’y a rien d’autre à faire.
"""


def write_once(folder: Path, due: Due) -> None:
    """A new file, on disk before this returns. Raises NotShown where another is there instead."""
    place = folder / due.establishment
    place.mkdir(parents=True, exist_ok=True)
    path = place / f"{due.epoch}-{due.size:015d}.txt"
    try:
        file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444)
    except FileExistsError:
        if path.read_text() != due.note:
            raise NotShown("another_is_there") from None
        return
    try:
        os.write(file, due.note.encode())
        os.fsync(file)
    finally:
        os.close(file)


async def _ask_to_cosign(post: Post, connection: Connection, address: str, due: Due) -> None:
    """C2SP tlog-witness: the checkpoint, and the proof that it goes on from what it saw last."""
    roots = Roots(connection, due.establishment)
    proof = proof_lines(await roots.consistency(due.old, due.size))
    said = "\n".join([f"old {due.old}", *proof, "", due.note])
    url = address.rstrip("/") + "/add-checkpoint"
    answer = await post.send(url, {"Content-Type": "text/plain"}, said.encode(), ANSWER)
    if answer.status == 409 and answer.said.strip().isdigit():
        seen = int(answer.said)
        if seen > due.size:
            raise NotShown("saw_more")
        if seen != due.old:
            await connection.execute(KNOWS, due.id, due.epoch, seen)
        raise NotShown("saw_another")
    if answer.status != 200:
        raise NotShown(answer.outcome)
    try:
        note = Note.read(due.note + answer.said.decode())
    except (NotANote, UnicodeDecodeError) as error:
        raise NotShown("no_signature") from error
    verifier = Verifier.read(due.key or "")
    made = [one for one in note.signatures if verifier.made(one, note.text)]
    if not made:
        raise NotShown("no_signature")
    key = due.establishment, due.epoch, due.size, due.id
    await connection.execute(COSIGN, *key, made[0].line())


def _server(url: str) -> Mapping[str, Any]:
    parts = urlsplit(url)
    here = parts.hostname in ("127.0.0.1", "::1", "localhost")
    return {
        "hostname": parts.hostname,
        "port": parts.port or (465 if parts.scheme == "smtps" else 587),
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": parts.scheme == "smtps",
        "start_tls": None if parts.scheme == "smtps" or here else True,
        "timeout": 20.0,
    }
