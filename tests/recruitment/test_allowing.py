"""Consents over HTTP: on the text shown, by who may speak, with what stops when they end."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from uuid import UUID, uuid4

import httpx2
import pytest

from contracts.consent import ConsentTo
from contracts.envelope import PersonRef
from contracts.rights import PersonErased
from contracts.terms import ProfileField
from services.chassis.ages import age
from services.chassis.alarms import Alarms
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.recruitment.consenting import Consenting
from services.recruitment.domain.search import Search
from services.recruitment.profiles import BEFORE_A_YES, FIELDS
from services.recruitment.reminding import remind_of
from services.recruitment.sharing import Sharing
from services.recruitment.texts import SHIPPED, Texts
from tests.callers import PENS, signed, somebody
from tests.offices import an_office, ask
from tests.operating import operating
from tests.patience import eventually
from tests.telling import told
from tests.vault.asking import looked_up

pytestmark = pytest.mark.anyio

KEPT_OF = "select count(*) from kept where subject = $1"
PARENT = {"given_name": "Rosalie", "family_name": "Deslauriers", "phone": "450 555-0117"}


class Bureau(NamedTuple):
    """The office, and the store it writes to."""

    office: httpx2.AsyncClient
    store: Store

    async def somebody(self, **profile: str) -> str:
        """A person of the pool."""
        person = str(uuid4())
        line = {
            "id": person,
            "fact": "recruitment.PartnerRecorded.v1",
            "happened": "2024",
            "data": {
                "partner": person,
                "state": "available",
                "status_label": "usager partenaire",
                "entered": "2024",
            },
        }
        answer = await self.office.post("/recruitment/register", json={"lines": [line]})
        assert answer.is_success, answer.text
        if profile:
            await ask(self.office, f"/recruitment/partners/{person}/profile", profile=profile)
        return person

    async def says_yes(self, person: str, purpose: str, **more: object) -> httpx2.Response:
        said = {
            "purpose": purpose,
            "form": "verbal",
            "text_hash": SHIPPED[ConsentTo(purpose), "fr"].text_hash,
        }
        path = f"/recruitment/partners/{person}/consents"
        return await self.office.post(path, json=said | more)

    async def holds(self, person: str, purpose: str, **about: str) -> list[bool]:
        path = f"/recruitment/partners/{person}/consents/{purpose}"
        known = (await self.office.get(path, params=about)).json()
        return [known["holds"], known["closed"]]

    async def types(self, stream: UUID | str, establishment: str = "north") -> list[str]:
        facts = await self.store.read_stream(establishment, UUID(str(stream)))
        return [one.type.removeprefix("recruitment.") for one in facts]


@pytest.fixture
async def bureau(installation: Installation) -> AsyncIterator[Bureau]:
    url = installation.settings("recruitment").database_url
    async with (
        an_office(installation, "vault", "recruitment") as office,
        Store("recruitment", url) as store,
    ):
        yield Bureau(office, store)


def days_from_now(days: int) -> str:
    return (datetime.now(UTC) + timedelta(days=days)).date().isoformat()


def born(years: int, and_days: int = 30) -> str:
    return (datetime.now(UTC) - timedelta(days=years * 365.25 + and_days)).date().isoformat()


def kind(answer: httpx2.Response) -> str:
    return str(answer.json()["type"]).rpartition(":")[2]


async def test_a_consent_holds_until_it_is_withdrawn_by_one_request(bureau: Bureau) -> None:
    person = await bureau.somebody()
    assert await bureau.holds(person, "story") == [False, False]

    given = await bureau.says_yes(person, "story", scope={"reach": "channel", "of": ["site"]})
    standing = [await bureau.holds(person, "story", reach="channel", of=of) for of in ("site", "x")]
    await ask(bureau.office, f"/recruitment/partners/{person}/consents/story/withdrawal")

    assert given.status_code == 204, given.text
    assert standing == [[True, False], [False, False]]
    assert await bureau.holds(person, "story") == [False, True]
    assert await bureau.types(person) == [
        "PartnerRecorded.v1", "ConsentGiven.v2", "ConsentWithdrawn.v2",
    ]  # fmt: skip


async def test_a_form_whose_text_was_replaced_meanwhile_is_refused_with_the_new_one_at_hand(
    bureau: Bureau,
) -> None:
    person = await bureau.somebody()
    words = {"title": "Le bassin", "body": "Nos mots.", "script": "D’accord ?", "version": "2"}
    await ask(bureau.office, "/recruitment/consent-texts", purpose="pool", **words)

    stale = await bureau.says_yes(person, "pool")

    texts = (await bureau.office.get("/recruitment/consent-texts")).json()["texts"]
    [now] = [one for one in texts if one["purpose"] == "pool"]
    fresh = await bureau.says_yes(person, "pool", text_hash=now["text_hash"])
    before = SHIPPED[ConsentTo.POOL, "fr"].text_hash
    old = await bureau.office.get(f"/recruitment/consent-texts/{before}")
    assert (stale.status_code, kind(stale)) == (409, "TextWasReplaced")
    assert (now["body"], fresh.status_code) == ("Nos mots.", 204)
    assert old.json()["body"] == SHIPPED[ConsentTo.POOL, "fr"].body


async def test_only_a_paper_kept_elsewhere_is_entered_without_its_text(bureau: Bureau) -> None:
    person = await bureau.somebody()

    spoken = await bureau.says_yes(person, "pool", text_hash=None)
    paper = await bureau.says_yes(
        person, "pool", text_hash=None, form="paper", paper="Classeur bleu, rayon 3"
    )

    assert (kind(spoken), paper.status_code) == ("TextIsMissing", 204)
    [_, given] = await bureau.store.read_stream("north", UUID(person))
    assert "Classeur" not in str(given.data)
    assert given.data["paper"]["ref"]


async def test_who_takes_back_their_profile_leaves_every_open_shortlist(bureau: Bureau) -> None:
    person, request = await bureau.somebody(), uuid4()
    opening = {"title": "t", "partners_sought": 1, "level": "partnership"}
    await bureau.office.post("/recruitment/searches", json=opening | {"request": str(request)})
    await ask(bureau.office, f"/recruitment/searches/{request}/shortlist", partner=person)

    for _ in range(2):
        await ask(bureau.office, f"/recruitment/partners/{person}/consents/show_profile/withdrawal")

    again = await bureau.office.post(
        f"/recruitment/searches/{request}/shortlist", json={"partner": person}
    )
    assert await bureau.types(Search.id_for(request)) == [
        "SearchOpened.v1", "CandidateShortlisted.v1", "ProfileWithdrawn.v1",
    ]  # fmt: skip
    assert kind(again) == "ConsentIsWithdrawn"


async def test_a_team_reads_what_was_allowed_under_a_letter_until_the_person_says_yes(
    bureau: Bureau,
) -> None:
    request = uuid4()
    opening = {"title": "t", "partners_sought": 1, "level": "partnership"}
    await bureau.office.post("/recruitment/searches", json=opening | {"request": str(request)})
    said = {"given_name": "Odile", "interests": "Le sommeil", "services_used": "Pneumologie"}
    allowing, silent = await bureau.somebody(**said), await bureau.somebody(**said)
    await bureau.says_yes(
        allowing, "show_profile", scope={"reach": "request", "of": [str(request)]}
    )
    for person in (allowing, silent):
        await ask(bureau.office, f"/recruitment/searches/{request}/shortlist", partner=person)

    path = f"/recruitment/searches/{request}/profiles"
    before = (await bureau.office.get(path)).json()["profiles"]
    await ask(bureau.office, f"/recruitment/searches/{request}/interest", partner=silent)
    after = (await bureau.office.get(path)).json()["profiles"]

    shown = {"interests": "Le sommeil"}
    assert [(one["called"], one["person"], one["fields"]) for one in before] == [
        ("A", None, shown), ("B", None, {}),
    ]  # fmt: skip
    assert [one["person"] for one in after] == [None, silent]


async def test_a_team_learns_who_somebody_is_from_their_yes_on_and_no_longer_than_that(
    bureau: Bureau,
) -> None:
    request, said = uuid4(), {"given_name": "Odile", "family_name": "Roy", "phone": "450 555-0117",
                              "interests": "Le sommeil", "motivation": "Aider"}  # fmt: skip
    opening = {"title": "t", "partners_sought": 1, "level": "partnership"}
    await bureau.office.post("/recruitment/searches", json=opening | {"request": str(request)})
    odile = await bureau.somebody(**said)
    scope = {"reach": "request", "of": [str(request)]}
    await bureau.says_yes(odile, "show_profile", scope=scope)
    told: dict[str, tuple[object, ...]] = {}

    for step in ("shortlist", "interest", "disinterest", "shortlist", "interest", "match"):
        about = {"partner": odile} | ({"role": "organization"} if step == "match" else {})
        await ask(bureau.office, f"/recruitment/searches/{request}/{step}", **about)
        told[step + (" again" if step in told else "")] = await _one_profile(bureau, request)

    letter, named = (None, None, {"interests": "Le sommeil"}), (odile, "Odile Roy")
    assert told == {
        "shortlist": letter,
        "interest": (*named, {"interests": "Le sommeil"}),
        "disinterest": (None, None, {}),
        "shortlist again": letter,
        "interest again": (*named, {"interests": "Le sommeil"}),
        "match": (*named, {"interests": "Le sommeil", "phone": "450 555-0117"}),
    }


async def test_the_journal_says_for_whom_a_profile_was_read_and_nothing_more_was(
    bureau: Bureau,
) -> None:
    request, team = uuid4(), f"staff:{uuid4()}"
    opening = {"title": "t", "partners_sought": 1, "level": "partnership"}
    await bureau.office.post("/recruitment/searches", json=opening | {"request": str(request)})
    odile = await bureau.somebody(given_name="Odile", phone="450 555-0117", interests="Le sommeil")
    for step in ("shortlist", "interest"):
        await ask(bureau.office, f"/recruitment/searches/{request}/{step}", partner=odile)
    portal = replace(somebody("north", "service:portal", roles=("service",)), onbehalfof=team)

    await _one_profile(bureau, request, **PENS[-1].headers("recruitment", portal))

    lead = signed("north", "lise", roles=("office_lead",))
    [one, *_] = (await bureau.office.get("/vault/readings", auth=lead)).json()["items"]
    assert (one["actor"], one["onbehalfof"]) == ("service:recruitment", team)
    assert (one["read"]["subjects"], one["read"]["fields"]) == ([odile], ["given_name"])


async def _one_profile(bureau: Bureau, request: UUID, **headers: str) -> tuple[object, ...]:
    path = f"/recruitment/searches/{request}/profiles"
    [one] = (await bureau.office.get(path, headers=headers)).json()["profiles"]
    return one["person"], one["name"], one["fields"]


async def test_under_14_a_parent_consents_and_signs_in_and_no_fact_says_why(
    bureau: Bureau,
) -> None:
    child = await bureau.somebody(birth_date=born(13))
    here = f"/recruitment/partners/{child}"
    alone = await bureau.says_yes(child, "pool")
    at_the_door = await bureau.office.post(f"{here}/access", json={})
    parent = await ask(bureau.office, f"{here}/representatives", kind="parent", personal=PARENT)

    by_parent = await bureau.says_yes(child, "pool", given_by="guardian", representative=parent)
    await ask(bureau.office, f"{here}/access", holder=parent)
    space = signed("north", f"partner:{parent}", roles=("partner",), person=UUID(child))
    said = {"purpose": "contact", "text_hash": SHIPPED[ConsentTo.CONTACT, "fr"].text_hash}
    guarding = {"given_by": "guardian", "representative": parent}
    voices: list[dict[str, str]] = [guarding, {}]
    in_it = [
        await bureau.office.post(f"{here}/consents", json=said | voice, auth=space)
        for voice in voices
    ]

    known = [
        (await bureau.office.get(f"/recruitment/partners/{one}/access")).json()
        for one in (parent, child)
    ]
    assert [kind(alone), kind(at_the_door)] == ["GuardianMustConsent", "ParentSignsIn"]
    assert by_parent.status_code == 204, by_parent.text
    assert [one.status_code for one in in_it] == [204, 409]
    assert known == [
        {"allowed": True, "acts_for": [child]}, {"allowed": False, "acts_for": []},
    ]  # fmt: skip
    facts = [str(one.data) for one in await bureau.store.read_stream("north", UUID(child))]
    assert not [one for one in facts if "birth" in one and born(13) in one]


async def test_from_14_the_young_person_consents_and_the_parent_s_space_is_closed(
    bureau: Bureau,
) -> None:
    youth = await bureau.somebody()
    here = f"/recruitment/partners/{youth}"
    parent = await ask(bureau.office, f"{here}/representatives", kind="parent", personal=PARENT)
    await ask(bureau.office, f"{here}/access", holder=parent)
    before_we_know = await bureau.says_yes(youth, "pool")

    await ask(bureau.office, f"{here}/profile", profile={"birth_date": born(14)})

    for_them = await bureau.says_yes(youth, "pool", given_by="guardian", representative=parent)
    alone = await bureau.says_yes(youth, "pool")
    known = (await bureau.office.get(f"/recruitment/partners/{parent}/access")).json()
    assert kind(before_we_know) == "GuardianMustConsent"
    assert kind(for_them) == "YouthConsentsAlone"
    assert alone.status_code == 204, alone.text
    assert known == {"allowed": False, "acts_for": []}


async def test_in_their_own_space_people_speak_for_themselves_alone(
    bureau: Bureau,
) -> None:
    person, other = await bureau.somebody(), await bureau.somebody()
    own = signed("north", f"partner:{person}", roles=("partner",), person=UUID(person))
    said = {"purpose": "contact", "text_hash": SHIPPED[ConsentTo.CONTACT, "fr"].text_hash}

    answers = [
        await bureau.office.post(f"/recruitment/partners/{one}/consents", json=said, auth=own)
        for one in (person, other)
    ]

    assert [one.status_code for one in answers] == [204, 409]
    given = (await bureau.store.read_stream("north", UUID(person)))[-1]
    assert (given.data["form"], given.data["given_by"]) == ("portal", "self")


async def test_an_alarm_asks_again_before_the_end_and_says_when_it_is_over(
    bureau: Bureau, installation: Installation
) -> None:
    person = await bureau.somebody()
    await bureau.says_yes(person, "story", expires=days_from_now(20))
    settings = installation.settings("recruitment")

    async with Vault(settings) as vault, Store("recruitment", settings.database_url) as store:
        consenting = Consenting(store, vault, Texts(store, vault))
        later = Alarms(
            store, settings.database_url, now=lambda: datetime.now(UTC) + timedelta(days=22)
        )
        remind_of(later, consenting, Sharing(store, vault))
        while await later.ring_all_due():
            pass

    assert (await bureau.types(person))[-2:] == ["ConsentRenewalDue.v1", "ConsentExpired.v1"]
    assert await bureau.holds(person, "story") == [False, True]


def test_every_field_says_what_it_is_for_and_none_that_names_is_seen_before_a_yes() -> None:
    identifying = {
        "given_name", "family_name", "email", "phone", "phone2", "address", "postal_code",
        "birth_date", "guardian", "emergency_contact",
    }  # fmt: skip

    assert set(FIELDS) == set(ProfileField)
    assert not identifying & set(BEFORE_A_YES)


def test_who_was_born_on_a_leap_day_is_14_on_the_first_of_march() -> None:
    birth = datetime(2012, 2, 29, tzinfo=UTC).date()

    ages = [age(birth, datetime(2026, *day, tzinfo=UTC).date()) for day in ((2, 28), (3, 1))]

    assert ages == [13, 14]


async def test_a_shared_partner_is_seen_there_until_they_take_it_back(bureau: Bureau) -> None:
    person = await bureau.somebody(interests="Le sommeil", city="Longueuil")
    south = signed("south", "camille", roles=("advisor",))
    offer = {"to": "south", "fields": ["interests"], "until": days_from_now(20)}
    too_early = await bureau.office.post(f"/recruitment/partners/{person}/shares", json=offer)
    scope = {"reach": "establishment", "of": ["south"]}
    await bureau.says_yes(person, "sharing", scope=scope, expires=days_from_now(30))

    share = await ask(bureau.office, f"/recruitment/partners/{person}/shares", **offer)
    there = await _received(bureau)
    seen = await bureau.office.get(f"/recruitment/partners/{there}/shared", auth=south)
    await ask(bureau.office, f"/recruitment/partners/{person}/consents/sharing/withdrawal")
    at_once = await bureau.office.get(f"/recruitment/partners/{there}/shared", auth=south)

    async def closed() -> bool:
        return "SharedPartnerClosed.v1" in await bureau.types(there, "south")

    await eventually(closed)
    afterwards = await bureau.office.get(f"/recruitment/partners/{there}/shared", auth=south)
    never = await bureau.office.get(f"/recruitment/partners/{person}/shared")
    assert kind(too_early) == "NotConsentedToShare"
    assert seen.json() == {
        "giver": "north", "until": offer["until"], "fields": {"interests": "Le sommeil"},
        "involvements_here": 0, "involvements_there": 0,
    }  # fmt: skip
    assert [(kind(one), one.status_code) for one in (at_once, afterwards, never)] == [
        ("NoLongerShared", 404), ("NoLongerShared", 404), ("NotFound", 404),
    ]  # fmt: skip
    assert await bureau.types(share) == ["PartnerSharingOffered.v1", "PartnerSharingEnded.v1"]
    assert there != person
    facts = await bureau.store.read_stream("south", UUID(there))
    assert not [one for one in facts if person in str(one) or share in str(one)]


async def test_the_link_between_two_establishments_goes_with_the_share(
    bureau: Bureau, installation: Installation
) -> None:
    person = await bureau.somebody(interests="Le sommeil")
    scope = {"reach": "establishment", "of": ["south"]}
    await bureau.says_yes(person, "sharing", scope=scope, expires=days_from_now(30))
    offer = {"to": "south", "fields": ["interests"], "until": days_from_now(20)}
    share = await ask(bureau.office, f"/recruitment/partners/{person}/shares", **offer)
    await _received(bureau)
    links = "select establishment from vault.kept where field = 'shared.link' order by 1"
    before = await looked_up(installation, links)

    await ask(bureau.office, f"/recruitment/shares/{share}/end")

    async def gone() -> bool:
        return not await looked_up(installation, links)

    await eventually(gone)
    assert [home for (home,) in before] == ["north", "south"]
    for home in ("north", "south"):
        lead = signed(home, "lise", roles=("office_lead",))
        readings = (await bureau.office.get("/vault/readings", auth=lead)).json()["items"]
        told = [one["read"] for one in readings if one["read"]["asked"] == "forgotten"]
        assert [(one["fields"], one["through"]) for one in told] == [
            (["shared.link"], "recruitment")
        ]


async def _received(bureau: Bureau) -> str:
    """The reference that the south got, once it did."""
    found: list[str] = []

    async def there() -> bool:
        query = "select stream from events where establishment = 'south'"
        found[:] = [str(one) for (one,) in await bureau.store.pool.fetch(query)]
        return bool(found)

    await eventually(there)
    return found[0]


async def test_what_was_kept_of_a_parent_goes_with_the_child_who_is_erased_and_no_siblings_does(
    bureau: Bureau, installation: Installation
) -> None:
    child, sibling = await bureau.somebody(), await bureau.somebody()
    parents = [
        await ask(bureau.office, f"/recruitment/partners/{one}/representatives", kind="parent",
                  personal=PARENT)
        for one in (child, sibling)
    ]  # fmt: skip

    async with Store("vault", installation.settings("vault").database_url) as vault:
        await vault.append([told(PersonErased(person=PersonRef(UUID(child))))])

    async with operating(installation, "vault") as operator:

        async def kept_of(parent: str) -> int:
            count: int = await operator.fetchval(KEPT_OF, UUID(parent))
            return count

        async def gone() -> bool:
            return not await kept_of(parents[0])

        await eventually(gone)
        known = await bureau.office.get(f"/recruitment/partners/{child}/powers")
        assert await kept_of(parents[1]) == len(PARENT)
    assert known.json()["powers"] == []
