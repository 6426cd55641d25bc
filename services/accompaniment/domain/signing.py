"""Who must sign the partner's side of a mandate: the law, applied to what holds today."""

from __future__ import annotations

from dataclasses import field
from typing import NamedTuple, Self
from uuid import UUID, uuid5

from contracts.accompaniment import SignatureGiven, SignedAs
from contracts.capacity import CONSENTS_ALONE_AT, OF_AGE_AT, SIGNING, Case
from contracts.envelope import Fact, PersonRef
from services.chassis.domain import Aggregate

SELF, REPRESENTATIVE = SignedAs.SELF, SignedAs.REPRESENTATIVE


class Holding(NamedTuple):
    """What holds today of one partner, brought together for this question and kept nowhere."""

    age: int | None  # in whole years; none: no birth date is known
    guardians: frozenset[UUID]  # parents and tutors of a minor
    others: frozenset[UUID]  # of an adult, where their power covers it
    parent_signs_too: bool

    @property
    def case(self) -> Case:
        """Who has a parent here is a child until we know better."""
        if self.age is None and self.guardians:
            return Case.CHILD
        if self.age is None or self.age >= OF_AGE_AT:
            return Case.REPRESENTED if self.others else Case.ADULT
        if self.age < CONSENTS_ALONE_AT:
            return Case.CHILD
        return Case.YOUTH_WITH_PARENT if self.parent_signs_too else Case.YOUTH_ALONE


class Need(NamedTuple):
    """One signature that the partner's side takes, who may give it, and who did."""

    partner: PersonRef
    capacity: SignedAs
    case: Case
    able: frozenset[UUID]
    signer: UUID | None = None

    def may_be_given_by(self, signer: UUID | None) -> bool:
        """`None`: by the partners themselves."""
        return self.capacity is SELF if signer is None else signer in self.able


def needs_of(partner: PersonRef, holding: Holding) -> list[Need]:
    case = holding.case
    able = {
        SELF: frozenset({partner.root}),
        REPRESENTATIVE: holding.others if case is Case.REPRESENTED else holding.guardians,
    }
    return [Need(partner, one, case, able[one]) for one in SIGNING[case].signs]


class Signature(Aggregate):
    """That somebody signed, for themselves or for another."""

    begun_by = (SignatureGiven,)

    given: SignatureGiven = field(init=False)

    @classmethod
    def give(cls, said: SignatureGiven) -> Self:
        return cls.begin(cls.id_for(said.involvement, said.draft, said.partner, said.signer), said)

    @staticmethod
    def id_for(involvement: UUID, draft: int, partner: PersonRef, signer: PersonRef) -> UUID:
        """One for each who signs these terms, for each partner they sign for."""
        return uuid5(involvement, f"terms {draft} signed by {signer} for {partner}")

    def concerns(self, who: UUID) -> bool:
        return self.given.partner == PersonRef(who)

    def evolve(self, fact: Fact) -> None:
        if isinstance(fact, SignatureGiven):
            self.given = fact
