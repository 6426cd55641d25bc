"""What is said of the lines of a register: where, what is wrong, what to do."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from services.cli.register.columns import Place
from services.cli.register.troubles import Severity, Trouble

OTHERWISE = "diffère de ce que Tandem sait : laissée telle quelle"


class Remark(NamedTuple):
    """One remark. It may quote personal values: show it, never log it."""

    place: Place
    column: str
    what: str
    to_do: str
    severity: Severity = Severity.ERROR

    @classmethod
    def of(cls, trouble: Trouble) -> Remark:
        return cls(
            trouble.place,
            trouble.column,
            trouble.what(),
            trouble.what_to_do(),
            trouble.severity,
        )

    def told(self) -> dict[str, Any]:
        """For a program."""
        return {
            "file": self.place.file,
            "sheet": self.place.sheet,
            "line": self.place.line,
            "column": self.column,
            "severity": self.severity.value,
            "what": self.what,
            "what_to_do": self.to_do,
        }


def too_long(place: Place, column: str, most: int) -> Remark:
    what = f"cette cellule dépasse {most} caractères"
    return Remark(place, column, what, "raccourcir, ou mettre la suite dans un document")


def rests_on_refused(place: Place, line: int) -> Remark:
    what = f"la ligne {line}, à laquelle celle-ci renvoie, est refusée"
    return Remark(place, "", what, "corriger d’abord cette autre ligne")


def destroyed(place: Place) -> Remark:
    what = "dossier détruit, non repris"
    return Remark(place, "", what, "retirer cette ligne du registre", Severity.WARNING)


def not_taken(place: Place, column: str, why: str) -> Remark:
    return Remark(place, column, f"Tandem ne prend pas cette ligne : {why}", "corriger la valeur")


def in_french(error: Mapping[str, Any]) -> str:
    """What a contract says of a value that it does not take."""
    limits = error.get("ctx", {})
    match error["type"]:
        case "string_too_long":
            return f"cette valeur dépasse {limits['max_length']} caractères"
        case "string_too_short" | "missing":
            return "cette valeur manque"
        case "less_than_equal":
            return f"cette valeur dépasse {limits['le']}"
        case "greater_than_equal":
            return f"cette valeur est sous {limits['ge']}"
    return "cette valeur n’est pas de celles qu’il connaît"


def otherwise(place: Place) -> Remark:
    to_do = "corriger dans Tandem, s’il y a lieu"
    return Remark(place, "", OTHERWISE, to_do, Severity.WARNING)


def in_order(remarks: Iterable[Remark]) -> list[Remark]:
    """As somebody with the file open goes through them."""
    return sorted(set(remarks), key=lambda it: (it.place, it.column, it.what))
