"""An integrated centre: the strategic steering room, a programme with families, its youth."""

from __future__ import annotations

from services.cli.demo import represented
from services.cli.demo.teller import Teller

KEY, NAME = "centre", "Centre intégré (démonstration)"


def tell(teller: Teller) -> None:
    """What the centre's page tells, and what its office does this week."""
    office = teller.department("office", "Bureau du partenariat (DQEPE)", "BP", "2023-09-05")
    board = teller.department("board", "Direction générale", "DG", "2023-09-05")
    youth = teller.department("youth", "Direction du programme jeunesse", "DJ", "2023-09-05")
    advisor = teller.staff(
        "Lorraine Asselin", "Lorraine Asselin (démo)", "Conseillère en partenariat", office,
        "2023-09-05", "advisor",
    )  # fmt: skip
    worker = teller.staff(
        "Karim Desrosiers", "Karim Desrosiers (démo)", "Intervenant, programme Vigilance", youth,
        "2023-09-05", "requester",
    )  # fmt: skip
    _around(teller, office, board)
    _steering_room(teller, advisor, board)
    _vigilance(teller, advisor, worker, youth)
    _aire_ouverte(teller, advisor, worker, youth)
    represented.tell(teller, worker, youth)
    teller.request(
        "menus", teller.days_ago(5), title="Menus des centres d’hébergement", department=board,
        contact=advisor, level="consultation", partners_sought=4,
    )  # fmt: skip


def _around(teller: Teller, office: str, board: str) -> None:
    """Who leads the office, and who opens Tandem for something else."""
    people = teller.department("people", "Direction des ressources humaines", "DRH", "2023-09-05")
    for name, title, department, role in (
        ("Jocelyne Bissonnette", "Cheffe du Bureau du partenariat", office, "office_lead"),
        ("Gaétan Lirette", "Président du comité des usagers", board, "users_committee"),
        ("Pénélope Racicot", "Agente de gestion du personnel", people, "hr_officer"),
        ("Maïka Sirois-Awashish", "Conseillère en communication", board, "communications"),
        ("Normand Quenneville", "Auditeur interne", board, "auditor"),
    ):
        teller.staff(name, f"{name} (démo)", title, department, "2023-09-05", role)


def _steering_room(teller: Teller, advisor: str, board: str) -> None:
    """Two partners animate the strategic steering room since January 2024."""
    title = "Salle de pilotage stratégique"
    project = teller.project(
        title, "2023-10-02", title=title, kind="strategy", department=board,
        system_level="governance", level="partnership",
    )  # fmt: skip
    for number in (1, 2):
        teller.seat(
            f"{title} {number}", project, f"Siège d’usager {number}", "partner", "2023-10-02"
        )
    request = teller.request(
        title, "2023-10-10", title=title, department=board, contact=advisor, project=project,
        level="partnership", system_level="governance", kind="strategy", partners_sought=2,
        words={"why": "Que les décisions partent aussi de ce que vivent les usagers."},
    )  # fmt: skip
    teller.accept(title, request, advisor, "2023-10-16")
    for name, capacity in (
        ("Bernadette Cloutier-Roy", "patient"),
        ("Ulysse Charlebois", "caregiver"),
    ):
        person = teller.partner(name, "2023-09-18", "2023-10-05", capacity=capacity)
        involvement = teller.match(
            f"{title} {name}", request, person, "2023-11-20", "À l’aise en gouvernance."
        )
        teller.start(f"{title} {name}", involvement, "2024-01-15", monthly_minutes=360)
        teller.check_in(f"{title} {name}", involvement, "2024-02-14", "partner", 5)
        teller.hours(f"{title} {name}", involvement, "2024-03-11", 180, "Animation de la salle")


def _vigilance(teller: Teller, advisor: str, worker: str, youth: str) -> None:
    """Four families made a guide for professionals better, with a committed worker beside them."""
    title = "Programme Vigilance : guide à l’intention des professionnels"
    project = teller.project(
        title, "2024-03-04", "2024-11-29", title=title, kind="project", department=youth,
        system_level="care", level="partnership",
    )  # fmt: skip
    request = teller.request(
        title, "2024-02-05", title=title, department=youth, contact=worker, project=project,
        level="partnership", system_level="care", partners_sought=4,
        words={"support": "L’intervenant du programme accueille chaque famille."},
    )  # fmt: skip
    teller.accept(title, request, advisor, "2024-02-12")
    decisions = ("adopted", "adopted", "partly", "not_retained")
    families = ("Famille Arsenault-Diop", "Famille Lemire", "Famille Nadon-Pham", "Famille Ouellon")
    for family, decision in zip(families, decisions, strict=True):
        key = f"{title} {family}"
        person = teller.partner(family, "2024-01-22", "2024-02-20", capacity="relative")
        involvement = teller.match(key, request, person, "2024-02-26", "Connaît le programme.")
        teller.start(key, involvement, "2024-03-11", ends="2024-11-29", contact=worker)
        teller.hours(key, involvement, "2024-04-08", 120, "Échange entre familles")
        teller.contribution(
            key, involvement, "2024-04-08", "Dire d’abord ce que la famille vit déjà à la maison.",
            decision, "Discuté avec l’équipe du programme.", "2024-05-13",
        )  # fmt: skip
        teller.end(
            key, involvement, "2024-11-29", "Le guide est en usage.", "Un échange chaleureux."
        )


def _aire_ouverte(teller: Teller, advisor: str, worker: str, youth: str) -> None:
    """Young people have a voice at every level of their own service."""
    for level, system in (("consultation", "care"), ("collaboration", "services"),
                          ("partnership", "governance")):  # fmt: skip
        named = {
            "care": "l’accueil",
            "services": "l’offre de service",
            "governance": "la gouvernance",
        }
        title = f"Aire ouverte : les jeunes et {named[system]}"
        project = teller.project(
            title, "2024-09-09", title=title, kind="operations", department=youth,
            system_level=system, level=level,
        )  # fmt: skip
        teller.seat(title, project, "Siège jeune", "youth", "2024-09-09")
        request = teller.request(
            title, "2024-09-16", title=title, department=youth, contact=worker, project=project,
            level=level, system_level=system, kind="operations", partners_sought=1,
        )  # fmt: skip
        teller.accept(title, request, advisor, "2024-09-23")
        name = {
            "care": "Malik Ferland",
            "services": "Zoé Talbot-Cyr",
            "governance": "Élie Wapachee",
        }
        person = teller.partner(name[system], "2024-08-19", "2024-09-03", capacity="youth")
        involvement = teller.match(
            title, request, person, "2024-10-07", "A fréquenté Aire ouverte."
        )
        teller.start(title, involvement, "2024-10-21", monthly_minutes=120)
        teller.check_in(title, involvement, "2024-11-20", "partner", 4)
