"""What the outside may ask of training."""

from __future__ import annotations

from uuid import UUID

from contracts.envelope import PersonRef
from contracts.recruitment import MatchAgreed
from contracts.terms import Side
from contracts.training import Completion, PlanPrepared
from contracts.vault import Purpose
from services.chassis.deciding import Position, Provenance
from services.chassis.following import Following
from services.training.domain.modules import modules_for
from services.training.domain.past import PastTraining
from services.training.domain.plan import Plan


class Training(Following):
    kinds = (Plan, PastTraining)

    async def prepare_plans(self, agreed: MatchAgreed, by: Provenance) -> Position:
        """Both sides' plans for a match."""
        partner = await self._prepared(agreed, Side.PARTNER, by)
        team = await self._prepared(agreed, Side.TEAM, by)
        return await self.save(by, partner, team)

    async def _prepared(self, agreed: MatchAgreed, side: Side, by: Provenance) -> Plan:
        is_partner = side is Side.PARTNER
        team = Plan.id_of_team(agreed.request)
        stream = Plan.id_of_partner(agreed.match) if is_partner else team
        prepared = PlanPrepared(
            match=agreed.match,
            request=agreed.request,
            audience=side,
            partner=agreed.partner if is_partner else None,
            modules=modules_for(side, agreed.role, agreed.level, agreed.system_level),
        )
        plan = await self.find(Plan, stream, by)
        if plan is None:
            return Plan.prepare(stream, prepared)
        plan.prepare_for(prepared)
        return plan

    async def complete_module(
        self, id: UUID, module: str, completion: Completion, minutes: int | None, by: Provenance
    ) -> Position:
        return await self.change(Plan, id, lambda it: it.complete(module, completion, minutes), by)

    async def cancel_plan(self, id: UUID, reason: str | None, by: Provenance) -> Position:
        plan = await self.load(Plan, id, by.establishment)
        about = plan.partner.root if plan.partner else id
        return await self.change_with(
            Plan, id, by, about, Purpose.INVOLVEMENT, {"reason": reason},
            lambda it, kept: it.cancel(kept.get("reason")),
        )  # fmt: skip

    async def cancel_match(self, match: UUID, request: UUID, by: Provenance) -> Position:
        """What a match asked of both sides is not asked any more."""
        both = (Plan.id_of_partner(match), Plan.id_of_team(request))
        plans = await self.standing(Plan, both, by)
        for plan in plans:
            plan.cancel_for(match)
        return await self.save(by, *plans)

    async def cancel_plans_of(self, partner: PersonRef, by: Provenance) -> Position:
        """Nothing more is asked of this person, nor of a team for their sake."""
        own, teams = await self._plans_around(partner, by)
        matches = [match for plan in own for match in (*plan.needs, *plan.completed)]
        for plan in (*own, *teams):
            for match in matches:
                plan.cancel_for(match)
        return await self.save(by, *own, *teams)

    async def go_on_with(self, partner: PersonRef, by: Provenance) -> Position:
        """They had not left: what was cancelled for that reason is not."""
        own, teams = await self._plans_around(partner, by)
        return await self.undo_effects([plan.id for plan in (*own, *teams)], by)

    async def _plans_around(
        self, partner: PersonRef, by: Provenance
    ) -> tuple[list[Plan], list[Plan]]:
        named = await self._store.streams_naming(by.establishment, partner.root, PlanPrepared)
        own = await self.standing(Plan, named, by)
        teams = {Plan.id_of_team(plan.request) for plan in own}
        return own, await self.standing(Plan, teams, by)
