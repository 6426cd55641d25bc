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
from contracts.outgoing import MESSAGES, EmployeeInvolvementStarted, StaffHoursLogged
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
from tests.directory.receiving import Receiver, a_receiver
from tests.patience import eventually
from tests.portal.town import Desk, a_town
from tests.system.living import (
    ADDRESS,
    HERS,
    WORDS,
    Herself,
    a_life,
    everybody,
    pages_with,
)
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
RECEIVED = (EmployeeInvolvementStarted.name, StaffHoursLogged.name)
LETTERS = "GET /demonstration/courrier"  # a demonstration shows anybody what it would send
NO_FILES = ("users_committee", "communications", "hr_officer", "operator")


class Town(NamedTuple):
    """The pages, the services behind them, and all that leaves: traces, letters, webhooks."""

    house: House
    office: Desk
    herself: Herself
    traces: list[bytes]
    receiver: Receiver

    async def figures(self) -> str:
        shown = {"Authorization": f"Bearer {KEY}"}
        async with httpx2.AsyncClient(base_url=self.office.home, headers=shown) as prometheus:
            return (await prometheus.get("/metrics")).raise_for_status().text

    async def webhooks(self) -> str:
        """What HR's system received, once it has that she began, and the hours of somebody."""

        async def there() -> bool:
            return all(any(name in body for body in self.receiver.bodies) for name in RECEIVED)

        await eventually(there)
        return f"{self.receiver.headers} {self.receiver.bodies}"

    async def her_letters_are_gone(self) -> None:
        async def gone() -> bool:
            return HERS not in await asyncio.to_thread(self.herself.all_letters)

        await eventually(gone)

    async def what_hr_gets(self) -> str:
        """By its feed, and of what became of each delivery."""
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
async def town(
    installation: Installation, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Town]:
    letters = tmp_path / "letters"
    with collecting() as traces:
        monkeypatch.setenv("TANDEM_METRICS_KEY", KEY)
        monkeypatch.setenv("TANDEM_TRACES", traces.address)
        monkeypatch.setenv("TANDEM_RECEIVERS_ON_LOOPBACK", "true")
        async with a_receiver() as receiver, a_town(installation, letters=letters) as home:
            office, marie = Desk(home, "north", "marie"), signed("north", "marie", roles=OFFICE)
            herself = Herself(home, "north", letters)
            async with httpx2.AsyncClient(base_url=home, auth=marie, timeout=60) as door:
                house = House(installation, door, SERVICES)
                yield Town(house, office, herself, traces.received, receiver)
            await herself.gone()
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
    house, office, herself, installation = (
        town.house,
        town.office,
        town.herself,
        town.house.installation,
    )
    south = Desk(office.home, "south", "olga")
    await south.ask("/directory/establishment", name="Institut du sud")
    await the_schedule_allows_it(house.office)
    system = {"name": "Paie", "url": town.receiver.url, "messages": [*MESSAGES]}
    await office.ask("/directory/subscriptions", **system)

    async with everybody(office) as desks:
        known = await a_life(office, herself, "south", installation)
        await refusals(house.office)
        await all_is_heard(installation)
        received, letters = await town.webhooks(), herself.all_letters()
        kept_there = await places_with(house._replace(services=()), HERS, *herself.links)
        strangers_see = await pages_with(desks, NO_FILES, known, HERS)
        the_office_sees = await pages_with(desks, ["advisor"], known, HERS)
        given_back = await town.register(tmp_path / "before")
        shelves = await traces_of(installation, HERS, log=False)
        await office.post(f"/partenaires/{known['person']}/depart", reason=HERS)
        await all_is_heard(installation)
        before, proved = await figures(house.office), await trees(installation)

        await erase(house.office, known["person"])
        await all_is_heard(installation)
        afterwards = await places_with(house, HERS, *herself.links)
        anybody_sees = await pages_with(desks, WHO_READS, known, HERS)
        await the_night_is_over(installation)
        left = await traces_of(installation, HERS, *herself.links, log=False)
        await town.her_letters_are_gone()
    await south.gone()

    said = caplog.text + "".join(capfd.readouterr()) + await town.figures()
    said += await town.what_hr_gets() + await town.register(tmp_path / "after")
    assert not any([*kept_there.values(), *afterwards.values()])
    assert strangers_see == {f"{role}: {LETTERS}" for role in NO_FILES}
    assert anybody_sees == set()
    assert any("/partenaires" in page for page in the_office_sees)
    assert shelves >= {"vault.kept"}
    assert HERS in given_back
    assert left == set()
    assert any(b"demandes" in batch for batch in town.traces)
    assert HERS not in received
    assert known["person"] not in received
    assert known["staff"] in received
    assert letters.count(f"'To': '{ADDRESS}'") == letters.count("'To': ") == 3
    assert WORDS not in letters
    for word in (HERS, *herself.links):
        assert not any(word.encode() in batch for batch in (said.encode(), *town.traces))
    size, frontier = proved["north"]
    assert await tree_of(installation, size) == frontier
    assert await figures(house.office) == before
