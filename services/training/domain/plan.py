"""What one side is to learn for a match, and how far it has come."""

from __future__ import annotations

from dataclasses import field
from uuid import UUID, uuid5

from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.terms import Side
from contracts.training import (
    Completion,
    ModuleCompleted,
    PlanCancelled,
    PlanCompleted,
    PlanPrepared,
)
from services.chassis.domain import Aggregate, Refusal


class NotInThePlan(Refusal):
    """This module is not part of the plan."""

    french = "Ce module ne fait pas partie du plan."


class PlanIsCancelled(Refusal):
    """This plan was cancelled."""

    french = "Ce plan a été annulé."


class AlreadyLearnt(Refusal):
    """Everything in this plan is completed: there is nothing to cancel."""

    french = "Tout ce que prévoit ce plan est terminé : il n’y a rien à annuler."


class Plan(Aggregate):
    """A partner's plan for one match, or a team's plan for every match of its request."""

    begun_by = (PlanPrepared,)

    request: UUID = field(init=False)
    audience: Side = field(init=False)
    partner: PersonRef | None = None
    needs: dict[UUID, tuple[str, ...]] = field(default_factory=dict)  # by match, those still open
    learnt: frozenset[str] = frozenset()
    completed: frozenset[UUID] = frozenset()

    @staticmethod
    def id_of_partner(match: UUID) -> UUID:
        return uuid5(match, "partner plan")

    @staticmethod
    def id_of_team(request: UUID) -> UUID:
        """One a request: a team learns once, however many partners it welcomes."""
        return uuid5(request, "team plan")

    def concerns(self, who: UUID) -> bool:
        return self.partner == PersonRef(who)

    @classmethod
    def prepare(cls, id: UUID, plan: PlanPrepared) -> Plan:
        begun = cls.begin(id, plan)
        begun._complete(plan.match)
        return begun

    def prepare_for(self, plan: PlanPrepared) -> None:
        """One more match; what was learnt before counts for it."""
        if plan.match in self.needs or plan.match in self.completed:
            return
        self.record(plan)
        self._complete(plan.match)

    def complete(self, module: str, completion: Completion, minutes: int | None) -> None:
        if module in self.learnt:
            return
        if not self.needs and not self.completed:
            raise PlanIsCancelled
        if not any(module in modules for modules in self.needs.values()):
            raise NotInThePlan
        self.record(
            ModuleCompleted(
                partner=self.partner, module=module, completion=completion, minutes=minutes
            )
        )
        for match in tuple(self.needs):
            self._complete(match)

    def cancel(self, reason: PersonalRef | None = None) -> None:
        if self.completed and not self.needs:
            raise AlreadyLearnt
        for match in tuple(self.needs):
            self.cancel_for(match, reason)

    def cancel_for(self, match: UUID, reason: PersonalRef | None = None) -> None:
        """What is still to be learnt for this match, if anything, is not any more."""
        if match in self.needs:
            self.record(PlanCancelled(match=match, partner=self.partner, reason=reason))

    def _complete(self, match: UUID) -> None:
        if self.learnt.issuperset(self.needs[match]):
            self.record(
                PlanCompleted(
                    match=match,
                    request=self.request,
                    audience=self.audience,
                    partner=self.partner,
                )
            )

    def evolve(self, fact: Fact) -> None:
        match fact:
            case PlanPrepared(match=of, request=request, audience=audience, partner=partner):
                self.request, self.audience, self.partner = request, audience, partner
                self.needs = {**self.needs, of: fact.modules}
            case ModuleCompleted(module=module):
                self.learnt |= {module}
            case PlanCompleted(match=of):
                self.needs = {one: modules for one, modules in self.needs.items() if one != of}
                self.completed |= {of}
            case PlanCancelled(match=of):
                self.needs = {one: modules for one, modules in self.needs.items() if one != of}
