"""The access journal, as whoever answers for it reads it."""

import pytest

from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio


async def test_the_journal_shows_who_read_whose_file_and_why(north: Desk) -> None:
    known = await begin(north)

    page = await north.until_seen("/journal", "Rose Lavoie", "Recrutement")
    hers = await north.look(f"/journal?personne={known.person}")
    nobody = await north.look("/journal?avant=2020-01-01")

    assert "téléphone" in page
    assert "418 555-0101" not in page
    assert "Lectures du dossier de" in hers
    assert "Aucune lecture" in nobody


async def test_somebody_is_found_by_name_and_the_name_is_in_no_address(north: Desk) -> None:
    known = await begin(north)

    found = await north.post("/journal/personne", nom="lavo")
    unknown = await north.post("/journal/personne", nom="Zzz")

    assert (found.status, found.path) == (200, "/journal")
    assert f"/journal?personne={known.person}" in found.text
    assert "Personne ne porte un nom" in unknown.text


async def test_the_journal_is_exported_for_a_spreadsheet(north: Desk) -> None:
    await begin(north)

    sheet = await north.look("/journal/export?finalite=staff")

    header, *rows = sheet.splitlines()
    assert header.startswith('"sequence","at","actor"')
    assert rows
    assert all('"staff"' in row for row in rows)


async def test_the_year_is_reviewed_and_what_is_unusual_is_listed(north: Desk) -> None:
    await begin(north)

    review = await north.look("/journal/bilan")
    unusual = await north.look("/journal/a-regarder")

    assert "Par rôle" in review
    assert "Responsable du Bureau" in review
    assert "Lectures à regarder" in unusual


async def test_an_advisor_does_not_open_the_journal(town: str, north: Desk) -> None:
    await begin(north)
    advisor = Desk(town, north.establishment, "maya", "advisor")

    page = await advisor.look("/journal", status=403)

    await advisor.gone()
    assert "Journal des lectures" not in page


async def test_an_auditor_reads_names_for_a_reason_that_stands_in_the_journal(
    town: str, north: Desk
) -> None:
    known = await begin(north)
    await north.until_seen("/journal", "Rose Lavoie")
    auditor = Desk(town, north.establishment, "ari", "auditor")
    hers, complaint = f"/journal?personne={known.person}", "Plainte 2026-014"

    before = await auditor.look(hers)
    refused = await auditor.post("/motif", motif="complaint", numero="de Rose Lavoie", vers=hers)
    stated = await auditor.post("/motif", motif="complaint", numero="2026-014", vers=hers)
    named = await auditor.look(hers)
    afterwards = await auditor.post("/motif", motif="", vers=hers)
    journal = await north.look("/journal?finalite=audit")

    await auditor.gone()
    assert "Pour les lire, dites pourquoi" in before
    assert (refused.status, stated.status) == (422, 200)
    assert [("Rose Lavoie" in it) for it in (before, named, afterwards.text)] == [0, 1, 0]
    assert f"pour ce motif : <strong>{complaint}" in named
    assert complaint in journal
