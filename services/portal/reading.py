"""What pages read: documents of insights, names of the vault, lists that forms offer."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from typing import Any

from contracts.vault import Purpose
from services.portal.calling import Caller, Services
from services.portal.forms import Failure

type Options = list[tuple[str, str]]
type Record = dict[str, Any]

NOT_NAMED = "nom non accessible"
DESTROYED = "dossier détruit"
MOST = 500
CATCHING_UP, BREATH = 20, 0.1  # times, seconds


async def establishments(services: Services, by: Caller) -> list[Record]:
    known = await items(services, "/establishments", by)
    return [{**one, "key": one["establishment"]} for one in known]


def others(services: Services, by: Caller, known: Iterable[Record]) -> list[tuple[str, str]]:
    """The other establishments that are still here, to choose from."""
    there = ((one["key"], one["name"]) for one in known)
    return [(key, name) for key, name in there
            if key != by.establishment and key not in services.gone]  # fmt: skip


async def items(services: Services, path: str, by: Caller, **asked: object) -> list[Record]:
    """The things of a list; none where insights is away: a page shows what it can."""
    said = await services.read_if_there("insights", path, by, asked)
    return list(said["items"]) if said else []


async def record(
    services: Services, by: Caller, path: str, failed: Failure | None = None
) -> Record:
    """One thing as it is; for who was too late, as the faster one left it. Raises Away, Refused."""
    it: Record = await services.read("insights", path, by)
    if failed and failed.status == 412:
        for _ in range(CATCHING_UP):
            if failed.version not in _versions(it):
                break
            await asyncio.sleep(BREATH)
            it = await services.read("insights", path, by)
    return it


def _versions(it: Record) -> set[str]:
    """The versions that a form of this page may have shown."""
    parts = [it, it.get("search") or {}, *(it.get("contributions") or ())]
    return {str(one["version"]) for one in parts if isinstance(one, dict) and "version" in one}


async def departments(services: Services, by: Caller) -> Options:
    known = await items(services, "/departments", by, sort="name", limit=MOST)
    return [(one["id"], one["name"]) for one in known]


async def projects(services: Services, by: Caller) -> Options:
    known = await items(
        services, "/projects", by, state="running,planned", sort="title", limit=MOST
    )
    return [(one["id"], one["title"]) for one in known]


async def staff(services: Services, by: Caller) -> Options:
    """Everybody who works there, by name."""
    known = [one["id"] for one in await items(services, "/staff", by, limit=MOST)]
    names = await services.names(by, Purpose.STAFF, known)
    return by_name((one, name_in(names.get(one, {}))) for one in known)


async def available(services: Services, by: Caller) -> Options:
    """Who may be thought of for a search."""
    found = await items(services, "/partners", by, state="available,engaged", limit=MOST)
    known = [one["id"] for one in found]
    names = await services.names(by, Purpose.RECRUITMENT, known, "given_name", "family_name")
    return by_name((one, name_in(names.get(one, {}))) for one in known)


def by_name(options: Iterable[tuple[str, str]]) -> Options:
    return sorted(options, key=lambda one: one[1].casefold())


def name_in(known: Mapping[str, str]) -> str:
    """A name out of what the vault knows of somebody."""
    parts = (known.get("given_name"), known.get("family_name"))
    return known.get("name") or " ".join(filter(None, parts)) or NOT_NAMED


class Names(dict[Any, str]):
    """Names by id; whoever is not known is called so, and nobody is the empty word."""

    def __missing__(self, id: object) -> str:
        return NOT_NAMED if id else ""


async def names(
    services: Services, by: Caller, purpose: Purpose, *ids: object, **known: str
) -> Names:
    """Whoever is on the page, and who looks at it, in one call."""
    asked = {str(one) for one in (*ids, by.staff) if one}
    found = await services.names(by, purpose, asked, "name", "given_name", "family_name")
    gone = await services.erased(by, asked - found.keys())
    return Names(
        {whom: name_in(one) for whom, one in found.items()} | dict.fromkeys(gone, DESTROYED) | known
    )
