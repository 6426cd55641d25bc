"""People of the pool to test with. They are invented."""

from uuid import UUID, uuid4

from contracts.envelope import PersonRef
from contracts.recruitment import (
    CandidateRegistered,
    Origin,
    Outcome,
    PreselectionDecided,
    SearchOpened,
)
from contracts.terms import Level, Role
from services.recruitment.domain.partner import Partner
from services.recruitment.domain.search import Search


def a_candidate(person: UUID | None = None) -> Partner:
    return Partner.register(
        CandidateRegistered(
            person=PersonRef(person or uuid4()),
            candidacy=uuid4(),
            origin=Origin.CANDIDACY,
            role=Role.ORGANIZATION,
        )
    )


def decision(partner: Partner, outcome: Outcome = Outcome.KEPT) -> PreselectionDecided:
    return PreselectionDecided(
        person=partner.person,
        outcome=outcome,
        role=Role.ORGANIZATION,
        competencies={"listening": 4},
    )


def a_partner() -> Partner:
    """Somebody who was kept in the pool."""
    partner = a_candidate()
    partner.decide_preselection(decision(partner))
    return partner


def opening(sought: int = 2) -> SearchOpened:
    return SearchOpened(
        request=uuid4(),
        title="A falls prevention committee",
        partners_sought=sought,
        level=Level.PARTNERSHIP,
    )


def a_search(sought: int = 2) -> Search:
    return Search.open(opening(sought))
