"""The state of things in words, line by line, so that two moments can be compared."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from services.portal.labels import label
from services.portal.speaking import day, hours

type State = Mapping[str, Any] | None
type Titles = Mapping[str, str]

DOORS = {
    "received": "reçue", "to_be_reached": "à joindre", "interview_planned": "entrevue prévue",
    "kept": "retenue dans le bassin", "in_reserve": "en réserve", "not_kept": "non retenue",
    "withdrawn": "retirée",
}  # fmt: skip
CONSENTS = {"yes": "oui", "no": "non", "withdrawn": "retiré", "unknown": "non connu"}
SEARCHED = {"shortlisted": "sur la liste courte", "interested": "a dit oui",
            "declined": "a dit non", "not_retained": "non retenue",
            "matched": "jumelée"}  # fmt: skip


def of_partner(partner: State, titles: Titles, _: Titles) -> dict[str, str]:
    """What is known of a person, in words; nothing of who they are."""
    if not partner or not partner["state"]:
        return {}
    said: dict[str, Any] = {
        "État": label(partner["state"]),
        "Désignation": partner["status_label"],
        "Rôle": label(partner["role"]),
        "Titre": label(partner["capacity"]),
        "Candidature": partner["candidacy"] and DOORS.get(partner["candidacy"]["state"], ""),
        "Entrée dans le bassin": partner["entered"] and day(partner["entered"]),
        "En pause jusqu’au": partner["paused_until"] and day(partner["paused_until"]),
        "Départ": partner["left"] and day(partner["left"]),
        "Implications en cours": str(partner["load"]) if partner["load"] else "",
        "Heures inscrites": hours(partner["minutes"]) if partner["minutes"] else "",
        "Contributions": _contributions(partner),
        "Dernier contact": partner["last_contact"] and day(partner["last_contact"]),
        "Fiches réunies": str(len(partner["merged"]) + 1) if partner["merged"] else "",
    }
    for purpose, consent in partner["consents"].items():
        said[f"Consentement : {label(purpose).lower()}"] = CONSENTS.get(consent["answer"], "")
    for one in partner["searches"]:
        title = titles.get(one["request"], "une demande")
        said[f"Recherche : {title}"] = SEARCHED.get(one["state"], one["state"])
    for one in partner["involvements"]:
        title = titles.get(one["project"] or "") or titles.get(one["request"] or "", "sans titre")
        said[f"Implication : {title}"] = label(one["state"])
    for one in partner["trainings"]:
        done = len(one["completed"])
        said[f"Formation : {one['title'] or titles.get(one['request'] or '', 'parcours')}"] = (
            f"{done} module{'s' if done > 1 else ''} sur {len(one['modules'])}"
            if one["modules"] else label(one["state"])
        )  # fmt: skip
    return _said(said)


def _contributions(partner: Mapping[str, Any]) -> str:
    made, answered = partner["contributions"], partner["contributions_answered"]
    return f"{made}, dont {answered} avec réponse" if made else ""


def of_request(it: State, titles: Titles, names: Titles) -> dict[str, str]:
    if not it or not it["state"]:
        return {}
    said: dict[str, Any] = {
        "État": label(it["state"]), "Numéro": it["number"], "Titre": it["title"],
        "Responsable": it["advisor"] and names[it["advisor"]],
        "Personnes recherchées": it["partners_sought"],
        "Niveau d’engagement": label(it["level"]),
        "Projet": titles.get(it["project"] or ""),
        "À compléter": ", ".join(label(one) for one in it["missing"]),
        "Jumelages": it["found"] or "",
    }  # fmt: skip
    for one in it["candidates"]:
        said[f"Personne : {names[one['person']]}"] = SEARCHED.get(one["state"], one["state"])
    return _said(said)


def of_involvement(it: State, titles: Titles, names: Titles) -> dict[str, str]:
    if not it or not it["state"]:
        return {}
    done = sum(bool(one["done"]) for one in it["plan"])
    said: dict[str, Any] = {
        "État": label(it["state"]),
        "Avec": ", ".join(names[one] for one in it["partners"]),
        "Projet": titles.get(it["project"] or ""),
        "Début prévu": it["starts"] and day(it["starts"]),
        "Début": it["started"] and day(it["started"]),
        "Fin prévue": it["ends"] and day(it["ends"]),
        "Fin": it["ended"] and day(it["ended"]),
        "Signé par la personne": it["signatures"].get("partner") and "oui",
        "Signé par l’équipe": it["signatures"].get("team") and "oui",
        "Plan d’intégration": f"{done} sur {len(it['plan'])}" if it["plan"] else "",
        "Heures inscrites": hours(it["minutes"]) if it["minutes"] else "",
        "Contributions": len(it["contributions"]) or "",
        "Dont avec réponse": sum(bool(one["answered"]) for one in it["contributions"]) or "",
        "Suivis tenus": len(it["heard"]) or "",
    }
    return _said(said)


def of_project(it: State, _: Titles, names: Titles) -> dict[str, str]:
    if not it or not it["state"]:
        return {}
    said: dict[str, Any] = {
        "État": label(it["state"]), "Titre": it["title"], "Nature": label(it["kind"]),
        "Début": it["starts"] and day(it["starts"]), "Fin": it["ends"] and day(it["ends"]),
        "Demandes": len(it["requests"]) or "", "Contributions": len(it["contributions"]) or "",
        "Heures inscrites": hours(it["minutes"]) if it["minutes"] else "",
    }  # fmt: skip
    for seat in it["seats"]:
        said[f"Siège : {seat['title']}"] = names[seat["partner"]] if seat["partner"] else "vacant"
    return _said(said)


def _said(lines: Mapping[str, Any]) -> dict[str, str]:
    return {word: str(value) for word, value in lines.items() if value}


OF: dict[str, Callable[[State, Titles, Titles], dict[str, str]]] = {
    "partners": of_partner,
    "requests": of_request,
    "involvements": of_involvement,
    "projects": of_project,
}
