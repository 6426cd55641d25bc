"""What a register says of people is in the vault once it came in, and nowhere else."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from msgspec.structs import replace

from services.chassis.settings import Installation
from services.chassis.tokens import Pen
from services.cli.exchange.importing import Import
from services.cli.exchange.office import Office
from services.cli.register.columns import Column, Kind, Row, columns_of
from services.cli.register.writing import write_workbook
from services.cli.running import Platform
from tests.callers import OFFICE, signed
from tests.canaries import House, places_with
from tests.cli.register.samples import Sample, a_register
from tests.doors import answering
from tests.operating import operating
from tests.patience import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

DECIDING = ("directory", "intake", "recruitment", "training", "accompaniment", "evaluation")
OPEN = "recruitment.PartnerRecorded.v1"  # so that we know that we can see
SERVICES = ("vault", *DECIDING, "ledger", "insights")


class Aviary:
    """A canary for every cell that may name somebody."""

    def __init__(self) -> None:
        self.canaries: dict[str, str] = {}

    def housed_in(self, row: Row) -> Row:
        """The row, with a canary in each of those cells and in an own column."""
        own = {"Couleur": self._canary(row, "own")}
        words = {
            key: self._cell(row, key, column)
            for key, column in columns_of(type(row)).items()
            if column.personal and _is_free(column)
        }
        return replace(row, own=own, **words)

    def _cell(self, row: Row, key: str, column: Column) -> Any:
        canary = self._canary(row, key)
        if column.kind is Kind.EMAIL:
            return f"{canary}@example.org"
        return (canary,) if column.several else canary

    def _canary(self, row: Row, key: str) -> str:
        canary = f"zqcanary{len(self.canaries)}x"
        self.canaries[canary] = f"{row.sheet}.{key}"
        return canary


def _is_free(column: Column) -> bool:
    choices = column.choices
    return column.kind in (Kind.TEXT, Kind.EMAIL) or (choices is not None and choices.open)


@pytest.fixture
async def house(installation: Installation) -> AsyncIterator[House]:
    marie = signed("north", "marie", roles=OFFICE)
    async with answering(installation, *SERVICES) as housed:
        door = housed.services_at.removesuffix("/{service}")
        async with httpx2.AsyncClient(base_url=door, auth=marie, timeout=30) as office:
            yield House(housed, office, SERVICES)


async def all_is_shown(house: House) -> None:
    async def shown() -> bool:
        places = (await house.office.get("/ledger/status")).json()
        for name, one in places.items():
            if (await house.office.get(f"/{name}/status")).json()["position"] != one["place"]:
                return False
        models = (await house.office.get("/insights/status")).json()
        return not any(one["lag"] for one in models)

    await eventually(shown, within=30)


async def test_every_free_cell_of_a_register_is_kept_in_the_vault_alone(
    house: House, tmp_path: Path
) -> None:
    aviary = Aviary()
    register: Sample = {
        model: [aviary.housed_in(first), *others]
        for model, (first, *others) in a_register(1).items()
    }
    path = tmp_path / "registre.xlsx"
    write_workbook(path, register)
    port = int(house.installation.services_at.split(":")[2].split("/")[0])

    pen = Pen("operator", house.installation.keys["operator"])

    with Platform(port, pen, "north") as platform:
        work = Import(Office(platform, "north"))
        report = await asyncio.to_thread(work.run, [path])
    await all_is_shown(house)
    found = await places_with(house, *aviary.canaries, OPEN)

    assert (report.refused, report.added) == (0, sum(map(len, register.values())))
    assert {aviary.canaries[canary]: found[canary] for canary in aviary.canaries} == {
        where: set() for where in aviary.canaries.values()
    }
    assert len(aviary.canaries) > 60
    assert {"ledger.entries", "recruitment.events"} <= found[OPEN]
    kept = await every_value(house.installation)
    assert {where for canary, where in aviary.canaries.items() if canary not in kept} == set()


async def every_value(installation: Installation) -> str:
    async with operating(installation, "vault") as vault:
        rows = await vault.fetch("select value from kept")
    return "\n".join(row["value"] for row in rows)
