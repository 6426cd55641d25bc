"""Sends one message to an address that somebody outside chose, and trusts neither."""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import NamedTuple, Self
from urllib.parse import SplitResult, urlsplit

import httpx2

from services.chassis.domain import Refusal

PATIENCE = 15.0  # seconds, for all of it
LONGEST = 2000  # characters of an address
# Of a provider's public range, and yet the door to its machines' own secrets.
METADATA = frozenset({ip_address("168.63.129.16")})
TRANSLATED = IPv6Network("64:ff9b::/96")  # the last four bytes are an IPv4 address: RFC 6052

type Address = IPv4Address | IPv6Address


class NotAnAddress(Refusal):
    """Give an https address, without a name, a password or a fragment in it."""

    french = "Donnez une adresse https, sans nom, mot de passe ni fragment."


class NotPublic(Exception):
    """This name leads to a machine that is not on the public Internet."""


class Answer(NamedTuple):
    """How it went: a status, or what kept it from having one. What was said is kept if asked."""

    status: int | None
    trouble: str  # `unreachable`, `too_slow`, `not_public`, `not_secure`, or nothing
    milliseconds: int
    retry_after: float | None = None  # seconds
    said: bytes = b""

    @property
    def outcome(self) -> str:
        return self.trouble or str(self.status)


def host_of(url: str, plain: bool = False) -> str:
    """The host of an address that may be sent to, as far as its spelling tells.

    `plain`: http will do. Raises NotAnAddress. Where it leads is looked at each time it is used.
    """
    try:
        parts = urlsplit(url)
        named = parts.port, parts.hostname
    except ValueError as error:
        raise NotAnAddress from error
    readable = url.isascii() and url.isprintable() and " " not in url and len(url) <= LONGEST
    schemes = ("http", "https") if plain else ("https",)
    if not (readable and parts.scheme in schemes and named[1]):
        raise NotAnAddress
    if parts.username is not None or parts.password is not None or parts.fragment:
        raise NotAnAddress
    return str(named[1])


def is_public(address: Address) -> bool:
    """Whether this is a machine of the public Internet (IANA's special-purpose registries).

    An IPv6 address that carries an IPv4 one is as public as that one.
    """
    if isinstance(address, IPv6Address):
        inner = address.ipv4_mapped or address.sixtofour
        if address.teredo or address.scope_id:
            return False
        if address in TRANSLATED:
            inner = IPv4Address(address.packed[-4:])
        if inner:
            return is_public(inner)
    special = address.is_multicast or address.is_reserved or address.is_unspecified
    return address.is_global and not special and address not in METADATA


class Post:
    """`loopback`: plain http to this very machine is allowed, for rehearsals and tests."""

    def __init__(self, loopback: bool = False) -> None:
        self._loopback = loopback

    async def __aenter__(self) -> Self:
        # No redirect is followed, no proxy asked, no connection kept for another's message.
        self._http = httpx2.AsyncClient(
            verify=ssl.create_default_context(),
            limits=httpx2.Limits(max_keepalive_connections=0),
            timeout=PATIENCE,
            trust_env=False,
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def send(
        self, url: str, headers: Mapping[str, str], body: bytes, listen: int = 0
    ) -> Answer:
        """Never raises for what the receiver does, or is not able to do.

        `listen`: how many bytes of what it says are kept.
        """
        began = time.monotonic()
        status, trouble, again, said = None, "", None, b""
        try:
            async with asyncio.timeout(PATIENCE):
                status, again, said = await self._send(urlsplit(url), headers, body, listen)
        except (TimeoutError, httpx2.TimeoutException):
            trouble = "too_slow"
        except NotPublic:
            trouble = "not_public"
        except (httpx2.HTTPError, httpx2.InvalidURL, OSError, ValueError) as error:
            insecure = isinstance(error.__cause__ or error, ssl.SSLError) or "SSL" in str(error)
            trouble = "not_secure" if insecure else "unreachable"
        return Answer(status, trouble, int((time.monotonic() - began) * 1000), again, said)

    async def _send(
        self, url: SplitResult, headers: Mapping[str, str], body: bytes, listen: int
    ) -> tuple[int, float | None, bytes]:
        """To the very address that was looked at: the name is not asked a second time."""
        host = url.hostname or ""
        address = await self._address_of(host, url)
        there = f"[{address}]" if isinstance(address, IPv6Address) else str(address)
        pinned = url._replace(netloc=f"{there}:{url.port}" if url.port else there)
        request = self._http.build_request(
            "POST",
            pinned.geturl(),
            content=body,
            headers={"Host": url.netloc, "User-Agent": "Tandem-Webhooks/1", **headers},
            extensions={"sni_hostname": host, "timeout": httpx2.Timeout(PATIENCE).as_dict()},
        )
        answer = await self._http.send(request, stream=True, follow_redirects=False)
        said = await _beginning(answer, listen)
        await answer.aclose()  # the rest is not read: its status is the answer
        return answer.status_code, _seconds(answer.headers.get("retry-after")), said

    async def _address_of(self, host: str, url: SplitResult) -> Address:
        """Where all that the name stands for is allowed, the first. Raises NotPublic, OSError."""
        port = url.port or (443 if url.scheme == "https" else 80)
        loop = asyncio.get_running_loop()
        found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
        addresses = [ip_address(one[4][0]) for one in found]
        here = self._loopback and all(one.is_loopback for one in addresses)
        public = url.scheme == "https" and all(is_public(one) for one in addresses)
        if not addresses or not (here or public):
            raise NotPublic(host)
        return addresses[0]


async def _beginning(answer: httpx2.Response, listen: int) -> bytes:
    said = bytearray()
    if listen:
        async for part in answer.aiter_bytes():
            said += part
            if len(said) >= listen:
                break
    return bytes(said[:listen])


def _seconds(retry_after: str | None) -> float | None:
    """RFC 9110, 10.2.3: a number of seconds, or a date."""
    if not retry_after:
        return None
    if retry_after.isascii() and retry_after.isdigit():
        return float(retry_after[:9])
    try:
        when = parsedate_to_datetime(retry_after)
    except ValueError:
        return None
    return max(0.0, (when.replace(tzinfo=when.tzinfo or UTC) - datetime.now(UTC)).total_seconds())
