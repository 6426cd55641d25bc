"""Files whose time has come: proposed by a rule, approved by a person, destroyed, certified."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import field
from enum import StrEnum
from typing import NamedTuple
from uuid import UUID

from contracts.envelope import Fact, PersonalRef, PersonRef
from contracts.rights import (
    DispositionApproved,
    DispositionCertified,
    DispositionProposed,
    DispositionRefused,
    DispositionWithdrawn,
    ErasureOrdered,
    Ground,
    PersonErased,
)
from services.chassis.domain import Aggregate, Refusal


class SomebodyElseApproves(Refusal):
    """Who proposed it does not approve it. An office of one person says that it is one."""

    french = (
        "La personne qui a proposé n’approuve pas. "
        "Un Bureau d’une seule personne indique qu’il l’est."
    )


class NotApproved(Refusal):
    """Nothing is destroyed before somebody has approved it."""

    french = "Rien n’est détruit avant qu’une personne l’ait approuvé."


class AlreadySettled(Refusal):
    """This was settled already."""

    french = "Ceci est déjà réglé."


class IsBeingDestroyed(Refusal):
    """The order was given: nothing brings these files back."""

    french = "L’ordre est donné : rien ne ramène ces dossiers."


class Reason(StrEnum):
    """What may keep a file from being destroyed."""

    HOLD = "hold"
    REQUEST = "request"
    INVOLVEMENT = "involvement"
    SEARCH = "search"
    SEAT = "seat"
    IN_POOL = "in_pool"
    TOO_EARLY = "too_early"


SAID = {
    Reason.HOLD: ("a legal hold", "une suspension légale"),
    Reason.REQUEST: ("an open request of the person", "une demande ouverte de la personne"),
    Reason.INVOLVEMENT: ("a living involvement", "une implication en cours"),
    Reason.SEARCH: ("a search they are considered in", "une recherche où elle est considérée"),
    Reason.SEAT: ("a seat they hold", "un siège qu’elle occupe"),
    Reason.IN_POOL: ("they are still in the pool", "elle est encore dans le bassin"),
    Reason.TOO_EARLY: ("the retention schedule", "le calendrier de conservation"),
}


class Block(NamedTuple):
    """What keeps one file; `until`, where a day is known; `which` names it."""

    person: UUID
    reason: Reason
    which: UUID | None = None
    until: str | None = None

    def said(self, language: str) -> str:
        english, french = SAID[self.reason]
        words = french if language == "fr" else english
        to = "jusqu’au" if language == "fr" else "until"
        return words + (f" {self.which}" if self.which else "") + (
            f" {to} {self.until}" if self.until else ""
        )  # fmt: skip


class StillNeeded(Refusal):
    """Something keeps a file from being destroyed."""

    french = "Quelque chose empêche de détruire un dossier."

    def __init__(self, blocks: Sequence[Block]) -> None:
        self.blocks = tuple(blocks)
        super().__init__(self._told("en"))

    def said(self, language: str) -> str:
        return self._told(language)

    def _told(self, language: str) -> str:
        words = self.french if language == "fr" else type(self).__doc__ or ""
        colon = " : " if language == "fr" else ": "
        why = "; ".join(one.said(language) for one in self.blocks)
        return f"{words.removesuffix('.')}{colon}{why}."


class Stage(StrEnum):
    """How far a disposition has come."""

    PROPOSED = "proposed"
    APPROVED = "approved"
    ORDERED = "ordered"
    CERTIFIED = "certified"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN = (Stage.PROPOSED, Stage.APPROVED)


class Disposition(Aggregate):
    """One file or several, from the proposal to the certificate."""

    begun_by = (DispositionProposed,)

    stage: Stage = Stage.PROPOSED
    files: tuple[PersonRef, ...] = ()
    ground: Ground = Ground.RETENTION_ENDED
    rule: str = ""
    request: UUID | None = None
    alone: bool = False
    erased: dict[PersonRef, PersonErased] = field(default_factory=dict)
    certificate: DispositionCertified | None = None

    @classmethod
    def propose(
        cls, id: UUID, proposed: DispositionProposed, blocks: Sequence[Block]
    ) -> Disposition:
        """Raises StillNeeded."""
        require_free(blocks)
        return cls.begin(id, proposed)

    @property
    def left(self) -> tuple[PersonRef, ...]:
        """The files that were ordered destroyed, and are not yet."""
        return tuple(one for one in self.files if one not in self.erased)

    def approve(self, *, by_proposer: bool, alone: bool) -> None:
        """Raises SomebodyElseApproves, AlreadySettled."""
        if self.stage in (Stage.APPROVED, Stage.ORDERED, Stage.CERTIFIED):
            return
        self._require_open()
        if by_proposer and not alone:
            raise SomebodyElseApproves
        self.record(DispositionApproved(alone=by_proposer))

    def refuse(self, reason: PersonalRef | None = None) -> None:
        if self.stage is not Stage.REFUSED:
            self._require_open()
            self.record(DispositionRefused(reason=reason))

    def withdraw(self, reason: PersonalRef | None = None) -> None:
        """Also once it was approved; no longer once it was ordered. Raises IsBeingDestroyed."""
        if self.stage is not Stage.WITHDRAWN:
            self._require_open()
            self.record(DispositionWithdrawn(reason=reason))

    def order(self, blocks: Sequence[Block]) -> None:
        """Raises NotApproved, StillNeeded."""
        if self.stage in (Stage.ORDERED, Stage.CERTIFIED):
            return
        self._require_open()
        if self.stage is not Stage.APPROVED:
            raise NotApproved
        require_free(blocks)
        self.record(ErasureOrdered(files=self.files))

    def erase(self, erased: PersonErased) -> None:
        """The values of one person are gone."""
        if erased.person not in self.erased:
            self.record(erased)

    def certify(self, certificate: str, gone_by: str) -> None:
        if self.stage is Stage.ORDERED and not self.left:
            self.record(
                DispositionCertified(
                    certificate=certificate, erased=len(self.erased), gone_by=gone_by
                )
            )

    def _require_open(self) -> None:
        if self.stage in (Stage.ORDERED, Stage.CERTIFIED):
            raise IsBeingDestroyed
        if self.stage not in OPEN:
            raise AlreadySettled

    def evolve(self, fact: Fact) -> None:
        match fact:
            case DispositionProposed():
                self.files, self.ground = fact.files, fact.ground
                self.rule, self.request = fact.rule, fact.request
            case DispositionApproved(alone=alone):
                self.stage, self.alone = Stage.APPROVED, alone
            case DispositionRefused():
                self.stage = Stage.REFUSED
            case DispositionWithdrawn():
                self.stage = Stage.WITHDRAWN
            case ErasureOrdered():
                self.stage = Stage.ORDERED
            case PersonErased(person=person):
                self.erased[person] = fact
            case DispositionCertified():
                self.stage, self.certificate = Stage.CERTIFIED, fact


def require_free(blocks: Sequence[Block]) -> None:
    """Raises StillNeeded, which says what keeps a file."""
    if blocks:
        raise StillNeeded(blocks)
