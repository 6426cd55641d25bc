"""What HR's sources and files are called, and how a run is told in plain words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.directory import SourceKind, StaffColumn, Tolerance
from contracts.snapshots import RunState
from services.portal.forms import Decision, Field
from services.portal.speaking import counted, day_and_hour

KINDS = {
    SourceKind.FILE: "Fichier de nuit",
    SourceKind.SCIM: "SCIM, en continu",
    SourceKind.WEBHOOK: "Webhooks signés",
}
TOLERANCES = {
    Tolerance.STRICT: "À la lettre de la norme",
    Tolerance.ENTRA: "Comme l’envoie Microsoft Entra",
    Tolerance.OKTA: "Comme l’envoie Okta",
}
VERIFIERS = (
    ("standardwebhooks", "Standard Webhooks"), ("frappe", "Frappe HR"), ("bamboohr", "BambooHR"),
    ("token", "Jeton partagé dans un en-tête"),
)  # fmt: skip
COLUMNS = {
    StaffColumn.KEY: "Matricule", StaffColumn.NAME: "Nom complet",
    StaffColumn.GIVEN_NAME: "Prénom", StaffColumn.FAMILY_NAME: "Nom de famille",
    StaffColumn.EMAIL: "Courriel", StaffColumn.PHONE: "Téléphone", StaffColumn.TITLE: "Fonction",
    StaffColumn.TITLE_CODE: "Code de titre", StaffColumn.LANGUAGE: "Langue",
    StaffColumn.UNIT: "Code d’unité", StaffColumn.PRIMARY: "Affectation principale",
    StaffColumn.SINCE: "Depuis", StaffColumn.UNTIL: "Jusqu’au", StaffColumn.ACTIVE: "Actif",
    StaffColumn.ENDS: "Dernier jour", StaffColumn.ABSENT_SINCE: "Absence, début",
    StaffColumn.ABSENT_UNTIL: "Absence, fin", StaffColumn.MANAGER: "Gestionnaire",
    StaffColumn.STAFF_TYPE: "Catégorie",
}  # fmt: skip
# A word, a shape and a tone for each state of a file.
STATES = {
    RunState.READING: ("En lecture", "quarter", "going"),
    RunState.COMPARED: ("En cours d’application", "half", "going"),
    RunState.RELEASED: ("Quarantaine levée", "half", "going"),
    RunState.TRIED: ("Essai : rien n’a été changé", "dotted", ""),
    RunState.QUARANTINED: ("En quarantaine", "bars", "wait"),
    RunState.REFUSED: ("Refusé", "cross", ""),
    RunState.APPLIED: ("Appliqué", "full", "good"),
    RunState.OVERTAKEN: ("Remplacé par un autre", "square", ""),
}
GOING = (RunState.READING, RunState.COMPARED, RunState.RELEASED)
SILENT = timedelta(minutes=2)  # after which nobody reads a file any more

SHARE = Field(
    "share", "Départs permis d’un coup, en pour cent", "number", "Un fichier qui ferait partir "
    "plus de monde attend en quarantaine que quelqu’un le regarde.", required=True, initial="5",
)  # fmt: skip
TOLERANCE = Field(
    "tolerance", "SCIM : jusqu’où s’écarter de la norme ?", "choice", "",
    tuple(TOLERANCES.items()), required=True, initial=Tolerance.STRICT,
)  # fmt: skip
OPEN = Decision(
    "source", "Ouvrir cette source", "directory", "/sources", seen=False, dated=False,
    fields=(
        Field("name", "Nom court", why="Minuscules, chiffres et traits d’union : rh-paie.",
              required=True),
        Field("kind", "Par où parle-t-elle ?", "choice", "", tuple(KINDS.items()), required=True,
              initial=SourceKind.FILE),
        SHARE, TOLERANCE,
    ),
)  # fmt: skip
ADJUST = Decision(
    "reglages", "Changer les réglages", "directory", "/sources/{id}", seen=False, dated=False,
    method="PUT",
    fields=(
        SHARE, TOLERANCE,
        *(Field(f"col-{code}", f"En-tête de « {word} »", body=f"columns.{code}")
          for code, word in COLUMNS.items()),
    ),
)  # fmt: skip
TOKEN = Decision(
    "jeton", "Donner un nouveau jeton", "directory", "/sources/{id}/tokens", seen=False,
    dated=False,
    says="Il n’est montré qu’une fois. Celui d’avant compte encore un moment, le temps de changer.",
    fields=(Field("hours", "Heures pendant lesquelles l’ancien compte encore", "number", "",
                  required=True, initial="24"),),
)  # fmt: skip
DOOR = Decision(
    "porte", "Donner un secret pour ses webhooks", "directory", "/sources/{id}/door", seen=False,
    dated=False, method="PUT", says="Le secret n’est montré qu’une fois.",
    fields=(
        Field("verifier", "Comment se prouve-t-elle ?", "choice", "", VERIFIERS, required=True,
              initial="standardwebhooks"),
        Field("secret", "Secret que le système a fait lui-même", why="Laissez vide pour en "
              "recevoir un."),
    ),
)  # fmt: skip
CLOSE = Decision(
    "fermeture", "Fermer cette source", "directory", "/sources/{id}", seen=False, dated=False,
    method="DELETE", says="Ses jetons ne valent plus rien. Ce qu’elle a dit reste.",
)  # fmt: skip
ABOUT_SOURCE = {one.key: one for one in (ADJUST, TOKEN, DOOR, CLOSE)}
OWNERS = {"hr": "les ressources humaines", "hand": "une correction à la main",
          "login": "la connexion de la personne"}  # fmt: skip


def stopped(report: Mapping[str, Any]) -> str:
    """Why nobody reads this file any more, if that is so."""
    run = report["run"]
    if run["state"] not in GOING:
        return ""
    if report["stopped"]:
        return str(report["stopped"])
    silent = datetime.now(UTC) - datetime.fromisoformat(report["moved"])
    if silent > SILENT and run["state"] != RunState.RELEASED:
        return "La lecture s’est interrompue. Apportez le fichier de nouveau : elle reprendra."
    return ""


def progress(report: Mapping[str, Any]) -> tuple[str, int, int]:
    """What is being done, how much of it is done, of how much."""
    run, counts = report["run"], report["run"]["counts"]
    if run["state"] == RunState.READING:
        return "lignes lues", report["seen"], max(run["rows"], 1)
    told = sum(counts[one] for one in ("joined", "changed", "left", "refused"))
    total = sum(counts[one] for one in ("joining", "changing", "leaving"))
    return "personnes mises à jour", min(told, total), max(total, 1)


def outcome(run: Mapping[str, Any]) -> str:
    """What a file has changed, or would."""
    counts = run["counts"]
    done = run["state"] == RunState.APPLIED
    names = ("joined", "changed", "left") if done else ("joining", "changing", "leaving")
    words = (("arrivée",), ("changement",), ("départ",))
    said = [counted(counts[name], *word) for name, word in zip(names, words, strict=True)
            if counts[name]]  # fmt: skip
    return ", ".join(said) or "rien de nouveau"


def sentence(runs: Sequence[Mapping[str, Any]], sources: Sequence[Mapping[str, Any]]) -> str:
    """Whether all is well, and what was last."""
    held = sum(one["state"] == RunState.QUARANTINED for one in runs)
    if held:
        return f"{counted(held, 'fichier attend', 'fichiers attendent')} votre décision."
    if not sources:
        return "Aucune source des ressources humaines n’est ouverte."
    applied = next((one for one in runs if one["state"] == RunState.APPLIED), None)
    if applied is None:
        return "Rien n’attend. Aucun fichier n’a encore été appliqué."
    when = day_and_hour(applied["ended"])
    return f"Rien n’attend. Dernier fichier appliqué le {when} : {outcome(applied)}."


def owners(said: Mapping[str, Sequence[str]], labels: Mapping[str, str]) -> list[tuple[str, str]]:
    """Field by field, whose word counts, in a sentence."""
    return [
        (labels.get(field, field), ", puis ".join(OWNERS[one] for one in order))
        for field, order in said.items()
    ]  # fmt: skip
