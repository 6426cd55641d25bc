"""Those who do not sign alone: a child, a young man, an adult whom somebody represents."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from contracts.consent import ConsentTo, RepresentativeKind, Speaker
from services.chassis.moments import HERE
from services.cli.demo.teller import Teller

ASKED = (ConsentTo.POOL, ConsentTo.CONTACT, ConsentTo.SHOW_PROFILE)
PAPER = "Dossier papier du Bureau, sous clé"


def tell(teller: Teller, worker: str, youth: str) -> None:
    """They take part in one project, which each of them begins in the way the law asks."""
    about = {"title": "Aménagement de la salle d’attente du programme jeunesse",
             "level": "consultation", "system_level": "services"}  # fmt: skip
    project = teller.project(
        about["title"], "2026-02-02", kind="project", department=youth, **about
    )
    about["project"] = project
    _a_child(teller, about, worker)
    _a_young_man(teller, about, worker)
    _an_adult(teller, about, worker)


def _a_child(teller: Teller, about: Mapping[str, str], worker: str) -> None:
    """Before 14 her mother consents, signs, and has the space."""
    name = "Aurélie Kistabish-Gagné"
    child = teller.partner(name, "2026-01-12", "2026-01-26", capacity="youth")
    _born(teller, name, child, 10, "2026-01-26")
    mother = teller.speaker(
        "Manon Gagné", "manon.gagne@demo.example", child, RepresentativeKind.PARENT, "2026-01-12"
    )
    for purpose in ASKED:
        teller.consent(name, child, purpose, "2026-01-26", Speaker.GUARDIAN, mother)
    teller.space(name, child, "2026-01-26", mother)
    mandate = teller.mandate(name, child, "2026-02-09", worker, **about)
    teller.sign_as(name, mandate, "2026-02-09", mother, PAPER)
    teller.begin(name, mandate, "2026-02-16")
    teller.check_in(name, mandate, "2026-03-16", "partner", 5)


def _a_young_man(teller: Teller, about: Mapping[str, str], worker: str) -> None:
    """From 14 he consents himself and has the space; his father's signature is still awaited."""
    name = "Thomas-Olivier Dubuc"
    reached = {"email": "to.dubuc@demo.example", "reach_by": "courriel"}
    he = teller.partner(name, "2026-01-19", "2026-02-02", capacity="youth", profile=reached)
    _born(teller, name, he, 16, "2026-02-02")
    teller.speaker(
        "Sylvain Dubuc", "s.dubuc@demo.example", he, RepresentativeKind.PARENT, "2026-01-19"
    )
    for purpose in ASKED:
        teller.consent(name, he, purpose, "2026-02-02")
    teller.space(name, he, "2026-02-02")
    mandate = teller.mandate(name, he, "2026-02-16", worker, **about)
    teller.sign_as(name, mandate, "2026-02-16", he, PAPER)


def _an_adult(teller: Teller, about: Mapping[str, str], worker: str) -> None:
    """His tutor consents and signs in his place, and has a space beside his own affairs."""
    name = "Gaston Pellerin-Hudon"
    he = teller.partner(name, "2026-01-14", "2026-01-28", capacity="patient")
    tutor = teller.speaker(
        "Micheline Hudon", "m.hudon@demo.example", he, RepresentativeKind.TUTOR, "2026-01-14"
    )
    for purpose in ASKED:
        teller.consent(name, he, purpose, "2026-01-28", Speaker.REPRESENTATIVE, tutor)
    teller.space(name, he, "2026-01-28", tutor)
    mandate = teller.mandate(name, he, "2026-02-09", worker, **about)
    teller.sign_as(name, mandate, "2026-02-10", tutor, PAPER)
    teller.begin(name, mandate, "2026-02-17")


def _born(teller: Teller, name: str, person: str, years: int, on: str) -> None:
    """So many years ago, or one less: whoever is a child here is one still."""
    profile = {"birth_date": f"{datetime.now(HERE).year - years}-06-15"}
    path = f"/recruitment/partners/{person}/profile"
    teller.ask(f"{name} born", path, {"profile": profile}, on)
