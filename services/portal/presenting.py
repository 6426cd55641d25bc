"""What an establishment decides of itself: the forms, and what changed, told in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from enum import StrEnum
from typing import Any

from contracts.accompaniment import InvolvementState
from contracts.intake import ProjectState, RequestState
from contracts.recruitment import PartnerState
from services.portal.calling import reference_in
from services.portal.forms import Decision, Field
from services.portal.labels import LABELS

GROUPS: Mapping[str, type[StrEnum]] = {
    "Partenaires": PartnerState,
    "Demandes": RequestState,
    "Implications": InvolvementState,
    "Projets": ProjectState,
}
ONCE = {
    "EstablishmentOpened": "L’établissement a commencé à travailler ici",
    "FirstLeadNamed": "La première responsable du Bureau a été nommée",
}
SETTINGS = ("vision", "logo", "words", "contacts_at_login")

NAME = Decision(
    "nom", "Renommer", "directory", "/establishment/name", dated=False,
    fields=(Field("name", "Nom de l’établissement", required=True),),
)  # fmt: skip
VISION = Decision(
    "vision", "Enregistrer", "directory", "/establishment/settings", dated=False, method="PUT",
    fields=(
        Field("vision", "La vision du Bureau", "area", "Une ou deux phrases, sans nommer personne. "
              "Elle accueille les équipes et les partenaires."),
        Field("contacts_at_login", "Qui se connecte sans être connu devient un contact, sans aucun "
              "rôle", "check", "Utile quand aucune source des RH n’est ouverte."),
    ),
)  # fmt: skip
WORDS = Decision(
    "mots", "Enregistrer ces mots", "directory", "/establishment/settings", dated=False,
    method="PUT", says="Laissez vide ce qui vous convient. Les pages de votre établissement disent "
    "vos mots ; les états, eux, ne changent pas.",
)  # fmt: skip
LOGO = Decision("logo", "Enregistrer", "directory", "/establishment/settings", dated=False,
                method="PUT")  # fmt: skip
LEAD = Decision(
    "responsable", "Nommer la première responsable", "directory", "/establishment/lead",
    seen=False, dated=False,
    says="Elle donne ensuite les rôles aux autres.",
    fields=(Field("name", "Nom complet", required=True), Field("email", "Courriel", "email")),
)  # fmt: skip


def words_by_group() -> list[tuple[str, list[tuple[str, str]]]]:
    """The states people see, with what everybody calls them; each code once."""
    seen: set[str] = set()
    groups = []
    for title, kind in GROUPS.items():
        mine = [(code, word) for code, word in LABELS[kind].items() if code not in seen]
        seen |= {code for code, _ in mine}
        groups.append((title, mine))
    return groups


def as_it_is(decision: Decision, it: Mapping[str, Any]) -> Decision:
    """With what is set now: in its fields, and for the rest as it stays."""
    kept = {name: it[name] for name in SETTINGS if name not in _asked(decision)}
    if decision is NAME:
        return decision.starting(name=it["name"])
    if decision is WORDS:
        given = Field("", "")
        fields = tuple(
            replace(given, name=f"mot-{code}", label=word, initial=it["words"].get(code, ""),
                    body=f"words.{code}")
            for _, group in words_by_group() for code, word in group
        )  # fmt: skip
        others = {code: word for code, word in it["words"].items() if code not in _codes()}
        return replace(decision, fields=fields, fixed={**kept, "words": others})
    initial = {"vision": it["vision"] or "", "contacts_at_login": "oui" * it["contacts_at_login"]}
    return replace(decision.starting(**initial), fixed=kept)


def _asked(decision: Decision) -> set[str]:
    return {"words"} if decision is WORDS else {one.name for one in decision.fields}


def _codes() -> set[str]:
    return {code for _, group in words_by_group() for code, _ in group}


def changes(history: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """What changed and by whom, the last first: each time against what stood before."""
    before: dict[str, Any] = {"name": "", "vision": None, "logo": None, "words": {},
                              "contacts_at_login": False, "parent_signs_too": True}  # fmt: skip
    told = []
    for one in reversed(history):
        now = {**before, **{name: one["said"].get(name) for name in before if name in one["said"]}}
        if said := _said(one["fact"], before, now):
            told.append({"at": one["at"], "by": reference_in(one["actor"]), "said": said})
        before = now
    return told[::-1]


type Change = tuple[str, str, str]  # what, what it was, what it is


def _said(fact: str, before: Mapping[str, Any], now: Mapping[str, Any]) -> list[Change]:
    if fact in ONCE:
        return [(ONCE[fact], "", "")]
    said: list[Change] = []
    if before["name"] != now["name"]:
        said.append(("Nom", before["name"], now["name"]))
    if before["vision"] != now["vision"]:
        said.append(("Vision", before["vision"] or "aucune", now["vision"] or "aucune"))
    if before["logo"] != now["logo"]:
        said.append(("Logo remplacé" if now["logo"] else "Logo retiré", "", ""))
    if before["contacts_at_login"] != now["contacts_at_login"]:
        said.append(("Contacts à la connexion", *_yes_or_no("contacts_at_login", before, now)))
    if before["parent_signs_too"] != now["parent_signs_too"]:
        said.append(("De 14 à 17 ans, un parent signe aussi",
                     *_yes_or_no("parent_signs_too", before, now)))  # fmt: skip
    return [*said, *_words(before["words"], now["words"])]


def _yes_or_no(name: str, *before_and_now: Mapping[str, Any]) -> tuple[str, str]:
    was, now = ("oui" if one[name] else "non" for one in before_and_now)
    return was, now


def _words(before: Mapping[str, str], now: Mapping[str, str]) -> list[Change]:
    said: list[Change] = []
    default = {code: word for _, group in words_by_group() for code, word in group}
    for code in sorted({*before, *now}):
        was, own = (words.get(code, default.get(code, code)) for words in (before, now))
        if was != own:
            said.append((f"Mot pour « {default.get(code, code)} »", was, own))
    return said
