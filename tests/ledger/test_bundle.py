"""What an auditor takes away is checked without us: our code is not there, nor any network."""

import io
import subprocess
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from zipfile import ZipFile

import httpx2
import pytest

from services.chassis.settings import Installation, Settings
from services.ledger.book import Book
from tests.ledger.books import AMINA, LEO, enter, facts, served

pytestmark = pytest.mark.anyio

# Python's own audit hook: who opens a socket, or imports anything of ours, ends with code 9.
ALONE = """
import os, runpy, sys
def watch(event, args):
    ours = event == "import" and args[0].split(".")[0] in ("services", "contracts", "tests")
    if ours or event.startswith("socket."):
        os._exit(9)
sys.addaudithook(watch)
sys.argv = ["verify.py", *sys.argv[1:]]
runpy.run_path("verify.py", run_name="__main__")
"""


@pytest.fixture
async def book(ledger: Settings) -> AsyncIterator[Book]:
    async with Book(ledger.database_url) as book:
        yield book


@pytest.fixture
async def auditor(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with served(installation) as (_, client):
        yield client


async def taken(auditor: httpx2.AsyncClient, folder: Path, **of: str) -> Path:
    """The bundle, unpacked."""
    given = await auditor.get("/bundle", params=of)
    assert given.status_code == 200, given.text
    with ZipFile(io.BytesIO(given.content)) as packed:
        packed.extractall(folder)
    return folder


def verified(folder: Path, *options: str) -> tuple[int, str]:
    """What the verifier says, in a process that has Python and `cryptography` and no way out."""
    command = [sys.executable, "-P", "-c", ALONE, *options]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True)
    return done.returncode, done.stdout + done.stderr


def change(folder: Path, name: str, was: str, now: str) -> None:
    path = folder / name
    assert was in path.read_text()
    path.write_text(path.read_text().replace(was, now, 1))


async def test_a_bundle_verifies_without_us(
    auditor: httpx2.AsyncClient, book: Book, tmp_path: Path
) -> None:
    await enter(book, facts(300))
    await auditor.post("/checkpoints")
    await auditor.post("/keys")
    await enter(book, facts(300, first=301))
    key = (await auditor.get("/keys")).json()[0]["key"]

    folder = await taken(auditor, tmp_path)

    code, said = verified(folder, "--key", key)
    assert (code, said) == (
        0,
        "OK tandem/north/1: 600 entries, in a log of 600, with 1 checkpoints\n",
    )
    assert {"LISEZMOI.md", "README.md"} <= {one.name for one in folder.iterdir()}


async def test_a_bundle_of_a_person_has_their_facts_and_nobody_elses(
    auditor: httpx2.AsyncClient, book: Book, tmp_path: Path
) -> None:
    await enter(book, facts(9, person=AMINA) + facts(9, first=10, person=LEO))

    folder = await taken(auditor, tmp_path, person=str(AMINA))

    told = (folder / "entries.ndjson").read_text()
    assert (told.count(str(AMINA)), str(LEO) in told) == (3, False)
    assert verified(folder)[1].startswith("OK tandem/north/1: 3 entries, in a log of 18")


async def test_a_bundle_of_a_period_has_what_was_recorded_in_it(
    auditor: httpx2.AsyncClient, book: Book, tmp_path: Path
) -> None:
    await enter(book, facts(9))

    there = await taken(auditor, tmp_path / "a", since="2026-04-01", until="2026-04")
    none = await taken(auditor, tmp_path / "b", since="2026-05")

    assert verified(there)[1].startswith("OK tandem/north/1: 9 entries")
    assert verified(none)[1].startswith("OK tandem/north/1: 0 entries")


@pytest.mark.parametrize(
    ("file", "was", "now", "why"),
    [
        (
            "entries.ndjson",
            "staff:marie",
            "staff:maria",
            "line 1 (entry 1) is not what was entered",
        ),
        ("proofs.ndjson", '"sequence":2', '"sequence":3', "line 2"),
        ("checkpoint.txt", "\n9\n", "\n8\n", "no key of the log signed the checkpoint of 8"),
        ("keys.ndjson", "tandem/keys\\n1", "tandem/keys\\n2", "key 1 was not introduced"),
        ("checkpoints.ndjson", "\\n9\\n", "\\n2\\n", "no key of the log signed"),
    ],
)
async def test_a_bundle_that_was_changed_says_where(
    auditor: httpx2.AsyncClient, book: Book, tmp_path: Path, file: str, was: str, now: str, why: str
) -> None:
    await enter(book, facts(3))
    await auditor.post("/checkpoints")
    await enter(book, facts(6, first=4))
    folder = await taken(auditor, tmp_path)
    assert verified(folder)[0] == 0

    change(folder, file, was, now)

    code, said = verified(folder)
    assert (code, "BROKEN" in said, why in said) == (1, True, True), said


async def test_a_key_that_somebody_else_trusts_must_be_among_them(
    auditor: httpx2.AsyncClient, book: Book, tmp_path: Path
) -> None:
    await enter(book, facts(3))
    folder = await taken(auditor, tmp_path)
    another = "example.com/log+0c1bff1a+AQECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8g"

    code, _ = verified(folder, "--key", another)

    assert code == 1


def test_the_verifier_can_be_read_in_one_sitting() -> None:
    verifier = Path("services/ledger/proofs/bundle/verify.py").read_text().splitlines()

    assert len(verifier) <= 150
