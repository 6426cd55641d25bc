"""The registers of the law as the office finds them, and what is left of a destroyed file."""

import re

import httpx2
import pytest

from tests.callers import OFFICE, signed
from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio

NOTICE = re.compile(r'action="(/droits/incidents/[0-9a-f-]{36}/avis)"')
RULES = {"P-10": "left", "P-20": "ended", "P-30": "kept"}


async def test_a_request_shows_its_clock_until_it_is_answered(north: Desk) -> None:
    known = await begin(north)

    asked = await north.post("/droits/demande", right="access", person=known.person)
    copy = await north.look(f"/droits/copie/{known.person}")
    given = await north.post(f"/droits/copie/{known.person}/html")

    assert asked.path == "/droits"
    assert "Consulter ses renseignements" in asked.text
    assert "20 jours pour répondre" in asked.text.replace("\u00a0", " ")
    assert "Rose Lavoie" in copy
    assert "Copie de mes renseignements" in given.text
    assert "Lavoie" in given.text


async def test_an_incident_is_recorded_with_all_that_the_register_asks(north: Desk) -> None:
    await begin(north)
    said = {
        "information": "Une liste de noms.", "circumstances": "Un envoi au mauvais destinataire.",
        "occurred": "2026-10-01", "aware": "2026-10-02", "persons_affected": "12",
        "assessment": "Peu sensible.", "serious": "oui", "measures": "Liste détruite.",
    }  # fmt: skip

    missing = await north.post("/droits/incident", **(said | {"measures": ""}))
    recorded = await north.post("/droits/incident", **said)
    found = NOTICE.search(recorded.text)
    assert found
    told = await north.post(found[1], to="public", date="2026-10-06", reason="Liste affichée.")

    assert missing.status == 422
    assert "Quelles mesures ont été prises" in missing.text
    assert "Un envoi au mauvais destinataire." in recorded.text
    assert "Risque sérieux" in recorded.text
    assert "Avis public : avis du 6 octobre 2026 (Liste affichée.)" in told.text


async def test_a_destroyed_file_is_called_so_wherever_the_person_was_named(north: Desk) -> None:
    known = await begin(north)
    await leave_at_once(north, known.person)
    await north.until_seen(f"/partenaires/{known.person}", "Ancien")

    proposed = await north.ask("/vault/dispositions", files=[known.person])
    lise = signed(north.establishment, "lise", roles=OFFICE)
    async with httpx2.AsyncClient(base_url=north.home, auth=lise, timeout=30) as second:
        path = f"/vault/dispositions/{proposed}"
        assert (await second.post(f"{path}/approval", json={})).is_success
    ordered = await north.post(f"/droits/destructions/{proposed}/destruction")

    assert ordered.path == "/droits"
    page = await north.until_seen(f"/partenaires/{known.person}", "dossier détruit")
    assert "Lavoie" not in page
    register = await north.until_seen("/droits", "Attestation (PDF)")
    assert "dossier détruit" in register
    assert "Lavoie" not in register


async def leave_at_once(desk: Desk, person: str) -> None:
    """The schedule of this establishment keeps nothing any longer than it is needed."""
    for number, starts in RULES.items():
        await desk.ask("/vault/rules", number=number, title="Essai", active=0, starts=starts,
                       source="Essai")  # fmt: skip
    await desk.ask(f"/recruitment/partners/{person}/departure")


async def test_a_partner_gets_a_copy_and_asks_for_the_end_of_their_file(north: Desk) -> None:
    known = await begin(north)
    await north.ask(
        f"/recruitment/partners/{known.person}/preselection", outcome="kept", role="organization"
    )
    await north.until_seen("/partenaires?etat=available", "Rose Lavoie")
    rose = Desk(north.home, north.establishment, "rose", role="partner")

    page = await rose.look("/mon-dossier")
    copy = await rose.post("/mon-dossier/copie/html")
    corrected = await rose.post("/mon-dossier/rectification", words="Mon numéro a changé.")
    empty = await rose.post("/mon-dossier/rectification", words="")
    asked = await rose.post("/mon-dossier/fin", words="J’ai déménagé.")
    register = await north.until_seen("/droits", "J’ai déménagé.")
    refused = await rose.look("/droits", 403)
    await rose.gone()

    assert "<h1>Mes données</h1>" in page
    assert "418 555-0101" in page
    assert "Demander la fin de mon dossier" in page
    assert "Mon numéro a changé." in register
    assert (corrected.status, empty.status) == (200, 422)
    assert "Lavoie" in copy.text
    assert "Votre demande est reçue" in asked.text
    assert "jours pour répondre" in register
    assert "Lavoie" not in refused
