"""The platform is killed in the middle of an import; afterwards every line is there, once."""

import asyncio
import os
import random
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import httpx2
import pytest

from services.chassis.tokens import Identity, Signed
from services.cli.running import pen_of
from tests.cli.register.samples import a_register, a_workbook
from tests.cli.terminal import EVERY_HAND, Terminal
from tests.operating import operating
from tests.patience import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

KILLS = int(os.environ.get("TANDEM_KILLS", "3"))
LONGEST = 1.2  # seconds from its first line to the last one, more or less
ROWS = a_register(40)
LISTS = {"partners": "partners", "projects": "projects", "involvements": "involvements"}


@pytest.fixture
def tandem(tmp_path: Path) -> Terminal:
    return Terminal(tmp_path / "home")


@pytest.fixture
def workbook(tmp_path: Path) -> Path:
    return a_workbook(tmp_path / "registre.xlsx", 40)


async def test_every_line_is_there_once_however_often_the_platform_was_killed(
    tandem: Terminal, workbook: Path
) -> None:
    chance = random.Random(os.environ.get("TANDEM_SEED"))
    interrupted = 0

    for number in range(KILLS):
        establishment = f"of-{number}"
        moment = chance.random() if number else 0.0  # the first surely comes before the end
        interrupted += await killed_while(tandem, workbook, establishment, moment)
        async with at_work(tandem):
            again = await asyncio.to_thread(
                tandem.apart, "import", workbook, "-e", establishment, "--json"
            )
            assert again.code == 0, f"after {number} kills: {again.err}"
            await settled(tandem)
            assert await lines_in_the_ledger(tandem, establishment) == every_line()
            assert await read_models(tandem, establishment) == {
                sheet: len(rows) for model, rows in ROWS.items() if (sheet := model.sheet) in LISTS
            }
            assert await words_kept(tandem, establishment) == []

    assert interrupted


async def killed_while(tandem: Terminal, workbook: Path, establishment: str, moment: float) -> bool:
    """Whether the import heard of it: sometimes it had ended."""
    with tandem.up() as platform:
        before = await written(tandem, establishment)
        importing = tandem.begin("import", workbook, "-e", establishment, "--json")

        async def begun() -> bool:
            return importing.poll() is not None or await written(tandem, establishment) > before

        await eventually(begun, within=30)
        await asyncio.sleep(moment * LONGEST)
        platform.kill()
        await asyncio.to_thread(importing.communicate, timeout=60)
    return importing.returncode == 1


async def written(tandem: Terminal, establishment: str) -> int:
    auth = of_the_house(tandem, establishment)
    url = f"http://127.0.0.1:{tandem.port}"
    async with httpx2.AsyncClient(base_url=url, auth=auth) as client:
        told = (await client.get("/directory/status")).json()
    return int(told["position"])


@pytest.fixture(autouse=True)
async def cleared_up(tandem: Terminal) -> AsyncIterator[None]:
    yield
    tandem.end_leftovers()


class at_work:  # noqa: N801 - it is read as a phrase
    """The platform, started beside the test's own loop."""

    def __init__(self, tandem: Terminal) -> None:
        self._up = tandem.up()

    async def __aenter__(self) -> None:
        await asyncio.to_thread(self._up.__enter__)

    async def __aexit__(self, *how: Any) -> None:
        await asyncio.to_thread(self._up.__exit__, *how)


async def settled(tandem: Terminal) -> None:
    """All that was decided is in the ledger and on the shelves, and nothing was set aside."""

    async def quiet() -> bool:
        told = (await asyncio.to_thread(tandem.apart, "status", "--json")).told
        parts = [*told["services"].values(), *told["read_models"].values()]
        return all(not (one["lag"] or one.get("quarantine") or one.get("parked")) for one in parts)

    await eventually(quiet, within=60)


def every_line() -> Counter[tuple[str, int]]:
    return Counter(
        (model.titles[0], line) for model, rows in ROWS.items() for line, _ in enumerate(rows, 2)
    )


async def lines_in_the_ledger(tandem: Terminal, establishment: str) -> Counter[tuple[str, int]]:
    told = [entry["data"].get("line") for entry in await entries(tandem, establishment)]
    return Counter((line["sheet"], line["line"]) for line in told if line)


def of_the_house(tandem: Terminal, establishment: str) -> Signed:
    return Signed(pen_of(tandem.home), Identity(establishment, "operator", EVERY_HAND))


async def entries(tandem: Terminal, establishment: str) -> list[dict[str, Any]]:
    auth = of_the_house(tandem, establishment)
    found: list[dict[str, Any]] = []
    url = f"http://127.0.0.1:{tandem.port}"
    async with httpx2.AsyncClient(base_url=url, auth=auth, timeout=30) as client:
        while page := (
            await client.get("/ledger/entries", params={"after": len(found), "limit": 1000})
        ).json():
            found += page
    return found


async def read_models(tandem: Terminal, establishment: str) -> dict[str, int]:
    auth = of_the_house(tandem, establishment)
    url = f"http://127.0.0.1:{tandem.port}"
    async with httpx2.AsyncClient(base_url=url, auth=auth, timeout=30) as client:
        return {
            sheet: len(
                (await client.get(f"/insights/{name}", params={"limit": 500})).json()["items"]
            )
            for sheet, name in LISTS.items()
        }


async def words_kept(tandem: Terminal, establishment: str) -> list[str]:
    """References of facts that lead nowhere, and words that no fact refers to."""
    named = {ref for entry in await entries(tandem, establishment) for ref in _refs(entry["data"])}
    async with operating(tandem.installation, "vault") as vault:
        rows = await vault.fetch("select ref from kept where establishment = $1", establishment)
    return sorted(named ^ {str(row["ref"]) for row in rows})


def _refs(data: Any) -> set[str]:
    match data:
        case {"ref": str(ref), "commitment": str()}:
            return {ref}
        case dict():
            return {ref for part in data.values() for ref in _refs(part)}
    return set()
