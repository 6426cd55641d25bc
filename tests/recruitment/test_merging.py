"""Two files of one person: merged by a decision in both, undone by another."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.consent import SharedPartnerReceived
from contracts.envelope import PersonalRef
from contracts.recruitment import (
    DuplicateClosed,
    DuplicateReopened,
    MergeUndone,
    PartnersMerged,
    ProfileUpdated,
)
from services.chassis.deciding import seal
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.recruitment.domain.merging import (
    KeptHasLeft,
    MergedWithAnother,
    SharedByAnother,
    StandsForOthers,
    TheSameFile,
    UndoTheMerge,
)
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.search import AlreadyMatched, Search
from services.recruitment.merging import Merging
from tests.examples import MARIE, facts
from tests.offices import an_office, announcing, ask
from tests.recruitment.people import a_candidate, a_partner, a_search, decision

REASON = "Même adresse, même téléphone : c’est bien Odile."


def merge(kept: Partner, other: Partner) -> None:
    kept.merge(other, PartnersMerged(kept=kept.person, merged=other.person))


def part(kept: Partner, other: Partner) -> None:
    kept.part(other, MergeUndone(kept=kept.person, merged=other.person))


def test_a_merge_stands_in_both_files_once() -> None:
    kept, other = a_partner(), a_partner()

    merge(kept, other)
    merge(kept, other)

    assert facts(kept)[2:] == [PartnersMerged(kept=kept.person, merged=other.person)]
    assert facts(other)[2:] == [DuplicateClosed(partner=other.person, kept=kept.person)]


def test_the_other_file_is_closed_for_new_matches_and_what_had_begun_goes_on() -> None:
    kept, other, search = a_partner(), a_partner(), a_search()
    begun = uuid4()
    other.engage(begun)
    search.shortlist(other)
    search.express_interest(other.person)
    merge(kept, other)

    asked: list[Callable[[], object]] = [
        lambda: search.match(other, decision(other).role),
        lambda: a_search().shortlist(other),
        lambda: other.update_profile(ProfileUpdated(partner=other.person, monthly_minutes=60)),
        lambda: other.take_pause(None),
        other.resume,
        other.give_access,
        lambda: other.say([]),
    ]

    for refused in asked:
        with pytest.raises(MergedWithAnother):
            refused()

    other.release(begun)
    other.leave(silent=True)
    search.not_retain(other.person)
    kept.require_available()
    assert begun in other.released


def test_undone_both_stand_for_themselves() -> None:
    kept, other = a_partner(), a_partner()
    merge(kept, other)

    part(kept, other)
    part(kept, other)

    other.require_available()
    assert facts(kept)[3:] == [MergeUndone(kept=kept.person, merged=other.person)]
    assert facts(other)[3:] == [DuplicateReopened(partner=other.person, kept=kept.person)]
    merge(other, kept)


def test_one_file_is_not_merged_with_itself() -> None:
    kept = a_partner()

    with pytest.raises(TheSameFile):
        merge(kept, kept)


def test_chains_and_circles_are_not_made() -> None:
    kept, other, third = a_partner(), a_partner(), a_partner()
    merge(kept, other)

    with pytest.raises(MergedWithAnother):
        merge(other, kept)
    with pytest.raises(MergedWithAnother):
        merge(third, other)
    with pytest.raises(StandsForOthers):
        merge(third, kept)

    merge(kept, third)
    assert kept.files.others == {other.person, third.person}


def test_whoever_is_still_here_is_not_hidden_behind_a_file_that_is_closed() -> None:
    gone, here = a_partner(), a_partner()
    gone.leave()

    with pytest.raises(KeptHasLeft):
        merge(gone, here)

    merge(here, gone)


def test_what_another_establishment_lends_stays_apart() -> None:
    here, lent = a_partner(), a_partner()
    link = PersonalRef(ref=uuid4(), commitment="0" * 64)
    lent.receive(SharedPartnerReceived(person=lent.person, giver="south", until="2027", link=link))

    with pytest.raises(SharedByAnother):
        merge(here, lent)


def test_a_merge_is_undone_and_not_annulled_and_a_merged_file_has_a_beginning() -> None:
    kept, other = a_partner(), a_candidate()
    merge(kept, other)
    of_kept = seal(kept.recorded(), "recruitment", MARIE)
    of_other = seal(other.recorded(), "recruitment", MARIE)

    for history, fact in (
        (of_kept, of_kept[-1]),
        (of_other, of_other[-1]),
        (of_other, of_other[0]),
    ):
        with pytest.raises(UndoTheMerge):
            Partner.require_annullable(history, fact.id)

    assert Partner.require_annullable(of_kept, of_kept[1].id)


@pytest.fixture
async def office(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with (
        announcing(installation, "accompaniment"),
        an_office(installation, "vault", "intake", "recruitment") as office,
    ):
        yield office


@pytest.fixture
async def merging(installation: Installation) -> AsyncIterator[Merging]:
    settings = installation.settings("recruitment")
    async with Store("recruitment", settings.database_url) as store, Vault(settings) as vault:
        yield Merging(store, vault)


async def known(merging: Merging, *partners: Partner, establishment: str = "north") -> None:
    by = replace(MARIE, command=uuid4(), establishment=establishment)
    await merging.save(by, *partners)


@pytest.mark.anyio
async def test_the_office_merges_and_undoes_and_why_is_in_the_vault(
    office: httpx2.AsyncClient, merging: Merging
) -> None:
    kept, other = a_partner(), a_partner()
    await known(merging, kept, other)

    await ask(
        office, f"/recruitment/partners/{kept.id}/merges", merged=str(other.id), reason=REASON
    )
    path = f"/recruitment/partners/{kept.id}/merges/{other.id}/undoing"
    await ask(office, path, reason="Ce sont deux sœurs.")

    told = await merging._store.read_stream("north", kept.id)
    types = [one.type.split(".")[1] for one in told]
    assert types[2:] == ["PartnersMerged", "MergeUndone"]
    refs = [UUID(one.data["reason"]["ref"]) for one in told[2:]]
    asked = {"purpose": "recruitment", "refs": list(map(str, refs))}
    values = (await office.post("/vault/resolutions", json=asked)).json()["values"]
    assert [values[str(ref)] for ref in refs] == [REASON, "Ce sont deux sœurs."]
    assert REASON not in told[2].model_dump_json()


@pytest.mark.anyio
async def test_only_files_of_this_establishment_are_merged(
    office: httpx2.AsyncClient, merging: Merging
) -> None:
    here, there = a_partner(), a_partner()
    await known(merging, here)
    await known(merging, there, establishment="south")

    for kept, other in ((here, there), (there, here)):
        said = {"merged": str(other.id)}
        refused = await office.post(f"/recruitment/partners/{kept.id}/merges", json=said)
        assert refused.status_code == 404


@pytest.mark.anyio
async def test_who_was_erased_is_neither_merged_nor_parted(
    office: httpx2.AsyncClient, merging: Merging, installation: Installation
) -> None:
    from tests.vault.asking import looked_up

    kept, other, gone = a_partner(), a_partner(), a_partner()
    await known(merging, kept, other, gone)
    await ask(office, f"/recruitment/partners/{kept.id}/merges", merged=str(other.id))
    erase = "insert into vault.erased (establishment, subject) values ('north', $1)"
    for one in (other, gone):
        await looked_up(installation, erase, one.id)

    merged = await office.post(
        f"/recruitment/partners/{kept.id}/merges", json={"merged": str(gone.id)}
    )
    undone = await office.post(
        f"/recruitment/partners/{kept.id}/merges/{other.id}/undoing", json={}
    )

    for refused in (merged, undone):
        assert refused.json()["type"].endswith("FileDestroyed")


@pytest.mark.anyio
async def test_of_two_who_merge_the_same_files_the_other_way_round_one_is_refused(
    office: httpx2.AsyncClient, merging: Merging
) -> None:
    one, other = a_partner(), a_partner()
    await known(merging, one, other)

    outcomes = await asyncio.gather(
        office.post(f"/recruitment/partners/{one.id}/merges", json={"merged": str(other.id)}),
        office.post(f"/recruitment/partners/{other.id}/merges", json={"merged": str(one.id)}),
    )

    assert sorted(each.status_code for each in outcomes) == [204, 409]
    files = [await merging.load(Partner, each.id, "north") for each in (one, other)]
    assert len([each for each in files if each.files.kept_as]) == 1


@pytest.mark.anyio
async def test_of_two_files_the_kept_one_says_what_is_consented_to(
    office: httpx2.AsyncClient, merging: Merging
) -> None:
    kept, other = a_partner(), a_partner()
    await known(merging, kept, other)
    said = {"purpose": "story", "form": "paper"}
    await ask(office, f"/recruitment/partners/{other.id}/consents", **said)

    before = await stands(office, other.id)
    await ask(office, f"/recruitment/partners/{kept.id}/merges", merged=str(other.id))
    after = await stands(office, other.id)
    await ask(office, f"/recruitment/partners/{kept.id}/consents", **said)

    assert (before, after, await stands(office, other.id)) == (True, False, True)


async def stands(office: httpx2.AsyncClient, person: UUID) -> bool:
    answer = await office.get(f"/recruitment/partners/{person}/consents/story")
    assert answer.is_success, answer.text
    return bool(answer.json()["holds"])


def test_a_search_knows_each_file_apart() -> None:
    kept, other, search = a_partner(), a_partner(), a_search()
    search.shortlist(other)
    merge(kept, other)

    search.shortlist(kept)

    assert isinstance(search, Search)
    assert list(search.candidates) == [other.person, kept.person]


def test_who_was_matched_by_one_file_is_not_matched_again_by_the_other() -> None:
    kept, other, search = a_partner(), a_partner(), a_search()
    search.shortlist(other)
    search.express_interest(other.person)
    search.match(other, decision(other).role)
    merge(kept, other)

    with pytest.raises(AlreadyMatched):
        search.shortlist(kept)
