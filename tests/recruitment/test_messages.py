"""Given that these facts are heard, then these facts and nothing else."""

from collections.abc import AsyncIterator
from dataclasses import replace
from typing import NamedTuple
from uuid import UUID, uuid4

import pytest

from contracts.accompaniment import InvolvementEnded, InvolvementStarted
from contracts.envelope import Envelope, PersonRef, StaffRef
from contracts.intake import (
    CandidacySubmitted,
    CandidacyWithdrawn,
    Door,
    ReferralReceived,
    RequestAccepted,
    RequestTriaged,
    RequestWithdrawn,
)
from contracts.recruitment import CandidateRegistered, Origin, SearchOpened
from contracts.terms import Level, Role
from services.chassis.deciding import Provenance
from services.chassis.hearing import Listener
from services.chassis.personal import Vault
from services.chassis.settings import Installation
from services.chassis.store import Store
from services.recruitment.application import Recruitment
from services.recruitment.domain.search import Search
from services.recruitment.messages import listen
from services.recruitment.representing import Representing
from tests.examples import ADVISOR, MARIE
from tests.offices import Announcer, announcing
from tests.patience import eventually
from tests.recruitment.people import a_candidate, decision

pytestmark = pytest.mark.anyio

ACCEPTED = RequestAccepted(title="A committee", partners_sought=1, level=Level.PARTNERSHIP)
ODILE = PersonRef(uuid4())


class Ears(NamedTuple):
    """Recruitment, listening, and the two services it listens to."""

    recruitment: Recruitment
    store: Store
    intake: Announcer
    accompaniment: Announcer

    async def facts(self, stream: UUID) -> list[Envelope]:
        """What there is once all that was said has been heard."""
        for name, announcer in (("intake", self.intake), ("accompaniment", self.accompaniment)):
            await self._heard(f"recruitment-{name}", announcer)
        return await self.store.read_stream("north", stream)

    async def types(self, stream: UUID) -> list[str]:
        return [one.type.split(".")[1] for one in await self.facts(stream)]

    async def _heard(self, listener: str, announcer: Announcer) -> None:
        async def all_heard() -> bool:
            said = await announcer.save(MARIE)
            return await self.store.place_of(listener) == said.number

        await eventually(all_heard)

    async def keep(self, person: PersonRef = ODILE) -> None:
        """Somebody comes into the pool."""
        partner = a_candidate(person.root)
        partner.decide_preselection(decision(partner))
        await self.recruitment.save(a_command(), partner)


def a_command() -> Provenance:
    return replace(MARIE, command=uuid4())


@pytest.fixture
async def ears(installation: Installation) -> AsyncIterator[Ears]:
    settings = installation.settings("recruitment")
    async with (
        announcing(installation, "intake") as intake,
        announcing(installation, "accompaniment") as accompaniment,
        Store("recruitment", settings.database_url) as store,
        Vault(settings) as vault,
    ):
        recruitment = Recruitment(store, vault)
        listener = Listener(store, settings.nats_url, pauses=(0.05,) * 5)
        async with listen(listener, recruitment, Representing(store, vault)):
            yield Ears(recruitment, store, intake, accompaniment)


async def matched(ears: Ears, request: UUID) -> None:
    await ears.facts(request)
    await ears.keep()
    await ears.recruitment.shortlist(request, ODILE, None, a_command())
    await ears.recruitment.express_interest(request, ODILE, a_command())
    await ears.recruitment.match(request, ODILE, Role.ORGANIZATION, a_command())


async def test_an_accepted_request_opens_a_search(ears: Ears) -> None:
    request, cause = await ears.intake.say(ACCEPTED)

    [opened] = await ears.facts(Search.id_for(request))

    said = SearchOpened(
        request=request, title="A committee", partners_sought=1, level=Level.PARTNERSHIP
    )
    assert (opened.fact(), opened.causationid) == (said, cause)


async def test_what_the_register_says_was_accepted_opens_none(ears: Ears) -> None:
    request, _ = await ears.intake.say(ACCEPTED, channel="import")

    assert await ears.facts(Search.id_for(request)) == []


async def test_a_withdrawn_request_closes_its_search(ears: Ears) -> None:
    request, _ = await ears.intake.say(ACCEPTED)

    await ears.intake.go_on(request, RequestWithdrawn())

    _, closed = await ears.facts(Search.id_for(request))
    assert closed.data["reason"] == "withdrawn"


async def test_a_request_withdrawn_before_it_was_accepted_changes_nothing(ears: Ears) -> None:
    await ears.intake.say(RequestWithdrawn())
    request, _ = await ears.intake.say(ACCEPTED)

    assert await ears.types(Search.id_for(request)) == ["SearchOpened"]
    assert await ears.store.pool.fetchval("select count(*) from quarantine") == 0


async def test_an_annulled_acceptance_closes_the_search_and_another_takes_it_up(
    ears: Ears,
) -> None:
    request, _ = await ears.intake.say(RequestTriaged(advisor=ADVISOR))
    accepted = await ears.intake.go_on(request, ACCEPTED)
    await ears.intake.unsay(request, accepted)
    search = Search.id_for(request)
    assert await ears.types(search) == ["SearchOpened", "SearchClosed"]

    await ears.intake.go_on(request, ACCEPTED.model_copy(update={"partners_sought": 3}))

    assert (await ears.types(search))[2:] == ["FactCorrected", "SearchReopened"]
    it = await ears.recruitment.load(Search, search, "north")
    assert it.opening.partners_sought == 3


async def test_after_a_match_a_withdrawal_is_refused_and_passed_over(ears: Ears) -> None:
    request, _ = await ears.intake.say(ACCEPTED.model_copy(update={"partners_sought": 2}))
    await matched(ears, request)

    await ears.intake.go_on(request, RequestWithdrawn())
    other, _ = await ears.intake.say(ACCEPTED)

    assert await ears.types(Search.id_for(other)) == ["SearchOpened"]
    assert (await ears.types(Search.id_for(request)))[-1] == "MatchAgreed"
    [[why, blocks]] = await ears.store.pool.fetch("select why, blocks_stream from quarantine")
    assert (why.partition(":")[0], blocks) == ("SomebodyWasMatched", False)


@pytest.mark.parametrize(
    ("first", "then", "facts"),
    [(1, 2, ["FactCorrected", "SearchReopened"]), (2, 1, ["FactCorrected", "SearchClosed"])],
)
async def test_a_corrected_number_opens_or_closes_the_search(
    ears: Ears, first: int, then: int, facts: list[str]
) -> None:
    request, accepted = await ears.intake.say(
        ACCEPTED.model_copy(update={"partners_sought": first})
    )
    await matched(ears, request)

    await ears.intake.say_otherwise(request, accepted, partners_sought=then)

    assert (await ears.types(Search.id_for(request)))[-2:] == facts


async def test_who_applies_is_registered_and_let_go_when_they_withdraw(ears: Ears) -> None:
    sheet = CandidacySubmitted(person=ODILE, role=Role.ORGANIZATION, door=Door.PAPER)
    candidacy, _ = await ears.intake.say(sheet)
    await ears.intake.go_on(candidacy, CandidacyWithdrawn(person=ODILE))

    registered, left = await ears.facts(ODILE.root)

    assert registered.fact() == CandidateRegistered(
        person=ODILE, candidacy=candidacy, origin=Origin.CANDIDACY, role=Role.ORGANIZATION
    )
    assert left.type == "recruitment.PartnerLeft.v1"


async def test_who_was_referred_is_registered_until_the_referral_is_annulled(ears: Ears) -> None:
    referral, said = await ears.intake.say(
        ReferralReceived(
            person=ODILE,
            referrer=StaffRef(uuid4()),
            consented_to_be_contacted=True,
            role=Role.ORGANIZATION,
            door=Door.PHONE,
        )
    )
    await ears.intake.unsay(referral, said)

    assert await ears.types(ODILE.root) == ["CandidateRegistered", "FactAnnulled"]


async def test_an_involvement_counts_in_the_load_until_it_ends(ears: Ears) -> None:
    await ears.keep()
    involvement, _ = await ears.accompaniment.say(InvolvementStarted(partner=ODILE))
    await ears.accompaniment.go_on(involvement, InvolvementEnded(partner=ODILE))

    assert (await ears.types(ODILE.root))[2:] == ["PartnerEngaged", "PartnerReleased"]


async def test_an_end_that_was_annulled_counts_in_the_load_again(ears: Ears) -> None:
    await ears.keep()
    involvement, _ = await ears.accompaniment.say(InvolvementStarted(partner=ODILE))
    ended = await ears.accompaniment.go_on(involvement, InvolvementEnded(partner=ODILE))

    await ears.accompaniment.unsay(involvement, ended)

    assert (await ears.types(ODILE.root))[4:] == ["FactAnnulled"]
