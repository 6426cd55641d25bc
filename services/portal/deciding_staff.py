"""What may be decided about staff and units: the forms, and where they go."""

from __future__ import annotations

from contracts.access import AccessRole
from contracts.directory import UnitKind
from contracts.staff import FieldOwner, StaffType
from services.portal.forms import Decision, Field
from services.portal.places import ROLES

# By what HR, a person and a login may say of somebody.
FIELDS = {
    "name": "Nom",
    "given_name": "Prénom",
    "family_name": "Nom de famille",
    "title": "Fonction",
    "email": "Courriel",
    "email2": "Autre courriel",
    "phone": "Téléphone",
    "phone2": "Autre téléphone",
    "language": "Langue",
}
OWNERS = {
    FieldOwner.HR: "les ressources humaines",
    FieldOwner.HAND: "le Bureau, à la main",
    FieldOwner.LOGIN: "la connexion",
}
TYPES = {
    StaffType.EMPLOYEE: "Personne employée",
    StaffType.PHYSICIAN: "Médecin",
    StaffType.STUDENT: "Stagiaire",
    StaffType.VOLUNTEER: "Bénévole",
    StaffType.OTHER: "Autre",
}
UNIT_KINDS = {
    UnitKind.DEPARTMENT: "Direction",
    UnitKind.SERVICE: "Service",
    UnitKind.SITE: "Site",
}
GIVEN = tuple(
    (role.value, word)
    for role, word in ROLES.items()
    if role not in (AccessRole.PARTNER, AccessRole.OPERATOR)
)
DATE = "Par exemple 2026-11-05. Aujourd’hui si vous laissez vide."

ENTER = Decision(
    "personne", "Inscrire cette personne", "directory", "/staff", seen=False, dated=False,
    fields=(
        Field("name", "Nom complet", required=True),
        Field("title", "Fonction"),
        Field("email", "Courriel", "email"),
        Field("phone", "Téléphone", "tel"),
        Field("department", "Direction ou service", "choice", "", "departments"),
        Field("staff_type", "À quel titre ?", "choice", "Une personne qu’aucun fichier ne nomme : "
              "un médecin, un bénévole.", tuple(TYPES.items())),
    ),
)  # fmt: skip
CORRECT = Decision(
    "correction", "Corriger à la main", "directory", "/staff/{id}/fields", dated=False,
    says="Votre correction tient, quoi que disent les ressources humaines, jusqu’à ce que "
    "quelqu’un la lève. Ce qu’elles disent reste affiché à côté.",
    fields=(
        Field("champ", "Que faut-il corriger ?", "choice", "", tuple(FIELDS.items()),
              required=True, body=""),
        Field("valeur", "La bonne valeur", required=True, body=""),
    ),
)  # fmt: skip
KEEP = Decision("garder", "Garder la correction", "directory", "/staff/{id}/fields", dated=False)
ACCEPT = Decision(
    "accepter", "Prendre ce que disent les RH", "directory", "/staff/{id}/fields/release",
    dated=False,
)  # fmt: skip
ASSIGN = Decision(
    "affectation", "Ajouter une affectation", "directory", "/staff/{id}/assignments",
    seen=False, dated=False,
    fields=(
        Field("department", "Où ?", "choice", "", "open_departments", required=True),
        Field("since", "Depuis le", "date", "Une date à venir convient."),
        Field("until", "Jusqu’au", "date", "Si elle est connue."),
        Field("primary", "C’est son affectation principale", "check"),
    ),
)  # fmt: skip
UNASSIGN = Decision(
    "fin-affectation", "Terminer", "directory", "/staff/{id}/assignments/{affectation}/end",
    (Field("affectation", "Affectation", required=True, body=""),), seen=False, dated=False,
)  # fmt: skip
GIVE = Decision(
    "role", "Donner un rôle", "directory", "/staff/{id}/roles", seen=False, dated=False,
    fields=(
        Field("role", "Quel rôle ?", "choice", "Il compte dès la prochaine page que la personne "
              "ouvre.", GIVEN, required=True),
        Field("department", "Pour une direction seulement", "choice",
              "Laissez vide pour tout l’établissement.", "departments"),
    ),
)  # fmt: skip
WITHDRAW = Decision(
    "retrait-role", "Retirer", "directory", "/staff/{id}/roles/withdrawal", seen=False,
    dated=False,
    fields=(Field("role", "Rôle", required=True), Field("department", "Direction")),
)  # fmt: skip
LOGIN = Decision(
    "connexion", "Lier une connexion", "directory", "/staff/{id}/logins", seen=False, dated=False,
    says="Ainsi, qui se connecte sous ce nom est reconnu comme cette personne.",
    fields=(
        Field("provider", "Fournisseur", why="Son nom court, par exemple entra.", required=True),
        Field("subject", "Identifiant chez ce fournisseur", required=True),
    ),
)  # fmt: skip
DEPART = Decision(
    "depart", "Inscrire un départ", "directory", "/staff/{id}/departure", seen=False, dated=False,
    says="Les rôles prennent fin avec le travail. Les demandes et les implications dont cette "
    "personne est le contact en demandent un autre.",
    fields=(Field("on", "Dernier jour", "date", DATE),),
)  # fmt: skip
RETURN = Decision(
    "retour", "Inscrire un retour", "directory", "/staff/{id}/return", seen=False, dated=False,
    says="Les rôles ne reviennent pas d’eux-mêmes : ils se donnent de nouveau.",
    fields=(Field("on", "Depuis le", "date", DATE),),
)  # fmt: skip
ABOUT_STAFF = {
    one.key: one for one in (CORRECT, KEEP, ACCEPT, ASSIGN, UNASSIGN, GIVE, WITHDRAW, LOGIN,
                             DEPART, RETURN)
}  # fmt: skip

ENTER_UNIT = Decision(
    "unite", "Inscrire cette unité", "directory", "/departments", seen=False, dated=False,
    fields=(
        Field("name", "Nom", why="Une direction, un service ou un site.", required=True),
        Field("abbreviation", "Sigle"),
    ),
)  # fmt: skip
RENAME_UNIT = Decision(
    "nom", "Renommer", "directory", "/departments/{id}/name", dated=False,
    says="Ce qui s’est passé sous l’ancien nom se lit toujours dans l’histoire de l’unité.",
    fields=(Field("name", "Nouveau nom", required=True), Field("abbreviation", "Sigle")),
)  # fmt: skip
CODE_UNIT = Decision(
    "code", "Ajouter ou modifier un code", "directory", "/departments/{id}/codes", dated=False,
    says="Un code désigne une même unité pour toujours : les fichiers des ressources humaines s’y "
    "reconnaissent.",
    fields=(
        Field("code", "Code chez les ressources humaines", required=True),
        Field("kind", "Que désigne-t-il ?", "choice", "", tuple(UNIT_KINDS.items()),
              required=True, initial=UnitKind.DEPARTMENT),
        Field("since", "Valable depuis", "date"),
        Field("until", "Valable jusqu’au", "date"),
    ),
)  # fmt: skip
SUCCEED_UNIT = Decision(
    "releve", "D’autres prennent la relève", "directory", "/departments/{id}/succession",
    dated=False,
    says="Pour une fusion, une division ou une nouvelle structure. Cette unité garde son histoire "
    "sous son nom ; ce qu’elle a fait s’additionne aussi sous celles qui suivent.",
    fields=(
        Field("successors", "Qui prend la relève ?", "choices", "", "others", required=True),
        Field("on", "À compter du", "date", DATE),
    ),
)  # fmt: skip
CLOSE_UNIT = Decision(
    "fermeture", "Fermer sans relève", "directory", "/departments/{id}/closing", dated=False,
    fields=(Field("on", "À compter du", "date", DATE),),
)  # fmt: skip
ABOUT_UNIT = {one.key: one for one in (RENAME_UNIT, CODE_UNIT, SUCCEED_UNIT, CLOSE_UNIT)}
