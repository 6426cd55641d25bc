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
