"""A team learns who somebody is from their yes on, and follows its own request."""

from __future__ import annotations

import pytest

from tests.portal.town import Begun, Desk, begin

pytestmark = pytest.mark.anyio

LEADS_TO = {"shortlist": "sur la liste courte", "interest": "a dit oui",
            "disinterest": "a dit non", "match": "jumelée"}  # fmt: skip


async def a_search(desk: Desk) -> Begun:
    known = await begin(desk)
    await desk.ask(f"/recruitment/partners/{known.person}/preselection", outcome="kept")
    for step, said in (("triage", {"advisor": known.staff}), ("acceptance", {})):
        await desk.ask(f"/intake/requests/{known.request}/{step}", **said)
    await desk.until_seen(f"/demandes/{known.request}", "liste courte")
    return known


async def test_a_team_sees_a_letter_then_a_name_then_a_letter_again(north: Desk) -> None:
    known = await a_search(north)
    team = Desk(north.home, north.establishment, "equipe", role="requester")
    seen = {}

    for step, words in LEADS_TO.items():
        if step == "match":
            await north.ask(f"/recruitment/searches/{known.request}/interest", partner=known.person)
        more = {"role": "organization"} if step == "match" else {}
        about = {"partner": known.person} | more
        await north.ask(f"/recruitment/searches/{known.request}/{step}", **about)
        await north.until_seen(f"/demandes/{known.request}", words)
        seen[step] = await team.look(f"/demandes/{known.request}")
    await team.gone()

    assert [one for one in seen if "Rose Lavoie" in seen[one]] == ["interest", "match"]
    assert [one for one in seen if known.person in seen[one]] == []
    assert [one for one in seen if "418 555-0101" in seen[one]] == ["match"]
    assert [one for one in seen if "Personne A" in seen[one]] == ["shortlist", "disinterest"]


async def test_a_team_follows_its_request_step_by_step_without_those_who_were_thought_of(
    north: Desk,
) -> None:
    known = await a_search(north)
    search = f"/recruitment/searches/{known.request}"
    await north.ask(f"{search}/shortlist", partner=known.person)
    await north.until_seen(f"/demandes/{known.request}", "sur la liste courte")
    team = Desk(north.home, north.establishment, "equipe", role="requester")

    record = await team.look(f"/demandes/{known.request}")
    replay = await team.look(f"/demandes/{known.request}/histoire")
    await team.gone()

    for page in (record, replay):
        assert "Maya Tremblay" in page
        assert "Rose" not in page
        assert known.person not in page
        assert "/corrections/" not in page
    assert "Revoir les" in record


async def test_the_journal_says_for_whom_and_through_which_service_a_name_was_read(
    north: Desk,
) -> None:
    known = await a_search(north)
    for step in ("shortlist", "interest"):
        path = f"/recruitment/searches/{known.request}/{step}"
        await north.ask(path, partner=known.person)
    await north.until_seen(f"/demandes/{known.request}", "a dit oui")
    team = Desk(north.home, north.establishment, "equipe", role="requester")
    await team.look(f"/demandes/{known.request}")
    await team.gone()

    journal = await north.look(f"/journal?personne={known.person}")

    assert "<strong>Tandem, au recrutement</strong> pour Maya Tremblay" in journal
    assert "Renseignements de personnes, par le recrutement" in journal
    assert "Renseignements de personnes, dans une page" in journal


async def test_a_users_committee_reads_seats_and_learns_of_no_person(north: Desk) -> None:
    committee = Desk(north.home, north.establishment, "comite", role="users_committee")
    known = await begin(north)
    opening = {"title": "Comité des chutes", "kind": "safety", "department": known.department}
    project = await north.ask("/intake/projects", **opening, starts="2026-01")
    taken, _ = [
        await north.ask(f"/intake/projects/{project}/seats", title=title)
        for title in ("Siège pourvu", "Siège libre")
    ]
    await north.ask(f"/intake/projects/{project}/seats/{taken}/filling", partner=known.person)
    await north.until_seen(f"/projets/{project}", "Rose Lavoie", "Siège libre")

    listed = await committee.look("/projets")
    shown = await committee.look(f"/projets/{project}")
    await committee.gone()

    assert "1 sur 2 pourvu <" in " ".join(listed.split())
    assert "Siège occupé" in shown
    assert shown.count("Vacant</span>") == 1
    assert "Lavoie" not in listed + shown
    assert 'href="/implications' not in shown
    assert 'href="/partenaires' not in shown
