"""The sheets about what is done: projects, requests, involvements, hours, trainings, seats."""

from __future__ import annotations

from typing import Annotated, ClassVar

from services.cli.register import choices
from services.cli.register import columns as c
from services.cli.register.columns import Maybe, Row
from services.cli.register.people import PARTNER, SOME_PARTNER

PROJECT = Annotated[str, c.reference("Code projet*", "Project code", "projects", meaning="PR-07")]
SOME_PROJECT = Annotated[Maybe[str], c.reference("Code projet", "Project code", "projects")]
SOME_INVOLVEMENT = Annotated[
    Maybe[str], c.reference("Code implication", "Involvement code", "involvements")
]


class Project(Row, frozen=True, kw_only=True):
    """Projects and committees in which partners take part. Nobody is to be named here."""

    sheet: ClassVar = "projects"
    titles: ClassVar = ("Projets et comités", "Projects and committees")
    identity: ClassVar = ("title",)

    code: Annotated[
        str, c.code("Code projet*", "Project code", meaning="PR-07", also=("Code", "No"))
    ]
    title: Annotated[str, c.title("Titre*", "Title")]
    kind: Annotated[str, c.choice("Genre*", "Kind", choices.PROJECT_KIND)]
    system_level: Annotated[
        Maybe[str], c.choice("Niveau de système", "System level", choices.SYSTEM_LEVEL)
    ] = None
    level: Annotated[
        Maybe[str], c.choice("Niveau d'engagement", "Level of engagement", choices.LEVEL)
    ] = None
    department: Annotated[str, c.label("Direction*", "Department")]
    service: Annotated[Maybe[str], c.label("Service", "Service")] = None
    site: Annotated[Maybe[str], c.label("Installation", "Site")] = None
    lead: Annotated[Maybe[str], c.private("Responsable", "Lead")] = None
    lead_email: Annotated[Maybe[str], c.email("Courriel du responsable", "Lead's email")] = None
    starts: Annotated[str, c.date("Début*", "Start")]
    ends: Annotated[Maybe[str], c.date("Fin", "End", after="starts")] = None
    state: Annotated[
        str, c.choice("État*", "State", choices.PROJECT_STATE, also=("Statut", "Status"))
    ]
    user_seats: Annotated[Maybe[int], c.number("Sièges d'usagers", "User seats")] = None
    participants_without_file: Annotated[
        Maybe[int],
        c.number("Participants sans dossier", "Participants without a file", meaning="30"),
    ] = None
    deliverable: Annotated[Maybe[str], c.private("Livrable", "Deliverable")] = None
    themes: Annotated[Maybe[tuple[str, ...]], c.label("Thèmes", "Themes", several=True)] = None
    aim: Annotated[Maybe[str], c.private("But", "Aim")] = None


class Request(Row, frozen=True, kw_only=True):
    """What teams asked of the office."""

    sheet: ClassVar = "requests"
    titles: ClassVar = ("Demandes", "Requests")
    identity: ClassVar = ("received", "project", "title", "department")
    one_of: ClassVar = (("project", "title"),)
    extra: ClassVar = {
        "project|title": c.title("Code projet ou titre", "Project code or title"),
    }

    code: Annotated[
        str,
        c.code(
            "N° demande*", "Request no.", meaning="D-2022-11", also=("Numéro de demande", "Number")
        ),
    ]
    received: Annotated[str, c.date("Reçue le*", "Received on", past=True)]
    received_by: Annotated[
        Maybe[str], c.choice("Reçue par", "Received by", choices.RECEIVED_BY, longest=120)
    ] = None
    project: SOME_PROJECT = None
    title: Annotated[Maybe[str], c.title("Titre", "Title")] = None
    department: Annotated[str, c.label("Direction*", "Department")]
    requester: Annotated[Maybe[str], c.private("Demandeur*", "Requester", unknown=True)]
    email: Annotated[Maybe[str], c.email("Courriel", "Email")] = None
    approving_manager: Annotated[
        Maybe[str], c.private("Gestionnaire d'accord", "Approving manager")
    ] = None
    partners_sought: Annotated[Maybe[int], c.number("Nombre demandé", "Number sought")] = None
    profile_sought: Annotated[Maybe[str], c.private("Profil recherché", "Profile sought")] = None
    aim: Annotated[Maybe[str], c.private("But", "Aim")] = None
    commitment: Annotated[Maybe[str], c.private("Fréquence et durée", "Frequency and duration")] = (
        None
    )
    advisor: Annotated[Maybe[str], c.private("Conseiller", "Advisor", also=("Conseillère",))] = None
    state: Annotated[
        str, c.choice("État*", "State", choices.REQUEST_STATE, also=("Statut", "Status"))
    ]
    decided: Annotated[
        Maybe[str], c.date("Décision le", "Decided on", after="received", past=True)
    ] = None
    reason: Annotated[Maybe[str], c.private("Motif", "Reason")] = None
    filled: Annotated[
        Maybe[str], c.date("Comblée le", "Filled on", after="received", past=True)
    ] = None


class Involvement(Row, frozen=True, kw_only=True):
    """A partner, a family or a group in a project. A blank signature is not known to be signed."""

    sheet: ClassVar = "involvements"
    titles: ClassVar = ("Implications", "Involvements")
    identity: ClassVar = ("partner", "family", "project", "function", "starts")
    one_of: ClassVar = (("partner", "family"),)
    extra: ClassVar = {
        "partner|family": c.reference(
            "Code partenaire ou famille", "Partner or family code", "partners"
        )
    }

    code: Annotated[
        Maybe[str],
        c.code("Code implication", "Involvement code", meaning="I-031", also=("Code", "No")),
    ]
    partner: SOME_PARTNER = None
    family: Annotated[
        Maybe[str], c.reference("Famille", "Family", "families", also=("Famille ou groupe",))
    ] = None
    project: PROJECT
    request: Annotated[Maybe[str], c.reference("N° demande", "Request no.", "requests")] = None
    function: Annotated[Maybe[str], c.private("Fonction", "Function", also=("Rôle", "Role"))] = None
    starts: Annotated[str, c.date("Début*", "Start")]
    ends: Annotated[Maybe[str], c.date("Fin", "End", after="starts")] = None
    state: Annotated[
        str, c.choice("État*", "State", choices.INVOLVEMENT_STATE, also=("Statut", "Status"))
    ]
    ending_reason: Annotated[
        Maybe[str], c.choice("Motif de fin", "Reason for ending", choices.LEAVING, personal=True)
    ] = None
    partner_signed: Annotated[
        Maybe[str], c.date("Mandat signé partenaire le", "Signed by partner on", past=True)
    ] = None
    team_signed: Annotated[
        Maybe[str], c.date("Mandat signé équipe le", "Signed by team on", past=True)
    ] = None
    planned_end: Annotated[Maybe[str], c.date("Fin prévue", "Planned end", after="starts")] = None
    contact_person: Annotated[Maybe[str], c.private("Personne-ressource", "Contact person")] = None
    known_minutes: Annotated[
        Maybe[int],
        c.hours(
            "Heures totales connues",
            "Total hours known",
            meaning="seulement sans détail dans « Heures et rencontres »",
        ),
    ] = None
    compensation: Annotated[
        Maybe[str], c.choice("Compensation", "Compensation", choices.COMPENSATION)
    ] = None


class Hours(Row, frozen=True, kw_only=True):
    """A meeting or another activity of one partner."""

    sheet: ClassVar = "hours"
    titles: ClassVar = ("Heures et rencontres", "Hours and meetings")
    one_of: ClassVar = (("involvement", "project"),)
    extra: ClassVar = {
        "involvement|project": c.reference(
            "Code implication ou projet", "Involvement or project code", "projects"
        )
    }

    date: Annotated[str, c.date("Date*", "Date", past=True)]
    partner: PARTNER
    involvement: SOME_INVOLVEMENT = None
    project: SOME_PROJECT = None
    activity: Annotated[str, c.choice("Activité*", "Activity", choices.ACTIVITY, personal=True)]
    minutes: Annotated[int, c.hours("Heures*", "Hours", meaning="2,5 ou 2 h 30 ou 2:30")]
    attendance: Annotated[Maybe[str], c.choice("Présence", "Attendance", choices.ATTENDANCE)] = None
    mode: Annotated[Maybe[str], c.choice("Mode", "Mode", choices.MODE)] = None
    expenses: Annotated[Maybe[int], c.money("Frais ($)", "Expenses ($)")] = None
    compensation: Annotated[Maybe[int], c.money("Compensation ($)", "Compensation ($)")] = None


class Training(Row, frozen=True, kw_only=True):
    """A training of a partner, or of someone of a team."""

    sheet: ClassVar = "trainings"
    titles: ClassVar = ("Formations", "Trainings")
    one_of: ClassVar = (("partner", "email"),)
    extra: ClassVar = {
        "partner|email": c.private("Code partenaire ou courriel", "Partner code or email"),
    }

    date: Annotated[str, c.date("Date*", "Date")]
    audience: Annotated[str, c.choice("Public*", "Audience", choices.SIDE)]
    partner: SOME_PARTNER = None
    email: Annotated[Maybe[str], c.email("Courriel", "Email")] = None
    training: Annotated[str, c.title("Formation*", "Training")]
    minutes: Annotated[Maybe[int], c.hours("Durée (h)", "Duration (h)")] = None
    result: Annotated[str, c.choice("Résultat*", "Result", choices.TRAINING_RESULT)]
    valid_until: Annotated[Maybe[str], c.date("Valide jusqu'au", "Valid until", after="date")] = (
        None
    )


class Contribution(Row, frozen=True, kw_only=True):
    """An input of a partner, and the decision that answered it."""

    sheet: ClassVar = "contributions"
    titles: ClassVar = ("Contributions", "Contributions")

    date: Annotated[str, c.date("Date*", "Date", past=True)]
    project: PROJECT
    partner: SOME_PARTNER = None
    text: Annotated[str, c.private("Apport*", "Input")]
    decision: Annotated[str, c.choice("Réponse*", "Answer", choices.DECISION)]
    answered: Annotated[
        Maybe[str], c.date("Répondu le", "Answered on", after="date", past=True)
    ] = None
    why: Annotated[Maybe[str], c.private("Pourquoi", "Why")] = None
    impact: Annotated[Maybe[str], c.private("Retombée", "Impact")] = None


class Seat(Row, frozen=True, kw_only=True):
    """A place for users on a project or committee."""

    sheet: ClassVar = "seats"
    titles: ClassVar = ("Sièges", "Seats")

    project: PROJECT
    seat: Annotated[str, c.title("Siège*", "Seat")]
    reserved_for: Annotated[Maybe[str], c.choice("Réservé à", "Reserved for", choices.SEAT_FOR)] = (
        None
    )
    partner: SOME_PARTNER = None
    since: Annotated[Maybe[str], c.date("Depuis", "Since")] = None
    until: Annotated[Maybe[str], c.date("Jusqu'au", "Until", after="since")] = None
