"""Lists and figures of another day: as they were, or as they were known."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.chassis.moments import NotADate, until
from services.portal.calling import Caller, Services
from services.portal.labels import label
from services.portal.reading import MOST, items
from services.portal.speaking import counted, day

UNREADABLE = "Cette date est illisible : écrivez-la ainsi, 2024-03-11. Voici aujourd’hui."
TOLD = 12  # differences that the page names


@dataclass(frozen=True)
class Then:
    """The day a page looks at; none: today."""

    le: str = ""
    known: bool = False
    wrong: str = ""
    moment: datetime | None = None

    @property
    def kept(self) -> dict[str, str]:
        """For the addresses of the page."""
        return {"le": self.le, "su": "1" if self.known and self.le else ""}

    @property
    def bounds(self) -> dict[str, str]:
        """For what is asked of insights."""
        if not self.moment:
            return {}
        return {"known_on" if self.known else "as_of": self.le}

    @property
    def spoken(self) -> str:
        return day(self.le)

    def story(self, address: str) -> str:
        """A record as it was told that day; today's where no day is asked for."""
        if not self.moment:
            return address
        return f"{address}/histoire?le={self.le}{'&vue=connu' if self.known else ''}"


NOW = Then()


@dataclass(frozen=True)
class Beside:
    """How many were otherwise than one knew that day, and the first of them in words."""

    count: int
    lines: list[tuple[str, str, str]]  # what, how it was, how it was known

    @property
    def said(self) -> str:
        return counted(self.count, "fiche n’était pas telle", "fiches n’étaient pas telles")


def then(le: str, su: str = "") -> Then:
    """What somebody typed."""
    words = le.strip()
    if not words:
        return Then()
    try:
        return Then(words, bool(su), moment=until(words))
    except NotADate:
        return Then(le=words, wrong=UNREADABLE)


async def beside(
    services: Services, by: Caller, name: str, when: Then,
    calling: Callable[[Mapping[str, Any]], str] | None = None,
) -> Beside | None:  # fmt: skip
    """Where what was that day is not what one knew then; None where there is no difference.

    `calling` names a thing; a person's name is no word of a list.
    """
    if not when.moment:
        return None
    found = await services.read_if_there("insights", f"/pasts/{name}", by, {"day": when.le})
    if not found or not found["count"]:
        return None
    shown = found["items"][:TOLD]
    called: dict[str, str] = {}
    if calling:
        ids = [one["id"] for one in shown]
        known = await items(services, f"/{name}", by, id=ids, limit=MOST)
        called = {one["id"]: calling(one) for one in known}
    lines = [
        (called.get(one["id"], ""), _standing(one["was"], "n’était pas encore là"),
         _standing(one["knew"], "pas encore connue"))
        for one in shown
    ]  # fmt: skip
    return Beside(found["count"], lines)


def _standing(state: str | None, absent: str) -> str:
    return label(state).lower() if state else absent
