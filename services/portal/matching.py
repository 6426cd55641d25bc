"""What may be decided while partners are looked for, and about each candidate."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from contracts.recruitment import CloseReason
from contracts.terms import Role
from services.portal.deciding import NOBODY_NAMED
from services.portal.forms import Decision, Field
from services.portal.labels import choices
from services.portal.speaking import counted

SHORTLIST = Decision(
    "ajout", "Ajouter une personne à la liste courte", "recruitment", "/searches/{id}/shortlist",
    (
        Field("partner", "À qui pensez-vous ?", "choice", "Les personnes du bassin qui sont "
              "disponibles ou impliquées ailleurs.", "partners", required=True),
        Field("note", "Pourquoi elle ?", "area", NOBODY_NAMED),
    ),
)  # fmt: skip
CLOSE = Decision(
    "cloture", "Clore la recherche", "recruitment", "/searches/{id}/closing",
    (Field("reason", "Pour quelle raison ?", "choice", "Chaque personne de la liste apprend "
           "l’issue.", choices(CloseReason), required=True),),
)  # fmt: skip
REOPEN = Decision("reprise", "Reprendre la recherche", "recruitment", "/searches/{id}/reopening")
SEARCH = {one.key: one for one in (SHORTLIST, CLOSE, REOPEN)}

YES = Decision("oui", "A dit oui", "recruitment", "/searches/{id}/interest")
NO = Decision("non", "A dit non", "recruitment", "/searches/{id}/disinterest")
MATCH = Decision(
    "jumelage", "Convenir du jumelage", "recruitment", "/searches/{id}/match",
    fixed={"role": Role.ORGANIZATION},
)  # fmt: skip
NOT_RETAINED = Decision(
    "ecartee", "Non retenue par l’équipe", "recruitment", "/searches/{id}/not-retained"
)
CANDIDATE = {one.key: one for one in (YES, NO, MATCH, NOT_RETAINED)}
WORDS = {
    "shortlisted": "sur la liste courte",
    "interested": "a dit oui",
    "declined": "a dit non",
    "not_retained": "non retenue par l’équipe",
    "matched": "jumelée",
    "withdrawn": "a retiré son profil",
}


def about(decision: Decision, person: str) -> Decision:
    """The decision about this candidate."""
    return replace(decision, fixed={**decision.fixed, "partner": person})


def for_candidate(one: dict[str, Any]) -> list[Decision]:
    """What may be decided about a candidate, the likely one first."""
    match one["state"]:
        case "shortlisted":
            return [YES, NO]
        case "interested":
            return [MATCH, NOT_RETAINED]
    return []


def next_words(it: dict[str, Any], team: bool = False) -> str:
    """What the search of this request waits for, in a sentence; nothing where it is over."""
    if not it["search"]:
        return "La recherche s’ouvre. Affichez cette page de nouveau dans un instant."
    if it["search"]["closed"]:
        return ""
    if team:
        return "Le Bureau cherche. Vous apprenez qui est une personne dès qu’elle dit oui."
    states = [one["state"] for one in it["candidates"]]
    if yes := states.count("interested"):
        return f"{counted(yes, 'personne a', 'personnes ont')} dit oui : convenez du jumelage."
    if asked := states.count("shortlisted"):
        who = counted(asked, "personne de la liste courte", "personnes de la liste courte")
        return f"Demandez à {who} si le projet l’intéresse, puis inscrivez sa réponse."
    return "Mettez sur la liste courte les personnes à qui ce projet conviendrait."


def for_search(search: dict[str, Any] | None) -> list[Decision]:
    if search is None:
        return []
    return [REOPEN] if search["closed"] else [CLOSE]
