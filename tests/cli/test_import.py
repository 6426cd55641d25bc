"""An office's register comes in: what was there, once, and nothing that was not."""

from pathlib import Path

import pytest
from msgspec.structs import replace

from services.cli.register.people import Partner
from services.cli.register.writing import Rows, write_csv, write_workbook
from services.vault.keys import digest_of
from tests.cli.register.samples import Sample, a_register
from tests.cli.terminal import Answer, Terminal
from tests.operating import operating
from tests.patience import eventually

pytestmark = pytest.mark.anyio

SHELVES = ("kept", "keys", "journal")


@pytest.fixture
def register() -> Sample:
    return a_register(12)


@pytest.fixture
def workbook(tmp_path: Path, register: Sample) -> Path:
    return written(tmp_path / "registre.xlsx", register)


def written(path: Path, rows: Rows) -> Path:
    write_workbook(path, rows)
    return path


def changed(register: Sample, **words: object) -> Sample:
    """The first partner says something else."""
    first, *others = register[Partner]
    return {**register, Partner: [replace(first, **words), *others]}


def people(register: Sample) -> list[Partner]:
    return [row for row in register[Partner] if isinstance(row, Partner)]


def counts(answer: Answer) -> tuple[int, int, int]:
    told = answer.told
    return told["added"], told["already"], told["refused"]


def size(register: Sample) -> int:
    return sum(map(len, register.values()))


async def positions(tandem: Terminal) -> dict[str, object]:
    """How far each service is, once all is in the ledger and on the shelves."""
    state: dict[str, dict[str, dict[str, int]]] = {}

    async def quiet() -> bool:
        state.update(tandem("status", "--json").told)
        parts = state["services"], state["read_models"]
        return not any(one["lag"] or one.get("unheard") for part in parts for one in part.values())

    await eventually(quiet, within=30)
    return {name: one["head"] for name, one in state["services"].items()}


async def vault_rows(tandem: Terminal) -> dict[str, int]:
    async with operating(tandem.installation, "vault") as vault:
        return {shelf: await vault.fetchval(f"select count(*) from {shelf}") for shelf in SHELVES}


def test_a_whole_register_comes_in(
    tandem: Terminal, establishment: str, workbook: Path, register: Sample
) -> None:
    answer = tandem.apart("import", workbook, "-e", establishment, "--json")

    assert (answer.code, counts(answer)) == (0, (size(register), 0, 0))
    assert answer.told["opened"]
    assert answer.told["to_complete"]["mandates_not_known_to_be_signed"] > 0
    assert answer.err == ""


async def test_a_register_that_comes_in_again_adds_nothing(
    tandem: Terminal, establishment: str, workbook: Path, register: Sample
) -> None:
    tandem("import", workbook, "-e", establishment)
    before = await positions(tandem)

    answer = tandem("import", workbook, "-e", establishment, "--json")

    assert (answer.code, counts(answer)) == (0, (0, size(register), 0))
    assert await positions(tandem) == before


async def test_a_dry_run_changes_nothing_at_all(
    tandem: Terminal, establishment: str, workbook: Path, register: Sample
) -> None:
    before = await positions(tandem), await vault_rows(tandem)

    answer = tandem("import", workbook, "-e", establishment, "--dry-run", "--json")

    assert (answer.code, counts(answer)) == (0, (size(register), 0, 0))
    assert not answer.told["sent"]
    assert (await positions(tandem), await vault_rows(tandem)) == before


def test_refused_lines_are_named_and_the_others_come_in(
    tandem: Terminal, establishment: str, register: Sample, tmp_path: Path
) -> None:
    too_long = changed(register, local_status="x" * 130)
    path = written(tmp_path / "registre.xlsx", too_long)

    answer = tandem("import", path, "-e", establishment, "--json")
    shown = tandem("import", path, "-e", establishment)

    assert answer.code == shown.code == 2
    errors = [one for one in answer.told["remarks"] if one["severity"] == "error"]
    [cause] = [one for one in errors if one["column"] == "Statut local"]
    rest = [one for one in errors if one is not cause]
    assert (cause["sheet"], cause["line"]) == ("Partenaires", 2)
    assert "120" in cause["what"]
    assert all("ligne 2" in one["what"] for one in rest)
    assert "Statut local" in shown.out
    added, already, refused = counts(answer)
    assert refused == 1 + len(rest)
    assert added == size(register) - refused
    assert already == 0


async def test_a_strict_import_with_one_refused_line_sends_nothing(
    tandem: Terminal, establishment: str, register: Sample, tmp_path: Path
) -> None:
    before = await positions(tandem)
    path = written(tmp_path / "registre.xlsx", changed(register, local_status="x" * 130))

    answer = tandem("import", path, "-e", establishment, "--strict", "--json")

    assert answer.code == 2
    assert not answer.told["sent"]
    assert await positions(tandem) == before


def test_what_is_no_register_ends_with_code_1(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    path = tmp_path / "photo.xlsx"
    path.write_bytes(b"\x00\x01 not a workbook")

    answer = tandem("import", path, "-e", establishment, "--json")
    missing = tandem("import", tmp_path / "none.xlsx", "-e", establishment)

    assert (answer.code, missing.code) == (1, 1)
    assert answer.told["remarks"]


def test_files_saved_by_an_old_spreadsheet_come_in(
    tandem: Terminal, establishment: str, register: Sample, tmp_path: Path
) -> None:
    files = write_csv(tmp_path, register)
    for file in files:
        file.write_bytes(file.read_text("utf-8-sig").encode("cp1252"))

    answer = tandem("import", *files, "-e", establishment, "--json")

    assert (answer.code, counts(answer)) == (0, (size(register), 0, 0))
    back = tandem("export", "-e", establishment, "--csv", tmp_path / "back")
    assert back.code == 0
    assert "Aïda" not in back.out
    given_back = (tmp_path / "back" / "Partenaires.csv").read_text("utf-8-sig")
    assert people(register)[1].first_name in given_back


def test_a_line_that_now_says_something_else_is_left_and_said(
    tandem: Terminal, establishment: str, workbook: Path, register: Sample, tmp_path: Path
) -> None:
    tandem("import", workbook, "-e", establishment)
    path = written(tmp_path / "plus tard.xlsx", changed(register, notes="A déménagé."))

    answer = tandem("import", path, "-e", establishment, "--json")

    assert (answer.code, counts(answer)) == (0, (0, size(register), 0))
    [remark] = [one for one in answer.told["remarks"] if "diffère" in one["what"]]
    assert (remark["sheet"], remark["line"]) == ("Partenaires", 2)


async def test_somebody_who_may_be_here_already_is_proposed(
    tandem: Terminal, establishment: str, workbook: Path, register: Sample, tmp_path: Path
) -> None:
    tandem("import", workbook, "-e", establishment)
    await positions(tandem)
    again = [replace(partner, code=f"Z-{partner.code}") for partner in people(register)[:1]]
    path = written(tmp_path / "autre.xlsx", {Partner: again})

    answer = tandem("import", path, "-e", establishment, "--json")

    assert counts(answer) == (1, 0, 0)
    [remark] = [one for one in answer.told["remarks"] if "déjà dans Tandem" in one["what"]]
    assert people(register)[0].code in remark["what"]
    assert "Doublons proposés" in remark["what_to_do"]
    assert answer.told["duplicates"] >= 1


def test_codes_that_were_missing_are_made_once_and_given_back(
    tandem: Terminal, establishment: str, register: Sample, tmp_path: Path
) -> None:
    uncoded = [replace(partner, code="") for partner in register[Partner]]
    path = written(tmp_path / "sans codes.xlsx", {Partner: uncoded})

    answer = tandem("import", path, "-e", establishment, "--json")

    [copy] = answer.told["copies"]
    assert counts(answer) == (len(uncoded), 0, 0)
    assert counts(tandem("import", path, "-e", establishment, "--json"))[0] == 0
    assert counts(tandem("import", copy, "-e", establishment, "--json"))[0] == 0


async def test_the_history_is_told_as_the_register_told_it(
    tandem: Terminal, establishment: str, workbook: Path
) -> None:
    tandem("import", workbook, "-e", establishment)
    await positions(tandem)
    with tandem.office(establishment) as office:
        partner = office.get("/insights/partners", limit="1")["items"][0]["id"]

    told = tandem("replay", "-e", establishment, "--partner", partner)

    assert told.code == 0
    assert "repris du registre" in told.out.lower()


async def test_nobody_writes_to_who_has_died_and_the_vault_alone_knows(
    tandem: Terminal, establishment: str, register: Sample, tmp_path: Path
) -> None:
    one = replace(register[Partner][0], state="deceased", left="2020")
    path = written(tmp_path / "registre.xlsx", {Partner: [one]})

    tandem("import", path, "-e", establishment)
    await positions(tandem)

    with tandem.office(establishment) as office:
        entries = office.get("/ledger/entries")
        states = [entry["data"].get("state") for entry in entries]
        [person] = [entry["subject"] for entry in entries if "partner" in entry["data"]]
        asked = {"purpose": "register", "subjects": [person], "fields": ["state"]}
        known = office.post("/vault/subjects/resolutions", asked).json()["subjects"]
    assert "former" in states
    assert "deceased" not in states
    assert known == {person: {"state": "décédé"}}


def test_the_template_and_a_proposed_mapping_need_no_platform(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path / "nowhere")
    template = tmp_path / "modele.xlsx"

    written_out = terminal("import", "--template", template)
    proposed = terminal("import", "--propose-mapping", template, "--output", tmp_path / "m.toml")

    assert (written_out.code, template.is_file()) == (0, True)
    assert proposed.code == 0
    assert "[sheet" in (tmp_path / "m.toml").read_text()
    assert not (tmp_path / "nowhere").exists()


def test_a_refused_line_comes_in_once_it_is_put_right(
    tandem: Terminal, establishment: str, workbook: Path, register: Sample, tmp_path: Path
) -> None:
    wrong = written(tmp_path / "fautif.xlsx", changed(register, local_status="x" * 130))
    refused = counts(tandem("import", wrong, "-e", establishment, "--json"))[2]

    righted = tandem("import", workbook, "-e", establishment, "--json")
    again = tandem("import", workbook, "-e", establishment, "--json")

    assert (righted.code, counts(righted)) == (0, (refused, size(register) - refused, 0))
    assert counts(again) == (0, size(register), 0)
    assert not [one for one in again.told["remarks"] if "diffère" in one["what"]]


ONE_SHEET = """\
No dossier;Nom complet;Statut;Statut local;Date d'entrée;Joindre par;Langue;Projet 1;Projet 2
P-1;Aubépin, Aïda;Disponible;usager partenaire;sept. 2019;poste;français;Comité accueil;
P-2;Hautbois, Hervé;Engagé;usager-ressource;2018;poste;français;Comité accueil;Projet congé
"""


def test_a_one_sheet_register_comes_in_by_the_mapping_that_was_proposed(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    sheet, mapping = tmp_path / "liste.csv", tmp_path / "liste.toml"
    sheet.write_text(ONE_SHEET, "utf-8")
    tandem("import", "--propose-mapping", sheet, "--output", mapping)
    with mapping.open("a", encoding="utf-8") as drafted:
        drafted.write('constants."starts" = "2015-2025"\n')  # what no column says

    answer = tandem("import", sheet, "-e", establishment, "--mapping", mapping, "--json")

    assert (answer.code, answer.told["refused"]) == (0, 0)
    sheets = {name: sum(each.values()) for name, each in answer.told["sheets"].items()}
    assert sheets == {"Partenaires": 2, "Projets et comités": 2, "Implications": 3}


async def test_an_import_after_an_erasure_does_not_bring_the_person_back(
    tandem: Terminal, establishment: str, workbook: Path, register: Sample
) -> None:
    tandem("import", workbook, "-e", establishment, "--json")
    gone = people(register)[0].code
    async with operating(tandem.installation, "vault") as vault:
        person = await vault.fetchval(
            "delete from keys where kind = 'partners' and key = $1 returning id", gone
        )
        secret = tandem.installation.keys["vault"].encode()
        digest = digest_of(secret, establishment, "partners", gone)
        await vault.execute(
            "insert into erased_keys values ($1, 'partners', $2)", establishment, digest
        )
        await vault.execute("delete from kept where subject = $1", person)
        await vault.execute("insert into erased values ($1, $2)", establishment, person)
    rows = await vault_rows(tandem)

    again = tandem("import", workbook, "-e", establishment, "--json")

    about = [one for one in again.told["remarks"] if "détruit" in one["what"]]
    assert (again.code, counts(again)[0], again.told["destroyed"]) == (0, 0, len(about))
    assert about
    assert await vault_rows(tandem) == rows
