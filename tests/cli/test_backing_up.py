"""Everything is destroyed, and comes back as it was at a minute: but for who was erased since."""

import asyncio
import json
import re
import shutil
import subprocess
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx2
import pytest
from rich.progress import Progress
from typer.testing import CliRunner

from services.chassis.embedded import keys_in
from services.chassis.postgres import postgres
from services.chassis.settings import OPERATOR, Installation
from services.chassis.tokens import Pen
from services.cli.backing_up import back_up
from services.cli.copies import (
    BASE,
    FACTS,
    LOGS,
    NAMED,
    SUM,
    Copy,
    Damaged,
    copies_in,
    copy_before,
    let_go,
    verify,
)
from services.cli.main import app
from tests import callers
from tests.callers import OFFICE, signed
from tests.cli.terminal import Terminal
from tests.operating import operating
from tests.patience import eventually
from tests.vault.test_erasure import a_former_partner, carried_out, proposed


@pytest.fixture(scope="module")
def kept() -> Iterator[Copy]:
    """A copy of a PostgreSQL with nothing of ours in it."""
    with (
        tempfile.TemporaryDirectory(prefix="tandem-copies-") as name,
        postgres((folder := Path(name)) / "postgres", "secret") as url,
    ):
        keys = {OPERATOR: "secret"}
        here = Installation(url.replace("/tandem?", "/postgres?"), "", keys)
        with Progress(disable=True) as bar:
            yield back_up(here, folder / "copies", bar).copy


def another(kept: Copy, folder: Path, age: timedelta) -> Copy:
    """The same copy, as if it had been taken then."""
    name = (datetime.now(UTC) - age).strftime(NAMED)
    return Copy.at(Path(shutil.copytree(kept.folder, folder / name)))


def test_a_copy_is_what_the_server_said_it_is(kept: Copy) -> None:
    read: list[int] = []

    verify(kept.folder, read.append)

    assert sum(read) > 10_000_000
    assert copies_in(kept.folder.parent) == [kept]
    assert kept.first_log in {one.name.partition(".")[0] for one in _logs(kept.folder.parent)}


def _logs(folder: Path) -> list[Path]:
    return sorted((folder / LOGS).iterdir())


@pytest.mark.parametrize("name", [BASE, "pg_wal.tar.gz", "backup_manifest"])
def test_a_copy_in_which_some_bytes_have_changed_is_no_copy(
    kept: Copy, tmp_path: Path, name: str
) -> None:
    copy = another(kept, tmp_path, timedelta())
    words = bytearray((copy.folder / name).read_bytes())
    middle = len(words) // 2
    for at in range(middle, middle + 16):  # one alone may lie where gzip has nothing to say
        words[at] ^= 0xFF
    (copy.folder / name).write_bytes(words)

    with pytest.raises(Damaged):
        verify(copy.folder)


def test_old_copies_go_with_the_logs_that_nobody_needs_any_more_but_the_last_stays(
    kept: Copy, tmp_path: Path
) -> None:
    for days in (50, 40, 30):
        another(kept, tmp_path, timedelta(days=days))
    logs = tmp_path / LOGS
    logs.mkdir()
    before, since = "000000010000000000000001.gz", f"{kept.first_log}.gz"
    for name in (before, since, "00000002.history.gz"):
        (logs / name).touch()

    gone = let_go(tmp_path, timedelta(days=35))

    assert gone == 2
    assert len(copies_in(tmp_path)) == 1
    assert {one.name for one in logs.iterdir()} == {since, "00000002.history.gz"}
    assert let_go(tmp_path, timedelta(days=1)) == 0


def test_what_is_older_than_the_vaults_may_be_keeps_all_but_the_vault(
    kept: Copy, tmp_path: Path
) -> None:
    ages = {days: another(kept, tmp_path, timedelta(days=days)) for days in (40, 20, 3, 0)}
    (tmp_path / LOGS).mkdir()

    gone = let_go(tmp_path, timedelta(days=35), timedelta(days=7))

    assert gone == 1
    assert [one.folder.exists() for one in ages.values()] == [False, True, True, True]
    assert {one.name for one in ages[20].folder.iterdir()} == {FACTS, SUM}
    assert copies_in(tmp_path) == [ages[3], ages[0]]
    assert copy_before(tmp_path, datetime.now(UTC) - timedelta(days=10)) == ages[20]
    verify(ages[20].folder)
    with (ages[20].folder / FACTS).open("ab") as dump:
        dump.write(b"?")
    with pytest.raises(Damaged):
        verify(ages[20].folder)


def test_living_data_is_not_replaced_unless_that_is_said(
    kept: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "postgres" / "data").mkdir(parents=True)
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path))

    told = CliRunner().invoke(app, ["restore", str(kept.folder.parent)])

    assert told.exit_code == 1
    assert "--over" in told.stderr


def test_nothing_is_put_back_without_the_keys(
    kept: Copy, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TANDEM_HOME", str(tmp_path / "new"))

    told = CliRunner().invoke(app, ["restore", str(kept.folder.parent)])

    assert told.exit_code == 1
    assert "--keys" in told.stderr


@pytest.fixture
def terminal(home: Path) -> Iterator[Terminal]:
    terminal = Terminal(home / "tandem")
    pens = list(callers.PENS)
    yield terminal
    callers.PENS[:] = pens
    terminal.end_leftovers()


@pytest.fixture
def platform(terminal: Terminal) -> Iterator[subprocess.Popen[bytes]]:
    with terminal.up() as platform:
        callers.PENS.append(Pen("portal", keys_in(terminal.home / "keys.json")["portal"]))
        yield platform


@pytest.fixture
async def office(
    terminal: Terminal, platform: subprocess.Popen[bytes]
) -> AsyncIterator[httpx2.AsyncClient]:
    marie, door = signed("north", "marie", roles=OFFICE), f"http://127.0.0.1:{terminal.port}"
    assert platform.poll() is None
    async with httpx2.AsyncClient(base_url=door, auth=marie, timeout=30) as office:
        yield office


async def checkpoint(office: httpx2.AsyncClient) -> str:
    assert (await office.post("/ledger/checkpoints")).is_success
    return str((await office.get("/ledger/checkpoints/latest")).json()["note"])


async def logs_are_kept(terminal: Terminal, folder: Path) -> None:
    """As happens by itself within a minute."""
    async with operating(terminal.installation, "ledger") as own:
        name = await own.fetchval("select pg_walfile_name(pg_switch_wal())")

    async def kept() -> bool:
        return (folder / LOGS / f"{name}.gz").exists()

    await eventually(kept, within=20)


@pytest.mark.anyio
@pytest.mark.thorough
async def test_all_is_lost_and_comes_back_as_it_was_at_a_minute_without_whom_was_erased_since(
    terminal: Terminal, platform: subprocess.Popen[bytes], office: httpx2.AsyncClient, home: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:  # fmt: skip
    copies, keys = home / "copies", home / "keys"
    held, later = home / "held.txt", home / "later.txt"
    erased = await a_former_partner(office, "P-001", left="2015")
    made = await asyncio.to_thread(terminal.apart, "backup", copies, "--keys", keys)
    assert made.code == 0, made.err
    stays = await a_former_partner(office, "P-002", left="2016")
    held.write_text(await checkpoint(office))
    moment = datetime.now(UTC)
    await carried_out(office, (await proposed(office, erased)).json()["id"])
    await a_former_partner(office, "P-003", left="2017")
    later.write_text(await checkpoint(office))
    await logs_are_kept(terminal, copies)
    platform.kill()
    platform.wait()
    terminal.end_leftovers()
    shutil.rmtree(terminal.home)

    began = time.monotonic()
    said = ("--to", moment.isoformat(), "--keys", keys, "--against", held, "--against", later)
    restored = await asyncio.to_thread(terminal.apart, "restore", copies, *said)
    took = time.monotonic() - began

    assert restored.code == 0, restored.err
    assert re.search("later.txt en a vu [1-9] de plus de north", restored.out)
    with capsys.disabled():
        print(f"\n{made.out}{restored.out}\nback after {took:.1f} s")  # noqa: T201 - figures of the drill
    with Terminal.up(terminal):
        verified = await asyncio.to_thread(terminal.apart, "verify", "--held", held, "--json")
        assert verified.code == 0, verified.out
        assert [one["held"] for one in verified.told if one["establishment"] == "north"] == [1]
        installation = terminal.installation
        async with operating(installation, "ledger") as ledger:
            epochs = await ledger.fetch("select establishment, why from epochs")
            last = await ledger.fetchval("select max(recordedtime) from entries")
        async with operating(installation, "vault") as vault:
            subjects = {str(one) for (one,) in await vault.fetch("select subject from kept")}
            gone = {str(one) for (one,) in await vault.fetch("select subject from erased")}
            digests = await vault.fetchval("select count(*) from erased_keys")
            keys_left = {key for (key,) in await vault.fetch("select key from keys")}
        assert ("north", "restored") in [tuple(one) for one in epochs]
        assert last <= moment
        assert stays in subjects
        assert erased not in subjects
        assert erased in gone
        assert digests == 1
        assert keys_left == {"P-002"}
        state = await asyncio.to_thread(terminal.apart, "status", "--json")
        told = json.loads(state.out)
        assert told["troubles"] == []
        assert told["backed_up"] == copies_in(copies)[0].taken.isoformat(timespec="minutes")


@pytest.mark.anyio
@pytest.mark.thorough
async def test_from_before_the_vaults_copies_comes_what_was_decided_and_no_personal_value(
    terminal: Terminal, platform: subprocess.Popen[bytes], office: httpx2.AsyncClient, home: Path
) -> None:
    copies, keys = home / "copies", home / "keys"
    person = await a_former_partner(office, "P-001", left="2015")
    held = await checkpoint(office)
    (home / "held.txt").write_text(held)
    first = await asyncio.to_thread(terminal.apart, "backup", copies, "--keys", keys)
    assert first.code == 0, first.err
    [old] = copies_in(copies)
    aged = old.folder.rename(copies / (datetime.now(UTC) - timedelta(days=20)).strftime(NAMED))
    await a_former_partner(office, "P-002", left="2016")
    second = await asyncio.to_thread(terminal.apart, "backup", copies)
    assert second.code == 0, second.err
    platform.kill()
    platform.wait()
    terminal.end_leftovers()
    shutil.rmtree(terminal.home)

    moment = (datetime.now(UTC) - timedelta(days=19)).isoformat()
    said = ("--to", moment, "--keys", keys, "--against", home / "held.txt")
    restored = await asyncio.to_thread(terminal.apart, "restore", copies, *said)

    assert {one.name for one in aged.iterdir()} == {FACTS, SUM}
    assert restored.code == 0, restored.err
    assert "aucun renseignement personnel" in restored.out
    with Terminal.up(terminal):
        verified = await asyncio.to_thread(terminal.apart, "verify", "--held", home / "held.txt")
        assert verified.code == 0, verified.out
        async with operating(terminal.installation, "ledger") as ledger:
            bodies = [body for (body,) in await ledger.fetch("select body from entries")]
            epochs = [why for (why,) in await ledger.fetch("select why from epochs")]
        async with operating(terminal.installation, "vault") as vault:
            values = await vault.fetchval("select count(*) from kept")
    assert any(person.encode() in body for body in bodies)
    assert epochs == ["restored"]
    assert values == 0
