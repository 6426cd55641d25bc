"""Which files are of one person: one is kept, and the others stand behind it until it is undone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Self
from uuid import UUID

from contracts.consent import SharedPartnerReceived
from contracts.envelope import Envelope, Fact, PersonRef
from contracts.recruitment import DuplicateClosed, DuplicateReopened, MergeUndone, PartnersMerged
from services.chassis.domain import Aggregate, Refusal

ABOUT_MERGING = (PartnersMerged, DuplicateClosed, MergeUndone, DuplicateReopened)


class MergedWithAnother(Refusal):
    """This file was merged with another of the same person: decide in the one that was kept."""

    french = (
        "Cette fiche est réunie à une autre de la même personne : décidez dans la fiche conservée."
    )


class TheSameFile(Refusal):
    """This is one and the same file."""

    french = "C’est une seule et même fiche."


class StandsForOthers(Refusal):
    """This file was kept for others already: keep it again, or undo those merges first."""

    french = (
        "D’autres fiches sont déjà réunies à celle-ci : conservez-la de nouveau, "
        "ou défaites d’abord ces réunions."
    )


class KeptHasLeft(Refusal):
    """The file that would be kept is closed, and the other is not: keep the other."""

    french = "La fiche à conserver est fermée et l’autre ne l’est pas : conservez l’autre."


class SharedByAnother(Refusal):
    """One of these files is lent by another establishment and may be taken back: it stays apart."""

    french = (
        "L’une de ces fiches est prêtée par un autre établissement, qui peut la reprendre : "
        "elle reste à part."
    )


class UndoTheMerge(Refusal):
    """The file is part of a merge. Undo the merge first."""

    french = "La fiche fait partie d’une réunion de fiches. Défaites d’abord cette réunion."


class FileDestroyed(Refusal):
    """One of these files was destroyed: nothing can be merged with it, nor parted from it."""

    french = "L’une de ces fiches a été détruite : rien ne peut lui être réuni, ni en être séparé."


@dataclass(eq=False)
class Files:
    """How one file stands to the others of the same person. Chains are never made."""

    kept_as: PersonRef | None = None
    others: frozenset[PersonRef] = frozenset()

    @property
    def in_a_merge(self) -> bool:
        return self.kept_as is not None or bool(self.others)

    def require_free(self, other: Files) -> None:
        """Neither stands behind another, nor others behind the one that goes.

        Raises MergedWithAnother, StandsForOthers.
        """
        self.require_own()
        other.require_own()
        if other.others:
            raise StandsForOthers

    def require_own(self) -> None:
        """Raises MergedWithAnother."""
        if self.kept_as is not None:
            raise MergedWithAnother

    def evolve(self, fact: Fact) -> None:
        match fact:
            case PartnersMerged(merged=merged):
                self.others |= {merged}
            case MergeUndone(merged=merged):
                self.others -= {merged}
            case DuplicateClosed(kept=kept):
                self.kept_as = kept
            case DuplicateReopened():
                self.kept_as = None


class Mergeable(Aggregate):
    """A person's file, of which there may be another."""

    left: bool = False
    shared: SharedPartnerReceived | None = None
    files: Files = field(default_factory=Files)

    @property
    def person(self) -> PersonRef:
        return PersonRef(self.id)

    def merge(self, other: Self, said: PartnersMerged) -> None:
        """This file is kept, and the other stands behind it.

        Raises TheSameFile, MergedWithAnother, StandsForOthers, KeptHasLeft, SharedByAnother.
        """
        if other.id == self.id:
            raise TheSameFile
        if other.files.kept_as == self.person:
            return
        self.files.require_free(other.files)
        if self.shared or other.shared:
            raise SharedByAnother
        if self.left and not other.left:
            raise KeptHasLeft
        self.record(said)
        other.record(DuplicateClosed(partner=other.person, kept=self.person))

    def part(self, other: Self, said: MergeUndone) -> None:
        """They were two after all."""
        if other.person in self.files.others:
            self.record(said)
            other.record(DuplicateReopened(partner=other.person, kept=self.person))

    @classmethod
    def counting(cls, history: Sequence[Envelope], fact: UUID) -> Envelope:
        """A merge stands in two files: it is undone in both, and in neither annulled."""
        found = super().counting(history, fact)
        if found.type in {one.type for one in ABOUT_MERGING}:
            raise UndoTheMerge
        return found

    @classmethod
    def require_annullable(cls, history: Sequence[Envelope], fact: UUID) -> Envelope:
        target, it = super().require_annullable(history, fact), cls.replay(history)
        if target.version == 1 and it and it.files.in_a_merge:
            raise UndoTheMerge
        return target
