from uuid import uuid4

import pytest

from contracts.envelope import PersonRef
from contracts.terms import Level, Role, Side, SystemLevel
from contracts.training import (
    Completion,
    ModuleCompleted,
    PlanCancelled,
    PlanCompleted,
    PlanPrepared,
)
from services.training.domain.modules import modules_for
from services.training.domain.plan import AlreadyLearnt, NotInThePlan, Plan, PlanIsCancelled
from tests.examples import facts

PARTNER = PersonRef(uuid4())


def prepared(*modules: str, side: Side = Side.PARTNER) -> PlanPrepared:
    return PlanPrepared(
        match=uuid4(),
        request=uuid4(),
        audience=side,
        partner=PARTNER if side is Side.PARTNER else None,
        modules=modules,
    )


def completed(plan: PlanPrepared) -> PlanCompleted:
    return PlanCompleted(
        match=plan.match, request=plan.request, audience=plan.audience, partner=plan.partner
    )


def test_a_governance_seat_asks_for_more_than_a_consultation() -> None:
    seat = modules_for(Side.PARTNER, Role.ORGANIZATION, Level.PARTNERSHIP, SystemLevel.GOVERNANCE)
    consultation = modules_for(Side.PARTNER, Role.ORGANIZATION, Level.CONSULTATION, None)

    assert seat == ("confidentiality", "partnership_basics", "governance_basics")
    assert consultation == ("confidentiality",)


def test_the_last_module_completes_the_plan() -> None:
    said = prepared("confidentiality", "partnership_basics")
    plan = Plan.prepare(uuid4(), said)

    plan.complete("confidentiality", Completion.COMPLETED, 60)
    plan.complete("partnership_basics", Completion.RECOGNIZED, None)
    plan.complete("partnership_basics", Completion.COMPLETED, 30)

    assert facts(plan) == [
        said,
        ModuleCompleted(
            partner=PARTNER, module="confidentiality", completion=Completion.COMPLETED, minutes=60
        ),
        ModuleCompleted(
            partner=PARTNER, module="partnership_basics", completion=Completion.RECOGNIZED
        ),
        completed(said),
    ]


def test_what_a_team_has_learnt_counts_for_its_next_match() -> None:
    first = prepared("welcoming_partners", side=Side.TEAM)
    second = first.model_copy(update={"match": uuid4()})
    plan = Plan.prepare(uuid4(), first)
    plan.complete("welcoming_partners", Completion.COMPLETED, None)

    plan.prepare_for(second)
    plan.prepare_for(second)

    assert facts(plan)[2:] == [completed(first), second, completed(second)]


def test_one_module_completes_a_team_plan_for_all_its_matches() -> None:
    first = prepared("welcoming_partners", side=Side.TEAM)
    second = first.model_copy(update={"match": uuid4()})
    plan = Plan.prepare(uuid4(), first)
    plan.prepare_for(second)

    plan.complete("welcoming_partners", Completion.COMPLETED, None)

    assert facts(plan)[3:] == [completed(first), completed(second)]


def test_a_cancelled_plan_teaches_nothing_more() -> None:
    said = prepared("confidentiality")
    plan = Plan.prepare(uuid4(), said)

    plan.cancel()
    plan.cancel()

    assert facts(plan) == [said, PlanCancelled(match=said.match, partner=PARTNER)]
    with pytest.raises(PlanIsCancelled):
        plan.complete("confidentiality", Completion.COMPLETED, None)


def test_a_module_of_another_plan_is_refused() -> None:
    plan = Plan.prepare(uuid4(), prepared("confidentiality"))

    with pytest.raises(NotInThePlan):
        plan.complete("governance_basics", Completion.COMPLETED, None)

    assert len(facts(plan)) == 1


def test_a_completed_plan_cannot_be_cancelled() -> None:
    plan = Plan.prepare(uuid4(), prepared("confidentiality"))
    plan.complete("confidentiality", Completion.COMPLETED, None)

    with pytest.raises(AlreadyLearnt):
        plan.cancel()

    assert len(facts(plan)) == 3
