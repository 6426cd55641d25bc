"""What keeps a file for now: a living involvement, a search, a seat, the retention schedule."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from contracts.schedule import RetentionRule, Starts
from services.chassis.deciding import Provenance
from services.chassis.moments import HERE, moment
from services.vault.asking import Others
from services.vault.domain.disposition import Block, Reason
from services.vault.safe import Safe
from services.vault.schedule import Schedules

LIVING = ("proposed", "in_preparation", "active", "paused", "extended")
CONSIDERED = ("shortlisted", "interested")
GONE = "former"
FILE = "P-10"  # the line of the schedule for a person's file as a whole
KEPT = """
select subject, rule, max(kept_at) as latest from kept
where establishment = $1 and subject = any($2::uuid[]) group by subject, rule
"""


class Standing:
    """Looks at the others, and at the schedule of the establishment, which prevails."""

    def __init__(self, safe: Safe, schedules: Schedules, others: Others) -> None:
        self._safe = safe
        self._schedules = schedules
        self._others = others

    async def what_keeps(self, by: Provenance, files: Sequence[UUID]) -> list[Block]:
        """All there is, person by person. Raises NotFound, OthersAreAway."""
        blocks: list[Block] = []
        for person in files:
            partner = await self._others.partner(by, person)
            blocks += _living(person, partner)
            until = await self.kept_until(by, partner)
            if until > datetime.now(HERE).date():
                said = until.isoformat()
                blocks.append(Block(person, Reason.TOO_EARLY, until=said))
        return blocks

    async def over(self, by: Provenance) -> list[UUID]:
        """Those who have left, and whom the schedule keeps no longer."""
        today = datetime.now(HERE).date()
        found = []
        for partner in await self._others.former(by):
            person = UUID(partner["id"])
            known = not partner["erased"] and not [*_living(person, partner)]
            if known and await self.kept_until(by, partner) <= today:
                found.append(person)
        return found

    async def kept_until(self, by: Provenance, partner: dict[str, Any]) -> date:
        """The day on which the last of this person's words may go."""
        rules = (await self._schedules.of(by.establishment)).rules
        left = partner["left"] or partner["since"]
        ended = [one["since"] for one in partner["involvements"] if one["since"]]
        started = {Starts.LEFT: left, Starts.ENDED: max([left, *ended], key=_day)}
        days = [_over(_day(left), rules[FILE])]
        async with self._safe.opened(by) as connection:
            files = [partner["id"], *(one["id"] for one in partner.get("merged", ()))]
            rows = await connection.fetch(KEPT, by.establishment, list(map(UUID, files)))
        for _, number, latest in rows:
            if rule := rules.get(number):
                begun = started.get(rule.starts)
                days.append(_over(_day(begun) if begun else latest.astimezone(HERE).date(), rule))
        return max(days)


def _living(person: UUID, partner: dict[str, Any]) -> Iterator[Block]:
    if partner["state"] != GONE:
        yield Block(person, Reason.IN_POOL)
    for one in partner["involvements"]:
        if one["state"] in LIVING:
            yield Block(person, Reason.INVOLVEMENT, UUID(one["id"]))
    for one in partner["searches"]:
        if one["state"] in CONSIDERED:
            yield Block(person, Reason.SEARCH, UUID(one["request"]))
    for seat in partner["seats"]:
        yield Block(person, Reason.SEAT, UUID(seat))


def _day(words: str) -> date:
    """An instant or a partial date (EDTF), as a day in Québec."""
    return moment(words).time.astimezone(HERE).date()


def _over(start: date, rule: RetentionRule) -> date:
    """So many months later; the last day of a month that is shorter."""
    years, month = divmod(start.month - 1 + rule.months, 12)
    for day in (start.day, 30, 29, 28):
        try:
            return date(start.year + years, month + 1, day)
        except ValueError:
            continue
    raise AssertionError(start)
