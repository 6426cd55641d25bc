"""What went out to HR, as its officer reads it."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from uuid import uuid4

import pytest

from services.portal.pages.deliveries import notices
from tests.portal.town import Desk

pytestmark = pytest.mark.anyio

RECEIVER = re.compile(r"/livraisons/abonnements/([0-9a-f-]{36})/pause")
SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")
LINK = re.compile(r'href="(/livraisons/\d+)"')


@pytest.fixture
async def hr(town: str) -> AsyncIterator[Desk]:
    desk = Desk(town, f"north-{uuid4().hex[:8]}", "lise", role="hr_officer")
    await desk.ask("/directory/establishment", name=f"Institut {desk.establishment}")
    yield desk
    await desk.gone()


async def subscribed(desk: Desk, name: str = "Système de paie") -> str:
    """A receiver whose address leads inside: nothing is ever sent to it."""
    said = {"name": name, "url": "https://127.0.0.1/hr"}
    messages = ["tandem.accompaniment.staff_hours_logged.v1"]
    return await desk.ask("/directory/subscriptions", **said, messages=messages)


async def some_hours(desk: Desk) -> None:
    await desk.ask(
        "/evaluation/contacts", about="project", subject=str(uuid4()), date="2026-11-02",
        kind="meeting", staff=str(uuid4()), minutes=90,
    )  # fmt: skip


async def test_where_nobody_subscribed_the_page_says_what_would_go_out(hr: Desk) -> None:
    page = await hr.look("/livraisons")

    assert "Aucun destinataire n’est abonné" in page
    assert "Aucune livraison ici" in page
    assert 'aria-current="page">Livraisons' in page


async def test_each_message_is_followed_try_by_try_and_sent_again_on_demand(hr: Desk) -> None:
    await subscribed(hr)
    await some_hours(hr)
    page = await hr.until_seen("/livraisons", "En attente", "adresse interne")
    [link] = LINK.findall(page)

    told = await hr.look(link)
    again = await hr.post(f"{link}/renvoi")
    listed = await hr.look("/livraisons?etat=waiting")
    delivered = await hr.look("/livraisons?etat=delivered")

    assert "Heures du personnel en partenariat" in page
    assert "adresse interne : rien n’a été envoyé" in told
    assert "Prochain essai" in told
    assert again.status == 200
    assert again.path != link
    assert "Renvoyé sur demande" in again.text
    assert len(LINK.findall(listed)) == 2
    assert "Aucune livraison ici" in delivered


async def test_a_system_is_subscribed_and_its_secret_shown_once(hr: Desk) -> None:
    path = "/livraisons/abonnements/nouveau"
    said = {"nom": "Paie", "messages": "tandem.directory.contact_left.v1"}

    refused = await hr.post(path, **said, adresse="http://hr.example.org/")
    made = await hr.post(path, **said, adresse="https://hr.example.org/in?key=ours")
    listed = await hr.look("/livraisons")
    [receiver] = RECEIVER.findall(listed)
    changed = await hr.post(f"/livraisons/abonnements/{receiver}/secret")

    assert "Donnez une adresse https" in refused.text
    assert "http://hr.example.org/" in refused.text  # what was typed is kept
    assert "whsec_" in made.text
    assert "Paie" in listed
    assert "whsec_" not in listed
    assert "Oui, changer le secret" in listed  # a second thought: what receives needs it at once
    assert "key=ours" not in listed
    assert SECRET.findall(changed.text) != SECRET.findall(made.text)


async def test_a_partner_says_themselves_that_they_work_here(hr: Desk) -> None:
    desk = Desk(hr.home, hr.establishment, "rose", role="partner")

    said = await desk.post("/mon-emploi/lien", numero="004217")
    taken_back = await desk.post("/mon-emploi/fin")
    await desk.gone()

    assert "Vous avez indiqué votre numéro d’employé" in said.text
    assert "004217" not in said.text
    assert "Vous seul·e pouvez le dire" in taken_back.text


async def test_what_goes_to_a_receiver_is_held_back_and_goes_on(hr: Desk) -> None:
    receiver = await subscribed(hr)

    paused = await hr.post(f"/livraisons/abonnements/{receiver}/pause")
    resumed = await hr.post(f"/livraisons/abonnements/{receiver}/reprise")
    unknown = await hr.post(f"/livraisons/abonnements/{receiver}/autrement")

    assert "Suspendu" in paused.text
    assert "Actif" in resumed.text
    assert unknown.status == 404


def test_the_office_is_told_of_a_receiver_that_fell_silent_or_is_gone_and_what_to_do() -> None:
    now = datetime(2026, 11, 22, 12, tzinfo=UTC)
    well = {"name": "Paie", "waiting": 0, "unreachable": False, "gone": False,
            "since": "2026-11-20T12:00:00Z"}  # fmt: skip
    silent = well | {"name": "Horaires", "unreachable": True, "waiting": 3}
    gone = well | {"name": "Badges", "gone": True}
    long_gone = gone | {"since": "2026-09-20T12:00:00Z"}

    told = list(notices([well, silent, gone, long_gone], now))

    assert [(what.split(" :")[0], do[:22]) for what, do in told] == [
        ("« Horaires » ne répond plus", "3 messages en attente,"),
        ("« Badges » a répondu qu’il n’existe plus", "Plus rien ne lui est e"),
    ]
    assert all("depuis le 20 novembre 2026" in what for what, _ in told)


async def test_how_long_it_is_kept_is_read_by_hr_and_decided_by_who_leads(
    hr: Desk, north: Desk
) -> None:
    lead = Desk(hr.home, hr.establishment, "maya")
    path = "/livraisons/conservation/L-10"

    before = await hr.look("/livraisons")
    not_theirs = await hr.post(path, active="1", semiactive="0")
    unreadable = await lead.post(path, active="-3", semiactive="0")
    decided = await lead.post(path, active="6", semiactive="0")
    unknown = await lead.post("/livraisons/conservation/X-99", active="6", semiactive="0")
    await north.ask("/directory/establishment", name="Nord")
    elsewhere = await north.look("/livraisons")
    await lead.gone()

    assert "24 mois : 12 actifs, 12 semi-actifs" in before
    assert "Changer ce délai" not in before
    assert (not_theirs.status, unreadable.status, unknown.status) == (403, 422, 404)
    assert "cette réponse est illisible" in unreadable.text
    assert 'value="-3"' in unreadable.text
    assert ">6 mois<" in decided.text
    assert "24 mois" not in decided.text
    assert "24 mois : 12 actifs, 12 semi-actifs" in elsewhere


async def test_a_delivery_of_another_establishment_is_not_there(hr: Desk, south: Desk) -> None:
    await subscribed(hr)
    await some_hours(hr)
    page = await hr.until_seen("/livraisons", "Système de paie", "adresse interne")
    [link] = LINK.findall(page)
    await south.ask("/directory/establishment", name="Sud")

    elsewhere = await south.look("/livraisons")

    assert "Système de paie" not in elsewhere
    await south.look(link, status=404)
