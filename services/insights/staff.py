"""Who works here, in what, since when, and who said so?"""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

import msgspec
from msgspec.structs import replace

from contracts.directory import StaffRecorded
from contracts.staff import (
    BecameAlias,
    ContactMetAtLogin,
    FieldHeldByHand,
    FieldReleased,
    LoginLinked,
    LoginUnlinked,
    RoleGiven,
    RoleWithdrawn,
    SaidOtherwise,
    StaffChanged,
    StaffJoined,
    StaffMatched,
)
from services.chassis.folding import Document, Entry, Listed, ReadModel
from services.insights.pieces import Span, facets, given, ref, refs

STAFF = "staff"
KNOWN = "known"
HR, HAND, LOGIN = "hr", "hand", "login"


class Place(msgspec.Struct, frozen=True, kw_only=True):
    """Where somebody works."""

    assignment: str
    department: str
    title: str | None = None
    since: str | None = None
    until: str | None = None
    primary: bool = False
    source: str | None = None


class Role(msgspec.Struct, frozen=True, kw_only=True):
    role: str
    department: str | None = None


class Staff(Document, frozen=True, kw_only=True):
    """Who it is, the vault knows: here are references.

    `owners` says who is believed on each field; `otherwise` is what does not count, as `hr.email`.
    """

    department: str | None = None
    name: str | None = None
    personal: dict[str, str] = {}
    owners: dict[str, str] = {}
    held: tuple[str, ...] = ()
    unsettled: tuple[str, ...] = ()  # held, and HR said otherwise since: somebody has to look
    otherwise: dict[str, str] = {}
    staff_type: str | None = None
    sources: tuple[str, ...] = ()
    assignments: tuple[Place, ...] = ()
    manager: str | None = None
    away: Span | None = None
    leaves: str | None = None
    left: str | None = None
    roles: tuple[Role, ...] = ()
    logins: tuple[str, ...] = ()
    also: tuple[str, ...] = ()
    alias_of: str | None = None

    def listed(self) -> Listed:
        named = facets(
            department=[one.department for one in self.assignments] or self.department,
            role=[one.role for one in self.roles],
            manager=self.manager,
            staff_type=self.staff_type,
            alias_of=self.alias_of,
            source=self.sources or "hand",
            unsettled="yes" if self.unsettled else None,
        )
        return Listed(self.state, named, "", (self.id,))


staff = ReadModel(STAFF, Staff)


@staff.on(StaffRecorded, of=STAFF)
def at_work(it: Staff, entry: Entry) -> Staff:
    said = given(entry.data, "department")
    name, personal = ref(entry.data, "name"), refs(entry.data)
    owners = dict.fromkeys(("name", *personal), HAND)
    return replace(
        it, state=KNOWN, stream=entry.subject, name=name, personal=personal, owners=owners, **said
    )


@staff.on(StaffJoined, of=STAFF)
def joined(it: Staff, entry: Entry) -> Staff:
    sources = tuple(dict.fromkeys((*it.sources, entry.data["source"])))
    it = replace(it, state=KNOWN, sources=sources, staff_type=entry.data["staff_type"])
    return _said(it, entry, HR)


@staff.on(ContactMetAtLogin, of=STAFF)
def met(it: Staff, entry: Entry) -> Staff:
    return _said(replace(it, state=KNOWN), entry, LOGIN)


@staff.on(StaffChanged, of=STAFF)
def changed(it: Staff, entry: Entry) -> Staff:
    return _said(replace(it, **given(entry.data, "staff_type")), entry, entry.data["owner"])


@staff.on(SaidOtherwise, of=STAFF)
def said_otherwise(it: Staff, entry: Entry) -> Staff:
    owner, said = entry.data["owner"], refs(entry.data)
    lost = {f"{owner}.{name}": one for name, one in said.items()}
    new = [name for name in said if owner == HR and name in it.held and name not in it.unsettled]
    return replace(it, otherwise={**it.otherwise, **lost}, unsettled=(*it.unsettled, *new))


@staff.on(FieldHeldByHand, of=STAFF)
def held(it: Staff, entry: Entry) -> Staff:
    it = _settled(_said(it, entry, HAND), refs(entry.data))
    return replace(it, held=tuple(sorted({*it.held, *refs(entry.data)})))


@staff.on(FieldReleased, of=STAFF)
def released(it: Staff, entry: Entry) -> Staff:
    it = _settled(_said(it, entry, HR), entry.data["fields"])
    return replace(it, held=tuple(one for one in it.held if one not in entry.data["fields"]))


@staff.on(StaffMatched, of=STAFF)
def matched(it: Staff, entry: Entry) -> Staff:
    sources = tuple(dict.fromkeys((*it.sources, *entry.data["sources"])))
    return replace(it, also=(*it.also, entry.data["other"]), sources=sources)


@staff.on(BecameAlias, of=STAFF)
def alias(it: Staff, entry: Entry) -> Staff:
    return replace(it, state="alias", alias_of=entry.data["of"], roles=())


@staff.on(RoleGiven, of=STAFF)
def role_given(it: Staff, entry: Entry) -> Staff:
    return replace(it, roles=(*_without(it, entry), _role(entry.data)))


@staff.on(RoleWithdrawn, of=STAFF)
def role_withdrawn(it: Staff, entry: Entry) -> Staff:
    return replace(it, roles=_without(it, entry))


@staff.on(LoginLinked, of=STAFF)
def linked(it: Staff, entry: Entry) -> Staff:
    return replace(it, logins=tuple(sorted((*it.logins, entry.data["provider"]))))


@staff.on(LoginUnlinked, of=STAFF)
def unlinked(it: Staff, entry: Entry) -> Staff:
    there = list(it.logins)
    there.remove(entry.data["provider"])
    return replace(it, logins=tuple(there))


def _said(it: Staff, entry: Entry, owner: str) -> Staff:
    """Whose word counts now; what counted before, from another, stands beside."""
    said = refs(entry.data)
    known = {**it.personal, **({"name": it.name} if it.name else {})}
    lost = {
        f"{it.owners[name]}.{name}": known[name]
        for name in said
        if it.owners.get(name, owner) != owner
    }
    otherwise = {**it.otherwise, **lost}
    personal = {**it.personal, **{name: one for name, one in said.items() if name != "name"}}
    return replace(
        it,
        name=said.get("name", it.name),
        personal=personal,
        owners={**it.owners, **dict.fromkeys(said, owner)},
        otherwise={k: v for k, v in otherwise.items() if k not in {f"{owner}.{n}" for n in said}},
    )


def _settled(it: Staff, fields: Collection[str]) -> Staff:
    """Somebody has looked at these."""
    return replace(it, unsettled=tuple(one for one in it.unsettled if one not in fields))


def _role(data: dict[str, Any]) -> Role:
    return Role(role=data["role"], department=data.get("department"))


def _without(it: Staff, entry: Entry) -> tuple[Role, ...]:
    return tuple(one for one in it.roles if one != _role(entry.data))
