"""Who of the establishment, and which departments, the cells of a register name."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from hashlib import blake2b
from typing import Any, NamedTuple

from services.cli.exchange.shapes import shape_of
from services.cli.register.columns import Place, Row
from services.cli.register.people import Department
from services.cli.register.rows import Register
from services.cli.register.words import folded
from services.cli.register.work import Project, Request, Training

# The columns that name somebody whose address stands in another column.
ADDRESS = {"lead": "lead_email", "requester": "email"}


class Person(NamedTuple):
    """Somebody who is named: how, and where first."""

    place: Place
    name: str
    email: str


class Naming:
    """One person is known by an address, else by a name: nobody is taken for somebody else."""

    def __init__(self, register: Register) -> None:
        self._register = register
        self._emails: dict[str, set[str]] = defaultdict(set)
        self.departments: dict[str, Place] = {}
        self.staff: dict[str, Person] = {}
        named = list(self._named())
        for _, name, email in named:
            if isinstance(name, str) and isinstance(email, str):
                self._emails[folded(name)].add(email)
        for place, name, email in named:
            if key := self.key_of(name, email):
                said = name if isinstance(name, str) else email
                known = self.staff.setdefault(key, Person(place, said[:2_000], ""))
                if isinstance(email, str) and not known.email:
                    self.staff[key] = known._replace(email=email)

    def key_of(self, name: Any, email: Any) -> str | None:
        """The key of who is named; None where nobody is."""
        if isinstance(email, str):
            return email
        if not isinstance(name, str):
            return None
        known = self._emails.get(folded(name), set())
        if len(known) == 1:
            return next(iter(known))
        plain = folded(name) or name
        return plain if len(plain) < 150 else blake2b(plain.encode(), digest_size=16).hexdigest()

    def _named(self) -> Iterator[tuple[Place, Any, Any]]:
        for rows in self._register.rows.values():
            for row in rows:
                if isinstance(row, Department | Project | Request):
                    self.departments.setdefault(row.department, row.place)
                yield from _named_by(row)


def _named_by(row: Row) -> Iterator[tuple[Place, Any, Any]]:
    match row:
        case Department():
            yield row.place, row.person, row.email
            return
        case Project():
            yield row.place, row.lead, row.lead_email
            return
        case Training(audience="team"):
            yield row.place, None, row.email
            return
        case Request():
            yield row.place, row.requester, row.email
    for column in shape_of(row).staff:
        if not (isinstance(row, Request) and column == "requester"):
            yield row.place, getattr(row, column), None
