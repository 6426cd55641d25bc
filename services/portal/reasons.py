"""The reasons for which an auditor reads what is personal, as codes and in words."""

from __future__ import annotations

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "review": "Revue périodique des accès",
    "complaint": "Plainte",
    "incident": "Incident de confidentialité",
    "request": "Demande d’une personne ou d’une autorité",
    "proof": "Vérification d’une histoire ou d’une preuve",
}


def in_words(reason: str) -> str:
    """As a page says it: « Plainte 2026-014 »; what others stated stays as it is."""
    code, _, number = reason.partition(":")
    return f"{REASONS.get(code, code)} {number}".strip()
