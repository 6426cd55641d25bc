from collections.abc import Callable
from uuid import uuid4

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.accompaniment import (
    FirstMeetingHeld,
    IntegrationPlanPrepared,
    InvolvementEnded,
    InvolvementExtended,
    InvolvementPaused,
    InvolvementRecorded,
    InvolvementResumed,
    InvolvementStarted,
    InvolvementState,
    MandateProposed,
    MandateSigned,
    PlanSize,
    Step,
    StepCompleted,
    TermsSet,
)
from contracts.envelope import PersonRef
from contracts.terms import Level, Role, Side, SystemLevel
from services.accompaniment.domain.integration import plan_for
from services.accompaniment.domain.involvement import Involvement
from services.accompaniment.domain.refusals import (
    AlreadyEnded,
    MandateNotSigned,
    NobodyNamed,
    NotAnExtension,
    NothingToSign,
    NotPartOfThePlan,
    NotStartedYet,
    SignedByTheSides,
)
from services.chassis.deciding import seal
from services.chassis.domain import Refusal
from tests.examples import MARIE, facts

PARTNER = PersonRef(uuid4())
PROPOSAL = MandateProposed(
    match=uuid4(),
    request=uuid4(),
    partner=PARTNER,
    role=Role.ORGANIZATION,
    level=Level.PARTNERSHIP,
    title="A falls prevention committee",
    project=uuid4(),
)
TERMS = TermsSet(starts="2026-12-01", ends="2027-12-01", monthly_minutes=180)
STARTED = InvolvementStarted(
    partner=PARTNER, request=PROPOSAL.request, project=PROPOSAL.project, ends="2027-12-01"
)
RECORDED = InvolvementRecorded(
    partner=PARTNER, project=uuid4(), state=InvolvementState.ACTIVE, starts="2021-03"
)


def proposed() -> Involvement:
    return Involvement.propose(uuid4(), PROPOSAL)


def signed() -> Involvement:
    involvement = proposed()
    involvement.set_terms(TERMS)
    involvement.sign(Side.PARTNER)
    involvement.sign(Side.TEAM)
    return involvement


def started() -> Involvement:
    involvement = signed()
    involvement.start()
    return involvement


@pytest.mark.parametrize(
    ("role", "level", "system_level", "size"),
    [
        (Role.PEER_SUPPORTER, Level.INFORMATION, None, PlanSize.FULL),
        (Role.ORGANIZATION, Level.CONSULTATION, SystemLevel.GOVERNANCE, PlanSize.FULL),
        (Role.ORGANIZATION, Level.CONSULTATION, None, PlanSize.LIGHT),
        (Role.CARE, Level.PARTNERSHIP, None, PlanSize.LIGHT),
        (Role.ORGANIZATION, Level.COLLABORATION, SystemLevel.SERVICES, PlanSize.STANDARD),
    ],
)
def test_a_plan_is_never_heavier_than_the_role_needs(
    role: Role, level: Level, system_level: SystemLevel | None, size: PlanSize
) -> None:
    plan = plan_for(role, level, system_level)

    assert plan.size is size
    assert {Step.MANDATE_SIGNED, Step.FIRST_MEETING} <= set(plan.steps)


def test_a_proposal_comes_with_its_integration_plan() -> None:
    involvement = proposed()

    proposal, plan = facts(involvement)
    assert proposal == PROPOSAL
    assert isinstance(plan, IntegrationPlanPrepared)
    assert plan.size is PlanSize.STANDARD


def test_an_involvement_starts_once_both_sides_have_signed() -> None:
    involvement = proposed()
    involvement.set_terms(TERMS)
    involvement.set_terms(TERMS)
    involvement.sign(Side.PARTNER)
    involvement.sign(Side.PARTNER)
    with pytest.raises(MandateNotSigned):
        involvement.start()

    involvement.sign(Side.TEAM)
    involvement.start()
    involvement.start()

    assert facts(involvement)[2:] == [
        TERMS,
        MandateSigned(side=Side.PARTNER),
        MandateSigned(side=Side.TEAM),
        STARTED,
    ]
    assert Step.MANDATE_SIGNED in involvement.done


def test_new_terms_undo_the_signatures() -> None:
    involvement = signed()

    involvement.set_terms(TERMS.model_copy(update={"ends": None}))

    assert Step.MANDATE_SIGNED not in involvement.done
    with pytest.raises(MandateNotSigned):
        involvement.start()


def test_without_terms_there_is_nothing_to_sign() -> None:
    involvement = proposed()

    with pytest.raises(NothingToSign):
        involvement.sign(Side.TEAM)

    assert len(facts(involvement)) == 2


def test_steps_are_completed_once_each_in_its_own_way() -> None:
    involvement = proposed()

    involvement.complete(Step.WELCOME_CALL)
    involvement.complete(Step.WELCOME_CALL)
    involvement.complete(Step.FIRST_MEETING)

    assert facts(involvement)[2:] == [StepCompleted(step=Step.WELCOME_CALL), FirstMeetingHeld()]
    with pytest.raises(SignedByTheSides):
        involvement.complete(Step.MANDATE_SIGNED)
    with pytest.raises(NotPartOfThePlan):
        involvement.complete(Step.COACH_NAMED)


def test_a_pause_and_its_end() -> None:
    involvement = started()

    involvement.pause("2027-03", None)
    involvement.pause("2027-03", None)
    involvement.resume()
    involvement.resume()

    assert facts(involvement)[6:] == [
        InvolvementPaused(partner=PARTNER, until="2027-03"),
        InvolvementResumed(partner=PARTNER),
    ]


def test_an_extension_ends_later_than_what_was_planned() -> None:
    involvement = started()

    involvement.extend("2028-06")

    assert facts(involvement)[6:] == [InvolvementExtended(partner=PARTNER, until="2028-06")]
    with pytest.raises(NotAnExtension):
        involvement.extend("2027-12-31")


def test_what_has_ended_has_ended() -> None:
    involvement = started()

    involvement.end(silent=True)
    involvement.end()

    ended = InvolvementEnded(
        partner=PARTNER, request=PROPOSAL.request, project=PROPOSAL.project, silent=True
    )
    assert facts(involvement)[6:] == [ended]
    for late in (involvement.start, involvement.resume, lambda: involvement.extend("2030")):
        with pytest.raises(AlreadyEnded):
            late()


def test_nothing_is_paused_before_it_has_started() -> None:
    involvement = signed()

    with pytest.raises(NotStartedYet):
        involvement.pause(None, None)


def test_an_involvement_from_the_register_goes_on_from_where_it_was() -> None:
    involvement = Involvement.begin(uuid4(), RECORDED)

    involvement.pause("2027", None)
    involvement.end()

    assert facts(involvement)[1:] == [
        InvolvementPaused(partner=PARTNER, until="2027"),
        InvolvementEnded(partner=PARTNER, project=RECORDED.project),
    ]


def test_a_group_of_the_register_holds_its_involvement_together() -> None:
    family = (PersonRef(uuid4()), PersonRef(uuid4()))
    group = RECORDED.model_copy(update={"partner": None, "partners": family})
    involvement = Involvement.begin(uuid4(), group)

    involvement.resume()
    involvement.end()

    ended = facts(involvement)[-1]
    assert ended is not None
    assert ended.persons() == set(family)


def test_an_involvement_of_nobody_is_not_decided_upon() -> None:
    unnamed = RECORDED.model_copy(update={"partner": None})

    with pytest.raises(NobodyNamed):
        Involvement.begin(uuid4(), unnamed).end()


DATES = st.sampled_from([None, "2027", "2027-03", "2027-06-01", "2029"])
DECISIONS: st.SearchStrategy[Callable[[Involvement], None]] = st.one_of(
    st.builds(lambda ends: lambda it: it.set_terms(TermsSet(starts="2026", ends=ends)), DATES),
    st.sampled_from(Side).map(lambda side: lambda it: it.sign(side)),
    st.sampled_from(Step).map(lambda step: lambda it: it.complete(step)),
    st.sampled_from(Step).map(lambda step: lambda it: it.tick(step)),
    st.just(Involvement.start),
    DATES.map(lambda until: lambda it: it.pause(until, None)),
    st.just(Involvement.resume),
    st.just("2031").map(lambda until: lambda it: it.extend(until)),
    st.booleans().map(lambda silent: lambda it: it.end(silent)),
)
BEGUN = st.sampled_from([proposed, signed, started, lambda: Involvement.begin(uuid4(), RECORDED)])


@given(begin=BEGUN, decisions=st.lists(DECISIONS, max_size=25))
@settings(max_examples=200, deadline=None)
def test_any_history_replays_to_what_was_lived(
    begin: Callable[[], Involvement], decisions: list[Callable[[Involvement], None]]
) -> None:
    lived = begin()

    for decide in decisions:
        before = len(facts(lived))
        try:
            decide(lived)
        except Refusal:
            assert len(facts(lived)) == before

    replayed = Involvement.replay(seal(lived.recorded(), "accompaniment", MARIE))
    assert _state(replayed) == _state(lived)


def _state(involvement: Involvement | None) -> dict[str, object]:
    assert involvement
    return {name: value for name, value in vars(involvement).items() if not name.startswith("_")}
