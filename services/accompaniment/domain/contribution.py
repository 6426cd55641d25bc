"""What a partner brought, and the answer that is owed."""

from __future__ import annotations

from uuid import UUID

from contracts.accompaniment import (
    ContributionAnswered,
    ContributionMade,
    ContributionRecorded,
    Decision,
)
from contracts.envelope import Fact, PersonalRef, PersonRef
from services.accompaniment.domain.involvement import Involvement
from services.accompaniment.domain.refusals import AlreadyAnswered, SayWhy
from services.chassis.domain import Aggregate


class Contribution(Aggregate):
    """An input of a partner; it waits until somebody says what came of it."""

    begun_by = (ContributionMade, ContributionRecorded)
    loose = (ContributionAnswered,)

    partner: PersonRef | None = None
    decision: Decision | None = None

    @classmethod
    def make(cls, id: UUID, involvement: Involvement, text: PersonalRef) -> Contribution:
        involvement.require_begun()
        made = ContributionMade(
            partner=involvement.partner,
            involvement=involvement.id,
            project=involvement.project,
            text=text,
        )
        return cls.begin(id, made)

    def answer(self, decision: Decision, why: PersonalRef | None) -> None:
        if self.decision is not None:
            raise AlreadyAnswered
        if decision is not Decision.ADOPTED and why is None:
            raise SayWhy
        self.record(ContributionAnswered(partner=self.partner, decision=decision, why=why))

    def concerns(self, who: UUID) -> bool:
        return self.partner == PersonRef(who)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case ContributionMade(partner=partner):
                self.partner = partner
            case ContributionRecorded(partner=partner, decision=decision):
                self.partner, self.decision = partner, decision
            case ContributionAnswered(decision=decision):
                self.decision = decision
