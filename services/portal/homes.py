"""Which establishments there are, and which have left Tandem or become part of another."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from contracts.access import AccessRole
from services.portal.calling import Away, Caller, HasLeft, Services

FRESH = 15.0  # seconds: who has left comes in no longer than that
GONE = ("left", "merged")
# The list is no establishment's own.
ITSELF = Caller("portal", "service:portal", (AccessRole.SERVICE,))


class Homes:
    """`names` are those of all that are open; for who has left nothing is asked any more.

    `shown`: how each presents itself, its logo and its own words.
    """

    def __init__(self, services: Services) -> None:
        self._services = services
        self.names: dict[str, str] = {}
        self.shown: dict[str, Mapping[str, Any]] = {}
        self._until = 0.0
        self._known = False

    async def look(self) -> None:
        """As insights knows them now; while it is away, as they were."""
        said = await self._services.read_if_there("insights", "/establishments", ITSELF)
        if said is None:
            return
        self._until, self._known = time.monotonic() + FRESH, True
        every = {str(one["establishment"]): one for one in said["items"]}
        gone = {home: _left(one, every) for home, one in every.items() if one["state"] in GONE}
        self._services.gone = gone
        self.names.clear()
        self.names |= {home: one["name"] for home, one in every.items() if home not in gone}
        self.shown = every

    def present(self, establishment: str, it: Mapping[str, Any]) -> None:
        """As the directory says it is by now; insights will say so soon."""
        self.names[establishment], self.shown[establishment] = it["name"], it

    async def require_open(self, establishment: str) -> None:
        """Raises HasLeft."""
        if time.monotonic() >= self._until or establishment not in self.names:
            await self.look()
        self._services.require_open(establishment)

    async def require_surely_open(self, establishment: str) -> None:
        """For whoever comes in: nobody does while it is not known. Raises HasLeft, Away."""
        await self.require_open(establishment)
        if not self._known:
            raise Away("insights")


def _left(one: Mapping[str, Any], every: Mapping[str, Mapping[str, Any]]) -> HasLeft:
    """Where it went, if what it became part of is still here."""
    into = every.get(one["into"] or "", {})
    open_there = into and into["state"] not in GONE
    return HasLeft(one["name"], *((one["into"], into["name"]) if open_there else ("", "")))
