from datetime import date
from pathlib import Path

import pytest

from services.cli.register.giving import give_back
from services.cli.register.mapping import MappingRefused, read_mapping
from services.cli.register.people import Partner
from services.cli.register.proposing import propose_mapping
from services.cli.register.rows import Register, read_register
from services.cli.register.work import Involvement, Project
from tests.cli.register.tables import PROJECTS, a_small_register, csv, with_row, workbook

TODAY = date(2026, 4, 1)
ONE_SHEET = [
    ["Liste des ressources"],
    ["mise à jour en mars"],
    ["No dossier", "Nom complet", "Situation", "Tél.", "Courriel", "Date entrée", "Couleur"],
    ["12", "Grandpin, Cléo", "A", "450 555-0142", "", "sept. 2019", "vert"],
    ["", "Hautbois, Inès", "R", "514 555-0199", "", "2020-2021", ""],
]
for row, more in zip(
    ONE_SHEET[2:],
    (
        ["Projet 1", "Rôle 1", "Début 1", "Fin 1", "Projet 2", "Début 2"],
        ["Comité des chutes", "Membre", "2020", "2021", "Accueil", "mars 2022"],
        ["Comite des CHUTES", "", "2020-05", "", "", ""],
    ),
    strict=True,
):
    row += more

MAPPING = """
[sheet.ressources]
is = "Partenaires"
columns."Situation" = "État"
values."État"."A" = "disponible"
values.state."R" = "ancien"
constants."Statut local" = "usager partenaire"
constants."Joindre par" = "téléphone"
constants."Langue" = "français"

[[sheet.ressources.repeats]]
columns."Projet {n}" = "project.title"
columns."Rôle {n}" = "function"
columns."Début {n}" = "starts"
columns."Fin {n}" = "ends"
constants."state" = "active"
constants."project.kind" = "comité opérationnel"
constants."project.state" = "en cours"
constants."project.starts" = "2019-2025"
constants."project.department" = "Direction de la qualité"
"""


def read(tmp_path: Path, mapping: str, rows: list[list[str]] | None = None) -> Register:
    path = csv(tmp_path / "ressources.csv", rows or ONE_SHEET)
    (tmp_path / "mapping.toml").write_text(mapping)
    return read_register([path], read_mapping(tmp_path / "mapping.toml"), TODAY)


def test_a_one_sheet_register_becomes_partners_projects_and_involvements(tmp_path: Path) -> None:
    register = read(tmp_path, MAPPING)

    assert register.errors == []
    partners = {row.last_name: row for row in register.of(Partner)}
    titles = {row.code: row.title for row in register.of(Project)}
    assert {name: row.state for name, row in partners.items()} == {
        "Grandpin": "available",
        "Hautbois": "former",
    }
    assert sorted(titles.values()) == ["Accueil", "Comité des chutes"]
    assert [
        (row.partner, titles[str(row.project)], row.starts, row.state)
        for row in register.of(Involvement)
    ] == [
        ("12", "Comité des chutes", "2020", "ended"),
        (partners["Hautbois"].code, "Comité des chutes", "2020-05", "active"),
        ("12", "Accueil", "2022-03", "active"),
    ]
    assert partners["Grandpin"].own == {"Couleur": "vert"}


def test_a_one_sheet_register_has_the_same_keys_in_another_order(tmp_path: Path) -> None:
    first = read(tmp_path, MAPPING)

    again = read(tmp_path, MAPPING, [*ONE_SHEET[:3], ONE_SHEET[4], ONE_SHEET[3]])

    for model, rows in first.rows.items():
        assert {row.key for row in again.rows[model]} == {row.key for row in rows}


def test_a_drafted_mapping_can_be_used_once_it_is_completed(tmp_path: Path) -> None:
    path = csv(tmp_path / "ressources.csv", ONE_SHEET)

    draft, troubles = propose_mapping([path])

    assert troubles == []
    for line in (
        'columns."No dossier" = "Code partenaire"',
        'columns."Date entrée" = "Date d\'entrée"',
        'columns."Couleur" = ""  # champ propre',
        'columns."Projet {n}" = "project.title"',
        'columns."Rôle {n}" = "function"',
        '# constants."Langue" = ""  # requis, et aucune colonne ne le dit',
    ):
        assert line in draft
    (tmp_path / "draft.toml").write_text(draft)
    assert list(read_mapping(tmp_path / "draft.toml")) == ["ressources"]


def test_a_draft_knows_a_telephone_by_its_look_and_says_what_is_unsure(tmp_path: Path) -> None:
    rows = [
        ["Prénom", "Nom de famille", "Rejoindre au", "Etat actuel"],
        ["Cléo", "Grandpin", "450 555-0142", "dispo"],
        ["Inès", "Hautbois", "514 555-0199", "en pause"],
    ]

    draft, _ = propose_mapping([csv(tmp_path / "gens.csv", rows)])

    assert 'columns."Rejoindre au" = "Téléphone"  # à vérifier : ressemblance 70 %' in draft
    assert 'columns."Etat actuel" = "État"  # à vérifier' in draft
    assert 'values."État"."dispo" = "disponible"' in draft


@pytest.mark.parametrize(
    ("mapping", "kind"),
    [
        ("[sheet.ressources", "mapping_not_toml"),
        ('[sheet.ressources]\nis = "Chats"', "mapping_sheet"),
        ('[sheet.ressources]\nis = "Sièges"\ncolumns."X" = "Queue"', "mapping_column"),
        ('[sheet.ressources]\nis = "Sièges"\ncolonnes."X" = "Siège"', "mapping_word"),
        ('[feuille.ressources]\nis = "Sièges"', "mapping_word"),
    ],
)
def test_a_mapping_that_makes_no_sense_is_refused_in_words(
    mapping: str, kind: str, tmp_path: Path
) -> None:
    (tmp_path / "mapping.toml").write_text(mapping)

    with pytest.raises(MappingRefused) as refusal:
        read_mapping(tmp_path / "mapping.toml")

    assert refusal.value.trouble.kind == kind
    assert refusal.value.trouble.what_to_do() != ""


def test_a_copy_of_the_file_carries_the_codes_that_were_made(tmp_path: Path) -> None:
    projects = with_row(PROJECTS, Code_projet="", Titre="Accueil")
    sheets = a_small_register(**{"Projets et comités": projects})
    path = workbook(tmp_path / "register.xlsx", sheets)
    register = read_register([path], today=TODAY)

    (copy,) = give_back([path], register, tmp_path / "copies")
    again = read_register([copy], today=TODAY)

    assert again.made_codes == []
    assert again.troubles == []
    for model, rows in register.rows.items():
        assert [row.key for row in again.rows[model]] == [row.key for row in rows]


def test_a_csv_without_a_column_of_codes_gets_one_in_its_copy(tmp_path: Path) -> None:
    path = csv(tmp_path / "Projets et comités.csv", [row[1:] for row in PROJECTS])
    register = read_register([path], today=TODAY)

    (copy,) = give_back([path], register, tmp_path / "copies")
    renamed = copy.rename(tmp_path / "copies" / "Projets et comités.csv")

    assert read_register([renamed], today=TODAY).made_codes == []
    assert [row.key for row in read_register([renamed], today=TODAY).of(Project)] == [
        row.key for row in register.of(Project)
    ]
