"""A story on its page: step by step, as it was and as it was known, put right with a reason."""

from __future__ import annotations

import re

import pytest

from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio

MEND = re.compile(r'href="(/corrections/[^"]+)"')


async def test_a_story_is_replayed_one_step_before_the_other(north: Desk) -> None:
    known = await begin(north)
    story = f"/partenaires/{known.person}/histoire"

    last = await north.until_seen(story, "La candidature est arrivée au Bureau")
    first = await north.look(f"{story}?etape=1")

    assert 'type="range"' in last
    assert f'href="{story}?etape=1"' in last
    assert "Étape 1 sur" in first
    assert f'href="{story}?etape=2"' in first
    assert "(nouveau)" in first


async def test_a_step_says_what_led_to_it(north: Desk) -> None:
    known = await begin(north)
    story = f"/partenaires/{known.person}/histoire"

    arrived = await north.until_seen(story, "La candidature est arrivée au Bureau")

    assert "Pourquoi ?" in arrived
    assert "La personne a présenté sa candidature" in arrived


async def test_steps_of_one_day_are_replayed_one_by_one(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}"
    await north.post(f"{here}/prise-en-charge", advisor=known.staff)
    await north.post(f"{here}/acceptation")

    before = await north.look(f"{here}/histoire?etape=2")
    after = await north.look(f"{here}/histoire?etape=3")

    assert "<del>Brouillon</del> <ins>À prendre en charge</ins>" in before
    assert "<del>À prendre en charge</del> <ins>Prise en charge</ins>" in after


async def test_an_annulled_step_is_struck_through_beside_its_annulment(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}"
    taken = await north.post(f"{here}/prise-en-charge", advisor=known.staff)
    step = MEND.findall(taken.text)[-1].partition("?")[0]

    without = await north.post(f"{step}/annulation", retour=here)
    annulled = await north.post(f"{step}/annulation", retour=here, reason="Mauvais dossier.")

    assert without.status == 422
    assert "répondez à cette question" in without.text
    assert annulled.path == here
    assert "<s>Une personne du Bureau a pris la demande en charge.</s>" in annulled.text
    assert "À prendre en charge" in annulled.text


async def test_a_corrected_date_stands_where_the_wrong_one_stood(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}"
    taken = await north.post(f"{here}/prise-en-charge", advisor=known.staff)
    step = MEND.findall(taken.text)[-1].partition("?")[0]

    corrected = await north.post(
        f"{step}/correction", retour=here, reason="C’était en mars.", happened="2026-03-05"
    )

    assert corrected.path == here
    assert "5 mars 2026" in corrected.text
    assert "corrigé" in corrected.text


async def test_as_it_was_known_shows_the_step_before_it_was_put_right(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}"
    taken = await north.post(f"{here}/prise-en-charge", advisor=known.staff)
    step = MEND.findall(taken.text)[-1].partition("?")[0]
    await north.post(f"{step}/annulation", retour=here, reason="Mauvais dossier.")

    now = await north.look(f"{here}/histoire")
    then = await north.look(f"{here}/histoire?vue=connu&etape=3")

    assert "<s>Une personne du Bureau a pris la demande en charge.</s>" in now
    assert "Ce qu’on savait le" in then
    assert "<s>" not in then.partition("Toutes les étapes")[0]
    assert "Prise en charge" in then


async def test_a_story_is_looked_at_on_a_day_and_between_two(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}/histoire"
    await north.post(f"/demandes/{known.request}/prise-en-charge", advisor=known.staff)

    before = await north.look(f"{here}?le=2020-01-01")
    between = await north.look(f"{here}?depuis=2020-01-01&le=2999-01-01")
    wrong = await north.look(f"{here}?le=hier")

    assert "rien n’avait encore commencé" in before
    assert "3 étapes entre ces deux dates" in between
    assert "<ins>Prise en charge</ins>" in between
    assert "Cette date est illisible" in wrong


async def test_the_whole_establishment_is_told_and_each_step_says_what_led_to_it(
    north: Desk,
) -> None:
    known = await begin(north)
    await north.until_seen(f"/partenaires/{known.person}/histoire", "La candidature est arrivée")

    told = await north.look("/histoire")
    *_, why = re.findall(r"est arrivée au Bureau.*?(/histoire/etapes/[0-9a-f-]+)", told, re.S)
    led = await north.look(why)
    between = await north.look("/histoire?depuis=2020-01-01&le=2999-01-01")
    wrong = await north.look("/histoire?depuis=hier")

    assert "Prévenir les chutes" in told
    assert led.index("a présenté sa candidature") < led.index("est arrivée au Bureau")
    assert "Ce qui a changé, du 1er janvier 2020" in between
    assert "Une de ces dates est illisible" in wrong


async def test_an_auditor_replays_a_life_that_is_no_page_of_theirs_otherwise(north: Desk) -> None:
    known = await begin(north)
    auditor = Desk(north.home, north.establishment, "paul", role="auditor")

    told = await auditor.look(f"/histoire/partenaires/{known.person}")
    await auditor.look(f"/partenaires/{known.person}/histoire", status=403)
    await auditor.gone()

    assert "Étape" in told
    assert "Corriger ou annuler" not in told


async def test_lists_show_what_was_on_a_day_and_what_one_knew_of_it(north: Desk) -> None:
    known = await begin(north)
    taken = await north.post(f"/demandes/{known.request}/prise-en-charge", advisor=known.staff)
    step = MEND.findall(taken.text)[-1].partition("?")[0]
    await north.post(
        f"{step}/correction", retour="/", reason="C’était en mars.", happened="2026-03-05"
    )

    was = await north.look("/?le=2026-03-06&etat=toutes")
    knew = await north.look("/?le=2026-03-06&etat=toutes&su=1")
    wrong = await north.look("/?le=hier")

    assert "Ce qui était, 6 mars 2026." in was
    assert "1 fiche n’était pas telle" in was
    assert "1 demande selon vos filtres" in was
    assert "Ce qu’on savait, 6 mars 2026." in knew
    assert "<table" not in knew
    assert "Cette date est illisible" in wrong


@pytest.mark.parametrize("path", ["/partenaires", "/projets", "/implications", "/personnel"])
async def test_every_list_has_its_past(north: Desk, path: str) -> None:
    await begin(north)

    now = await north.look(path)
    past = await north.look(f"{path}?le=2020")

    assert "À quelle date" in now
    assert "Ce qui était, 2020." in past
    assert "Revenir à aujourd’hui" in past
