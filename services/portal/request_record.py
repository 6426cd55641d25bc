"""All that the page of one request shows: its words, people, journey and story."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.vault import Purpose
from services.portal import matching, reading, stories
from services.portal.calling import Caller, Services, reference_in
from services.portal.deciding import WITHDRAW, offered_on_request
from services.portal.entering import itself
from services.portal.forms import Failure
from services.portal.labels import label
from services.portal.partner_words import CONTACT, LIVED, profile
from services.portal.places import OFFICE
from services.portal.speaking import day, hours

SEARCHING = ("accepted", "searching", "partly_filled")
STEPS = {
    "returned": "Retour à l’équipe", "declined": "Refus", "redirected": "Réorientation",
    "withdrawn": "Retrait",
}  # fmt: skip
WORDS = {
    "aim": "But", "why": "Pourquoi des partenaires", "partner_role": "Leur rôle",
    "profile": "Profil recherché", "population": "Population ou région", "site": "Lieu",
    "schedule": "Engagement demandé", "support": "Soutien offert",
    "background": "Autre chose à savoir",
}  # fmt: skip
SEEN = {**LIVED, "phone": CONTACT["phone"], "email": CONTACT["email"]}
NOTHING = {
    "declined": "Cette demande a été déclinée. Il n’y a plus rien à faire ici.",
    "redirected": "Cette demande a été réorientée. Il n’y a plus rien à faire ici.",
    "filled": "Toutes les personnes recherchées sont jumelées. La suite est dans leurs "
    "implications.",
    "withdrawn": "L’équipe a retiré cette demande. Il n’y a plus rien à faire ici.",
    "closed_without_result": "Cette demande est fermée. Il n’y a plus rien à faire ici.",
}


async def shown(
    services: Services, by: Caller, id: str, failed: Failure | None = None
) -> dict[str, Any]:
    """Raises Away, Refused."""
    it = await reading.record(services, by, f"/requests/{id}", failed)
    refs = [*it["personal"].values(), *(note["ref"] for note in it["notes"]),
            *(one["note"] for one in it["candidates"] if one["note"])]  # fmt: skip
    looking = bool(it["search"])
    staff, departments, words, told, involvements = await services.all(
        reading.staff(services, by),
        reading.departments(services, by),
        services.words(by, Purpose.REQUEST, refs),
        stories.told(services, by, "requests", id),
        reading.items(services, "/involvements", by, request=id) if looking else _none(),
    )
    steps = told["steps"] if told else []
    team = not set(OFFICE) & set(by.roles)
    seen = await _seen(services, by, id) if team and looking else []
    candidates = [one["person"] for one in it["candidates"]]
    people = [*stories.actors(steps), *(one for one in candidates if reference_in(one))]
    people += [person for one in involvements for person in one["partners"]]
    named = await reading.names(services, by, Purpose.REQUEST, *people)
    named.update(dict(staff) | dict(departments))
    named.update({one: f"Personne {one}" for one in candidates if not reference_in(one)})
    named.update({one["person"]: one["name"] for one in seen if one["name"]})
    offered = offered_on_request(it["state"])
    return {
        "it": it, "names": named,
        "told": stories.as_shown(steps, named, f"/demandes/{id}", mend=not team) if told else None,
        "words": words, "involvements": involvements,
        "journey": _journey(it, involvements), "asked": _asked(it, words, named),
        "notes": [(f"{STEPS.get(note['step'], 'Note')}, {day(note['when'])}",
                   words.get(note["ref"])) for note in it["notes"]],
        "searching": matching.next_words(it, team) if it["state"] in SEARCHING else "",
        "others": [WITHDRAW] if it["state"] in (*SEARCHING, "filled") else [],
        "offered": [one.starting(advisor=str(by.staff or "")) for one in offered],
        "nothing": NOTHING.get(it["state"], ""),
        "options": {"staff": staff, "departments": departments},
        "team": team,
        "profiles": {one["person"] or one["called"]: profile(one["fields"], SEEN) for one in seen},
        "candidate_words": matching.WORDS, "candidate_decisions": matching.for_candidate,
        "search_decisions": matching.for_search(it["search"]),
    }  # fmt: skip


async def _seen(services: Services, by: Caller, id: str) -> list[dict[str, Any]]:
    """What the team of a request may read of each person: a letter, after a yes also the name.

    Asked by the portal itself, once insights has shown that the request is theirs.
    """
    portal = replace(itself(by.establishment), onbehalfof=by.actor)
    said = await services.read_if_there("recruitment", f"/searches/{id}/profiles", portal)
    return list(said["profiles"]) if said else []


async def _none() -> list[Any]:
    return []


def _asked(it: Any, words: dict[str, str], named: reading.Names) -> list[tuple[str, str]]:
    """What the team wrote, question by question; what it did not say is left out."""
    said = {name: words.get(ref, "") for name, ref in it["personal"].items()}
    codes = (("Niveau d’engagement", "level"), ("Niveau du système", "system_level"),
             ("Nature", "kind"), ("Présence", "mode"),
             ("Compensation", "compensation"))  # fmt: skip
    dates = (("Début", "starts"), ("Fin", "ends"), ("Première rencontre", "first_meeting"),
             ("Répondre avant le", "closes"))  # fmt: skip
    languages = {"fr": "français", "en": "anglais"}
    return [
        *((word, said.get(name, "")) for name, word in WORDS.items()),
        ("Personnes recherchées", str(it["partners_sought"] or "")),
        *((word, label(it[name])) for word, name in codes if it[name]),
        ("Langues", ", ".join(languages.get(one, one) for one in it["languages"])),
        *((word, day(it[name])) for word, name in dates if it[name]),
        ("Préparation par rencontre",
         hours(it["preparation_minutes"]) if it["preparation_minutes"] else ""),
        ("Direction ou service", named[it["department"]]),
        ("Personne à joindre", named[it["contact"]]),
        ("Gestionnaire qui est d’accord", named[it["approver"]]),
        ("Reçue par", it["received_by"] or ""),
        *((name.replace("_", " ").capitalize(), value) for name, value in said.items()
          if name not in WORDS),
    ]  # fmt: skip


def _journey(it: Any, involvements: list[Any]) -> list[dict[str, Any]]:
    """From the request to the end, with dates where they are known."""
    dates = it["dates"]
    states = {one["state"] for one in involvements}
    matched = [one["since"] for one in it["candidates"] if one["state"] == "matched"]
    started = sorted(one["started"] for one in involvements if one["started"])
    ended = [one["ended"] for one in involvements if one["ended"]]
    signed = [max(one["signatures"].values()) for one in involvements
              if {"partner", "team"} <= one["signatures"].keys()]  # fmt: skip
    trained = [step["done"] for one in involvements for step in one["plan"]
               if step["step"] == "partner_trained" and step["done"]]  # fmt: skip
    heard = [one["when"] for each in involvements for one in each["heard"]]
    over = bool(states) and states == {"ended"}
    steps = [
        ("Demande", dates.get("submitted"), "submitted" in dates),
        ("Recherche", dates.get("search_opened") or dates.get("accepted"),
         bool(it["search"]) or "accepted" in dates),
        ("Jumelage", min(matched, default=None), bool(matched or involvements)),
        ("Formation", min(trained, default=None), bool(trained or started)),
        ("Mandat", min(signed, default=None), bool(signed or started)),
        ("Début", min(started, default=None), bool(started)),
        ("Suivi", min(heard, default=None), bool(heard)),
        ("Fin", max(ended, default=None) if over else None, over),
    ]  # fmt: skip
    first = next((at for at, step in enumerate(steps) if not step[2]), len(steps))
    going = it["state"] == "filled" or it["state"] not in NOTHING
    return [
        {"word": word, "on": on if done else None, "done": done, "now": going and at == first}
        for at, (word, on, done) in enumerate(steps)
    ]
