"""An institute: its assessment of 2017, its team, its statuses, its nineteen projects."""

from __future__ import annotations

from services.cli.demo.teller import Teller

KEY, NAME = "institut", "Institut universitaire (démonstration)"

# title, kind, system level, level of engagement, begun, ended
PROJECTS = [
    ("Accueil des usagers en clinique externe", "project", "services", "collaboration", "2019-02-11", "2019-11-29"),
    ("Guide de préparation à la chirurgie cardiaque", "project", "care", "partnership", "2019-03-04", "2020-02-28"),
    ("Comité de prévention des chutes", "safety", "services", "collaboration", "2019-04-15", None),
    ("Affichage et orientation dans l’établissement", "project", "services", "consultation", "2019-05-06", "2019-12-13"),
    ("Trajectoire de réadaptation pulmonaire", "project", "care", "partnership", "2019-06-03", "2020-10-30"),
    ("Comité de gestion des risques", "safety", "governance", "collaboration", "2019-09-09", None),
    ("Planification du congé", "operations", "care", "collaboration", "2019-09-23", "2021-03-26"),
    ("Enseignement aux proches en soins intensifs", "project", "care", "partnership", "2019-10-21", "2020-12-11"),
    ("Évaluation de l’expérience en chirurgie bariatrique", "project", "services", "consultation", "2019-11-18", "2020-06-19"),
    ("Comité du bilan comparatif des médicaments", "safety", "care", "collaboration", "2020-01-20", None),
    ("Visites et présence des proches en pandémie", "project", "services", "partnership", "2020-05-11", "2021-04-30"),
    ("Télésanté : premiers rendez-vous à distance", "project", "services", "collaboration", "2020-06-08", "2021-06-18"),
    ("Comité d’éthique de la recherche : voix des usagers", "research", "governance", "collaboration", "2020-09-14", None),
    ("Feuillet sur l’arrêt tabagique", "project", "care", "consultation", "2020-10-05", "2021-02-26"),
    ("Accueil des nouveaux membres du personnel", "operations", "services", "partnership", "2020-11-16", None),
    ("Prévention des infections : messages aux usagers", "safety", "services", "consultation", "2021-01-18", "2021-09-24"),
    ("Refonte de la salle d’attente d’oncologie", "project", "services", "partnership", "2021-03-15", "2021-12-10"),
    ("Soins palliatifs : paroles de familles", "project", "care", "partnership", "2021-05-10", "2021-12-17"),
    ("Méthode pour impliquer un usager : outils et gabarits", "operations", "governance", "partnership", "2021-09-13", None),
]  # fmt: skip


def tell(teller: Teller) -> None:
    """From the first assessment to today."""
    assessment = {"instrument": "tandem.organisation.v1", "date": "2017", "finding": "not_optimal"}
    teller.ask("assessed 2017", "/evaluation/assessments", assessment, "2017")
    office = teller.department("office", "Bureau du partenariat", "BP", "2018-01-15")
    quality = teller.department("quality", "Direction de la qualité", "DQ", "2018-01-15")
    care = teller.department("care", "Direction des soins infirmiers", "DSI", "2018-01-15")
    people = teller.department("people", "Direction des ressources humaines", "DRH", "2018-01-15")
    advisor, team = _team(teller, office, quality, care, people)
    projects = _projects(teller, quality, care)
    _resource_persons(teller, advisor, team, care, projects)
    _today(teller, advisor, team, quality, care)


def _team(teller: Teller, office: str, quality: str, care: str, people: str) -> tuple[str, str]:
    """Nine around the table: seven here, and the two usagers-ressources who join below.

    Beside them, who looks after the staff and who verifies. Gives the advisor, and a team's voice.
    """
    advisor = teller.staff(
        "Mireille Vadnais", "Mireille Vadnais (démo)", "Conseillère, Bureau du partenariat",
        office, "2018-02-05", "advisor",
    )  # fmt: skip
    around = {
        name: teller.staff(name, f"{name} (démo)", title, department, "2018-02-05", role)
        for name, title, department, role in (
            ("Octave Rainville", "Chef du Bureau du partenariat", office, "office_lead"),
            ("Ginette Larouche", "Membre du comité des usagers", quality, "users_committee"),
            ("Fernand Quessy", "Membre du comité des usagers", quality, ""),
            ("Dre Salma Bélisle", "Médecin", care, ""),
            ("Hugues Dorval", "Infirmier clinicien", care, "requester"),
            ("Anaïs Pomerleau", "Experte en communication", quality, "communications"),
            ("Denise Cantin", "Agente de gestion du personnel", people, "hr_officer"),
            ("Wilfrid Anctil", "Auditeur interne", people, "auditor"),
        )
    }
    return advisor, around["Hugues Dorval"]


def _projects(teller: Teller, quality: str, care: str) -> dict[str, str]:
    """The nineteen projects led with partners from 2019 to 2021."""
    teller.project(
        "promotion", "2018-02-05", title="Promouvoir le partenariat et la co-construction",
        kind="strategy", department=quality, system_level="governance", level="partnership",
    )  # fmt: skip
    return {
        title: teller.project(
            title, begun, ended, title=title, kind=kind, system_level=system, level=level,
            department=care if system == "care" else quality,
        )
        for title, kind, system, level, begun, ended in PROJECTS
    }  # fmt: skip


def _resource_persons(
    teller: Teller, advisor: str, team: str, care: str, projects: dict[str, str]
) -> None:
    """The status of usager-ressource, then the role of employé-partenaire; a whole involvement."""
    rosalie = teller.partner("Rosalie Boisclair", "2018-09-10", "2018-10-02", capacity="patient")
    marcel = teller.partner("Marcel Thivierge", "2018-09-17", "2018-10-09", capacity="relative")
    noemie = teller.partner("Noémie Gascon", "2020-02-03", "2020-02-24", capacity="patient")
    for person, label, on in (
        (rosalie, "usager-ressource", "2018-11-05"),
        (marcel, "usager-ressource", "2018-11-05"),
        (noemie, "employé-partenaire", "2020-03-09"),
    ):
        path = f"/recruitment/partners/{person}/status"
        teller.ask(f"{person} {label}", path, {"status_label": label}, on)
    title = "Guide de préparation à la chirurgie cardiaque"
    request = teller.request(
        title, "2019-01-14", title=title, department=care, contact=team, level="partnership",
        system_level="care", kind="project", project=projects[title], partners_sought=2,
        words={"aim": "Écrire un guide que l’on comprend la veille d’une opération.",
               "why": "Seules les personnes opérées savent ce qu’elles auraient voulu lire."},
    )  # fmt: skip
    teller.accept(title, request, advisor, "2019-01-21")
    first = teller.match(
        f"{title} rosalie", request, rosalie, "2019-02-04", "A vécu l’opération en 2016."
    )
    second = teller.match(
        f"{title} marcel", request, marcel, "2019-02-06", "A accompagné sa conjointe."
    )
    for name, involvement in (("rosalie", first), ("marcel", second)):
        key = f"{title} {name}"
        teller.start(key, involvement, "2019-03-04", ends="2020-02-28", monthly_minutes=240,
                     contact=team)  # fmt: skip
        teller.check_in(key, involvement, "2019-04-05", "partner", 4)
        teller.check_in(key, involvement, "2019-04-08", "team", 5)
    _the_guide(teller, title, first, second)


def _the_guide(teller: Teller, title: str, first: str, second: str) -> None:
    for day, minutes in (("2019-03-18", 120), ("2019-04-15", 150), ("2019-06-10", 120),
                         ("2019-09-16", 180), ("2019-11-18", 120)):  # fmt: skip
        teller.hours(f"{title} r", first, day, minutes, "Rencontre du groupe de rédaction")
        teller.hours(f"{title} m", second, day, minutes, "Rencontre du groupe de rédaction")
    teller.contribution(
        title, first, "2019-04-15", "Mettre la liste de ce qu’il faut apporter dès la première page.",
        "adopted", "La liste ouvre maintenant le guide.", "2019-05-02",
    )  # fmt: skip
    teller.contribution(
        title, second, "2019-06-10", "Ajouter une page pour les proches qui attendent.",
        "partly", "Un encadré plutôt qu’une page, faute de place.", "2019-07-08",
    )  # fmt: skip
    for name, involvement in (("rosalie", first), ("marcel", second)):
        teller.end(
            f"{title} {name}", involvement, "2020-02-28", "Le guide est publié.",
            "Fierté de voir le guide remis à chaque personne admise.",
        )  # fmt: skip


def _today(teller: Teller, advisor: str, team: str, quality: str, care: str) -> None:
    """What lies on the advisor's desk this week."""
    from_today = teller.days_ago
    need = {"department": quality, "contact": advisor, "level": "collaboration"}
    teller.request("kiosk", from_today(2), title="Bornes d’accueil : essai avec des usagers",
                   partners_sought=3, **need)  # fmt: skip
    parking = teller.request("parking", from_today(9), title="Stationnement et transport adapté",
                             partners_sought=2, **{**need, "contact": team})  # fmt: skip
    teller.ask("parking triaged", f"/intake/requests/{parking}/triage", {"advisor": advisor},
               from_today(8))  # fmt: skip
    returned = {"missing": ["profile", "schedule"], "note": "Qui cherchez-vous, et quand ?"}
    teller.ask("parking returned", f"/intake/requests/{parking}/return", returned, from_today(7))
    sleep = teller.request(
        "sleep", from_today(21), title="Clinique du sommeil : parcours de l’usager",
        partners_sought=2,
        **{**need, "department": care, "level": "partnership", "contact": team},
    )  # fmt: skip
    teller.accept("sleep", sleep, advisor, from_today(16))
    yvon = teller.partner("Yvon Malenfant", from_today(60), from_today(45), capacity="patient")
    estelle = teller.partner("Estelle Rivard", from_today(50), from_today(40), capacity="caregiver")
    involvement = teller.match("sleep yvon", sleep, yvon, from_today(10), "Suivi depuis trois ans.")
    teller.start("sleep yvon", involvement, from_today(4), monthly_minutes=180, contact=team)
    listed = {"partner": estelle, "note": "Disponible le matin."}
    teller.ask("sleep estelle", f"/recruitment/searches/{sleep}/shortlist", listed, from_today(3))
