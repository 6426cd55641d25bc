"""What an auditor sees of the ledger's proofs, and takes away."""

import io
from zipfile import ZipFile

import pytest

from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio


async def test_an_auditor_sees_what_stands_and_takes_it_away(town: str, north: Desk) -> None:
    await begin(north)
    auditor = Desk(town, north.establishment, "alix", "auditor")

    page = await auditor.until_seen("/preuves", "Le point de contrôle et la clé")
    given = await auditor.pages.get("/preuves/dossier?depuis=2020-01-01")

    assert f"tandem/{north.establishment}/1" in page
    assert "Aucun témoin" in page
    assert "Ajouter un témoin" not in page
    with ZipFile(io.BytesIO(given.content)) as packed:
        assert {"entries.ndjson", "proofs.ndjson", "verify.py"} <= set(packed.namelist())
    await auditor.gone()


async def test_facts_are_exported_in_the_form_that_is_chosen(north: Desk) -> None:
    await begin(north)

    table = await north.look("/preuves/faits?forme=csv")
    fhir = await north.look("/preuves/faits?forme=fhir")

    assert table.startswith('"position","id","type"')
    assert fhir.startswith('{"resourceType":"Bundle"')


async def test_a_date_that_is_none_is_said_on_the_page(north: Desk) -> None:
    await begin(north)

    page = await north.look("/preuves/dossier?depuis=hier", status=422)

    assert "Cette date est illisible" in page


async def test_the_lead_adds_a_witness_and_is_told_what_is_no_address(north: Desk) -> None:
    await begin(north)

    refused = await north.post("/preuves/temoins", sorte="webhook", adresse="http://here")
    added = await north.post("/preuves/temoins", sorte="webhook", adresse="https://w.example.org/t")

    assert "Donnez une adresse https" in refused.text
    assert "w.example.org" in added.text
