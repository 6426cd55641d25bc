"""Who works here, a page at a time: in the order of their names, which only the vault knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from contracts.vault import Purpose
from services.portal import reading
from services.portal.calling import Away, Caller, Refused, Services
from services.portal.speaking import counted, day, today

PAGE = 40
NO_FILTER: Mapping[str, str] = MappingProxyType({})
MOST_NARROWED = 5_000  # of whom a filter may leave that many to be put in order
REGARDS = {
    "a-regarder": ("Une correction à regarder", {"unsettled": "yes"}),
    "a-la-main": ("Inscrites à la main", {"source": "hand"}),
}
STATES = {"known": "Au travail", "left": "Parties"}


@dataclass(frozen=True)
class Shown:
    """Some of the staff, and where the list goes on."""

    items: list[Any]
    names: Mapping[str, Mapping[str, str]]
    after: str | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    named: bool = True  # the vault has answered


def narrowing(chosen: Mapping[str, str]) -> dict[str, str]:
    """The filters of the page in the words of insights; nothing where all are shown."""
    asked = {"lineage": chosen["direction"], "role": chosen["role"], "state": chosen["etat"]}
    asked |= {name: chosen.get(name, "") for name in ("as_of", "known_on")}
    if chosen["regard"] in REGARDS:
        asked |= REGARDS[chosen["regard"]][1]
    return {name: value for name, value in asked.items() if value}


async def listed(
    services: Services, by: Caller, chosen: Mapping[str, str], after: str, *, descending: bool
) -> Shown:
    """By name; without names where the vault is away. Raises Away where nothing is known."""
    asked = narrowing(chosen)
    found = await services.read("insights", "/staff", by, {**asked, "limit": 1})
    if asked and not found["items"]:
        return Shown([], {}, None, found["counts"])
    try:
        subjects = await _such(services, by, asked) if asked else None
        said = {"purpose": Purpose.STAFF, "kind": "staff", "subjects": subjects, "limit": PAGE,
                "descending": descending, "after": after or None}  # fmt: skip
        page = (await services.tell("vault", "/sorted", by, said)).content
    except (Away, Refused):
        return await _unnamed(services, by, asked, after)
    shown = await these(services, by, page["subjects"], asked)
    return Shown(shown.items, shown.names, page["next"], found["counts"])


async def these(
    services: Services, by: Caller, ids: Sequence[str], asked: Mapping[str, str] = NO_FILTER
) -> Shown:
    """In this order; without those that have become another, and those who are no staff."""
    if not ids:
        return Shown([], {})
    known, names = await services.all(
        reading.items(
            services,
            "/staff",
            by,
            id=list(ids),
            limit=reading.MOST,
            as_of=asked.get("as_of"),
            known_on=asked.get("known_on"),
        ),
        services.names(by, Purpose.STAFF, ids, "name", "given_name", "family_name", "title"),
    )
    found = {one["id"]: one for one in known if one["state"] != "alias"}
    return Shown([found[one] for one in ids if one in found], names)


async def _such(services: Services, by: Caller, asked: Mapping[str, str]) -> list[str]:
    """Everybody whom the filters leave."""
    found: list[str] = []
    after: str | None = ""
    while after is not None and len(found) < MOST_NARROWED:
        here = {**asked, "limit": reading.MOST, "after": after}
        page = await services.read("insights", "/staff", by, here)
        found += [one["id"] for one in page["items"]]
        after = page["next"]
    return found


async def _unnamed(services: Services, by: Caller, asked: Mapping[str, str], after: str) -> Shown:
    here = {**asked, "limit": PAGE, "after": after}
    page = await services.read("insights", "/staff", by, here)
    return Shown(page["items"], {}, page["next"], page["counts"], named=False)


def sentence(shown: Shown, narrowed: bool) -> str:
    here, gone = shown.counts.get("known", 0), shown.counts.get("left", 0)
    if not here and not gone:
        return "Personne ne répond à ces filtres." if narrowed else "Personne n’est encore inscrit."
    said = counted(here, "personne au travail", "personnes au travail")
    left = f", et {gone} qui {'sont parties' if gone > 1 else 'est partie'}" if gone else ""
    return f"{said}{left}{' selon vos filtres' if narrowed else ''}."


def situation(it: Mapping[str, Any]) -> tuple[str, str, str]:
    """A word, a shape and a tone: at work, away, leaving, gone."""
    now = today().isoformat()
    if it["left"]:
        return f"Partie le {day(it['left'])}", "square", ""
    if it["leaves"]:
        return f"Part le {day(it['leaves'])}", "three", "wait"
    away = it["away"]
    if away and away["since"] <= now:
        until = f" jusqu’au {day(away['until'])}" if away["until"] else ""
        return f"Absente{until}", "bars", ""
    return "Au travail", "full", "good"


def places(it: Mapping[str, Any], departments: Mapping[Any, str]) -> list[dict[str, Any]]:
    """Where somebody works: first the main place, then the others, then those to come."""
    now = today().isoformat()
    given = [
        {**one, "where": departments[one["department"]], "future": (one["since"] or "") > now,
         "over": bool(one["until"]) and one["until"] < now}
        for one in it["assignments"]
    ]  # fmt: skip
    if not given and it["department"] and not it["left"]:
        given = [{"where": departments[it["department"]], "department": it["department"],
                  "since": None, "until": None, "primary": True, "source": None,
                  "assignment": "", "future": False, "over": False}]  # fmt: skip
    return sorted(given, key=lambda one: (one["over"], one["future"], not one["primary"]))
