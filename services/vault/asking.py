"""What the vault asks of the others: where a person stands, and their history."""

from __future__ import annotations

from typing import Any, Self
from uuid import UUID

import httpx2

from contracts.access import AccessRole
from services.chassis.deciding import Provenance
from services.chassis.domain import NotFound, Refusal
from services.chassis.settings import Settings
from services.chassis.tokens import Identity, Pen

AT_ONCE = 500
PATIENCE = 20.0  # seconds


class OthersAreAway(Refusal):
    """The history cannot be read at the moment. Nothing was changed: try again."""

    french = "L’historique n’est pas accessible pour l’instant. Rien n’a été modifié : réessayez."
    passing = True


class Others:
    """A client of insights and of the ledger, on behalf of whoever asks the vault."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._pen = Pen("vault", settings.secret.get_secret_value())
        self._http: httpx2.AsyncClient

    async def __aenter__(self) -> Self:
        self._http = httpx2.AsyncClient(timeout=PATIENCE, trust_env=False)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._http.aclose()

    async def history_of(self, by: Provenance, person: UUID) -> list[dict[str, Any]]:
        """Every fact of a person's story, as envelopes. Raises OthersAreAway."""
        facts: list[dict[str, Any]] = await self._get(by, "ledger", f"/persons/{person}/history")
        return facts

    async def partner(self, by: Provenance, person: UUID) -> dict[str, Any]:
        """Where a person stands. Raises NotFound, OthersAreAway."""
        found: dict[str, Any] = await self._get(by, "insights", f"/partners/{person}")
        return found

    async def former(self, by: Provenance) -> list[dict[str, Any]]:
        """Everybody who has left. Raises OthersAreAway."""
        found: list[dict[str, Any]] = []
        after: str | None = None
        while True:
            asked = {"state": "former", "limit": AT_ONCE} | ({"after": after} if after else {})
            page = await self._get(by, "insights", "/partners", **asked)
            found += page["items"]
            after = page["next"]
            if not after:
                return found

    async def tree(self, by: Provenance) -> str | None:
        """How large the ledger's tree of this establishment is, and its root, where it says so."""
        try:
            told = await self._get(by, "ledger", "/tree")
        except Refusal:
            return None
        return f"{told['size']} étapes, racine {told['root']}"

    async def labels(self, by: Provenance) -> dict[str, str]:
        """What the fields of a profile are called in French; none where insights is away."""
        try:
            found: dict[str, str] = (await self._get(by, "insights", "/glossary"))["ProfileField"]
        except Refusal:
            return {}
        return found

    async def story(self, by: Provenance, person: UUID) -> list[dict[str, Any]]:
        """A person's history in sentences. Raises NotFound, OthersAreAway."""
        told = await self._get(by, "insights", f"/partners/{person}/story")
        steps: list[dict[str, Any]] = told["steps"]
        return steps

    async def _get(self, by: Provenance, service: str, path: str, **asked: Any) -> Any:
        who = Identity(by.establishment, "service:vault", (AccessRole.SERVICE,))
        headers = self._pen.headers(service, who) | {"Accept-Language": "fr"}
        url = self._settings.url_of(service) + path
        try:
            answer = await self._http.get(url, params=asked, headers=headers)
        except httpx2.TransportError as error:
            raise OthersAreAway from error
        if answer.status_code == 404:
            raise NotFound
        if answer.is_error:
            raise OthersAreAway
        return answer.json()
