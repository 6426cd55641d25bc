"""Why a field is not as it should be, in French; the English is pydantic's own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

# By the type of the error, with what its context says: https://docs.pydantic.dev/errors
FRENCH: Mapping[str, str] = {
    "missing": "Ce champ est nécessaire.",
    "extra_forbidden": "Ce champ n’est pas connu ici.",
    "json_invalid": "Ce n’est pas du JSON lisible.",
    "string_type": "Écrivez du texte.",
    "string_unicode": "Ce texte contient des caractères illisibles.",
    "string_too_short": "Écrivez au moins {min_length} caractère(s).",
    "string_too_long": "Écrivez au plus {max_length} caractères.",
    "string_pattern_mismatch": "Ceci n’a pas la forme attendue.",
    "too_short": "Il en faut au moins {min_length}.",
    "too_long": "Il en faut au plus {max_length}.",
    "int_type": "Écrivez un nombre entier.",
    "int_parsing": "Écrivez un nombre entier.",
    "int_parsing_size": "Ce nombre est trop grand.",
    "int_from_float": "Écrivez un nombre entier.",
    "float_type": "Écrivez un nombre.",
    "float_parsing": "Écrivez un nombre.",
    "finite_number": "Écrivez un nombre.",
    "greater_than": "Le nombre doit être plus grand que {gt}.",
    "greater_than_equal": "Le nombre doit être d’au moins {ge}.",
    "less_than": "Le nombre doit être plus petit que {lt}.",
    "less_than_equal": "Le nombre doit être d’au plus {le}.",
    "bool_type": "Répondez par oui ou par non.",
    "bool_parsing": "Répondez par oui ou par non.",
    "enum": "Choisissez une des valeurs offertes.",
    "literal_error": "Choisissez une des valeurs offertes.",
    "uuid_type": "Ceci n’est pas un identifiant.",
    "uuid_parsing": "Ceci n’est pas un identifiant.",
    "uuid_version": "Ceci n’est pas un identifiant.",
    "list_type": "Il faut ici une liste.",
    "tuple_type": "Il faut ici une liste.",
    "set_type": "Il faut ici une liste.",
    "dict_type": "Il faut ici des champs et leurs valeurs.",
    "model_type": "Il faut ici des champs et leurs valeurs.",
    "model_attributes_type": "Il faut ici des champs et leurs valeurs.",
    "date_type": "Écrivez une date, par exemple 2026-03-31.",
    "date_parsing": "Écrivez une date, par exemple 2026-03-31.",
    "date_from_datetime_parsing": "Écrivez une date, par exemple 2026-03-31.",
    "datetime_type": "Écrivez une date et une heure.",
    "datetime_parsing": "Écrivez une date et une heure.",
    "datetime_from_date_parsing": "Écrivez une date et une heure.",
    "timezone_aware": "Précisez le fuseau horaire.",
}
OTHERWISE = "Cette valeur ne convient pas."


def reason(error: Mapping[str, Any], language: str) -> str:
    """Why, in `fr` or `en`, of an error as pydantic tells it. Nothing of what was said is in it."""
    if language != "fr":
        return str(error["msg"])
    return FRENCH.get(error["type"], OTHERWISE).format_map(error.get("ctx") or {})
