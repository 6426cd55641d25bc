from datetime import date
from pathlib import Path
from typing import Any

import pytest

from services.cli.register.columns import UNKNOWN
from services.cli.register.consents import Consent, Contact
from services.cli.register.people import Partner
from services.cli.register.rows import Register, read_register
from services.cli.register.sheets import DEPENDENCY_ORDER
from services.cli.register.troubles import SAID, Severity
from services.cli.register.work import Hours, Involvement, Project
from tests.cli.register.samples import a_register, a_workbook
from tests.cli.register.tables import (
    HOURS,
    INVOLVEMENTS,
    PARTNERS,
    PROJECTS,
    Sheets,
    a_small_register,
    with_row,
    workbook,
)

TODAY = date(2026, 4, 1)


def read(tmp_path: Path, sheets: Sheets, seal: bytes = b"") -> Register:
    return read_register([workbook(tmp_path / "register.xlsx", sheets)], today=TODAY, seal=seal)


def errors(register: Register) -> list[tuple[str, int, str, str]]:
    return [(e.place.sheet, e.place.line, e.column, e.kind) for e in register.errors]


def warnings(register: Register) -> list[tuple[str, int, str]]:
    warned = (each for each in register.troubles if each.severity is Severity.WARNING)
    return [(each.place.sheet, each.place.line, each.kind) for each in warned]


def test_a_whole_register_is_read_in_an_order_in_which_it_can_be_sent(tmp_path: Path) -> None:
    register = read(tmp_path, a_small_register())

    assert register.troubles == []
    assert list(register.rows) == [model for model in DEPENDENCY_ORDER if model in register.rows]
    assert [row.key for row in register.of(Partner)] == ["P-1", "P-2"]
    assert register.of(Partner)[1].languages == ("fr", "en")
    assert register.of(Hours)[0].minutes == 150
    assert (register.of(Hours)[0].involvement, register.of(Hours)[1].project) == ("I-1", "PR-1")


ROW_ERRORS: list[tuple[str, list[list[Any]], str, str]] = [
    ("Heures et rencontres", with_row(HOURS, Code_partenaire="P-9"), "Code partenaire", "nowhere"),
    (
        "Implications",
        with_row(INVOLVEMENTS, Code_implication="I-2", Code_projet="X"),
        "Code projet",
        "nowhere",
    ),
    (
        "Implications",
        with_row(INVOLVEMENTS, Code_implication="I-2", Fin="2021-12"),
        "Fin",
        "end_before_start",
    ),
    ("Partenaires", with_row(PARTNERS, Code_partenaire="P-3", Prénom=""), "Prénom", "missing"),
    (
        "Partenaires",
        with_row(PARTNERS, Code_partenaire="P-3", État="en pose"),
        "État",
        "not_allowed",
    ),
    (
        "Partenaires",
        with_row(PARTNERS, Code_partenaire="P-3", Courriel="a@b"),
        "Courriel",
        "not_email",
    ),
    (
        "Partenaires",
        with_row(PARTNERS, Code_partenaire="P-3", Code_postal="12345"),
        "Code postal",
        "not_postal_code",
    ),
    (
        "Partenaires",
        with_row(PARTNERS, Code_partenaire="P-3", Langue="klingonais"),
        "Langue",
        "not_language",
    ),
    (
        "Partenaires",
        with_row(PARTNERS, Code_partenaire="P-3", Notes="n" * 32_001),
        "Notes",
        "too_long",
    ),
    ("Heures et rencontres", with_row(HOURS, Date="31/02/2023"), "Date", "no_such_date"),
    ("Heures et rencontres", with_row(HOURS, Heures="beaucoup"), "Heures", "not_hours"),
    (
        "Heures et rencontres",
        with_row(HOURS, **{"Code implication ou projet": ""}),
        "Code implication",
        "one_of_missing",
    ),
]


@pytest.mark.parametrize(("sheet", "rows", "column", "kind"), ROW_ERRORS)
def test_a_row_error_names_sheet_line_column_and_what_to_do(
    sheet: str, rows: list[list[Any]], column: str, kind: str, tmp_path: Path
) -> None:
    register = read(tmp_path, a_small_register(**{sheet: rows}))

    assert errors(register) == [(sheet, len(rows), column, kind)]
    assert register.refused == 1
    for language in ("fr", "en"):
        assert register.errors[0].what(language) != ""
        assert register.errors[0].what_to_do(language) != ""


def test_every_remark_can_be_said_in_both_languages() -> None:
    assert all(len(said) == 4 and all(said) for said in SAID.values())


def test_rows_that_refer_to_a_refused_row_are_refused_with_the_reason(tmp_path: Path) -> None:
    partners = [PARTNERS[0], [*PARTNERS[1][:5], "hier", *PARTNERS[1][6:]], PARTNERS[2]]

    register = read(tmp_path, a_small_register(Partenaires=partners))

    assert errors(register) == [
        ("Partenaires", 2, "Date d'entrée", "not_a_date"),
        ("Implications", 2, "Code partenaire", "refused_target"),
        ("Heures et rencontres", 2, "Code partenaire", "refused_target"),
        ("Heures et rencontres", 2, "Code implication", "refused_target"),
    ]
    assert register.errors[1].what() == "la ligne 2 de « Partenaires » a été refusée"
    assert [row.partner for row in register.of(Hours)] == ["P-2"]


def test_nobody_meets_for_more_than_a_day_in_a_day(tmp_path: Path) -> None:
    long = with_row(with_row(HOURS, Heures="13"), Heures="12 h")

    register = read(tmp_path, a_small_register(**{"Heures et rencontres": long}))

    assert {each[1:] for each in errors(register)} == {
        (line, "Heures", "over_a_day") for line in (3, 4, 5)
    }
    assert "26 h" in register.errors[0].what()


def test_who_has_died_has_no_open_involvement(tmp_path: Path) -> None:
    partners = [PARTNERS[0], [*PARTNERS[1][:4], "décédée", *PARTNERS[1][5:]], PARTNERS[2]]

    register = read(tmp_path, a_small_register(Partenaires=partners))

    assert errors(register)[0] == ("Implications", 2, "État", "deceased_open")
    assert register.of(Partner)[0].state == "deceased"


def test_hours_are_given_in_total_or_in_detail(tmp_path: Path) -> None:
    both = [[*INVOLVEMENTS[0], "Heures totales connues"], [*INVOLVEMENTS[1], "40"]]

    register = read(tmp_path, a_small_register(Implications=both))

    assert errors(register)[0] == ("Implications", 2, "Heures totales connues", "hours_twice")


def test_two_different_rows_of_one_code_are_both_refused(tmp_path: Path) -> None:
    partners = with_row(PARTNERS, Code_partenaire="p-2", Nom="Islevert")

    register = read(tmp_path, a_small_register(Partenaires=partners))

    assert errors(register)[:2] == [
        ("Partenaires", 3, "Code partenaire", "same_code"),
        ("Partenaires", 4, "Code partenaire", "same_code"),
    ]


def test_the_same_row_twice_is_taken_once(tmp_path: Path) -> None:
    register = read(tmp_path, a_small_register(Partenaires=[*PARTNERS, PARTNERS[2]]))

    assert errors(register) == []
    assert warnings(register) == [("Partenaires", 4, "same_row")]
    assert len(register.of(Partner)) == 2


def test_a_yes_needs_a_date_and_an_unknown_does_not(tmp_path: Path) -> None:
    consents = [
        ["Code partenaire", "Objet", "Réponse", "Donné le", "Forme"],
        ["P-1", "bassin", "oui", "", "écrit"],
        ["P-1", "être joint", "inconnu", "", "inconnu"],
        ["P-2", "bassin", "oui", "inconnu", "écrit"],
    ]

    register = read(tmp_path, a_small_register(**{"Consentements et ententes": consents}))

    assert [each[1:] for each in errors(register)] == [
        (2, "Donné le", "yes_without_date"),
        (4, "Donné le", "yes_without_date"),
    ]
    (consent,) = register.of(Consent)
    assert (consent.answer, consent.form, consent.given) == ("unknown", UNKNOWN, None)


def test_what_is_surprising_is_remarked_and_taken(tmp_path: Path) -> None:
    partners = with_row(
        PARTNERS,
        Code_partenaire="P-3",
        Prénom="Noémie",
        Nom="Islevert",
        Téléphone="555-0142",
        Joindre_par="courriel",
        Date_de_naissance="1950",
        Notes="un\x00deux",
    )
    partners[3][5] = "2031"

    register = read(tmp_path, a_small_register(Partenaires=partners))

    assert errors(register) == []
    kinds = {each[2] for each in warnings(register)}
    assert kinds == {"future", "not_phone", "contact_missing", "adult_birth_date", "controls"}
    assert register.of(Partner)[2].born is None
    assert register.of(Partner)[2].notes == "undeux"


def test_the_same_person_under_two_codes_is_proposed_and_not_decided(tmp_path: Path) -> None:
    partners = with_row(PARTNERS, Code_partenaire="P-3", Prénom="Ines", Nom="Haut-Bois")

    register = read(tmp_path, a_small_register(Partenaires=partners))

    (alike,) = register.lookalikes
    assert (alike.first.code, alike.second.code, alike.shared) == ("P-2", "P-3", ("phone",))
    assert len(register.of(Partner)) == 3
    assert warnings(register) == [("Partenaires", 4, "same_person")]


def test_two_people_may_share_a_telephone(tmp_path: Path) -> None:
    partners = with_row(PARTNERS, Code_partenaire="P-3", Prénom="Odilon", Nom="Zéphirin")

    register = read(tmp_path, a_small_register(Partenaires=partners))

    assert register.lookalikes == []


def test_one_column_may_hold_codes_of_several_sheets(tmp_path: Path) -> None:
    contacts = [
        ["Date", "Code partenaire, implication, projet ou demande", "Genre"],
        ["2023", "I-1", "appel"],
        ["2023", "pr-1", "bilan"],
        ["2023", "P-2", "courriel"],
        ["2023", "Z-9", "courriel"],
    ]

    register = read(tmp_path, a_small_register(**{"Suivis et contacts": contacts}))

    said = [(row.involvement, row.project, row.partner) for row in register.of(Contact)]
    assert said == [("I-1", None, None), (None, "PR-1", None), (None, None, "P-2")]
    assert [each[1:] for each in errors(register)] == [(5, "Code partenaire", "nowhere")]


def test_keys_do_not_depend_on_order_or_on_how_values_are_written(tmp_path: Path) -> None:
    first = read(tmp_path, a_small_register())

    other = [HOURS[0], HOURS[2], ["1er mai 2023", "p-1", "i-1", "Rencontre", "2 h 30"]]
    again = read(tmp_path, a_small_register(**{"Heures et rencontres": other}))

    assert {row.key for row in again.of(Hours)} == {row.key for row in first.of(Hours)}


def test_rows_that_say_the_same_have_keys_of_their_own(tmp_path: Path) -> None:
    twice = [*HOURS, HOURS[1]]

    register = read(tmp_path, a_small_register(**{"Heures et rencontres": twice}))

    one, _, other = (row.key for row in register.of(Hours))
    assert one.removesuffix("-1") == other.removesuffix("-2")


def test_keys_made_under_another_seal_are_other_keys(tmp_path: Path) -> None:
    ours, theirs = (read(tmp_path, a_small_register(), seal) for seal in (b"ours", b"theirs"))

    assert not {row.key for row in ours.of(Hours)} & {row.key for row in theirs.of(Hours)}
    assert [row.key for row in ours.of(Partner)] == [row.key for row in theirs.of(Partner)]


def test_a_missing_code_is_made_and_made_again(tmp_path: Path) -> None:
    projects = with_row(PROJECTS, Code_projet="", Titre="Accueil")
    first = read(tmp_path, a_small_register(**{"Projets et comités": projects}))

    reordered = [projects[0], projects[2], projects[1]]
    again = read(tmp_path, a_small_register(**{"Projets et comités": reordered}))

    (made,) = first.made_codes
    assert (made.place.line, made.header, made.column) == (3, "Code projet", 0)
    assert made.code in {project.code for project in again.of(Project)}
    assert ("Projets et comités", 0, "codes_made") in warnings(first)


def test_unknown_columns_and_sheets_are_reported_and_kept(tmp_path: Path) -> None:
    partners = with_row(
        PARTNERS, Code_partenaire="P-3", Prénom="Léonie", Téléphone="", Couleur="vert"
    )

    register = read(
        tmp_path, a_small_register(Partenaires=partners, Budget=[["Poste", "Somme"], ["x", 1]])
    )

    (unknown,) = register.unknown_columns
    assert (unknown.header, unknown.rows, unknown.example) == ("Couleur", 1, "vert")
    assert register.of(Partner)[2].own == {"Couleur": "vert"}
    assert ("Budget", 0, "sheet_unknown") in warnings(register)


def test_a_family_may_hold_an_involvement(tmp_path: Path) -> None:
    partners = [[*PARTNERS[0], "Famille"], *([*row, "F-02"] for row in PARTNERS[1:])]
    involvements = [
        ["Code partenaire ou famille", *INVOLVEMENTS[0][2:]],
        ["F-02", *INVOLVEMENTS[1][2:]],
    ]

    register = read(
        tmp_path,
        {"Partenaires": partners, "Projets et comités": PROJECTS, "Implications": involvements},
    )

    (involvement,) = register.of(Involvement)
    assert errors(register) == []
    assert (involvement.family, involvement.partner) == ("F-02", None)


def test_a_sample_of_any_size_is_a_register_without_errors(tmp_path: Path) -> None:
    register = read_register([a_workbook(tmp_path / "sample.xlsx", 80)], today=TODAY)

    assert register.errors == []
    assert sum(map(len, register.rows.values())) == sum(map(len, a_register(80).values()))
