"""An auditor at a terminal: what stands is verified, and taken away to be checked elsewhere."""

import csv
import json
import subprocess
import sys
from pathlib import Path
from zipfile import ZipFile

import pytest

from tests.cli.terminal import Terminal


def opened(tandem: Terminal, establishment: str) -> None:
    """An establishment with a few facts, all of them in the ledger."""
    added = tandem("establishment", "add", establishment, "Institut", "--lead", "Lise Morin")
    assert added.code == 0, added.err
    tandem.settle()


def test_a_running_platform_is_verified_beside_what_somebody_keeps(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    opened(tandem, establishment)
    taken = tandem("bundle", "-e", establishment, "--to", tmp_path / "preuves.zip")
    with ZipFile(tmp_path / "preuves.zip") as packed:
        packed.extractall(tmp_path)

    kept = ("--held", tmp_path / "checkpoint.txt")
    verified = tandem("verify", "-e", establishment, "--json", *kept)
    alone = [sys.executable, "-P", "verify.py"]
    checked = subprocess.run(alone, cwd=tmp_path, capture_output=True, text=True)

    assert (taken.code, verified.code) == (0, 0), taken.err + verified.out + verified.err
    report, *journals = verified.told
    assert (report["establishment"], report["findings"]) == (establishment, [])
    assert [journal["findings"] for journal in journals] == [[]] * len(journals)
    assert (report["held"], report["entries"] > 0) == (1, True)
    assert checked.stdout.startswith(f"OK tandem/{establishment}/1: {report['entries']} entries")


def test_facts_are_given_in_every_form(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    opened(tandem, establishment)

    for form in ("ndjson", "csv", "xlsx", "fhir"):
        given = tandem("facts", "-e", establishment, "--to", tmp_path / form, "--form", form)
        assert given.code == 0, given.err

    lines = [json.loads(line) for line in (tmp_path / "ndjson").read_text().splitlines()]
    with (tmp_path / "csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    bundle = json.loads((tmp_path / "fhir").read_text())
    assert lines[0]["type"] == "directory.EstablishmentOpened.v1"
    assert [row["id"] for row in rows] == [line["id"] for line in lines]
    assert len(bundle["entry"]) >= len(lines)
    assert (tmp_path / "xlsx").read_bytes().startswith(b"PK")


def test_readings_are_given_as_fhir_audit_events(
    tandem: Terminal, establishment: str, tmp_path: Path
) -> None:
    opened(tandem, establishment)
    asked = ("facts", "-e", establishment, "--journal", "--form")

    first = tandem(*asked, "ndjson", "--to", tmp_path / "first")  # is a reading itself
    given = tandem(*asked, "fhir", "--to", tmp_path / "fhir")

    assert (first.code, given.code) == (0, 0), first.err + given.err
    events = [one["resource"] for one in json.loads((tmp_path / "fhir").read_text())["entry"]]
    assert {event["source"]["observer"]["identifier"]["value"] for event in events} == {"vault"}
    assert {event["action"] for event in events} <= {"R", "E"}


def test_what_is_no_checkpoint_is_said(tandem: Terminal, tmp_path: Path) -> None:
    (tmp_path / "letter.txt").write_text("Bonjour")

    refused = tandem("verify", "--held", tmp_path)

    assert (refused.code, "n’est pas un point de contrôle" in refused.err) == (2, True)


@pytest.mark.thorough
def test_what_is_shown_is_what_the_ledger_gives_when_it_is_read_again(
    tandem: Terminal, establishment: str
) -> None:
    opened(tandem, establishment)

    compared = tandem("replay", "--against-live", "--json")

    assert compared.code == 0, compared.out + compared.err
    assert "establishments" in compared.told
    assert not any(compared.told.values())
