"""Which pages each role opens, and what they are called there: the menu and the doors are one.

A page without a line of its own is the office's.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

from contracts.access import AccessRole

ROLES: Mapping[AccessRole, str] = {
    AccessRole.PARTNER: "Partenaire",
    AccessRole.REQUESTER: "Équipe demandeuse",
    AccessRole.ADVISOR: "Conseil au Bureau",
    AccessRole.OFFICE_LEAD: "Responsable du Bureau",
    AccessRole.USERS_COMMITTEE: "Comité des usagers",
    AccessRole.HR_OFFICER: "Ressources humaines",
    AccessRole.COMMUNICATIONS: "Communications",
    AccessRole.AUDITOR: "Audit",
    AccessRole.OPERATOR: "Exploitation",
}

OFFICE = (AccessRole.ADVISOR, AccessRole.OFFICE_LEAD)
TEAM = (AccessRole.REQUESTER,)
COMMITTEE = (AccessRole.USERS_COMMITTEE,)
LOOKING_AFTER = (AccessRole.OPERATOR, AccessRole.AUDITOR)
EVERYBODY = tuple(ROLES)
WELCOME = "/accueil"


@dataclass(frozen=True)
class Place:
    """A page and all that lies below its address."""

    address: str
    word: str  # "" where no menu shows it
    roles: tuple[AccessRole, ...]
    words: Mapping[AccessRole, str] = field(default_factory=dict)  # as some of them call it

    def called(self, roles: Collection[AccessRole]) -> str:
        mine = [role for role in self.roles if role in roles]
        return next((self.words[role] for role in mine if role in self.words), self.word)


# In the order of the menu; the first that somebody may open is their first page.
PLACES = (
    Place(WELCOME, "Accueil", (AccessRole.PARTNER, AccessRole.COMMUNICATIONS)),
    Place("/", "Demandes", (*OFFICE, *TEAM), {AccessRole.REQUESTER: "Mes demandes"}),
    Place("/demandes/nouvelle", "", (*OFFICE, *TEAM), {AccessRole.REQUESTER: "Nouveau besoin"}),
    Place("/demandes", "", (*OFFICE, *TEAM)),
    Place("/partenaires", "Partenaires", OFFICE),
    Place("/implications", "Implications", OFFICE),
    Place("/projets", "Projets", (*OFFICE, *COMMITTEE),
          {AccessRole.USERS_COMMITTEE: "Sièges"}),
    Place("/projets/nouveau", "", OFFICE),
    Place("/candidatures/nouvelle", "", OFFICE),
    Place("/consentements", "Mes consentements", (AccessRole.PARTNER,)),
    Place("/mandats", "", (AccessRole.PARTNER,)),
    Place("/qui-signe", "", (*OFFICE, AccessRole.PARTNER)),
    Place("/mon-dossier", "Mes données", (AccessRole.PARTNER,)),
    Place("/journal", "Lectures", (AccessRole.OFFICE_LEAD, AccessRole.AUDITOR)),
    Place("/motif", "", (AccessRole.AUDITOR,)),
    Place("/preuves", "", (AccessRole.OFFICE_LEAD, AccessRole.AUDITOR),
          {AccessRole.AUDITOR: "Preuves"}),
    Place("/histoire", "", (*OFFICE, AccessRole.AUDITOR), {AccessRole.AUDITOR: "Histoire"}),
    Place("/mon-emploi", "Mon emploi ici", (AccessRole.PARTNER,)),
    Place("/droits", "Droits", (*OFFICE, AccessRole.AUDITOR)),
    Place("/etat", "État", (*OFFICE, *LOOKING_AFTER), {AccessRole.OPERATOR: "Exploitation"}),
    Place("/ressources-humaines", "", (AccessRole.HR_OFFICER, AccessRole.OFFICE_LEAD,
                                       AccessRole.OPERATOR), {AccessRole.HR_OFFICER: "Sources"}),
    Place("/personnel", "", (*OFFICE, AccessRole.HR_OFFICER),
          dict.fromkeys((AccessRole.ADVISOR, AccessRole.HR_OFFICER), "Personnel")),
    Place("/unites", "", (*OFFICE, AccessRole.HR_OFFICER), {AccessRole.HR_OFFICER: "Unités"}),
    Place("/etablissement", "Établissement", (AccessRole.OFFICE_LEAD, AccessRole.OPERATOR)),
    Place("/etablissement/logo", "", EVERYBODY),
    Place("/livraisons", "", (*OFFICE, AccessRole.HR_OFFICER, *LOOKING_AFTER),
          dict.fromkeys((AccessRole.HR_OFFICER, AccessRole.OPERATOR), "Livraisons")),
    Place("/livraisons/abonnements", "", (AccessRole.HR_OFFICER, AccessRole.OFFICE_LEAD,
                                          AccessRole.OPERATOR)),
    Place("/livraisons/abonnements/nouveau", "", (AccessRole.HR_OFFICER, AccessRole.OFFICE_LEAD)),
    Place("/livraisons/conservation", "", (AccessRole.OFFICE_LEAD,)),
    Place("/sessions", "", EVERYBODY),
    Place("/reprise", "", EVERYBODY),
)  # fmt: skip


def menu(roles: Collection[AccessRole], *, for_another: bool = False) -> list[tuple[str, str]]:
    """Addresses and words of what these roles may open; an own job is nobody else's to tell."""
    shown = [one for one in PLACES if set(one.roles) & set(roles)]
    words = [(one.address, word) for one in shown if (word := one.called(roles))]
    if not for_another:
        return words
    return [(at, word.replace("Mes ", "Ses ")) for at, word in words if at != "/mon-emploi"]


def first_page(roles: Collection[AccessRole]) -> str:
    return next((one.address for one in PLACES if set(one.roles) & set(roles)), WELCOME)


def may_open(path: str, roles: Collection[AccessRole]) -> bool:
    """By the lines whose address is the longest that begins this path."""
    fitting = [one for one in PLACES if _below(path, one.address)]
    longest = max((len(one.address) for one in fitting), default=0)
    able = {role for one in fitting if len(one.address) == longest for role in one.roles}
    return bool((able or set(OFFICE)) & set(roles))


def role_named(roles: Collection[AccessRole]) -> str:
    """What somebody is here for, in words: their own role that stands first."""
    return next((word for role, word in ROLES.items() if role in roles), "")


def _below(path: str, address: str) -> bool:
    return path == address or (address != "/" and path.startswith(address + "/"))
