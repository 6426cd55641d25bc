"""The numbers of requests: D-2026-0007 is the seventh of its establishment's year."""

from __future__ import annotations

import re
from typing import Self
from uuid import NAMESPACE_URL, UUID, uuid5

from contracts.envelope import Fact
from contracts.intake import NumberGiven
from services.chassis.domain import Aggregate

_NUMBER = re.compile(r"D-(\d{4})-(\d{1,6})")


class Number(Aggregate):
    """A number is a stream: it can begin only once, so no two requests ever bear the same."""

    begun_by = (NumberGiven,)

    label: str = ""

    @staticmethod
    def id_for(establishment: str, year: int, number: int) -> UUID:
        numbers = uuid5(uuid5(NAMESPACE_URL, f"tandem:{establishment}"), "request numbers")
        return uuid5(numbers, f"{year} {number}")

    @classmethod
    def give(cls, establishment: str, year: int, number: int, request: UUID) -> Self:
        given = NumberGiven(number=f"D-{year}-{number:04}", request=request)
        return cls.begin(cls.id_for(establishment, year, number), given)

    def evolve(self, fact: Fact) -> None:
        match fact:
            case NumberGiven(number=label):
                self.label = label


def read_number(label: str) -> tuple[int, int] | None:
    """The year and the number in a label that an office wrote our way."""
    found = _NUMBER.fullmatch(label)
    return (int(found[1]), int(found[2])) if found else None
