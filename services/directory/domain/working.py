"""Where somebody works and when they are away: what a source says of it, and what a person does."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from contracts.staff import AbsenceEnded, AbsenceStated, AssignmentEnded, AssignmentGiven
from services.chassis.domain import NotFound, Refusal
from services.directory.domain.member import Member
from services.directory.domain.saying import Stated


class SomebodyElse(Refusal):
    """This id is another member of staff’s by now. Decide about that one."""

    french = "Cette fiche a été réunie à une autre. Décidez pour l’autre."


class AlreadyLeft(Refusal):
    """They no longer work here."""

    french = "Cette personne ne travaille plus ici."


class SaidByASource(Refusal):
    """Human resources say where they work: have it corrected there, or it will be said again."""

    french = (
        "Ce sont les ressources humaines qui disent cette affectation : faites-la corriger chez "
        "elles, sinon elle reviendra."
    )


class Working(Member):
    """Assignments and absences, of several sources and by hand."""

    def assign(self, given: AssignmentGiven) -> None:
        """A person says that they work there too; what sources say stays."""
        self._require_own()
        if self.left:
            raise AlreadyLeft
        if self.assignments.get(given.assignment) != given:
            self.record(given)

    def end_assignment(self, id: UUID, on: date) -> None:
        """One that a person gave. Raises NotFound, SaidByASource."""
        self._require_own()
        if (there := self.assignments.get(id)) is None:
            raise NotFound
        if there.source:
            raise SaidByASource
        self._end(there, on)

    def _require_own(self) -> None:
        if self.alias_of:
            raise SomebodyElse

    def _place(self, said: Stated, today: date) -> None:
        """Where they work, as this source says; what others say stays."""
        if said.assignments is None:
            return
        now = {one.assignment: one for one in said.assignments}
        for was in list(self.assignments.values()):
            if was.source == said.source and was.assignment not in now:
                self._end(was, today)
        for one in now.values():
            if self.assignments.get(one.assignment) != one:
                self.record(one)

    def _end(self, was: AssignmentGiven, on: date) -> None:
        self.record(
            AssignmentEnded(
                staff=self.ref, assignment=was.assignment, department=was.department, on=on
            )
        )

    def _note_absence(self, said: Stated) -> None:
        there = self.absence
        if said.away and (there is None or (there.since, there.until) != said.away):
            since, until = said.away
            self.record(AbsenceStated(staff=self.ref, since=since, until=until, source=said.source))
        elif there and there.source == said.source and not said.away:
            self.record(AbsenceEnded(staff=self.ref))
