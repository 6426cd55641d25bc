"""How a message leaves: by SMTP, or into a folder where a demonstration shows it."""

from __future__ import annotations

import asyncio
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import unquote, urlsplit
from uuid import uuid4

from aiosmtplib import SMTP

from services.chassis.settings import Settings
from services.portal.settings import LOOPBACK, LoginSettings

SECONDS = 20.0
SHOWN = 20
PORTS = {"smtp": 587, "smtps": 465}


class Post(Protocol):
    """Somewhere a message can be brought."""

    async def send(self, message: EmailMessage) -> None: ...


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

    async def send(self, message: EmailMessage) -> None:
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


class IntoFolder:
    """Files `.eml` for a demonstration, the latest last."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    async def send(self, message: EmailMessage) -> None:
        await asyncio.to_thread(self._write, message.as_bytes())

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
