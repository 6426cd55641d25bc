"""The vault follows what recruitment decided: two references are one person's, or two's."""

from collections.abc import AsyncIterator, Sequence
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.envelope import PersonRef, StaffRef
from contracts.recruitment import MergeUndone, PartnersMerged
from services.chassis.deciding import Provenance
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.vault.application import Rights
from services.vault.belonging import belongings
from services.vault.domain.disposition import Block, Reason
from services.vault.keeping import Keeping
from services.vault.merging import Aliases
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from tests.offices import Announcer, announcing
from tests.patience import eventually
from tests.vault.asking import ask, keep, know, looked_up
from tests.vault.conftest import MARIE
from tests.vault.test_duplicates import two_of_one

pytestmark = pytest.mark.anyio

DECIDES = StaffRef(uuid4())


@pytest.fixture
async def recruitment(installation: Installation) -> AsyncIterator[Announcer]:
    async with announcing(installation, "recruitment") as recruitment:
        yield recruitment


def both(kept: str, merged: str) -> dict[str, object]:
    people = {"kept": PersonRef(UUID(kept)), "merged": PersonRef(UUID(merged))}
    return {**people, "decided_by": DECIDES}


async def known_together(door: httpx2.AsyncClient, one: str, other: str, yes: bool) -> None:
    async def so() -> bool:
        return (await know(door, one) == await know(door, other)) is yes

    await eventually(so)


async def test_values_of_both_are_found_under_either_and_the_other_is_in_no_list(
    door: httpx2.AsyncClient, recruitment: Announcer
) -> None:
    one, other, _ = await two_of_one(door)

    await recruitment.say(PartnersMerged(**both(one, other)))
    await known_together(door, one, other, True)

    assert (await know(door, one))["phone"] == "418 555-0101"
    assert (await know(door, other))["family_name"] == "Ouellet"  # as the one that was kept says
    search = {"purpose": "recruitment", "text": "ouel"}
    assert (await ask(door, "/search", search))["subjects"] == [one]
    assert other not in (await ask(door, "/sorted", {"purpose": "recruitment"}))["subjects"]
    listed = await ask(door, "/duplicates")
    [decided] = (await ask(door, "/duplicates?decided=true"))["items"]
    assert (listed["items"], listed["waiting"]) == ([], 0)
    assert (decided["same"], decided["kept"]) == (True, one)
    assert decided["decided_by"] == f"staff:{DECIDES}"


async def test_undone_each_has_their_own_again_and_they_are_not_proposed_again(
    door: httpx2.AsyncClient, recruitment: Announcer
) -> None:
    one, other, pair = await two_of_one(door)
    stream, _ = await recruitment.say(PartnersMerged(**both(one, other)))
    await known_together(door, one, other, True)
    refused = await door.post(f"/duplicates/{pair}/decision", json={"same": False})

    await recruitment.go_on(stream, MergeUndone(**both(one, other)))
    await known_together(door, one, other, False)

    assert refused.json()["type"].endswith("OnePersonAsDecided")
    assert "phone" not in await know(door, one)
    assert (await ask(door, "/duplicates/searches", {}))["found"] == 0
    assert (await ask(door, "/duplicates"))["items"] == []


async def test_what_is_heard_twice_after_a_crash_changes_nothing(
    door: httpx2.AsyncClient, installation: Installation
) -> None:
    one, other, _ = await two_of_one(door)
    async with Safe(installation.settings("vault").database_url) as safe:
        await Aliases(safe).join(MARIE, UUID(one), UUID(other), "staff:one")
        [before] = (await ask(door, "/duplicates?decided=true"))["items"]

        await Aliases(safe).join(MARIE, UUID(one), UUID(other), "staff:one")

        assert (await ask(door, "/duplicates?decided=true"))["items"] == [before]
        assert await Aliases(safe).files_of(MARIE, UUID(one)) == [UUID(one), UUID(other)]


async def test_a_merge_that_nobody_had_proposed_is_remembered_too(
    door: httpx2.AsyncClient, recruitment: Announcer
) -> None:
    one, values = str(uuid4()), [{"field": "given_name", "value": "Zoé"}]
    other = str(uuid4())
    about = {"claim": str(uuid4()), "purpose": "recruitment", "subject": other}
    await keep(door, *({**about, **value} for value in values))

    await recruitment.say(PartnersMerged(**both(one, other)))
    await known_together(door, one, other, True)

    [decided] = (await ask(door, "/duplicates?decided=true"))["items"]
    assert {decided["one"], decided["other"]} == {one, other}


async def test_who_was_erased_is_not_brought_back_as_an_alias(
    door: httpx2.AsyncClient, recruitment: Announcer, installation: Installation
) -> None:
    one, other, _ = await two_of_one(door)
    gone = "insert into vault.erased (establishment, subject) values ('north', $1)"
    await looked_up(installation, gone, UUID(other))

    await recruitment.say(PartnersMerged(**both(one, other)))
    last, _ = await recruitment.say(PartnersMerged(**both(str(uuid4()), str(uuid4()))))

    async def heard() -> bool:
        return len(await looked_up(installation, "select * from vault.aliases")) == 1

    await eventually(heard)
    assert await looked_up(installation, "select * from vault.duplicates where same") != []
    assert "phone" not in await know(door, one)
    assert last


async def test_a_pair_is_looked_at_in_the_journal(door: httpx2.AsyncClient) -> None:
    one, other, pair = await two_of_one(door)

    await ask(door, f"/duplicates/{pair}")

    [latest, *_] = (await ask(door, "/readings"))["items"]
    assert latest["read"]["asked"] == "duplicates"
    assert set(latest["read"]["subjects"]) == {one, other}
    assert latest["read"]["purpose"] == "recruitment"


async def test_a_legal_hold_on_one_file_keeps_the_other_too(
    door: httpx2.AsyncClient, recruitment: Announcer, installation: Installation
) -> None:
    one, other, _ = await two_of_one(door)
    await ask(door, "/holds", {"person": other, "reason": "Un litige."})
    await recruitment.say(PartnersMerged(**both(one, other)))
    await known_together(door, one, other, True)
    settings = installation.settings("vault")

    async with Safe(settings.database_url) as safe, Store("vault", settings.database_url) as store:
        aliases = Aliases(safe)
        rights = Rights(store, Keeping(safe, Schedules(safe)), nothing_keeps, aliases.files_of)
        blocks = await rights.what_keeps(MARIE, [UUID(one)])

    assert [(each.person, each.reason) for each in blocks] == [(UUID(one), Reason.HOLD)]


async def nothing_keeps(_: Provenance, __: Sequence[UUID]) -> list[Block]:
    return []


def test_the_words_of_both_files_are_the_persons_own() -> None:
    one, other, else_one = (str(uuid4()) for _ in range(3))
    mine, theirs, shared = (str(uuid4()) for _ in range(3))
    merge = {"kept": one, "merged": other}

    def fact(stream: str, persons: str, kind: str = "x.Y.v1", **data: object) -> dict[str, object]:
        told = {"type": kind, "subject": stream, "version": 1, "persons": persons, "data": data}
        return dict(told)

    history = [
        fact(mine, one), fact(theirs, other), fact(shared, f"{other} {else_one}"),
        fact(one, f"{one} {other}", PartnersMerged.type, **merge) | {"version": 2},
    ]  # fmt: skip
    undone = [*history, fact(one, "", MergeUndone.type, **merge) | {"version": 3}]

    assert belongings(UUID(one), history).streams == {UUID(mine), UUID(theirs)}
    assert belongings(UUID(one), undone).streams == {UUID(mine)}
