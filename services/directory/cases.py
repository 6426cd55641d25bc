"""One statement on its way: what is new in it, what of that counts, and what was decided."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from uuid import UUID, uuid5

from contracts.envelope import Envelope, Fact, PersonalRef, StaffRef
from contracts.staff import AssignmentGiven, FieldOwner, StaffCameBack, StaffJoined, StaffLeft
from contracts.vault import Purpose, Reservation
from services.chassis.deciding import Provenance
from services.chassis.domain import Refusal
from services.directory.domain.ownership import aside
from services.directory.domain.saying import Stated, Words
from services.directory.domain.staff import Staff
from services.directory.finding import apart
from services.directory.remembering import Remembered
from services.directory.statement import Assignment, Did, Outcome, Statement

DID: tuple[tuple[type[Fact], Did], ...] = (
    (StaffLeft, Did.LEFT),
    (StaffCameBack, Did.CAME_BACK),
)
NOBODY = UUID(int=0)


@dataclass(slots=True)
class Case:
    """A statement that says something else than it did, until it is decided."""

    said: Statement
    record: bytes
    digest: bytes
    today: date
    before: Remembered = field(default=Remembered(b""))
    outcome: Outcome | Exception = field(default_factory=Refusal)
    id: UUID = NOBODY  # what stands for the key; whom it means may have another id by now
    manager: StaffRef | None = None
    units: Mapping[str, UUID] = field(default_factory=dict)
    staff: Staff | None = None
    new: bool = False
    digests: Mapping[str, str] = field(default_factory=dict)
    counting: tuple[str, ...] = ()
    losing: tuple[str, ...] = ()
    command: Provenance = field(default_factory=lambda: Provenance("", ""))

    @property
    def places(self) -> tuple[Assignment, ...] | None:
        """Where a source says that somebody works; of those who do not, nothing."""
        return self.said.assignments if self.here else None

    @property
    def here(self) -> bool:
        return self.said.at_work(self.today)

    def is_known(self, remembered: Remembered | None) -> bool:
        """Whether just this was said before; then nothing is to be done."""
        if remembered is None:
            return False
        self.before = remembered
        if remembered.said != self.digest or remembered.staff is None:
            return False
        self.outcome = Outcome(staff=remembered.staff, did=Did.NOTHING)
        return True

    def read(self, ids: Mapping[str, UUID], units: Mapping[str, UUID]) -> None:
        """The keys and codes in it have become ids."""
        self.id, self.units = ids[self.said.key], units
        if manager := self.said.manager_key:
            self.manager = StaffRef(ids[manager])

    @property
    def saying(self) -> UUID:
        """What its facts have in common: the same, if it is said again before it is remembered."""
        return uuid5(self.before.turn, self.digest.hex())

    def was_told(self, staff: Staff | None, history: Sequence[Envelope]) -> bool:
        """Whether its facts are there, and whoever told them was killed before remembering it."""
        if staff is None or all(one.correlationid != self.saying for one in history):
            return False
        self.staff = staff
        self.outcome = Outcome(staff=staff.id, did=Did.NOTHING)
        return True

    def weigh(self, staff: Staff | None, by: Provenance) -> None:
        """Which fields say something new, and which of those count against what is there."""
        self.staff, self.new, digests = staff, staff is None, self.digests
        command = apart(by, self.id, staff.version if staff else 0)
        self.command = replace(command, correlation=self.saying)
        known = self.before.fields if staff else {}
        fresh = [
            name for name, digest in digests.items() if self.here and known.get(name) != digest
        ]
        self.counting = tuple(n for n in fresh if not staff or staff.counts(n, FieldOwner.HR))
        self.losing = tuple(name for name in fresh if name not in self.counting)

    def reservations(self) -> Iterator[Reservation]:
        about = self.staff.id if self.staff else self.id
        fields = [(name, name) for name in self.counting]
        fields += [(aside(FieldOwner.HR, name), name) for name in self.losing]
        for kept_as, name in fields:
            yield Reservation(
                claim=self.command.claim_on(about),
                subject=about,
                field=kept_as,
                value=self.said.fields[name],
                purpose=Purpose.STAFF,
            )

    def decide(self, refs: Iterable[PersonalRef]) -> None:
        """With the references to its new words, which come in the order they were asked for."""
        given = iter(refs)
        words = Words(
            {n: next(given) for n in self.counting}, {n: next(given) for n in self.losing}
        )
        try:
            if self.staff:
                self.staff.hear(self._stated(self.staff.ref), words, self.today)
            elif self.here:
                self.staff = self._join(words)
            self.outcome = self._told()
        except Refusal as refusal:
            self.outcome = refusal

    def _join(self, words: Words) -> Staff:
        ref, kind = StaffRef(self.id), self.said.staff_type
        joined = StaffJoined(
            staff=ref, source=self.said.source, staff_type=kind, personal=words.counting
        )
        staff = Staff.enter(joined)
        staff.hear(self._stated(ref), Words({}), self.today)
        return staff

    def changed_staff(self) -> list[Staff]:
        """Whom to save, if anything was decided."""
        return [self.staff] if self.staff and self.staff.recorded() else []

    def _told(self) -> Outcome:
        facts = [one.fact for one in self.staff.recorded()] if self.staff else []
        did = Did.JOINED if self.new and facts else Did.CHANGED if facts else Did.NOTHING
        for kind, what in DID:
            if any(isinstance(fact, kind) for fact in facts):
                did = what
        who = self.staff.id if self.staff else self.id
        return Outcome(staff=who, did=did, changed=self.counting, kept_by_hand=self.losing)

    def _stated(self, staff: StaffRef) -> Stated:
        said = self.said
        return Stated(
            source=said.source,
            staff_type=said.staff_type,
            at_work=self.here,
            ends=said.ends,
            away=(said.absent.since, said.absent.until) if said.absent else None,
            assignments=None if self.places is None else tuple(self._places(staff)),
            manager=self.manager,
        )

    def _places(self, staff: StaffRef) -> Iterator[AssignmentGiven]:
        for one in self.places or ():
            department = self.units[one.unit_code]
            place = f"{self.said.source} {department} {one.title_code or ''}"
            yield AssignmentGiven(
                staff=staff,
                assignment=uuid5(staff.root, place),
                department=department,
                title=one.title_code,
                since=one.since,
                until=one.until,
                primary=one.primary,
                source=self.said.source,
            )
