"""A story as pages tell it: plain steps, what led to each, what was put right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import quote

from services.portal.calling import Away, Caller, Refused, Services, reference_in
from services.portal.reading import NOT_NAMED
from services.portal.speaking import day, day_and_hour

type Step = dict[str, Any]

NOBODY = {"demo": "par la démonstration", "operator": "par l’exploitation"}
CHANNELS = {"import": "repris du registre", "service": "par Tandem, à la suite d’une autre étape"}
# Our own addresses, and what insights calls these things.
KINDS = {
    "partenaires": "partners",
    "demandes": "requests",
    "implications": "involvements",
    "projets": "projects",
}


async def told(
    services: Services, by: Caller, of: str, id: str, **bounds: str
) -> dict[str, Any] | None:
    """The story as insights tells it; None where it cannot be told at the moment."""
    try:
        path = f"/{of}/{id}/story"
        return dict(await services.read("insights", path, by, {"lang": "fr", **bounds}))
    except (Away, Refused):
        return None


def as_shown(
    raw: Sequence[Step], names: Mapping[str, str], back: str, *, mend: bool = True
) -> list[Step]:
    """The steps with the words around their sentences, and links between them.

    `mend`: whether whoever looks may put them right.
    """
    number = {step["id"]: at for at, step in enumerate(raw, 1)}
    steps = [_shown(step, at, number, names, back) for at, step in enumerate(raw, 1)]
    return steps if mend else [{**step, "mend": ""} for step in steps]


def _shown(
    step: Step, at: int, number: Mapping[str, int], names: Mapping[str, str], back: str
) -> Step:
    where = f"/corrections/{step['service']}/{step['stream']}/{step['id']}?retour={quote(back)}"
    mendable = not step["corrects"] and not step["annulled"]
    changes = []
    if step["counts_as"] and step["counts_as"] != step["sentence"]:
        changes = [{"was": step["sentence"], "now": step["counts_as"]}]
    because = number.get(step["cause"] or "")
    return step | {
        "number": at,
        "said_on": _when(step),
        "said_by": _who(step, names),
        "sentence": step["counts_as"] or step["sentence"],
        "whom": _whom(step, names, back),
        "changes": changes,
        "because": because if because != at else None,
        "mended_by": number.get(step["annulled"] or step["corrected"] or ""),
        "mend": where if mendable else "",
        "late": _late(step),
    }


def _when(step: Step) -> str:
    if step["precision"]:
        return day(step["precision"])
    return day_and_hour(step["time"])


def _who(step: Step, names: Mapping[str, str]) -> str:
    if step["imported"]:
        return CHANNELS["import"]
    if step["actor"].startswith("service:"):
        return CHANNELS["service"]
    if step["actor"] in NOBODY:
        return NOBODY[step["actor"]]
    reference = reference_in(step["actor"])
    name = names.get(reference or "", "") if reference else step["actor"]
    return f"par {name or NOT_NAMED}"


def _whom(step: Step, names: Mapping[str, str], back: str) -> str:
    """Who a step speaks of, where the page is not theirs alone."""
    return ", ".join(names[one] for one in step.get("persons", ()) if one not in back)


def _late(step: Step) -> str:
    """Said where a thing was learnt on another day than it happened."""
    known, was = day(step["recordedtime"]), day(step["precision"] or step["time"])
    return f"Inscrit le {known}." if known != was else ""


def actors(raw: Sequence[Step]) -> set[str]:
    """The references of those who did these things, or whom they name."""
    named = {one for step in raw for one in step.get("persons", ())}
    return named | {found for step in raw if (found := reference_in(step["actor"]))}


def people(state: Mapping[str, Any] | None) -> set[str]:
    """Who is named in what a story leads to."""
    if not state:
        return set()
    found = {one["person"] for one in state.get("candidates", ())} | set(state.get("partners", ()))
    found |= {one["partner"] for one in state.get("seats", ()) if isinstance(one, dict)}
    named = {state.get(name) for name in ("advisor", "contact", "approver")}
    return {one for one in (state["id"], *found, *named) if one}
