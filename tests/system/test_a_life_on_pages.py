"""A life through real pages, and then the hunt: clear words in the vault alone, and later nowhere.

Besides tables, streams, files and answers: traces as a collector gets them, figures, logs, what
goes out to HR, and the pages of every role.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from pathlib import Path
from typing import NamedTuple

import httpx2
import pytest

from contracts.access import AccessRole
from contracts.outgoing import MESSAGES
from services.chassis.settings import Installation
from services.chassis.tokens import Pen
from services.cli.exporting import give_back
from services.cli.running import Platform
from services.vault.erasing import Shredder
from services.vault.letting_go import LettingGo
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from tests.callers import OFFICE, signed
from tests.canaries import House, places_with, traces_of
from tests.collector import collecting
from tests.portal.town import Desk, a_town
from tests.system.living import HERS, a_life, done, everybody, pages_with
from tests.system.test_after_erasure import (
    all_is_heard,
    erase,
    figures,
    the_schedule_allows_it,
    tree_of,
    trees,
)
from tests.system.test_canaries import SERVICES, refusals

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

KEY = "what Prometheus shows"
LEAD = (AccessRole.ADVISOR, AccessRole.OFFICE_LEAD)
WHO_READS = ("partner", "requester", "advisor", "office_lead", "hr_officer", "auditor")
NO_FILES = ("users_committee", "communications", "hr_officer", "operator")


class Town(NamedTuple):
    """The pages, the services behind them, and the traces of both as they were sent."""

    house: House
    office: Desk
    traces: list[bytes]

    async def figures(self) -> str:
        shown = {"Authorization": f"Bearer {KEY}"}
        async with httpx2.AsyncClient(base_url=self.office.home, headers=shown) as prometheus:
            return (await prometheus.get("/metrics")).raise_for_status().text

    async def what_hr_gets(self) -> str:
        """By its feed, and what was made ready for its webhooks."""
        lise = signed("north", "lise", roles=["hr_officer"])
        async with httpx2.AsyncClient(base_url=self.office.home, auth=lise) as hr:
            answers = [await hr.get(f"/directory/{it}") for it in ("feed", "deliveries")]
        assert all(answer.is_success for answer in answers)
        return " ".join(answer.text for answer in answers)

    async def register(self, folder: Path) -> str:
        """As the command line gives it back."""
        services = self.office.home + "/{service}"
        pen = Pen("operator", self.house.installation.keys["operator"])

        def written() -> str:
            with Platform(services, pen, "north", roles=(*LEAD, AccessRole.OPERATOR)) as platform:
                give_back(platform, "north", None, folder, "fr")
            return " ".join(file.read_text() for file in folder.rglob("*.csv"))

        return await asyncio.to_thread(written)


@pytest.fixture
async def town(installation: Installation, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Town]:
    with collecting() as traces:
        monkeypatch.setenv("TANDEM_METRICS_KEY", KEY)
        monkeypatch.setenv("TANDEM_TRACES", traces.address)
        async with a_town(installation) as home:
            office, marie = Desk(home, "north", "marie"), signed("north", "marie", roles=OFFICE)
            async with httpx2.AsyncClient(base_url=home, auth=marie, timeout=60) as door:
                yield Town(House(installation, door, SERVICES), office, traces.received)
            await office.gone()


async def the_night_is_over(installation: Installation) -> None:
    """What was kept of her assistant was let go by day; its free space goes by night."""
    async with Safe(installation.settings("vault").database_url) as safe:
        rewrite = Shredder(safe, "for tests alone").rewrite
        await LettingGo(safe, Schedules(safe), rewrite).leave_no_trace()


async def test_what_is_typed_at_the_pages_is_in_the_vault_alone_and_after_erasure_nowhere(
    town: Town, tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG, "services")
    house, office, installation = town.house, town.office, town.house.installation
    south = Desk(office.home, "south", "olga")
    await south.ask("/directory/establishment", name="Institut du sud")
    await the_schedule_allows_it(house.office)
    system = {"name": "Paie", "url": "https://127.0.0.1/hr", "messages": [*MESSAGES]}
    await office.ask("/directory/subscriptions", **system)

    async with everybody(office) as desks:
        known = await a_life(office, "south")
        await done(desks["partner"], "/mon-emploi/lien", numero=f"{HERS}77")
        await refusals(house.office)
        await all_is_heard(installation)
        kept_there = await places_with(house._replace(services=()), HERS)
        strangers_see = await pages_with(desks, NO_FILES, known, HERS)
        the_office_sees = await pages_with(desks, ["advisor"], known, HERS)
        given_back = await town.register(tmp_path / "before")
        shelves = await traces_of(installation, HERS, log=False)
        await office.post(f"/partenaires/{known['person']}/depart", reason=HERS)
        await all_is_heard(installation)
        before, proved = await figures(house.office), await trees(installation)

        await erase(house.office, known["person"])
        await all_is_heard(installation)
        afterwards = await places_with(house, HERS)
        anybody_sees = await pages_with(desks, WHO_READS, known, HERS)
        await the_night_is_over(installation)
        left = await traces_of(installation, HERS, log=False)
    await south.gone()

    said = caplog.text + "".join(capfd.readouterr()) + await town.figures()
    said += await town.what_hr_gets() + await town.register(tmp_path / "after")
    assert kept_there == afterwards == {HERS: set()}
    assert strangers_see == anybody_sees == set()
    assert any("/partenaires" in page for page in the_office_sees)
    assert shelves >= {"vault.kept"}
    assert HERS in given_back
    assert left == set()
    assert any(b"demandes" in batch for batch in town.traces)
    assert not any(HERS.encode() in batch for batch in (said.encode(), *town.traces))
    size, frontier = proved["north"]
    assert await tree_of(installation, size) == frontier
    assert await figures(house.office) == before
