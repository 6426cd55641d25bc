"""The sheets about people: partners, their pauses, and those of the departments."""

from __future__ import annotations

from typing import Annotated, ClassVar

from services.cli.register import choices
from services.cli.register import columns as c
from services.cli.register.columns import Column, Kind, Maybe, Phone, Row

PARTNER = Annotated[str, c.reference("Code partenaire*", "Partner code", "partners")]
SOME_PARTNER = Annotated[
    Maybe[str],
    c.reference("Code partenaire", "Partner code", "partners", meaning="P-014"),
]


class Department(Row, frozen=True, kw_only=True):
    """The establishment's departments, and the people of its teams."""

    sheet: ClassVar = "departments"
    titles: ClassVar = ("Directions et personnes", "Departments and people")

    department: Annotated[str, c.label("Direction*", "Department", meaning="Direction des soins")]
    acronym: Annotated[Maybe[str], c.label("Sigle", "Acronym", meaning="DSI")] = None
    service: Annotated[Maybe[str], c.label("Service", "Service")] = None
    site: Annotated[Maybe[str], c.label("Installation", "Site")] = None
    person: Annotated[Maybe[str], c.private("Personne", "Person")] = None
    title: Annotated[Maybe[str], c.private("Titre", "Title", meaning="chef de service")] = None
    email: Annotated[Maybe[str], c.email("Courriel", "Email")] = None
    employee_number: Annotated[Maybe[str], c.private("Matricule", "Employee number")] = None


class Partner(Row, frozen=True, kw_only=True):
    """The people of the pool."""

    sheet: ClassVar = "partners"
    titles: ClassVar = ("Partenaires", "Partners")
    identity: ClassVar = ("first_name", "last_name", "entered")
    extra: ClassVar = {
        "full_name": Column("Nom complet", "Full name", also=("Nom et prénom", "Prénom et nom")),
        "municipality|postal_code": Column("Municipalité ou code postal", "City or postal code"),
    }

    code: Annotated[
        str,
        c.code(
            "Code partenaire*",
            "Partner code",
            meaning="la clé ; P-014",
            also=("Code", "No dossier", "No"),
        ),
    ]
    first_name: Annotated[str, c.private("Prénom*", "First name")]
    last_name: Annotated[str, c.private("Nom*", "Last name", also=("Nom de famille",))]
    local_status: Annotated[str, c.choice("Statut local*", "Local status", choices.STATUS)]
    state: Annotated[
        str, c.choice("État*", "State", choices.PARTNER_STATE, also=("Statut", "Status"))
    ]
    role: Annotated[Maybe[str], c.choice("Rôle", "Role", choices.ROLE)] = None
    capacity: Annotated[
        Maybe[str], c.choice("Qualité", "Capacity", choices.CAPACITY, personal=True)
    ] = None
    entered: Annotated[
        str, c.date("Date d'entrée*", "Entry date", past=True, meaning="dans le bassin")
    ]
    paused_until: Annotated[
        Maybe[str], c.date("En pause jusqu'au", "Paused until", after="entered")
    ] = None
    left: Annotated[Maybe[str], c.date("Date de fin", "End date", past=True, after="entered")] = (
        None
    )
    leaving_reason: Annotated[
        Maybe[str], c.choice("Motif de fin", "Reason for leaving", choices.LEAVING, personal=True)
    ] = None
    origin: Annotated[Maybe[str], c.choice("Provenance", "Origin", choices.ORIGIN)] = None
    referred_by: Annotated[Maybe[str], c.private("Référé par", "Referred by")] = None
    advisor: Annotated[
        Maybe[str],
        c.private("Conseiller responsable", "Advisor", also=("Conseillère responsable",)),
    ] = None
    reach_by: Annotated[
        tuple[str, ...],
        c.choice("Joindre par*", "Reach by", choices.REACH, several=True, personal=True),
    ]
    email: Annotated[Maybe[str], c.email("Courriel", "Email")] = None
    phone: Annotated[
        Maybe[Phone], c.phone("Téléphone", "Phone", meaning="450 555-0142 poste 3")
    ] = None
    phone_2: Annotated[Maybe[Phone], c.phone("Téléphone 2", "Phone 2")] = None
    address: Annotated[Maybe[str], c.private("Adresse", "Address")] = None
    municipality: Annotated[
        Maybe[str], c.private("Municipalité", "Municipality", also=("Ville", "City"))
    ] = None
    postal_code: Annotated[
        Maybe[str],
        Column("Code postal", "Postal code", Kind.POSTAL_CODE, "J6K suffit", personal=True),
    ] = None
    best_time: Annotated[Maybe[str], c.private("Meilleur moment", "Best time")] = None
    languages: Annotated[
        Maybe[tuple[str, ...]],
        Column(
            "Langue*", "Language", Kind.LANGUAGE, "français ; anglais", several=True, unknown=True
        ),
    ]
    needs: Annotated[
        Maybe[tuple[str, ...]],
        c.choice("Besoins", "Needs", choices.NEEDS, several=True, personal=True),
    ] = None
    emergency_contact: Annotated[
        Maybe[str], c.private("Contact d'urgence", "Emergency contact")
    ] = None
    age_group: Annotated[
        Maybe[str], c.choice("Groupe d'âge", "Age group", choices.AGE, personal=True)
    ] = None
    born: Annotated[
        Maybe[str],
        c.date(
            "Date de naissance",
            "Date of birth",
            past=True,
            personal=True,
            meaning="moins de 18 ans seulement ; pour les autres elle n'est pas reprise",
        ),
    ] = None
    guardian: Annotated[
        Maybe[str],
        c.private(
            "Titulaire de l'autorité parentale ou représentant",
            "Guardian or representative",
            also=("Titulaire de l'autorité parentale", "Représentant", "Guardian"),
        ),
    ] = None
    services: Annotated[
        Maybe[tuple[str, ...]], c.private("Services fréquentés", "Services used", several=True)
    ] = None
    last_service: Annotated[
        Maybe[str],
        c.date("Dernier service reçu", "Last service received", past=True, personal=True),
    ] = None
    experience: Annotated[Maybe[str], c.private("Expérience à partager", "Experience to share")] = (
        None
    )
    interests: Annotated[
        Maybe[tuple[str, ...]], c.private("Intérêts", "Interests", several=True)
    ] = None
    availability: Annotated[
        Maybe[tuple[str, ...]], c.private("Disponibilités", "Availability", several=True)
    ] = None
    monthly_minutes: Annotated[
        Maybe[int], c.hours("Heures max par mois", "Max hours per month")
    ] = None
    mode: Annotated[Maybe[str], c.choice("Présence", "Attendance", choices.MODE)] = None
    employee: Annotated[
        Maybe[bool], c.yes_no("Employé de l'établissement", "Employee of the establishment")
    ] = None
    users_committee: Annotated[Maybe[bool], c.yes_no("Comité des usagers", "Users' committee")] = (
        None
    )
    family: Annotated[
        Maybe[str],
        c.code("Famille ou groupe", "Family or group", meaning="F-02", also=("Famille", "Family")),
    ] = None
    notes: Annotated[Maybe[str], c.private("Notes", "Notes", also=("Remarques", "Remarks"))] = None


class Pause(Row, frozen=True, kw_only=True):
    """When nobody asked anything of a person, or of one involvement."""

    sheet: ClassVar = "pauses"
    titles: ClassVar = ("Pauses", "Pauses")
    one_of: ClassVar = (("partner", "involvement"),)
    extra: ClassVar = {
        "partner|involvement": c.reference(
            "Code partenaire ou implication", "Partner or involvement code", "partners"
        )
    }

    partner: SOME_PARTNER = None
    involvement: Annotated[
        Maybe[str], c.reference("Code implication", "Involvement code", "involvements")
    ] = None
    since: Annotated[str, c.date("Du*", "From", also=("Début", "Since"))]
    until: Annotated[Maybe[str], c.date("Au", "To", after="since", also=("Fin", "Until"))] = None
    reason: Annotated[Maybe[str], c.private("Motif", "Reason")] = None
