"""What may be decided about a person: from the door to the pool, pauses, leaving."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from contracts.evaluation import ContactKind
from contracts.recruitment import Outcome
from contracts.terms import Level, Role
from services.portal.deciding import NOBODY_NAMED, NOTE
from services.portal.forms import Decision, Field
from services.portal.labels import choices

GENTLY = Field("reason", "Pour quelle raison ?", "area", "Demandée avec tact, lue par le Bureau "
               "seul. La personne n’a pas à la donner.")  # fmt: skip
ANNOUNCED = Field("reason", "Pour quelle raison ?", "area", NOBODY_NAMED)

MEET = Decision(
    "entrevue", "Fixer l’entrevue", "recruitment", "/partners/{id}/preselection-plan",
    (
        Field("planned", "Date de l’entrevue", "date", "Une date à venir convient.",
              required=True),
        Field("interviewers", "Avec qui ?", "choices", "", "staff"),
    ),
    asks="Rencontrer la personne", dated=False,
)  # fmt: skip
PRESELECT = Decision(
    "preselection", "Inscrire le résultat de la présélection", "recruitment",
    "/partners/{id}/preselection",
    (
        Field("outcome", "Résultat", "choice", "Toute personne rencontrée apprend l’issue.",
              choices(Outcome), required=True),
        Field("role", "Pour quel rôle ?", "choice", "", choices(Role), required=True,
              initial="organization"),
        NOTE,
    ),
    asks="L’entrevue a-t-elle eu lieu ?",
)  # fmt: skip
PAUSE = Decision(
    "pause", "Mettre en pause", "recruitment", "/partners/{id}/pause",
    (Field("until", "Jusqu’à quand ?", "date", "Vide si on ne le sait pas. Aucun message ne lui "
           "est envoyé d’ici là."), GENTLY),
)  # fmt: skip
RESUME = Decision(
    "retour",
    "Fin de la pause",
    "recruitment",
    "/partners/{id}/resumption",
    asks="Cette personne est en pause",
    says="Rien ne lui est demandé ni envoyé pendant la pause.",
)
LEAVE = Decision(
    "depart", "La personne quitte le bassin", "recruitment", "/partners/{id}/departure",
    (
        Field("silent", "Ne plus rien lui envoyer, ni à ses proches", "check", "À cocher en cas "
              "de décès ou si la personne le souhaite : ni questionnaire, ni entretien."),
        GENTLY,
    ),
)  # fmt: skip
LEARNT = Decision(
    "formation", "Module suivi", "training", "/plans/{id}/completions",
    (Field("module", "Module", required=True),), seen=False,
)  # fmt: skip
CONTACT = Decision(
    "contact", "Inscrire un contact", "evaluation", "/contacts",
    (
        Field("kind", "Comment ?", "choice", "", choices(ContactKind), required=True,
              initial="call"),
        Field("summary", "Ce qui a été dit", "area", NOBODY_NAMED),
        Field("date", "Quel jour ?", "date", "Aujourd’hui si vous laissez vide."),
        Field("call_back", "À rappeler le", "date", "Si vous l’avez promis."),
    ),
    dated=False, seen=False,
)  # fmt: skip
PROPOSE = Decision(
    "proposition", "Proposer une implication directement", "accompaniment", "/involvements",
    (
        Field("title", "À quoi prend-elle part ?", why="Sans nommer personne.",
              required=True),
        Field("project", "Projet ou comité", "choice", "", "projects"),
        Field("role", "Rôle", "choice", "", choices(Role), required=True,
              initial="organization"),
        Field("level", "Niveau d’engagement", "choice", "", choices(Level), required=True),
    ),
    says="Sans demande ni recherche : par exemple, l’équipe l’a commencée seule.",
    seen=False,
)  # fmt: skip
# What these commands say of the person whose page it is.
WITH_PERSON: dict[str, Callable[[str], dict[str, Any]]] = {
    CONTACT.key: lambda person: {"about": "partner", "subject": person, "partner": person},
    PROPOSE.key: lambda person: {"partner": person},
}
DECISIONS = {one.key: one for one in (
    MEET, PRESELECT, PAUSE, RESUME, LEAVE, CONTACT, PROPOSE,
)}  # fmt: skip


def offered_on_partner(it: dict[str, Any]) -> list[Decision]:
    """What may be decided, the next step first where there is one."""
    door = it["candidacy"]["state"] if it["candidacy"] else ""
    match it["state"]:
        case "candidate":
            met = [PRESELECT, MEET] if door == "interview_planned" else [MEET, PRESELECT]
            return [*met, CONTACT, LEAVE]
        case "paused":
            return [RESUME, CONTACT, LEAVE]
        case "available" | "engaged" | "inactive":
            return [CONTACT, PROPOSE, PAUSE, LEAVE]
    return []
