"""The journal of readings has a tree too: whoever takes a reading back is seen."""

import asyncio

import pytest

from contracts.journal import Asked, PersonalFilesRead
from contracts.ledger import Promise
from contracts.vault import Purpose
from services.chassis.database import connect
from services.chassis.deciding import Provenance
from services.chassis.settings import Installation
from services.cli.proving.stretches import Finding
from services.cli.proving.verifying import verify_journals
from services.vault.journal import Journal
from services.vault.safe import Safe

pytestmark = pytest.mark.anyio

COUNT = 20


@pytest.fixture
async def vault(installation: Installation) -> str:
    """The way into a vault in which files were read."""
    settings = installation.settings("vault")
    read = PersonalFilesRead(asked=Asked.VALUES, purpose=Purpose.CONTACT, subjects=())
    async with Safe(settings.database_url) as safe, Journal(safe, "secret") as journal:
        for _ in range(COUNT):
            await journal.write(Provenance(establishment="north", actor="staff:marie"), read)
    return installation.operator_url(installation.database_of("vault"))


async def found_after(url: str, *statements: str) -> list[Finding]:
    superuser = await connect(url, "vault")
    await superuser.execute("set session_replication_role = replica")
    for statement in statements:
        await superuser.execute(statement)
    await superuser.close()
    [report] = await asyncio.to_thread(verify_journals, url)
    return report.findings


@pytest.mark.parametrize(
    ("change", "promise", "first"),
    [
        (r"update journal set body = body || '\x20' where sequence = 5", Promise.WRITTEN_ONCE, 5),
        ("update journal set actor = 'nobody' where sequence = 6", Promise.DATED_AS_WRITTEN, 6),
        ("delete from journal where sequence = 7", Promise.NOTHING_REMOVED, 7),
        (f"delete from journal where sequence = {COUNT}", Promise.NOTHING_REMOVED, COUNT),
        ("update journal_trees set frontier = frontier[1:1]", Promise.ONE_TREE, 1),
    ],
)
async def test_a_journal_that_was_changed_says_where(
    vault: str, change: str, promise: Promise, first: int
) -> None:
    assert await found_after(vault) == []

    [found] = await found_after(vault, change)

    assert (found.promise, found.first) == (promise, first)


async def test_what_retention_let_go_breaks_no_promise(vault: str) -> None:
    gone = "update journal set body = null, subjects = '{}', actor = '' where sequence < 9"

    assert await found_after(vault, gone) == []
