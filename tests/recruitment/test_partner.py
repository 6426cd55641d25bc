from uuid import uuid4

import pytest

from contracts.recruitment import (
    Outcome,
    PartnerEngaged,
    PartnerLeft,
    PartnerPaused,
    PartnerRecorded,
    PartnerReleased,
    PartnerResumed,
    PartnerState,
    PreselectionPlanned,
)
from services.chassis.deciding import seal
from services.chassis.domain import NotTheLast
from services.recruitment.domain.partner import HasLeft, IsPaused, NotInThePool, Partner
from tests.examples import MARIE, facts
from tests.recruitment.people import a_candidate, a_partner, decision


@pytest.fixture
def partner() -> Partner:
    return a_partner()


def of_the_register(state: PartnerState) -> Partner:
    person = uuid4()
    line = PartnerRecorded.model_validate(
        {"partner": person, "state": state, "status_label": "usager-ressource", "entered": "2021"}
    )
    return Partner.begin(person, line)


def test_who_is_kept_may_be_asked() -> None:
    candidate = a_candidate()
    planned = PreselectionPlanned(person=candidate.person, planned="2026-11-30")
    candidate.plan_preselection(planned)
    candidate.plan_preselection(planned)

    candidate.decide_preselection(decision(candidate))

    candidate.require_available()
    assert facts(candidate)[1:] == [planned, decision(candidate)]


@pytest.mark.parametrize("outcome", [None, Outcome.IN_RESERVE, Outcome.NOT_KEPT])
def test_who_is_not_kept_is_not_asked(outcome: Outcome | None) -> None:
    candidate = a_candidate()
    if outcome:
        candidate.decide_preselection(decision(candidate, outcome))

    with pytest.raises(NotInThePool):
        candidate.require_available()


def test_nothing_is_asked_during_a_pause(partner: Partner) -> None:
    partner.take_pause("2027-01")
    partner.take_pause("2027-01")

    with pytest.raises(IsPaused):
        partner.require_available()

    assert facts(partner)[2:] == [PartnerPaused(partner=partner.person, until="2027-01")]


def test_who_comes_back_from_a_pause_may_be_asked(partner: Partner) -> None:
    partner.take_pause(None)

    partner.resume()
    partner.resume()

    partner.require_available()
    assert facts(partner)[3:] == [PartnerResumed(partner=partner.person)]


def test_who_has_left_is_not_asked_and_may_come_back(partner: Partner) -> None:
    partner.leave()
    with pytest.raises(HasLeft):
        partner.require_available()

    partner.resume()

    partner.require_available()


def test_after_a_silent_departure_nobody_comes_back_by_a_click(partner: Partner) -> None:
    partner.leave(silent=True)
    partner.leave()

    with pytest.raises(HasLeft):
        partner.resume()

    assert facts(partner)[2:] == [PartnerLeft(partner=partner.person, silent=True)]


def test_an_involvement_counts_once_until_it_ends(partner: Partner) -> None:
    involvement, of_the_past = uuid4(), uuid4()

    partner.engage(involvement)
    partner.engage(involvement)
    for one in (involvement, involvement, of_the_past):
        partner.release(one)

    assert facts(partner)[2:] == [
        PartnerEngaged(partner=partner.person, involvement=involvement),
        PartnerReleased(partner=partner.person, involvement=involvement),
        PartnerReleased(partner=partner.person, involvement=of_the_past),
    ]


@pytest.mark.parametrize(
    ("state", "refusal"),
    [
        (PartnerState.CANDIDATE, NotInThePool),
        (PartnerState.PAUSED, IsPaused),
        (PartnerState.INACTIVE, IsPaused),
        (PartnerState.FORMER, HasLeft),
    ],
)
def test_the_register_says_who_cannot_be_asked(
    state: PartnerState, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        of_the_register(state).require_available()


@pytest.mark.parametrize("state", [PartnerState.AVAILABLE, PartnerState.ENGAGED])
def test_the_register_says_who_can_be_asked(state: PartnerState) -> None:
    of_the_register(state).require_available()


def test_a_pause_can_be_annulled_later_but_a_preselection_only_while_it_is_the_last(
    partner: Partner,
) -> None:
    partner.take_pause(None)
    partner.resume()
    _, decided, paused, _ = history = seal(partner.recorded(), "recruitment", MARIE)
    assert Partner.require_annullable(history, paused.id) == paused
    assert Partner.require_annullable(history, decided.id) == decided

    partner.leave()

    with pytest.raises(NotTheLast):
        Partner.require_annullable(seal(partner.recorded(), "recruitment", MARIE), decided.id)
