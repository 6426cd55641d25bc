"""The lines of one person in the words of the directory. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from contracts.snapshots import StaffLine
from services.directory.statement import Absence, Assignment, Statement

FIELDS = ("name", "given_name", "family_name", "email", "phone", "title", "language")


def stated(source: str, lines: Sequence[StaffLine]) -> Statement:
    """What the file says of somebody: the first line's words, and the assignments of all."""
    first = lines[0]
    fields = {name: value for name in FIELDS if (value := getattr(first, name))}
    if "name" not in fields:
        both = (first.given_name, first.family_name)
        fields["name"] = " ".join(part for part in both if part) or first.key
    away = next((line for line in lines if line.absent_since), None)
    return Statement(
        source=source,
        key=first.key,
        fields=fields,
        active=any(line.active for line in lines),
        assignments=_assignments(lines),
        absent=Absence(since=away.absent_since, until=away.absent_until)
        if away and away.absent_since
        else None,
        ends=None if any(line.ends is None for line in lines) else max(_ends(lines)),
        manager_key=next((line.manager for line in lines if line.manager), None),
        staff_type=first.staff_type,
    )


def _ends(lines: Sequence[StaffLine]) -> list[date]:
    return [line.ends for line in lines if line.ends]


def _assignments(lines: Sequence[StaffLine]) -> tuple[Assignment, ...]:
    """Whoever works at one place works there first of all, whether the file says so or not."""
    placed = [line for line in lines if line.unit and line.active]
    return tuple(
        Assignment(
            unit_code=line.unit,
            since=line.since,
            until=line.until,
            title_code=line.title_code,
            primary=line.primary or len(placed) == 1,
        )
        for line in placed
        if line.unit
    )
