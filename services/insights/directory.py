"""Which establishments and departments are there, and what do the old ones add up to?"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Sequence

import msgspec
from msgspec.structs import replace

from contracts.directory import (
    DepartmentClosed,
    DepartmentCoded,
    DepartmentRecorded,
    DepartmentRenamed,
    DepartmentSucceeded,
    EstablishmentConfigured,
    EstablishmentLeft,
    EstablishmentMerged,
    EstablishmentOpened,
    EstablishmentRenamed,
    FirstLeadNamed,
    MinorsSigningDecided,
)
from services.chassis.folding import Document, Entry, Listed, ReadModel
from services.insights.pieces import facets, given, plain

KNOWN = "known"


class Establishment(Document, frozen=True, kw_only=True):
    name: str = ""
    demonstration: bool = False
    vision: str | None = None
    logo: str | None = None
    words: dict[str, str] = {}
    contacts_at_login: bool = False
    parent_signs_too: bool = True  # with those of 14 to 17, unless decided otherwise
    lead: str | None = None
    into: str | None = None

    def listed(self) -> Listed:
        return Listed(self.state, (), plain(self.name), (plain(self.name),))


class Code(msgspec.Struct, frozen=True, kw_only=True):
    """By which code HR knows a department, and from when until when."""

    code: str
    kind: str = "department"
    since: str | None = None
    until: str | None = None


class Department(Document, frozen=True, kw_only=True):
    """It keeps its own history under its own name; `before` are those it carries on."""

    name: str = ""
    abbreviation: str | None = None
    service: str | None = None
    site: str | None = None
    kind: str = "department"
    codes: tuple[str, ...] = ()
    coded: tuple[Code, ...] = ()
    since: str | None = None
    until: str | None = None
    ended: str | None = None
    after: tuple[str, ...] = ()
    before: tuple[str, ...] = ()

    def listed(self) -> Listed:
        words = " ".join(filter(None, (self.name, self.abbreviation, self.service, *self.codes)))
        named = facets(kind=self.kind, after=self.after)
        return Listed(self.state, named, plain(words), (plain(self.name),))


establishments = ReadModel("establishments", Establishment)
departments = ReadModel("departments", Department)
SORTS = ("name",)


@establishments.on(EstablishmentOpened)
def opened(it: Establishment, entry: Entry) -> Establishment:
    return replace(it, state=KNOWN, **given(entry.data, "name", "demonstration"))


@establishments.on(EstablishmentRenamed)
def renamed(it: Establishment, entry: Entry) -> Establishment:
    return replace(it, name=entry.data["name"])


@establishments.on(MinorsSigningDecided)
def decided(it: Establishment, entry: Entry) -> Establishment:
    return replace(it, parent_signs_too=entry.data["parent_signs_too"])


@establishments.on(EstablishmentConfigured)
def configured(it: Establishment, entry: Entry) -> Establishment:
    shown = ("vision", "logo", "words", "contacts_at_login")
    return replace(it, **{field: entry.data[field] for field in shown})


@establishments.on(FirstLeadNamed)
def led(it: Establishment, entry: Entry) -> Establishment:
    return replace(it, lead=entry.data["staff"])


@establishments.on(EstablishmentMerged)
def merged(it: Establishment, entry: Entry) -> Establishment:
    return replace(it, state="merged", into=entry.data["into"])


@establishments.on(EstablishmentLeft)
def gone(it: Establishment, _: Entry) -> Establishment:
    return replace(it, state="left")


@departments.on(DepartmentRecorded)
def recorded(it: Department, entry: Entry) -> Department:
    said = given(entry.data, "name", "abbreviation", "service", "site")
    return replace(it, state=KNOWN, **said)


@departments.on(DepartmentCoded)
def coded(it: Department, entry: Entry) -> Department:
    codes = tuple(dict.fromkeys((*it.codes, entry.data["code"])))
    said = {field: entry.data.get(field) for field in ("kind", "since", "until")}
    others = tuple(one for one in it.coded if one.code != entry.data["code"])
    coded = (*others, msgspec.convert(entry.data, Code))
    return replace(it, codes=codes, coded=coded, **said)


@departments.on(DepartmentRenamed)
def called(it: Department, entry: Entry) -> Department:
    return replace(it, name=entry.data["name"], abbreviation=entry.data.get("abbreviation"))


@departments.on(DepartmentSucceeded, of=("department", "successors"))
def succeeded(it: Department, entry: Entry) -> Department:
    """Told of whoever was before, and of each that comes after."""
    before, on = entry.data["department"], entry.data["on"]
    if it.id == before:
        return replace(it, state="closed", ended=on, after=tuple(entry.data["successors"]))
    return replace(it, before=tuple(dict.fromkeys((*it.before, before))))


@departments.on(DepartmentClosed)
def closed(it: Department, entry: Entry) -> Department:
    return replace(it, state="closed", ended=entry.data["on"])


async def lineage(
    department: str, read: Callable[[Sequence[str]], Awaitable[Iterable[Department]]]
) -> list[str]:
    """A department and all those it carries on, near or far: what they did adds up under it."""
    found, asked = [department], [department]
    while asked:
        before = [one for it in await read(asked) for one in it.before]
        asked = [one for one in dict.fromkeys(before) if one not in found]
        found += asked
    return found
