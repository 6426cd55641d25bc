"""How the platform is doing, as whoever looks after it reads it."""

from __future__ import annotations

import re

import pytest

from contracts.envelope import Envelope
from services.chassis.losing import said_of_losses
from services.chassis.settings import Installation
from services.chassis.store import Store
from tests.operating import operating
from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio

# What recruitment heard long ago lies aside, as if it had stumbled on it.
ASIDE = """
insert into quarantine (listener, position, establishment, stream, blocks_stream, why, body)
select 'recruitment-intake', position, establishment, stream, true, 'KeyError: lift', body
from intake.events where establishment = $1 and type like 'intake.CandidacySubmitted.%'
"""


async def test_the_state_of_the_platform_is_told_in_plain_words(north: Desk) -> None:
    await begin(north)

    page = await north.until_seen("/etat", "Tout va bien", "Coffre des renseignements personnels")

    assert "Demandes et candidatures" in page
    assert re.search("[0-9]+ étapes? au registre", page)
    assert "Rien n’est de côté" in page
    assert "0 message en attente" in page


async def test_a_view_is_made_anew_while_it_is_read(north: Desk) -> None:
    known = await begin(north)

    begun = await north.post("/etat/reconstruction", vue="requests")
    meanwhile = await north.look(f"/demandes/{known.request}")
    unknown = await north.post("/etat/reconstruction", vue="nothing")

    assert begun.status == 200
    assert "Prévenir les chutes" in meanwhile
    assert unknown.status == 404


async def test_what_lies_aside_is_said_with_what_to_do_and_tried_again_when_confirmed(
    north: Desk, place: Installation
) -> None:
    await begin(north)
    async with operating(place, "recruitment") as operator:
        await operator.execute(ASIDE, north.establishment)

    page = await north.until_seen("/etat", "Recrutement a mis de côté", "KeyError: lift")
    [action] = re.findall(r'action="(/etat/quarantaine/[^"]+)"', page)
    again = await north.post(action)

    assert "Lisez-en la raison" in page
    assert "Oui, réessayer" in page
    assert again.status == 200
    assert "Rien n’est de côté" in again.text


async def test_trying_again_what_was_never_put_aside_is_refused_calmly(north: Desk) -> None:
    await begin(north)

    unknown = await north.post("/etat/quarantaine/recruitment/nobody/1")
    nowhere = await north.post("/etat/quarantaine/portal/nobody/1")

    assert unknown.status == 404
    assert nowhere.status == 404


async def test_who_may_look_but_not_mend_finds_no_buttons(north: Desk) -> None:
    await begin(north)
    auditor = Desk(north.home, north.establishment, "olga", role="auditor")

    page = await auditor.look("/etat")
    refused = await auditor.post("/etat/reconstruction", vue="requests")
    await auditor.gone()

    assert "Oui," not in page
    assert refused.status in (403, 404)


async def test_what_was_lost_everywhere_and_a_log_that_waits_are_said(
    north: Desk, place: Installation
) -> None:
    await begin(north)
    async with Store("evaluation", place.settings("evaluation").database_url) as store:
        for body in await said_of_losses(store, 3, to_all=False):
            await store.append([Envelope.read(body)])
    async with operating(place, "evaluation") as operator:
        await operator.execute("select pg_create_physical_replication_slot('forgotten', true)")
        await operator.execute("create table more as select generate_series(1, 9) as number")

        page = await north.look("/etat")

        await operator.execute("select pg_drop_replication_slot('forgotten')")
    assert "Étapes 1 à 3 perdues partout" in page
    assert re.search("part ; [0-9]+ Mo en attente", page)
