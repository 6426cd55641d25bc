"""The institute's roll: what its human resources say of the staff, and units that were merged."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from services.cli.demo.teller import Teller
from services.cli.running import Platform
from services.cli.staff.files import Manifest, StaffFile
from services.cli.staff.loading import Loading

SOURCE = "rh-nuit"
HEADINGS = "Matricule;Nom complet;Courriel;Fonction;Service;Depuis;Dernier jour;Absent depuis"
# The last day of one is near, another is away, and two work at two places.
ROLL = """
D1001;Hermance Thibodeau-Lacasse (démo);h.thibodeau@demo.example;Infirmière;6051;2019-04-01;;
D1002;Philémon Gingras (démo);p.gingras@demo.example;Inhalothérapeute;6052;2021-09-13;;
D1003;Solveig Marchand-Roy (démo);s.marchand@demo.example;Cheffe d’unité;6051;2015-01-12;;
D1004;Abdou Sarrazin (démo);a.sarrazin@demo.example;Travailleur social;6053;2022-05-02;2027-03-31;
D1005;Clothilde Vézina (démo);c.vezina@demo.example;Nutritionniste;6053;2018-10-01;;2026-09-08
D1006;Isidore Kanapé (démo);i.kanape@demo.example;Agent administratif;6052;2023-02-20;;
D1006;Isidore Kanapé (démo);i.kanape@demo.example;Agent administratif;6053;2027-01-11;;
D1007;Rosanne Plamondon-Ly (démo);r.plamondon@demo.example;Physiothérapeute;6052;2020-06-15;;
D1008;Hugues Dorval (démo);h.dorval@demo.example;Infirmier clinicien;6051;2018-02-05;;
""".strip()
UNITS = (
    ("6051", "Unité de chirurgie cardiaque", "service"),
    ("6052", "Clinique de pneumologie", "service"),
    ("6053", "Soutien à domicile et réadaptation", "service"),
)


def tell(teller: Teller, platform: Platform) -> None:
    """Once: a file that comes again is another file that came."""
    for code, name, kind in UNITS:
        unit = teller.department(f"unit {code}", name, code, "2018-01-15")
        teller.ask(f"code {code}", f"/directory/departments/{unit}/codes",
                   {"code": code, "kind": kind, "since": "2018-04-01"}, "2018-04-01")  # fmt: skip
        if code == "6052":
            before = teller.department("before", "Clinique des maladies du poumon", "CMP",
                                       "2012-04-02")  # fmt: skip
            follows = {"successors": [unit], "on": "2018-04-01"}
            path = f"/directory/departments/{before}/succession"
            teller.ask("pneumologie", path, follows, "2018-04-01")
    teller.ask("source", "/directory/sources", {"name": SOURCE, "kind": "file"}, "2018-03-19")
    if not platform.get("/directory/runs"):
        _bring(platform)


def _bring(platform: Platform) -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "personnel.csv"
        path.write_text(f"{HEADINGS}\n{ROLL}\n", encoding="utf-8")
        Loading(platform, StaffFile(path, None, Manifest(source=SOURCE)), SOURCE).load()
