"""Invented registers of any size, whole and consistent: nobody in them has ever lived."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path
from random import Random

from services.cli.register.columns import UNKNOWN, Phone, Row
from services.cli.register.consents import Clearance, Consent, Contact
from services.cli.register.people import Department, Partner, Pause
from services.cli.register.work import (
    Contribution,
    Hours,
    Involvement,
    Project,
    Request,
    Seat,
    Training,
)
from services.cli.register.writing import write_csv, write_workbook

type Sample = dict[type[Row], list[Row]]

# fmt: off
FIRST_NAMES = [
    "Aïda", "Alizée", "Béatrix", "Cléo", "Delphie", "Éloïse", "Fadoua", "Gisèle", "Hermine",
    "Inès", "Joséphine", "Kateri", "Léonie", "Maïka", "Noémie", "Océane", "Pénélope",
    "Quetzalie", "Rosalba", "Séréna", "Anatole", "Balthazar", "Cyprien", "Damase", "Edgar",
    "Firmin", "Gontran", "Hervé", "Isidore", "Jérémie", "Kim-Anh", "Ludger", "Melchior",
    "Napoléon", "Odilon", "Placide",
]
LAST_NAMES = [
    "Aubépin", "Boisclair-Roy", "Chantelune", "Desruisseaux", "Étangsud", "Fontclaire",
    "Grandpin", "Hautbois", "Islevert", "Joncas-Vert", "Kahnawi", "Larivedroite", "Montéclair",
    "Neigebois", "Orméjean", "Pierrefleur", "Quatrevents", "Rivesaule", "Sablonval", "Tourbière",
    "Ursanne", "Valmarais", "Winterbois", "Yamasaki-Dubois", "Zéphirin",
]
# fmt: on
DEPARTMENTS = (
    ("Direction des soins infirmiers", "DSI"),
    ("Direction de la qualité", "DQ"),
    ("Direction de la santé mentale", "DSM"),
    ("Direction du soutien à domicile", "DSAD"),
)
THEMES = ("chutes", "accueil", "congé", "proches aidants", "télésanté", "douleur", "accès")
ACTIVITIES = ("meeting", "preparation", "reading", "Relecture d'un dépliant")
TODAY = date(2026, 4, 1)


def a_register(partners: int = 50, seed: int = 1) -> Sample:
    """The rows of a register of so many partners, with all that hangs on them."""
    chance = Random(seed)
    people = [_partner(chance, number) for number in range(1, partners + 1)]
    projects = [_project(chance, number) for number in range(1, max(2, partners // 8) + 1)]
    requests = [_request(chance, number, project) for number, project in enumerate(projects, 1)]
    involvements = [
        _involvement(chance, number, partner, chance.choice(projects), chance.choice(requests))
        for number, partner in enumerate(people, 1)
    ]
    return {
        Department: [Department(department=name, acronym=short) for name, short in DEPARTMENTS],
        Partner: [*people],
        Project: [*projects],
        Request: [*requests],
        Involvement: [*involvements],
        Seat: [_seat(chance, project, number) for project in projects for number in (1, 2)],
        Pause: [_pause(chance, each) for each in involvements[::9]],
        Consent: [
            _consent(chance, partner, purpose)
            for partner in people
            for purpose in ("pool", "contact")
        ],
        Clearance: [_clearance(chance, partner) for partner in people[::4]],
        Hours: [_hours(chance, each, number) for each in involvements for number in range(4)],
        Training: [_training(chance, partner) for partner in people[::2]],
        Contact: [_contact(chance, partner) for partner in people],
        Contribution: [_contribution(chance, each) for each in involvements[::2]],
    }


def a_workbook(path: Path, partners: int = 50, seed: int = 1, language: str = "fr") -> Path:
    """Write such a register as one workbook."""
    write_workbook(path, a_register(partners, seed), language)
    return path


def csv_files(folder: Path, partners: int = 50, seed: int = 1) -> list[Path]:
    """Write such a register as CSV files."""
    return write_csv(folder, a_register(partners, seed))


def _day(chance: Random, first: date = date(2016, 1, 4), last: date = date(2026, 3, 20)) -> str:
    return (first + timedelta(days=chance.randrange((last - first).days))).isoformat()


def _partial(chance: Random) -> str:
    year = chance.randrange(2014, 2020)
    shapes = (f"{year}", f"{year}-0{chance.randrange(1, 10)}", f"{year}-23", f"{year}/{year + 1}")
    return chance.choice((*shapes, f"{year}-04-1{chance.randrange(10)}"))


def _partner(chance: Random, number: int) -> Partner:
    # No namesakes before there are more people than pairs of names.
    first = FIRST_NAMES[number % len(FIRST_NAMES)]
    last = LAST_NAMES[number // len(FIRST_NAMES) % len(LAST_NAMES)]
    by_mail = chance.random() < 0.6
    line = f"{chance.randrange(200, 999)} 555-{number % 10_000:04d}"
    extension = chance.choice(("", "", "", "12"))
    text = f"{line} poste {extension}" if extension else line
    digits = line.replace(" ", "").replace("-", "")
    return Partner(
        code=f"P-{number:03d}",
        first_name=first,
        last_name=last,
        local_status=chance.choice(("partner", "resource_user", "Ambassadeur")),
        state=chance.choice(("available", "engaged", "engaged", "paused", "former")),
        role=chance.choice(("organization", "organization", "peer_supporter", None)),
        capacity=chance.choice(("patient", "caregiver", "relative", "citizen", UNKNOWN, None)),
        entered=_partial(chance),
        origin=chance.choice(("referral", "candidacy", "committee", None)),
        reach_by=("email", "phone") if by_mail else ("phone",),
        email=f"personne{number}@courriel.example" if by_mail else None,
        phone=Phone(text, f"+1{digits}", extension),
        postal_code=chance.choice(("J6K", "J6N 1A1", "J4B", None)),
        languages=chance.choice((("fr",), ("fr", "en"), ("es", "fr"), UNKNOWN)),
        needs=chance.choice((None, None, ("large_print",), ("interpreter", "chien-guide"))),
        age_group=chance.choice(("45-54", "65-74", "85+", UNKNOWN, None)),
        interests=tuple(chance.sample(THEMES, 2)),
        monthly_minutes=chance.choice((None, 240, 450)),
        mode=chance.choice(("on_site", "remote", "hybrid", None)),
        employee=chance.choice((None, False, UNKNOWN)),
        family=f"F-{number // 40:02d}" if number % 40 < 2 and number >= 40 else None,
        notes=chance.choice((None, "Préfère le matin.\nArrive en avance.", "= pas le lundi")),
        own={"Numéro de classeur": str(chance.randrange(90))} if number % 3 == 0 else {},
    )


def _project(chance: Random, number: int) -> Project:
    return Project(
        code=f"PR-{number:02d}",
        title=f"{chance.choice(('Comité', 'Projet'))} {chance.choice(THEMES)} {number}",
        kind=chance.choice(("project", "operations", "safety", "governance", "research")),
        system_level=chance.choice(("care", "services", "governance", None)),
        level=chance.choice(("consultation", "collaboration", "partnership", None)),
        department=chance.choice(DEPARTMENTS)[0],
        starts=_partial(chance),
        state=chance.choice(("running", "running", "planned")),
        user_seats=2,
        participants_without_file=chance.choice((None, 12, 30)),
        themes=tuple(chance.sample(THEMES, 2)),
        aim="Que les usagers se sentent attendus.",
    )


def _request(chance: Random, number: int, project: Project) -> Request:
    return Request(
        code=f"D-2022-{number:02d}",
        received=_partial(chance),
        received_by=chance.choice(("email", "form", "phone")),
        project=project.code,
        department=project.department,
        requester=chance.choice(("Cheffe de l'unité B", UNKNOWN)),
        partners_sought=chance.randrange(1, 4),
        state=chance.choice(("filled", "searching", "accepted", "declined")),
    )


def _involvement(
    chance: Random, number: int, partner: Partner, project: Project, request: Request
) -> Involvement:
    begun = chance.randrange(2020, 2025)
    ended = partner.state == "former" or chance.random() < 0.3
    return Involvement(
        code=f"I-{number:03d}",
        partner=partner.code,
        project=project.code,
        request=request.code if chance.random() < 0.5 else None,
        function=chance.choice(("Membre", "Coprésidence", None)),
        starts=f"{begun}-0{chance.randrange(1, 10)}",
        ends=f"{begun + 1}" if ended else None,
        state="ended" if ended else "active",
        partner_signed=f"{begun}-01-15" if chance.random() < 0.5 else None,
        compensation=chance.choice(("not_offered", "refused", "expenses_only", "paid", None)),
    )


def _seat(chance: Random, project: Project, number: int) -> Seat:
    reserved = chance.choice(("partner", "users_committee", "parent"))
    return Seat(project=project.code, seat=f"Siège {number}", reserved_for=reserved, since="2024")


def _pause(chance: Random, involvement: Involvement) -> Pause:
    return Pause(partner=involvement.partner, since=_day(chance), reason="repos")


def _consent(chance: Random, partner: Partner, purpose: str) -> Consent:
    answer = chance.choice(("yes", "yes", "yes", "no", "unknown"))
    return Consent(
        partner=partner.code,
        purpose=purpose,
        answer=answer,
        given=_partial(chance) if answer == "yes" else None,
        form=chance.choice(("written", "verbal")) if answer == "yes" else UNKNOWN,
        text_version="2019-1",
    )


def _clearance(chance: Random, partner: Partner) -> Clearance:
    return Clearance(
        partner=partner.code, kind="criminal_record", outcome="satisfactory", issued=_day(chance)
    )


def _hours(chance: Random, involvement: Involvement, number: int) -> Hours:
    return Hours(
        date=_day(chance),
        partner=str(involvement.partner),
        involvement=involvement.code if number % 2 else None,
        project=None if number % 2 else involvement.project,
        activity=chance.choice(ACTIVITIES),
        minutes=chance.choice((60, 90, 100, 150, 180)),
        attendance=chance.choice(("present", "present", "excused", None)),
        mode=chance.choice(("on_site", "remote", None)),
        expenses=chance.choice((None, None, 1250, 99)),
    )


def _training(chance: Random, partner: Partner) -> Training:
    return Training(
        date=_day(chance),
        audience="partner",
        partner=partner.code,
        training="Le partenariat, première rencontre",
        minutes=180,
        result=chance.choice(("completed", "enrolled", "recognized")),
    )


def _contact(chance: Random, partner: Partner) -> Contact:
    return Contact(
        date=_day(chance),
        partner=partner.code,
        kind=chance.choice(("call", "mail", "check_in", "meeting")),
        side="partner",
        summary="Tout va bien.",
        satisfaction=chance.choice((None, 3, 4, 5)),
    )


def _contribution(chance: Random, involvement: Involvement) -> Contribution:
    return Contribution(
        date=_day(chance),
        project=str(involvement.project),
        partner=involvement.partner,
        text=f"Proposer une feuille de route au congé ({chance.randrange(1000)})",
        decision=chance.choice(("adopted", "partly", "not_retained", "pending")),
    )
