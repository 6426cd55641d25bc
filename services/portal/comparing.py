"""Two files side by side: what each says, what is alike, which is rather the one to keep."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from services.portal.consent_words import PURPOSES
from services.portal.labels import label
from services.portal.partner_words import SAID
from services.portal.speaking import counted, day, hours

type File = Mapping[str, Any]  # as insights shows it
type Known = Mapping[str, str]  # as the vault knows it

LETTERS = ("A", "B")
IDENTITY = {
    "given_name": "Prénom", "family_name": "Nom", "birth_date": "Naissance",
    "phone": "Téléphone", "phone2": "Autre téléphone", "email": "Courriel",
    "city": "Ville", "postal_code": "Code postal", "reach_by": "Préfère être jointe par",
}  # fmt: skip
WHY = {
    "name": "le nom", "email": "le courriel", "phone": "le téléphone",
    "birth_date": "la date de naissance",
}  # fmt: skip
OPEN = {"shortlisted": "sur la liste courte", "interested": "a dit oui"}
ENDED = ("ended", "former")


@dataclass(frozen=True)
class Row:
    """One question, and what each file answers."""

    word: str
    said: tuple[str, str]

    @property
    def alike(self) -> bool:
        one, other = (_plain(words) for words in self.said)
        return bool(one) and one == other


def identity(known: Sequence[Known]) -> list[Row]:
    """What the vault knows of both, where it knows it of one at least."""
    rows = [
        Row(word, (_told(name, known[0]), _told(name, known[1]))) for name, word in IDENTITY.items()
    ]
    return [row for row in rows if any(row.said)]


def lives(files: Sequence[File]) -> list[Row]:
    """What each file is in the middle of."""
    columns = [_life(one) for one in files]
    rows = [Row(word, (columns[0][word], columns[1][word])) for word in columns[0]]
    return [row for row in rows if any(row.said)]


def rather(files: Sequence[File]) -> str:
    """The one with more going on, then with more consents, then the older."""
    return str(min(files, key=_weight)["id"])


def only_there(kept: File, other: File) -> list[str]:
    """What the other alone consents to: it is not taken over."""
    return [PURPOSES[one] for one in _consents(other) if one not in _consents(kept)]


def searches_of(it: File) -> list[tuple[str, str]]:
    """Requests it is thought of for, and how far that went."""
    return [(one["request"], OPEN[one["state"]]) for one in it["searches"] if one["state"] in OPEN]


def reasons(why: Sequence[str]) -> str:
    """« le nom, le courriel »."""
    return ", ".join(WHY.get(one, one) for one in why) or "rien de noté"


def called(it: File, letter: str) -> str:
    """A file that goes by the same name as the other."""
    return f"Fiche {letter} ({label(it['state']).lower()})"


def _life(it: File) -> dict[str, str]:
    running = [one for one in it["involvements"] if one["state"] not in ENDED]
    speaks = [one for one in it["representatives"] if not one["ended"]]
    return {
        "État": f"{label(it['state'])}, {day(it['since'])}" if it["since"] else label(it["state"]),
        "Entrée dans le bassin": day(it["entered"]) if it["entered"] else "",
        "Désignation": it["status_label"] or label(it["role"]) if it["role"] else "",
        "Implications en cours": str(len(running)) if running else "",
        "Heures inscrites": hours(it["minutes"]) if it["minutes"] else "",
        "Recherches en cours": str(len(searches_of(it))) if searches_of(it) else "",
        "Consentements et ententes": ", ".join(PURPOSES[one] for one in _consents(it)),
        "Parle pour elle": counted(len(speaks), "personne") if speaks else "",
        "Ouvre son espace": "oui" if it["may_sign_in"] else "",
    }


def _consents(it: File) -> list[str]:
    return [purpose for purpose, one in it["consents"].items() if one["answer"] == "yes"]


def _weight(it: File) -> tuple[bool, int, int, str]:
    entered = it["entered"] or it["since"] or "9999"
    return it["state"] in ENDED, -it["load"], -len(_consents(it)), entered


def _told(name: str, known: Known) -> str:
    value = known.get(name, "")
    return SAID.get(value, value) if name == "reach_by" else value


def _plain(words: str) -> str:
    return "".join(one for one in words.casefold() if one.isalnum() or one == "@")
