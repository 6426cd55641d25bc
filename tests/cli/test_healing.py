"""`tandem heal` as its operator reads it at night: what was done, and what is left to do."""

import asyncio
import json
from io import StringIO
from pathlib import Path

import pytest
from rich.console import Console
from typer.testing import CliRunner, Result

from services.chassis.settings import Installation, Settings
from services.chassis.store import Store
from services.cli.healing import tell
from services.cli.main import app
from services.healing import Healed
from tests.errands import an_errand
from tests.operating import operating, put_back
from tests.system.test_healing import entered

pytestmark = pytest.mark.anyio


def told(healed: Healed) -> tuple[int, str]:
    said = StringIO()
    left = tell({"intake": healed}, Console(file=said, width=200))
    return left, said.getvalue()


def test_what_was_taken_back_is_said_with_its_positions() -> None:
    left, said = told(Healed(taken=16, position=106, heard=106))

    assert left == 0
    assert "16 (91 à 106)" in said
    assert "Il ne manque à aucun service une étape que le registre ait" in said


def test_what_others_heard_and_nobody_has_is_said_with_what_comes_next() -> None:
    left, said = told(Healed(taken=0, position=84, heard=86))

    assert left == 1
    assert "les étapes 85 à 86" in said
    assert "redites `tandem heal`" in said


def test_a_service_that_went_another_way_is_said_to_be_as_it_was() -> None:
    left, said = told(Healed(taken=0, position=9, heard=0, parted_since=5))

    assert left == 1
    assert "après l’étape 5 autre chose que ce que le registre en a" in said
    assert "Rien n’a été touché" in said


async def healed(installation: Installation, keys: Path, *words: str) -> Result:
    there = surroundings(installation, keys)
    return await asyncio.to_thread(lambda: CliRunner().invoke(app, ["heal", *words], env=there))


def surroundings(installation: Installation, keys: Path) -> dict[str, str]:
    """What the operator's container is told."""
    keys.mkdir(exist_ok=True)
    for name, key in installation.keys.items():
        (keys / name).write_text(key)
    return {
        "TANDEM_DATABASE_URL": installation.database_url,
        "TANDEM_DATABASES": json.dumps(dict(installation.databases)),
        "TANDEM_NATS_URL": installation.nats_url,
        "TANDEM_KEYS": str(keys),
    }


async def test_what_the_ledger_kept_comes_back_by_one_command(
    installation: Installation, store: Store, ledger: Settings, tmp_path: Path
) -> None:
    await entered(store, ledger, 20)
    await put_back(installation, 7)

    first = await healed(installation, tmp_path / "keys")
    again = await healed(installation, tmp_path / "keys")

    assert (first.exit_code, again.exit_code) == (0, 0)
    assert "13 (8 à 20)" in first.stdout
    assert "13 (8 à 20)" not in again.stdout
    assert await store.position() == 20


async def test_a_service_that_went_another_way_is_told_since_when_and_ends_with_code_1(
    installation: Installation, store: Store, ledger: Settings, tmp_path: Path
) -> None:
    await entered(store, ledger, 10)
    await put_back(installation, 5)
    async with Store("intake", installation.settings("intake").database_url) as newcomer:
        await newcomer.append(an_errand())

    said = await healed(installation, tmp_path / "keys", "--without-nats")

    assert said.exit_code == 1
    assert "intake a inscrit après l’étape 5 autre chose" in said.stdout
    async with operating(installation, "intake") as operator:
        assert await operator.fetchval("select server from head") is None
