"""What the pages of consents say, and what each purpose may be limited to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from contracts.consent import ConsentTo, Reach
from contracts.outgoing import EmployeeInvolvementEnded, EmployeeInvolvementStarted
from services.portal.forms import Field

AGREEMENTS = (ConsentTo.CONFIDENTIALITY, ConsentTo.CHARTER)
ANSWERS = {
    "yes": "Oui",
    "no": "Non",
    "withdrawn": "Retiré",
    "expired": "Échu",
    "unknown": "Non connu",
    "": "Jamais demandé",
}
FORMS = {
    "written": "par écrit",
    "portal": "sur le portail",
    "verbal": "de vive voix",
    "paper": "sur un papier conservé ailleurs",
}
CHANNELS = (
    ("newsletter", "Le bulletin interne"),
    ("website", "Le site Web"),
    ("social", "Les médias sociaux"),
    ("conference", "Les conférences"),
    ("press", "Les médias"),
)
MESSAGES = (
    (EmployeeInvolvementStarted.name, "« Cette personne a commencé une implication »"),
    (EmployeeInvolvementEnded.name, "« Cette personne a terminé une implication »"),
)
KINDS = {
    "parent": "parent d’une personne mineure",
    "guardian": "tuteur ou tutrice d’une personne mineure",
    "tutor": "tuteur ou tutrice d’une personne majeure",
    "mandatary": "mandataire en cas d’inaptitude",
    "assistant": "assistant ou assistante, sans pouvoir de consentir",
}
PURPOSES = {
    "pool": "Faire partie du bassin",
    "contact": "Recevoir des messages",
    "show_profile": "Montrer le profil",
    "story": "Raconter son expérience",
    "sharing": "Partager avec un autre établissement",
    "tell_employer": "Dire quelque chose à l’employeur",
    "confidentiality": "Entente de confidentialité",
    "charter": "Charte du partenariat",
}
GUARDIANS = ("parent", "guardian")

# What a purpose may be limited to, and whether it must be.
LIMITS: Mapping[ConsentTo, tuple[Reach, Field]] = {
    ConsentTo.STORY: (
        Reach.CHANNEL,
        Field("of", "Où, exactement ?", "choices", "Cochez chaque endroit où c’est oui.",
              CHANNELS, required=True),
    ),
    ConsentTo.TELL_EMPLOYER: (
        Reach.MESSAGE,
        Field("of", "Quels messages, exactement ?", "choices", "Rien d’autre ne sera dit.",
              MESSAGES, required=True),
    ),
    ConsentTo.SHOW_PROFILE: (
        Reach.REQUEST,
        Field("of", "Pour une seule demande ?", "choice", "Vide : pour toutes les demandes.",
              "requests"),
    ),
    ConsentTo.SHARING: (
        Reach.ESTABLISHMENT,
        Field("of", "Avec quel établissement ?", "choice", "", "establishments", required=True),
    ),
}  # fmt: skip
EXPIRES = Field("expires", "Jusqu’à quand ?", "date", "Vide : jusqu’à ce que vous changiez d’idée.")
BY_OFFICE = (
    Field("form", "Comment l’a-t-elle dit ?", "choice", "",
          (("verbal", "De vive voix, texte lu"), ("written", "Par écrit, sur ce texte"),
           ("paper", "Sur un papier conservé ailleurs")), required=True, initial="verbal"),
    Field("speaker", "Qui répond ?", "choice", "La personne elle-même, si vous laissez vide.",
          "speakers"),
    Field("expires", "Valable jusqu’au", "date", "Vide : jusqu’à son retrait."),
    Field("paper", "Où est conservé le papier ?", why="Seulement s’il y en a un. Ces mots sont "
          "gardés à part."),
)  # fmt: skip


def limit_of(purpose: ConsentTo) -> tuple[Field, ...]:
    """The question about scope, where this purpose has one."""
    return (LIMITS[purpose][1],) if purpose in LIMITS else ()


def scope_of(purpose: ConsentTo, of: Any) -> dict[str, Any]:
    """What a form's answer limits it to: all of it where nothing is named."""
    named = [of] if isinstance(of, str) else list(of or ())
    named = [one for one in named if one]
    if purpose not in LIMITS or not named:
        return {}
    return {"scope": {"reach": LIMITS[purpose][0], "of": named}}
