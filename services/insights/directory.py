"""Which establishments, departments and staff are there?"""

from __future__ import annotations

from msgspec.structs import replace

from contracts.directory import DepartmentRecorded, EstablishmentOpened, StaffRecorded
from services.chassis.folding import Document, Entry, Listed, ReadModel
from services.insights.pieces import facets, given, plain, ref, refs

KNOWN = "known"


class Establishment(Document, frozen=True, kw_only=True):
    name: str = ""
    demonstration: bool = False

    def listed(self) -> Listed:
        return Listed(self.state, (), plain(self.name), (plain(self.name),))


class Department(Document, frozen=True, kw_only=True):
    name: str = ""
    abbreviation: str | None = None
    service: str | None = None
    site: str | None = None

    def listed(self) -> Listed:
        words = " ".join(filter(None, (self.name, self.abbreviation, self.service)))
        return Listed(self.state, (), plain(words), (plain(self.name),))


class Staff(Document, frozen=True, kw_only=True):
    """Who it is, the vault knows: here are references."""

    department: str | None = None
    name: str | None = None
    personal: dict[str, str] = {}

    def listed(self) -> Listed:
        return Listed(self.state, facets(department=self.department), "", (self.id,))


establishments = ReadModel("establishments", Establishment)
departments = ReadModel("departments", Department)
staff = ReadModel("staff", Staff)
SORTS = ("name",)


@establishments.on(EstablishmentOpened)
def opened(it: Establishment, entry: Entry) -> Establishment:
    return replace(it, state=KNOWN, **given(entry.data, "name", "demonstration"))


@departments.on(DepartmentRecorded)
def recorded(it: Department, entry: Entry) -> Department:
    said = given(entry.data, "name", "abbreviation", "service", "site")
    return replace(it, state=KNOWN, **said)


@staff.on(StaffRecorded, of="staff")
def at_work(it: Staff, entry: Entry) -> Staff:
    said = given(entry.data, "department")
    name, personal = ref(entry.data, "name"), refs(entry.data)
    return replace(it, state=KNOWN, stream=entry.subject, name=name, personal=personal, **said)
