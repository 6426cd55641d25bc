"""What one member of staff's page shows: who says what, what waits for a decision, the story."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from typing import Any

from starlette.datastructures import FormData

from contracts.access import AccessRole
from contracts.staff import FieldOwner
from contracts.vault import Purpose
from services.portal import reading, staff_list, stories
from services.portal.calling import Caller, Refused, Services, reference_in
from services.portal.deciding_staff import FIELDS, OWNERS, TYPES
from services.portal.forms import PLEASE

OFFICE = {AccessRole.ADVISOR, AccessRole.OFFICE_LEAD}
KINDS = {"requests": ("intake", "demandes"), "involvements": ("accompaniment", "implications")}
GOING = "proposed,in_preparation,active,paused,extended"
MOST_ALIKE = 5


async def shown(services: Services, by: Caller, it: Any, *, seek: bool) -> dict[str, Any]:
    """All that the page needs, in as few readings as there are kinds of values."""
    refs = [it["name"], *it["personal"].values(), *it["otherwise"].values()]
    words, departments, told, contacts, speaking = await services.all(
        services.words(by, Purpose.STAFF, [one for one in refs if one]),
        reading.items(services, "/departments", by, sort="name", limit=reading.MOST),
        stories.told(services, by, "staff", it["id"]),
        contact_of(services, by, it["id"]),
        sources(services, by),
    )
    called = [(one["id"], one["name"]) for one in departments]
    steps = told["steps"] if told else []
    staff = await reading.staff(services, by) if any(one["asked"] for one in contacts) else []
    named = await reading.names(
        services, by, Purpose.STAFF, it["id"], it["manager"], *stories.actors(steps),
        **dict(called), **speaking,
    )  # fmt: skip
    name = named[it["id"]]
    hand_made = not it["sources"] and not it["left"]
    word, shape, tone = staff_list.situation(it)
    return {
        "it": it, "names": named, "name": name, "word": word, "shape": shape, "tone": tone,
        "type": TYPES.get(it["staff_type"], ""),
        "fields": fields_of(it, words), "unsettled": unsettled(it, words),
        "assigned": staff_list.places(it, named), "contacts": contacts,
        "asked": [one for one in contacts if one["asked"]],
        "alike": await alike(services, by, it, name) if seek or hand_made else None,
        "hand_made": hand_made, "told": stories.as_shown(steps, named, f"/personnel/{it['id']}")
        if told else None,
        "options": {
            "departments": called, "staff": [one for one in staff if one[0] != it["id"]],
            "open_departments": [(one["id"], one["name"]) for one in departments
                                 if one["state"] != "closed"],
        },
    }  # fmt: skip


async def sources(services: Services, by: Caller) -> dict[str, str]:
    """What the sources of HR are called, where one of them is who said something."""
    known = await services.read_if_there("directory", "/sources", by)
    return {one["id"]: f"la source « {one['name']} »" for one in known or ()}


def fields_of(it: Mapping[str, Any], words: Mapping[str, str]) -> list[dict[str, Any]]:
    """Each field: what counts, who says so, and what others say instead."""
    refs = {**it["personal"], **({"name": it["name"]} if it["name"] else {})}
    found = []
    for field, label in FIELDS.items():
        others = [
            (OWNERS[FieldOwner(owner)], words.get(ref, ""))
            for owner, name, ref in _otherwise(it)
            if name == field and words.get(ref)
        ]
        value = words.get(refs.get(field, ""), "")
        if value or others:
            owner = it["owners"].get(field)
            found.append({
                "field": field, "label": label, "value": value, "others": others,
                "owner": OWNERS[FieldOwner(owner)] if owner else "", "held": field in it["held"],
            })  # fmt: skip
    return found


def unsettled(it: Mapping[str, Any], words: Mapping[str, str]) -> list[dict[str, str]]:
    """Corrections by hand against which HR has said something since."""
    hr = {name: ref for owner, name, ref in _otherwise(it) if owner == FieldOwner.HR}
    refs = {**it["personal"], "name": it["name"]}
    return [
        {
            "field": one, "label": FIELDS[one], "ours": words.get(refs.get(one) or "", ""),
            "theirs": words.get(hr.get(one, ""), ""),
        }
        for one in it["unsettled"]
    ]  # fmt: skip


def _otherwise(it: Mapping[str, Any]) -> list[tuple[str, str, str]]:
    split = ((key.partition("."), ref) for key, ref in it["otherwise"].items())
    return [(owner, name, ref) for (owner, _, name), ref in split]


async def contact_of(services: Services, by: Caller, staff: str) -> list[dict[str, Any]]:
    """The requests and involvements that name them as their contact; the office alone sees them."""
    return await _going_on(services, by, contact=staff)


async def waiting(services: Services, by: Caller) -> list[dict[str, Any]]:
    """What asks for another contact, since the one it had has left."""
    return await _going_on(services, by, contact_asked="yes")


async def _going_on(services: Services, by: Caller, **asked: str) -> list[dict[str, Any]]:
    if not OFFICE & set(by.roles):
        return []
    asked |= {"limit": str(reading.MOST)}
    requests, involvements = await asyncio.gather(
        reading.items(services, "/requests", by, open="true", **asked),
        reading.items(services, "/involvements", by, state=GOING, **asked),
    )
    titles = {one["id"]: one["title"] for one in requests}
    missing = {one["request"] for one in involvements if one["request"]} - titles.keys()
    more = await reading.items(services, "/requests", by, id=list(missing)) if missing else []
    titles |= {one["id"]: one["title"] for one in more}
    found = [_contact("requests", one, titles) for one in requests]
    return found + [_contact("involvements", one, titles) for one in involvements]


def _contact(kind: str, it: Mapping[str, Any], titles: Mapping[str, str]) -> dict[str, Any]:
    title = it["title"] if kind == "requests" else titles.get(it["request"] or "", "")
    _, address = KINDS[kind]
    return {
        "id": it["id"], "kind": kind, "asked": it["contact_asked"], "state": it["state"],
        "address": f"/{address}/{it['id']}", "title": title or "Implication",
        "word": "Demande" if kind == "requests" else "Implication", "contact": it["contact"],
    }  # fmt: skip


async def hand_over(services: Services, by: Caller, form: FormData) -> str | None:
    """The new contact of all that was chosen. Raises Refused, Away."""
    contact, position = str(form.get("contact", "")), None
    if not contact:
        raise Refused(422, {"title": f"Nouveau contact : {PLEASE}"})
    for one in form.getlist("quoi"):
        kind, _, about = str(one).partition(":")
        if kind in KINDS:
            path = f"/{kind}/{about}/contact"
            done = await services.tell(KINDS[kind][0], path, by, {"contact": contact})
            position = done.position
    return position


async def alike(services: Services, by: Caller, it: Mapping[str, Any], name: str) -> list[Any]:
    """Others of much the same name: whether they are the same person, a person decides."""
    if name in (reading.NOT_NAMED, reading.DESTROYED):
        return []
    words = [word for word in name.split() if word[0].isalpha()]
    found: dict[str, None] = {}
    for text in dict.fromkeys((" ".join(words), words[-1] if words else "")):
        if text and len(found) < MOST_ALIKE:
            found |= dict.fromkeys(await services.find(by, Purpose.STAFF, text))
    others = [one for one in found if one != it["id"]][: 2 * MOST_ALIKE]
    there = await staff_list.these(services, by, others)
    return [
        {**one, "called": reading.name_in(there.names.get(one["id"], {})),
         "title": there.names.get(one["id"], {}).get("title", "")}
        for one in there.items
        if not (it["sources"] and one["sources"])  # two people of HR's are two
    ][:MOST_ALIKE]  # fmt: skip


async def of_two(services: Services, by: Caller, one: str, other: str) -> tuple[str, str]:
    """Which of two records stays, and which points at it: HR's stays. Raises Refused, Away."""
    if reference_in(other) != other:
        raise Refused(422, {"title": "Choisissez l’autre fiche"})
    mine, theirs = await services.all(
        services.read("insights", f"/staff/{one}", by),
        services.read("insights", f"/staff/{other}", by),
    )
    keeps_other = theirs["sources"] and not mine["sources"]
    return (other, one) if keeps_other else (one, other)
