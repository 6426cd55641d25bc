"""How the portal asks the other services: over HTTP, in somebody's name."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Self
from urllib.parse import urljoin
from uuid import UUID

import httpx2

from contracts.access import AccessRole
from contracts.vault import Purpose
from services.chassis.settings import Settings
from services.chassis.tokens import Identity, Pen
from services.portal.answers import Away as Away
from services.portal.answers import HasLeft as HasLeft
from services.portal.answers import Refused as Refused
from services.portal.answers import taken

OURSELVES = "portal"
PATIENCE = 8.0  # seconds; a reader waits two at most for what was just done
BRIEFLY, LATELY = 1.0, 5.0  # seconds: whoever kept us waiting lately is not waited for again
HEADERS = {"Tandem-Channel": "portal", "Accept-Language": "fr"}
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@dataclass(frozen=True)
class Caller:
    """Somebody at work in one establishment, and what they have just done."""

    establishment: str
    actor: str
    roles: tuple[AccessRole, ...]
    person: UUID | None = None  # who is a partner
    seen: str | None = None  # a position they must find on the next page
    missed: list[str] = field(default_factory=list, compare=False)  # what does not show it yet
    reason: str | None = None  # why they read what is personal, where they have to say so
    onbehalfof: str | None = None  # whom the portal itself asks for
    rereading: str = ""  # why what they ask is only shown again: their session had ended

    @property
    def staff(self) -> UUID | None:
        """Their reference, where the actor is one."""
        found = None if self.person else reference_in(self.actor)
        return UUID(found) if found else None

    @property
    def identity(self) -> Identity:
        """As the other services are told."""
        who = self.establishment, self.actor, self.roles, self.person, self.staff
        return Identity(*who, self.onbehalfof)


@dataclass(frozen=True)
class Done:
    """A command was taken: its position, and what it made."""

    position: str | None
    content: Mapping[str, Any]


def reference_in(words: str) -> str | None:
    """The reference in an actor such as `staff:…`, if there is one."""
    found = _UUID.search(words)
    return found.group() if found else None


class Services:
    """A client of all services; every call says who asks, and none for those who have left."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self.gone: Mapping[str, HasLeft] = {}  # by establishment
        self._pen = Pen(settings.name, settings.secret.get_secret_value())
        self._waited_for = dict[str, float]()  # in vain, and when
        self._http: httpx2.AsyncClient

    async def __aenter__(self) -> Self:
        # A proxy of the surroundings is not for calls between our own services.
        self._http = httpx2.AsyncClient(timeout=PATIENCE, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def read(
        self, service: str, path: str, by: Caller, params: Mapping[str, Any] | None = None
    ) -> Any:
        """What a service knows. Raises Away, Refused."""
        given = {name: value for name, value in (params or {}).items() if value not in (None, "")}
        waiting = {"Tandem-Wait": by.seen} if by.seen else {}
        answer = await self._ask("GET", service, path, by, waiting, params=given)
        if "Tandem-Stale" in answer.headers:
            by.missed.append(path)
        return answer.json()

    async def read_if_there(
        self, service: str, path: str, by: Caller, params: Mapping[str, Any] | None = None
    ) -> Any | None:
        """What a service knows; None where it does not answer or does not know."""
        try:
            return await self.read(service, path, by, params)
        except (Away, Refused):
            return None

    async def tell(
        self, service: str, path: str, by: Caller, body: Mapping[str, Any] | None = None,
        *, version: str | None = None, happened: str | None = None, key: str | None = None,
        method: str = "POST",
    ) -> Done:  # fmt: skip
        """Ask for a decision. Raises Away, Refused."""
        if by.rereading:
            raise Refused(409, {"title": by.rereading})
        asked = {"If-Match": version, "Tandem-Happened": happened, "Idempotency-Key": key}
        headers = {name: value for name, value in asked.items() if value}
        answer = await self._ask(method, service, path, by, headers, json=dict(body or {}))
        content = answer.json() if answer.content else {}
        position = answer.headers.get("Tandem-Position")
        return Done(position, content if isinstance(content, dict) else {})

    async def file(
        self, service: str, path: str, by: Caller, body: Mapping[str, Any] | None = None
    ) -> httpx2.Response:
        """A file as the service gives it, asked by POST where something is said. Raises Away,
        Refused."""
        method = "GET" if body is None else "POST"
        return await self._ask(method, service, path, by, json=dict(body) if body else None)

    async def passing(self, service: str, path: str, by: Caller) -> httpx2.Response:
        """A long file, of which nothing is read yet: whoever passes it on reads it, and closes it.

        Raises Away, Refused.
        """
        self.require_open(by.establishment)
        headers = HEADERS | self._pen.headers(service, by.identity)
        url = self._settings.url_of(service) + path
        request = self._http.build_request("GET", url, headers=headers)
        try:
            answer = await self._http.send(request, stream=True)
            if answer.is_error:
                await answer.aread()
                await answer.aclose()
        except httpx2.HTTPError as error:
            raise Away(service) from error
        return taken(service, answer)

    async def bring(
        self, service: str, path: str, by: Caller, content: bytes, method: str = "POST",
        **params: str,
    ) -> Any:  # fmt: skip
        """Give a file, and hear what became of it. Raises Away, Refused."""
        if by.rereading:
            raise Refused(409, {"title": by.rereading})
        answer = await self._ask(method, service, path, by, content=content, params=params)
        return answer.json()

    async def erased(self, by: Caller, subjects: Iterable[str]) -> set[str]:
        """Those of these whose file was destroyed; none where the vault does not answer."""
        if not (asked := sorted(set(subjects))):
            return set()
        try:
            answer = await self._ask("POST", "vault", "/erased", by, json={"subjects": asked})
        except (Away, Refused):
            return set()
        return set(answer.json()["subjects"])

    async def words(self, by: Caller, purpose: Purpose, refs: Iterable[str]) -> dict[str, str]:
        """The values behind refs, in one call; none where the vault does not answer."""
        if not (asked := sorted(set(refs))):
            return {}
        said = {"purpose": purpose, "refs": asked}
        try:
            answer = await self._ask("POST", "vault", "/resolutions", by, json=said)
        except (Away, Refused):
            return {}
        return dict(answer.json().get("values", {}))

    async def names(
        self, by: Caller, purpose: Purpose, subjects: Iterable[str | UUID], *fields: str
    ) -> dict[str, dict[str, str]]:
        """The latest value of these fields of each subject, in one call; none where it is away."""
        if not (asked := sorted({str(one) for one in subjects})):
            return {}
        said = {"purpose": purpose, "subjects": asked, "fields": fields}
        path = "/subjects/resolutions"
        try:
            answer = await self._ask("POST", "vault", path, by, json=said)
        except (Away, Refused):
            return {}
        return dict(answer.json().get("subjects", {}))

    async def find(self, by: Caller, purpose: Purpose, text: str) -> list[str]:
        """Whose names have words that begin like these. Raises Away, Refused."""
        said = {"purpose": purpose, "text": text}
        answer = await self._ask("POST", "vault", "/search", by, json=said)
        return list(answer.json()["subjects"])

    async def ready(self, services: Iterable[str]) -> dict[str, Any]:
        """Each service, `ready` or what it lacks; nothing of those that do not answer."""
        doors = {urljoin(self._settings.url_of(one), "/health/ready") for one in services}
        told = await asyncio.gather(*(self._ready_at(door) for door in doors))
        return {name: said for some in told for name, said in some.items()}

    async def _ready_at(self, door: str) -> dict[str, Any]:
        try:
            return dict((await self._http.get(door)).json().get("services", {}))
        except (httpx2.HTTPError, ValueError):
            return {}

    async def all(self, *asked: Any) -> Any:
        """Several answers at once."""
        return await asyncio.gather(*asked)

    def require_open(self, establishment: str) -> None:
        """Raises HasLeft."""
        if left := self.gone.get(establishment):
            raise HasLeft(left.name, left.into, left.into_name)

    async def _ask(
        self, method: str, service: str, path: str, by: Caller,
        said: Mapping[str, str] | None = None, **more: Any,
    ) -> httpx2.Response:  # fmt: skip
        self.require_open(by.establishment)
        url = self._settings.url_of(service) + path
        headers = HEADERS | self._pen.headers(service, by.identity) | dict(said or {})
        if by.reason:
            headers["Tandem-Reason"] = by.reason
        lately = time.monotonic() - self._waited_for.get(service, -LATELY) < LATELY
        patience = BRIEFLY if lately else PATIENCE
        try:
            answer = await self._http.request(
                method, url, headers=headers, timeout=patience, **more
            )
        except httpx2.HTTPError as error:
            if isinstance(error, httpx2.TimeoutException) and not lately:
                self._waited_for[service] = time.monotonic()
            raise Away(service) from error
        return taken(service, answer)
