"""The register comes out of Tandem as it came in, with all that happened since."""

import tempfile
from collections import Counter
from pathlib import Path
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from services.cli.exchange.exporting import Export
from services.cli.exchange.importing import Import, Report
from services.cli.exchange.office import Office
from services.cli.register.columns import Row
from services.cli.register.people import Partner
from services.cli.register.rows import read_register
from services.cli.register.work import Hours
from services.cli.register.writing import Rows, write_workbook
from tests.cli.register.registers import registers
from tests.cli.register.samples import a_register, a_workbook
from tests.cli.terminal import Terminal

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

type Content = dict[str, Counter[str]]


def content(rows: Rows) -> Content:
    """What a register says, whatever the order of its lines."""
    return {
        model.sheet: Counter(repr((row.says(), sorted(row.own.items()))) for row in some)
        for model, some in rows.items()
        if some
    }


def read(path: Path) -> dict[type[Row], list[Row]]:
    register = read_register([path])
    assert register.errors == []
    return register.rows


def bring_in(tandem: Terminal, path: Path, establishment: str) -> Report:
    """Import, and wait until all of it is in the ledger."""
    with tandem.office(establishment) as platform:
        report = Import(Office(platform, establishment)).run([path])
    tandem.settle()
    return report


def give_back(tandem: Terminal, establishment: str, path: Path) -> Path:
    tandem.settle()
    with tandem.office(establishment) as platform:
        write_workbook(path, Export(Office(platform, establishment)).run())
    return path


def changes(report: Report) -> tuple[int, int, int]:
    """What was added, what was refused, and what was said to differ."""
    differs = sum("diffère" in remark.what for remark in report.remarks)
    return report.added, report.refused, differs


def test_a_register_comes_back_as_it_was_and_adds_nothing_when_it_comes_in_again(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    workbook = a_workbook(tmp_path / "registre.xlsx", 45)
    assert tandem.apart("import", workbook, "-e", establishment).code == 0
    tandem.settle()

    answer = tandem.apart(
        "export", "-e", establishment, "--workbook", tmp_path / "rendu.xlsx", "--json"
    )

    assert answer.code == 0
    assert answer.told["Partenaires"] == 45
    assert content(read(tmp_path / "rendu.xlsx")) == content(read(workbook))
    assert changes(bring_in(tandem, tmp_path / "rendu.xlsx", establishment)) == (0, 0, 0)


def test_an_empty_establishment_takes_the_register_of_another(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    workbook = a_workbook(tmp_path / "registre.xlsx", 20, seed=2)
    bring_in(tandem, workbook, establishment)
    given_back = give_back(tandem, establishment, tmp_path / "rendu.xlsx")
    other = f"{establishment}-b"

    bring_in(tandem, given_back, other)

    again = give_back(tandem, other, tmp_path / "encore.xlsx")
    assert content(read(again)) == content(read(workbook))


@settings(
    max_examples=6,
    deadline=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)
@given(register=registers())
def test_whatever_a_register_says_comes_back(
    tandem: Terminal, register: dict[type[Row], list[Row]]
) -> None:
    establishment = f"any-{uuid4().hex[:12]}"
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "registre.xlsx"
        write_workbook(path, register)

        first = bring_in(tandem, path, establishment)

        back = give_back(tandem, establishment, Path(folder) / "rendu.xlsx")
        assert first.refused == 0
        assert content(read(back)) == content(read(path))
        assert changes(bring_in(tandem, back, establishment)) == (0, 0, 0)


@pytest.fixture(scope="session")
def demonstrated(tandem: Terminal) -> Terminal:
    """Two establishments whose every partner, request and mandate was born in Tandem."""
    assert tandem.apart("demo").code == 0
    return tandem


@pytest.mark.parametrize("home", ["institut", "centre"])
def test_what_was_born_in_tandem_comes_out_and_adds_nothing_when_it_comes_in_again(
    demonstrated: Terminal, home: str, establishment: str, tmp_path: Path
) -> None:
    out = give_back(demonstrated, home, tmp_path / "rendu.xlsx")
    rows = read(out)

    again = bring_in(demonstrated, out, home)

    assert changes(again) == (0, 0, 0)
    assert {"partners", "requests", "involvements", "hours", "trainings"} <= content(rows).keys()
    bring_in(demonstrated, out, establishment)
    elsewhere = give_back(demonstrated, establishment, tmp_path / "ailleurs.xlsx")
    assert content(read(elsewhere)) == content(rows)


def test_what_was_corrected_comes_out_as_it_counts_and_what_was_annulled_does_not(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    workbook = a_workbook(tmp_path / "registre.xlsx", 8)
    bring_in(tandem, workbook, establishment)
    with tandem.office(establishment) as office:
        entries = office.get("/ledger/entries", limit="1000")
        hours = [one for one in entries if one["type"] == "accompaniment.HoursLogged.v1"]
        wrong, never = (
            f"/accompaniment/streams/{it['subject']}/facts/{it['id']}" for it in hours[:2]
        )
        office.post(f"{wrong}/correction", {"data": {"minutes": 77}, "reason": "Mal lu."})
        office.post(f"{never}/annulment", {"reason": "Ne s’est pas tenue."})

    back = give_back(tandem, establishment, tmp_path / "rendu.xlsx")

    minutes = [row.says()["minutes"] for row in read(back)[Hours]]
    assert minutes.count(77) == 1
    assert len(minutes) == len(a_register(8)[Hours]) - 1
    assert changes(bring_in(tandem, back, establishment)) == (0, 0, 0)
    assert bring_in(tandem, workbook, establishment).added == 0


def test_who_came_from_the_register_and_went_on_in_tandem_comes_out_as_they_are_now(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    people = [one for one in a_register(20)[Partner] if one.says()["state"] == "available"][:1]
    write_workbook(tmp_path / "registre.xlsx", {Partner: people})
    bring_in(tandem, tmp_path / "registre.xlsx", establishment)
    with tandem.office(establishment) as office:
        [person] = [
            one["subject"]
            for one in office.get("/ledger/entries")
            if one["type"] == "recruitment.PartnerRecorded.v1"
        ]
        partner = f"/recruitment/partners/{person}"
        office.post(f"{partner}/profile", {"profile": {"best_time": "Le soir"}})
        office.post(f"{partner}/consents", {"purpose": "story", "form": "paper"})
        office.post(f"{partner}/pause", {"until": "2030-01-15", "reason": "Un long voyage"})

    rows = read(give_back(tandem, establishment, tmp_path / "rendu.xlsx"))

    said = {model.sheet: some[0].says() for model, some in rows.items()}
    assert (said["partners"]["state"], said["partners"]["best_time"]) == ("paused", "Le soir")
    assert said["partners"]["paused_until"] == said["pauses"]["until"] == "2030-01-15"
    assert said["pauses"]["reason"] == "Un long voyage"
    assert (said["consents"]["purpose"], said["consents"]["answer"]) == ("story", "yes")
    assert changes(bring_in(tandem, tmp_path / "rendu.xlsx", establishment)) == (0, 0, 0)
