"""What the vault may know of a person, in the words of the record."""

from __future__ import annotations

import re
from collections.abc import Mapping

from contracts.envelope import PARTIAL_DATE
from services.portal.speaking import day

CONTACT = {
    "phone": "Téléphone", "phone2": "Autre téléphone", "email": "Courriel",
    "address": "Adresse", "city": "Ville", "postal_code": "Code postal",
    "reach_by": "Préfère être jointe par", "best_time": "Meilleur moment",
    "emergency_contact": "À prévenir en cas d’urgence", "guardian": "Tutrice, tuteur ou parent",
}  # fmt: skip
LIVED = {
    "needs": "Besoins d’accès", "availability": "Disponibilité",
    "services_used": "Services utilisés", "last_service": "Dernier service",
    "experience": "Expérience à partager", "interests": "Intérêts",
    "motivation": "Ce qui l’amène", "technology": "Aisance avec la technologie",
    "age_group": "Groupe d’âge", "birth_date": "Naissance",
    "users_committee": "Comité des usagers", "family": "Famille",
    "how_heard": "Comment elle nous a connus", "notes": "Notes",
}  # fmt: skip
MODULES = {
    "confidentiality": "Confidentialité", "partnership_basics": "Bases du partenariat",
    "governance_basics": "Bases de la gouvernance", "safety_basics": "Bases de la sécurité",
    "peer_support": "Accompagnement par les pairs",
}  # fmt: skip
ABOUT = {"contact": CONTACT, "lived": LIVED}
DATES = ("birth_date", "last_service")
SAID = {"phone": "téléphone", "email": "courriel", "post": "courrier", "mail": "courrier"}


def profile(known: Mapping[str, str], fields: Mapping[str, str]) -> list[tuple[str, str]]:
    """Question and answer, for what is known."""
    return [(word, _said(name, known[name])) for name, word in fields.items() if known.get(name)]


def _said(name: str, value: str) -> str:
    """A date as it was typed is not always one that can be read."""
    if name == "reach_by":
        return SAID.get(value, value)
    return day(value) if name in DATES and re.fullmatch(PARTIAL_DATE, value) else value
