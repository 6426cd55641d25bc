from base64 import b64decode
from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import orjson
import pytest

from services.chassis.database import connect
from services.chassis.notes import Checkpoint, Note, Verifier
from services.chassis.settings import Installation, Settings
from services.chassis.tree import is_consistent, is_included, leaf_of
from services.ledger.book import Book
from tests.ledger.books import enter, facts, served
from tests.patience import eventually

pytestmark = pytest.mark.anyio

MIGRATION = Path("services/ledger/migrations/0002_proofs.sql").read_text()
OVER_WHAT_WAS = MIGRATION[MIGRATION.index("do $$") : MIGRATION.index("end $$;") + len("end $$;")]


@pytest.fixture
async def book(ledger: Settings) -> AsyncIterator[Book]:
    async with Book(ledger.database_url) as book:
        yield book


@pytest.fixture
async def auditor(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with served(installation) as (_, client):
        yield client


async def signed(auditor: httpx2.AsyncClient) -> Checkpoint:
    """What is entered now, as the ledger signs it."""
    assert (await auditor.post("/checkpoints")).status_code == 204
    return opened((await auditor.get("/checkpoints/latest")).json()["note"], await vkeys(auditor))


async def vkeys(auditor: httpx2.AsyncClient) -> list[Verifier]:
    return [Verifier.read(key["key"]) for key in (await auditor.get("/keys")).json()]


def opened(note: str, keys: list[Verifier]) -> Checkpoint:
    read = Note.read(note)
    assert read.by(keys)
    return Checkpoint.read(read.text)


async def test_every_entry_is_proved_to_be_under_the_signed_root(
    auditor: httpx2.AsyncClient, book: Book
) -> None:
    bodies = facts(700)
    await enter(book, bodies)
    for place in (0, 255, 256, 699):
        entry = orjson.loads(bodies[place])["id"]

        told = (await auditor.get("/proofs/inclusion", params={"entry": entry})).json()

        checkpoint = opened(told["checkpoint"], await vkeys(auditor))
        proof = [b64decode(one) for one in told["proof"]]
        assert (told["sequence"], checkpoint.origin) == (place + 1, "tandem/north/1")
        assert is_included(leaf_of(bodies[place]), place, checkpoint.size, proof, checkpoint.root)


async def test_a_checkpoint_is_proved_to_be_the_beginning_of_a_later_one(
    auditor: httpx2.AsyncClient, book: Book
) -> None:
    await enter(book, facts(300))
    before = await signed(auditor)
    await enter(book, facts(500, first=301))
    after = await signed(auditor)

    asked = {"old": before.size, "new": after.size}
    told = (await auditor.get("/proofs/consistency", params=asked)).json()

    proof = [b64decode(one) for one in told["proof"]]
    assert is_consistent(before.size, after.size, before.root, after.root, proof)


async def test_an_establishment_has_a_log_of_its_own(
    auditor: httpx2.AsyncClient, book: Book
) -> None:
    await enter(book, facts(3) + facts(5, "south", first=4))

    size = (await signed(auditor)).size
    elsewhere = orjson.loads(facts(1, "south")[0])["id"]
    refused = await auditor.get("/proofs/inclusion", params={"entry": elsewhere})

    assert (size, refused.status_code) == (3, 404)


async def test_checkpoints_come_by_themselves(auditor: httpx2.AsyncClient, book: Book) -> None:
    await enter(book, facts(10))

    async def there() -> bool:
        return bool((await auditor.get("/checkpoints")).json())

    await eventually(there)


async def test_what_an_old_key_signed_stays_verifiable_and_it_introduces_the_new(
    auditor: httpx2.AsyncClient, book: Book
) -> None:
    await enter(book, facts(10))
    await signed(auditor)
    old = (await auditor.get("/checkpoints/latest")).json()["note"]

    await auditor.post("/keys")
    await enter(book, facts(10, first=11))
    await signed(auditor)

    first, second = (await auditor.get("/keys")).json()
    new = (await auditor.get("/checkpoints/latest")).json()["note"]
    opened(old, [Verifier.read(first["key"])])
    opened(new, [Verifier.read(second["key"])])
    introduced = Verifier("tandem/keys", Verifier.read(first["key"]).public)
    assert Note.read(second["statement"]).signed_by(introduced)


async def test_nothing_is_signed_that_contradicts_what_was_signed(
    auditor: httpx2.AsyncClient, book: Book, operator: Settings
) -> None:
    await enter(book, facts(300))
    signed_before = await signed(auditor)
    superuser = await connect(operator.database_url, "ledger")
    await superuser.execute("alter table nodes disable trigger only_added_to")
    await superuser.execute("update nodes set hash = sha256(hash)")
    await superuser.close()

    await enter(book, facts(10, first=301))
    refused = await auditor.post("/checkpoints")

    latest = (await auditor.get("/checkpoints/latest")).json()
    assert refused.json()["type"] == "urn:tandem:Rewritten"
    assert latest["size"] == signed_before.size


async def test_a_ledger_that_lost_what_it_had_shown_goes_on_under_another_name(
    auditor: httpx2.AsyncClient, book: Book
) -> None:
    await enter(book, facts(10))
    before = await signed(auditor)

    await auditor.post("/epochs", json={"why": "restored"})
    after = await signed(auditor)

    assert (before.origin, after.origin) == ("tandem/north/1", "tandem/north/2")
    assert before.root == after.root


async def test_what_was_entered_before_there_were_proofs_is_proved_too(
    book: Book, operator: Settings
) -> None:
    await enter(book, facts(600))
    superuser = await connect(operator.database_url, "ledger")
    kept = await superuser.fetch("select * from nodes order by level, number")

    await superuser.execute("set session_replication_role = replica; delete from nodes")
    await superuser.execute(OVER_WHAT_WAS)

    assert await superuser.fetch("select * from nodes order by level, number") == kept
    assert len(kept) == 2
    await superuser.close()
