"""The integration plan, never heavier than the role needs."""

from __future__ import annotations

from contracts.accompaniment import IntegrationPlanPrepared, PlanSize, Step
from contracts.terms import Level, Role, SystemLevel

LIGHT = (Step.MANDATE_SIGNED, Step.CONFIDENTIALITY_SIGNED, Step.FIRST_MEETING)
STANDARD = (
    Step.MANDATE_SIGNED,
    Step.CONFIDENTIALITY_SIGNED,
    Step.PARTNER_TRAINED,
    Step.TEAM_TRAINED,
    Step.WELCOME_CALL,
    Step.FIRST_MEETING,
)
FULL = (*STANDARD[:-1], Step.COACH_NAMED, Step.SITE_VISIT, Step.FIRST_MEETING)
STEPS = {PlanSize.LIGHT: LIGHT, PlanSize.STANDARD: STANDARD, PlanSize.FULL: FULL}


def plan_for(role: Role, level: Level, system_level: SystemLevel | None) -> IntegrationPlanPrepared:
    """The plan a role needs at a level."""
    size = _size(role, level, system_level)
    return IntegrationPlanPrepared(size=size, steps=STEPS[size])


def _size(role: Role, level: Level, system_level: SystemLevel | None) -> PlanSize:
    if role is Role.PEER_SUPPORTER or system_level is SystemLevel.GOVERNANCE:
        return PlanSize.FULL
    if role is Role.CARE or level in (Level.INFORMATION, Level.CONSULTATION):
        return PlanSize.LIGHT
    return PlanSize.STANDARD
