"""Who signs a mandate: the young, their parents, whoever represents an adult."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple
from uuid import uuid4

import httpx2
import pytest

from contracts.accompaniment import SignatureGiven, SignedAs
from contracts.capacity import SIGNING, Case
from contracts.consent import (
    ConsentTo,
    RepresentativeAppointed,
    RepresentativeEnded,
    RepresentativeKind,
)
from contracts.directory import MinorsSigningDecided
from contracts.envelope import Fact, PersonRef
from contracts.recruitment import FactAnnulled as Annulled
from contracts.vault import Purpose
from services.accompaniment.domain.signing import Holding
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.accompaniment.conftest import Scene
from tests.callers import signed
from tests.examples import MARIE
from tests.offices import ask
from tests.patience import eventually
from tests.telling import telling, told

pytestmark = pytest.mark.anyio

PARENT, TUTOR = PersonRef(uuid4()), PersonRef(uuid4())


class Office(NamedTuple):
    """The office, what it hears of the others, and the vault where birth dates are."""

    scene: Scene
    directory: Store
    vault: Vault

    async def somebody(self, years: int | None) -> PersonRef:
        person = PersonRef(uuid4())
        if years is not None:
            born = (datetime.now(UTC) - timedelta(days=years * 365.25 + 30)).date().isoformat()
            values = {"birth_date": born}
            await self.vault.keep(MARIE, person.root, Purpose.RECRUITMENT, values)
        return person

    async def mandate(self, partner: PersonRef) -> str:
        """Its terms are set, and the team has signed."""
        said = {
            "partner": str(partner), "title": "t", "role": "organization", "level": "consultation",
        }  # fmt: skip
        office = self.scene.office
        here = f"/accompaniment/involvements/{await ask(office, INVOLVEMENTS, **said)}"
        await ask(office, f"{here}/terms", starts="2026-12-01")
        await ask(office, f"{here}/signatures", side="team")
        return here

    async def represents(
        self, partner: PersonRef, whom: PersonRef, kind: str, *limits: ConsentTo
    ) -> Fact:
        said = RepresentativeAppointed(
            partner=partner, representative=whom, kind=RepresentativeKind(kind), limits=limits
        )
        await self.scene.recruitment.append([told(said)])
        return said

    async def needed(self, here: str) -> list[dict[str, Any]]:
        answer = await self.scene.office.get(f"{here}/signatures")
        assert answer.is_success, answer.text
        return list(answer.json()["needed"])

    async def until_able(self, here: str, *able: PersonRef) -> None:
        """Once it has heard who may sign."""

        async def known() -> bool:
            found = {one for need in await self.needed(here) for one in need["able"]}
            return found == set(map(str, able))

        await eventually(known)

    async def signs(self, here: str, signer: PersonRef | None = None) -> httpx2.Response:
        said = {"side": "partner"} | ({"signer": str(signer)} if signer else {})
        return await self.scene.office.post(f"{here}/signatures", json=said)

    async def starts(self, here: str) -> str:
        """`started`, or the name of what it is refused with."""
        answer = await self.scene.office.post(f"{here}/start")
        return "started" if answer.is_success else kind_of(answer)


INVOLVEMENTS = "/accompaniment/involvements"


@pytest.fixture
async def office(scene: Scene, installation: Installation) -> AsyncIterator[Office]:
    there = str(scene.office.base_url).rstrip("/") + "/{service}"
    settings = replace(installation, services_at=there).settings("recruitment")
    async with telling(installation, "directory") as directory, Vault(settings) as vault:
        yield Office(scene, directory, vault)


def kind_of(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


@pytest.mark.parametrize(
    ("age", "guardians", "others", "too", "case"),
    [
        (13, 0, 0, True, Case.CHILD),
        (None, 1, 0, True, Case.CHILD),
        (14, 1, 0, True, Case.YOUTH_WITH_PARENT),
        (17, 1, 0, True, Case.YOUTH_WITH_PARENT),
        (14, 1, 0, False, Case.YOUTH_ALONE),
        (18, 1, 0, True, Case.ADULT),
        (18, 1, 1, True, Case.REPRESENTED),
        (None, 0, 0, True, Case.ADULT),
    ],
)
def test_the_law_says_who_signs_and_where_it_says_so(
    age: int | None, guardians: int, others: int, too: bool, case: Case
) -> None:
    parents, tutors = [frozenset(uuid4() for _ in range(many)) for many in (guardians, others)]

    found = Holding(age, parents, tutors, too).case

    assert found is case
    assert "Code civil du Québec" in SIGNING[found].source


async def test_under_14_a_parent_signs_instead_of_the_child(office: Office) -> None:
    child = await office.somebody(12)
    here = await office.mandate(child)
    await office.represents(child, PARENT, "parent")
    await office.until_able(here, PARENT)

    alone = await office.signs(here)
    too_early = await office.starts(here)
    by_parent = await office.signs(here, PARENT)
    then = await office.starts(here)

    assert (kind_of(alone), too_early) == ("SomebodyElseSigns", "MandateNotSigned")
    assert (by_parent.status_code, then) == (204, "started")


async def test_who_signed_in_what_capacity_is_a_fact_that_says_nothing_of_age(
    office: Office,
) -> None:
    child = await office.somebody(12)
    here = await office.mandate(child)
    await office.represents(child, PARENT, "parent")
    await office.until_able(here, PARENT)
    said = {"side": "partner", "signer": str(PARENT), "paper": "Classeur bleu, rayon 3"}

    await ask(office.scene.office, f"{here}/signatures", **said)

    store = office.scene.accompaniment
    [stream] = await store.streams_naming("north", child.root, SignatureGiven)
    [envelope] = await store.read_stream("north", stream)
    fact = envelope.fact()
    assert isinstance(fact, SignatureGiven)
    assert (fact.signer, fact.capacity, fact.completes) == (PARENT, SignedAs.REPRESENTATIVE, True)
    assert fact.paper
    assert "Classeur" not in str(envelope)
    told_of = str(envelope).lower()
    assert not [word for word in ("parent", "child", "minor", "age", "birth") if word in told_of]


async def test_from_14_to_17_the_young_person_and_a_parent_sign_unless_the_office_decides_otherwise(
    office: Office,
) -> None:
    youth = await office.somebody(15)
    first, second = await office.mandate(youth), await office.mandate(youth)
    await office.represents(youth, PARENT, "parent")
    await office.until_able(first, youth, PARENT)
    await office.signs(first)

    without_parent = await office.starts(first)
    await office.signs(first, PARENT)
    with_parent = await office.starts(first)
    await office.directory.append([told(MinorsSigningDecided(parent_signs_too=False))])
    await office.until_able(second, youth)
    await office.signs(second)

    assert (without_parent, with_parent) == ("MandateNotSigned", "started")
    assert await office.starts(second) == "started"


async def test_an_adult_is_represented_where_the_power_reaches_the_mandate(office: Office) -> None:
    reached, not_reached = await office.somebody(60), await office.somebody(60)
    here, there = await office.mandate(reached), await office.mandate(not_reached)
    await office.represents(not_reached, TUTOR, "tutor", ConsentTo.POOL)
    await office.represents(reached, TUTOR, "tutor", ConsentTo.POOL, ConsentTo.CHARTER)
    await office.until_able(here, TUTOR)

    alone = await office.signs(here)
    by_tutor = await office.signs(here, TUTOR)
    beyond = await office.signs(there, TUTOR)
    own = await office.signs(there)

    assert (kind_of(alone), by_tutor.status_code) == ("SomebodyElseSigns", 204)
    assert (kind_of(beyond), own.status_code) == ("SomebodyElseSigns", 204)


async def test_a_parent_s_power_ends_at_18_and_an_assistant_never_signs(office: Office) -> None:
    grown, helped = await office.somebody(18), await office.somebody(40)
    here, there = await office.mandate(grown), await office.mandate(helped)
    await office.represents(grown, PARENT, "parent")
    await office.represents(helped, TUTOR, "assistant")
    heard = await office.mandate(await _child_of(office))
    await office.until_able(heard, PARENT)

    refused = [await office.signs(here, PARENT), await office.signs(there, TUTOR)]

    assert list(map(kind_of, refused)) == ["SomebodyElseSigns"] * 2
    assert (await office.signs(here)).status_code == 204


async def _child_of(office: Office) -> PersonRef:
    """What is said of them is heard after all that was said before."""
    child = await office.somebody(9)
    await office.represents(child, PARENT, "parent")
    return child


async def test_who_turns_14_before_the_start_signs_as_well(office: Office) -> None:
    child = await office.somebody(13)
    here = await office.mandate(child)
    await office.represents(child, PARENT, "parent")
    await office.until_able(here, PARENT)
    await office.signs(here, PARENT)
    born = (datetime.now(UTC) - timedelta(days=14 * 365.25 + 2)).date().isoformat()

    await office.vault.keep(MARIE, child.root, Purpose.RECRUITMENT, {"birth_date": born})

    before = await office.starts(here)
    await office.signs(here)
    assert (before, await office.starts(here)) == ("SignatureAwaited", "started")


async def test_a_signature_stands_when_the_power_ends_and_new_terms_undo_it(office: Office) -> None:
    child = await office.somebody(12)
    here = await office.mandate(child)
    await office.represents(child, PARENT, "parent")
    await office.until_able(here, PARENT)
    await office.signs(here, PARENT)

    ended = RepresentativeEnded(partner=child, representative=PARENT)
    await office.scene.recruitment.append([told(ended)])
    await office.until_able(here)
    [stands] = await office.needed(here)
    await ask(office.scene.office, f"{here}/terms", starts="2027-01-01")

    [undone] = await office.needed(here)
    assert (stands["signer"], undone["signer"]) == (str(PARENT), None)


async def test_what_was_annulled_lets_nobody_sign(office: Office) -> None:
    child = await office.somebody(12)
    here = await office.mandate(child)
    said = RepresentativeAppointed(
        partner=child, representative=PARENT, kind=RepresentativeKind.PARENT
    )
    appointed = told(said)
    await office.scene.recruitment.append([appointed])
    await office.until_able(here, PARENT)

    data = {"fact": appointed.id, "of": appointed.type, "data": appointed.data}
    annulled = told(Annulled.model_validate(data), appointed.subject, version=2)
    await office.scene.recruitment.append([annulled])

    await office.until_able(here)


async def test_in_a_space_of_one_s_own_one_signs_as_oneself(office: Office) -> None:
    child, other = await office.somebody(12), await office.somebody(12)
    here, elsewhere = await office.mandate(child), await office.mandate(other)
    await office.represents(child, PARENT, "parent")
    await office.until_able(here, PARENT)
    spaces = [
        signed("north", f"partner:{who}", roles=("partner",), person=person)
        for who, person in ((PARENT, child.root), (child, child.root), (PARENT, PARENT.root))
    ]

    async def sign(where: str, space: Any, side: str = "partner") -> int:
        said = {"side": side}
        answer = await office.scene.office.post(f"{where}/signatures", json=said, auth=space)
        return answer.status_code

    as_parent, as_child, as_stranger = spaces
    assert await sign(here, as_child) == 409
    assert await sign(here, as_stranger) == 404
    assert await sign(elsewhere, as_parent) == 404
    assert await sign(here, as_parent, "team") == 403
    assert await sign(here, as_parent) == 204
    assert (await office.needed(here))[0]["signer"] == str(PARENT)


async def test_nobody_reads_who_represents_another_child_of_the_same_family(
    office: Office,
) -> None:
    first, second = await office.somebody(9), await office.somebody(11)
    line = {
        "id": str(uuid4()), "fact": "accompaniment.InvolvementRecorded.v1", "happened": "2026",
        "data": {"project": str(uuid4()), "state": "in_preparation", "starts": "2026",
                 "partners": [str(first), str(second)]},
    }  # fmt: skip
    await office.scene.office.post("/accompaniment/register", json={"lines": [line]})
    here = f"/accompaniment/involvements/{line['id']}"
    await office.represents(first, PARENT, "parent")
    await office.represents(second, TUTOR, "guardian")
    await office.until_able(here, PARENT, TUTOR)
    space = signed("north", f"partner:{PARENT}", roles=("partner",), person=first.root)

    seen = (await office.scene.office.get(f"{here}/signatures", auth=space)).json()["needed"]

    assert [one["partner"] for one in seen] == [str(first)]
    assert str(TUTOR) not in str(seen)


async def test_most_people_sign_once_for_themselves_and_no_more_is_written(
    office: Office,
) -> None:
    person = await office.somebody(None)
    here = await office.mandate(person)

    own = signed("north", f"partner:{person}", roles=("partner",), person=person.root)
    said = {"side": "partner"}

    answers = [
        await office.scene.office.post(f"{here}/signatures", json=said, auth=own),
        await office.signs(here),
        await office.signs(here, person),
    ]

    store = office.scene.accompaniment
    assert [one.status_code for one in answers] == [204, 204, 204]
    assert await store.streams_naming("north", person.root, SignatureGiven) == []
    assert await office.starts(here) == "started"
