"""What an import is about to say, and what Tandem knows of it already."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from functools import cached_property
from uuid import UUID, uuid4

from services.cli.exchange import remarks
from services.cli.exchange.lines import Key, Line
from services.cli.exchange.office import Office
from services.cli.exchange.remarks import Remark
from services.cli.exchange.stating import Statements
from services.cli.register.columns import Row
from services.cli.register.linking import digest
from services.cli.register.people import Partner
from services.cli.register.rows import Register


@dataclass
class Plan:
    """The lines of one register, under ids that are known or new, and the rows refused here.

    A line about somebody who was erased stays behind: nothing brings their file back.

    A row's content is a key too: it tells whether a row that is known says something else now.
    """

    office: Office
    register: Register
    seal: bytes
    statements: Statements
    known: Mapping[Key, UUID]
    ids: Mapping[Key, UUID]
    erased: Set[Key] = frozenset()
    lines: list[Line] = field(default_factory=list)
    refused: list[tuple[Remark, Row | None]] = field(default_factory=list)
    destroyed: list[tuple[Remark, Row | None]] = field(default_factory=list)

    @classmethod
    def of(cls, office: Office, register: Register, files: Mapping[str, str], seal: bytes) -> Plan:
        """`files`: a digest of each, by its name. Nothing is changed. Raises Refused."""
        statements = Statements(register, files)
        wanted = statements.wanted()
        known, erased = _known(office, wanted)
        ids = known | {key: uuid4() for key in wanted if key not in known}
        plan = cls(office, register, seal, statements, known, ids, erased)
        plan._draw_up()
        return plan

    def is_known(self, row: Row) -> bool:
        return self.statements.key_of(row) in self.known

    def differs(self, row: Row) -> bool:
        """Whether Tandem knows this row, and heard something else of it."""
        return self.is_known(row) and self.contents[id(row)] not in self._heard

    def newcomers(self) -> tuple[list[Partner], set[UUID]]:
        """The people who are new, and the ids of all whom the register names."""
        people = self.register.of(Partner)
        named = {self.ids[self.statements.key_of(row)] for row in people}
        known = self.known.keys() | self.erased
        return [row for row in people if self.statements.key_of(row) not in known], named

    def state(self) -> None:
        """Say what is new in it to the vault: what each row says, then the keys.

        Whoever was killed between the two says the keys again, under other ids.
        """
        fresh = {
            self.contents[id(line.row)]: line.id
            for line in self.lines
            if line.row and not self.differs(line.row)
        }
        self.office.state("content", {key: fresh[key] for key in fresh.keys() - self._heard})
        kinds: dict[str, dict[str, UUID]] = defaultdict(dict)
        for key in self.ids.keys() - self.known.keys() - self.erased:
            kinds[key.kind][key.key] = self.ids[key]
        for kind, keys in kinds.items():
            self.office.state(kind, keys)

    @cached_property
    def contents(self) -> dict[int, str]:
        return {
            id(line.row): content_of(line.row, self.statements.key_of(line.row).key, self.seal)
            for line in self.lines
            if line.row
        }

    @cached_property
    def _heard(self) -> set[str]:
        return set(self.office.ids_of("content", self.contents.values()))

    def _draw_up(self) -> None:
        """A row whose line cannot go is refused, with those that need it."""
        lost: dict[UUID, int] = {}
        gone = {self.ids[key] for key in self.erased}
        for row, stated in self.statements.stated(self.ids):
            line = stated
            if isinstance(line, Line) and (line.id in gone or line.rests_on & gone):
                gone.add(line.id)
                self.destroyed.append((remarks.destroyed(line.place), row))
                continue
            if isinstance(line, Line) and (missed := line.rests_on & lost.keys()):
                line = remarks.rests_on_refused(line.place, lost[next(iter(missed))])
            if isinstance(line, Line):
                self.lines.append(line)
                continue
            self.refused.append((line, row))
            if row:
                lost[self.ids[self.statements.key_of(row)]] = row.place.line


def content_of(row: Row, key: str, seal: bytes) -> str:
    """A key that stands for all that a row says under its own key."""
    said = digest(type(row), row.says() | {"own": row.own}, seal).hex()
    return f"{row.sheet} {said} {key}"[:200]


def _known(office: Office, wanted: Iterable[Key]) -> tuple[dict[Key, UUID], set[Key]]:
    kinds: dict[str, list[str]] = defaultdict(list)
    for key in wanted:
        kinds[key.kind].append(key.key)
    found: dict[Key, UUID] = {}
    gone: set[Key] = set()
    for kind, keys in kinds.items():
        known, erased = office.known(kind, keys)
        found |= {Key(kind, key): one for key, one in known.items()}
        gone |= {Key(kind, key) for key in erased}
    return found, gone
