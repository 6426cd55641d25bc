"""What is over goes, and what is left here of whoever was erased."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from uuid import UUID

from services.chassis.alarms import elected
from services.chassis.working import Worker
from services.portal.calling import HasLeft, Services
from services.portal.entering import itself
from services.portal.homes import Homes
from services.portal.posting import Post
from services.portal.sessions import Sessions

EVERY = 5.0  # seconds


class Tidying(Worker):
    """One in all portals. Who was erased is asked of the vault, which alone knows it."""

    def __init__(
        self, database_url: str, services: Services, homes: Homes, sessions: Sessions,
        post: Post | None,
    ) -> None:  # fmt: skip
        self._database_url = database_url
        self._services = services
        self._homes = homes
        self._sessions = sessions
        self._post = post

    async def work(self) -> None:
        async with elected(self._database_url, "portal", "tidying"):
            while True:
                await self.tidy()
                await asyncio.sleep(EVERY)

    async def tidy(self) -> None:
        await self._sessions.sweep()
        for establishment, people in (await self._people()).items():
            try:
                await self._homes.require_open(establishment)
                erased = await self._erased(establishment, people)
            except HasLeft:
                erased = people  # whoever was of an establishment that left
            if erased:
                await self._sessions.forget(establishment, erased)
                if self._post:
                    await self._post.forget(establishment, erased)

    async def _people(self) -> dict[str, set[UUID]]:
        """Of whom anything is here: a session, a code, a form, a letter."""
        found: defaultdict[str, set[UUID]] = defaultdict(set)
        letters = await self._post.people() if self._post else set()
        for establishment, person in await self._sessions.people() | letters:
            found[establishment].add(person)
        return found

    async def _erased(self, establishment: str, people: set[UUID]) -> set[UUID]:
        by = itself(establishment)
        return set(map(UUID, await self._services.erased(by, map(str, people))))
