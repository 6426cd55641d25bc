"""Consents at the pages: one apart for each purpose, by phone and in one's own space."""

import re

import pytest

from contracts.consent import ConsentTo
from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio

TEXT = re.compile(r'name="texte" value="([0-9a-f]{64})"')


def text_in(page: str) -> str:
    found = TEXT.search(page)
    assert found, page
    return found[1]


async def test_the_office_reads_the_script_and_enters_what_was_said(north: Desk) -> None:
    known = await begin(north)
    here = f"/partenaires/{known.person}/consentements"
    asked = await north.look(f"{here}/contact")

    yes = await north.post(f"{here}/contact/oui", texte=text_in(asked), form="verbal")
    no_more = await north.post(f"{here}/contact/retrait", form="verbal")

    assert "À lire au téléphone" in asked
    assert "Est-ce oui ou non" in asked
    assert (yes.status, yes.path) == (200, here)
    assert "Oui<span" in yes.text
    assert "Retiré<span" in no_more.text
    assert "Comment c’était avant" in await north.look(f"{here}/contact")


async def test_every_purpose_has_a_page_of_its_own_in_both_languages(north: Desk) -> None:
    known = await begin(north)
    here = f"/partenaires/{known.person}/consentements"

    for purpose in ConsentTo:
        french = await north.look(f"{here}/{purpose}")
        english = await north.look(f"{here}/{purpose}?langue=en")

        assert french.count('<form method="post" action="/partenaires') == 1
        assert text_in(french) != text_in(english)


async def test_a_form_that_was_left_open_meanwhile_shows_the_new_text(north: Desk) -> None:
    known = await begin(north)
    here = f"/partenaires/{known.person}/consentements/pool"
    before = text_in(await north.look(here))
    await north.ask(
        "/recruitment/consent-texts", purpose="pool", version="2",
        title="Le bassin", body="De nouveaux mots.", script="De nouveaux mots, d’accord ?",
    )  # fmt: skip

    stale = await north.post(f"{here}/oui", texte=before, form="verbal")

    assert stale.status == 409
    assert "Ce texte a été remplacé depuis son affichage" in stale.text
    assert "De nouveaux mots." in stale.text
    assert text_in(stale.text) != before


async def test_a_story_is_told_only_where_it_was_allowed(north: Desk) -> None:
    known = await begin(north)
    here = f"/partenaires/{known.person}/consentements/story"

    nowhere = await north.post(f"{here}/oui", texte=text_in(await north.look(here)), form="verbal")

    assert nowhere.status == 422
    assert "Où, exactement" in nowhere.text


async def test_in_their_own_space_a_partner_says_yes_and_takes_it_back_in_one_click(
    north: Desk,
) -> None:
    known = await begin(north)
    await north.ask(f"/recruitment/partners/{known.person}/preselection", outcome="kept")
    await north.until_seen(f"/partenaires/{known.person}", "Disponible")
    own = Desk(north.home, north.establishment, "rose", role="partner")
    asked = await own.look("/consentements/contact")

    yes = await own.post("/consentements/contact/oui", texte=text_in(asked))
    standing = await own.look("/consentements/contact")
    no_more = await own.post("/consentements/contact/retrait")
    file = await own.look("/consentements/contact")
    await own.gone()

    assert "Mes consentements" in yes.text
    assert "À lire au téléphone" not in asked
    assert "Retirer mon accord" in standing
    assert "sur le portail" in standing
    assert "Retiré<span" in no_more.text
    assert "Comment c’était avant" in file
    assert "Retiré" in await north.look(f"/partenaires/{known.person}/consentements")


async def test_a_parent_is_entered_and_their_space_opened(north: Desk) -> None:
    known = await begin(north)
    here = f"/partenaires/{known.person}/representants"

    entered = await north.post(
        f"{here}/designation", kind="parent", given_name="Rosalie", family_name="Deslauriers"
    )
    holder = re.findall(rf"{here}/([0-9a-f-]{{36}})/acces", entered.text)[-1]
    opened = await north.post(f"{here}/{holder}/acces")
    closed = await north.post(f"{here}/{holder}/fin")

    assert "Rosalie Deslauriers" in entered.text
    assert "peut ouvrir l’espace" in opened.text
    assert "a pris fin" in closed.text


async def test_a_partner_is_shared_seen_there_and_closed_at_once_when_they_take_it_back(
    north: Desk, south: Desk
) -> None:
    known = await begin(north)
    await south.ask("/directory/establishment", name="Institut du sud")
    here = f"/partenaires/{known.person}"
    asked = await north.until_seen(f"{here}/consentements/sharing", south.establishment)
    said = {"texte": text_in(asked), "form": "verbal", "of": south.establishment}
    await north.post(f"{here}/consentements/sharing/oui", **said)
    offer = {"to": south.establishment, "fields": "given_name", "until": "2099-01-01"}

    shared = await north.post(f"{here}/partage/offre", **offer)
    listed = await south.until_seen("/partenaires?etat=shared", "Partagée avec nous")
    [there, *_] = re.findall(r"/partenaires/[0-9a-f-]{36}", listed)
    seen = await south.look(f"{there}/partage")
    await north.post(f"{here}/consentements/sharing/retrait", form="verbal")
    closed = await south.look(f"{there}/partage")

    assert "jusqu’au 1" in shared.text
    assert "Rose" in seen
    assert "Implications là-bas" in seen
    assert "Rose" not in closed
    assert "ne tient plus" in closed


async def test_a_team_reads_a_profile_under_a_letter_and_no_name_before_the_yes(
    north: Desk,
) -> None:
    known = await begin(north)
    here = f"/recruitment/partners/{known.person}"
    await north.ask(f"{here}/preselection", outcome="kept")
    await north.ask(f"{here}/profile", profile={"interests": "Les nuits à l’hôpital"})
    for step in ("triage", "acceptance"):
        said = {"advisor": known.staff} if step == "triage" else {}
        await north.ask(f"/intake/requests/{known.request}/{step}", **said)
    await north.until_seen(f"/demandes/{known.request}", "liste courte")
    page = f"/partenaires/{known.person}/consentements/show_profile"
    asked = text_in(await north.look(page))
    await north.post(f"{page}/oui", texte=asked, form="verbal")
    await north.ask(f"/recruitment/searches/{known.request}/shortlist", partner=known.person)
    await north.until_seen(f"/demandes/{known.request}", "Rose Lavoie")
    team = Desk(north.home, north.establishment, "equipe", role="requester")

    shown = await team.look(f"/demandes/{known.request}")
    await team.gone()

    assert "Personne A" in shown
    assert "Les nuits à l’hôpital" in shown
    assert "Rose" not in shown
    assert known.person not in shown
