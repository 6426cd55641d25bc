"""Mandates at the pages of the office: who signs, what is missing, and what is to be told."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest

from contracts.consent import ConsentTo
from services.recruitment.texts import SHIPPED
from tests.patience import eventually
from tests.portal.town import Desk

pytestmark = pytest.mark.anyio


def born(years: int) -> str:
    return (datetime.now(UTC) - timedelta(days=years * 365.25 + 30)).date().isoformat()


async def somebody(desk: Desk, given_name: str, **profile: str) -> str:
    """Somebody of the pool; `birth_date` where it is known."""
    who = {"given_name": given_name, "family_name": "Lavoie", "phone": "450 555-0131"}
    person = await desk.ask("/intake/candidacies", door="phone", profile=who | profile)

    async def kept() -> bool:
        path = f"/recruitment/partners/{person}/preselection"
        return (await desk.tried(path, outcome="kept")).is_success

    await eventually(kept)
    return person


async def a_mandate(desk: Desk, person: str, *, team: bool = True) -> str:
    """Its page; the terms are set, and the team has signed."""
    said = {"partner": person, "title": "Le coin des jeunes", "role": "organization",
            "level": "consultation"}  # fmt: skip
    one = await desk.ask("/accompaniment/involvements", **said)
    await desk.ask(f"/accompaniment/involvements/{one}/terms", starts="2026-12-01")
    if team:
        await desk.ask(f"/accompaniment/involvements/{one}/signatures", side="team")
    await desk.until_seen(f"/implications/{one}", "Le coin des jeunes")
    return f"/implications/{one}"


async def a_parent(desk: Desk, person: str, name: str = "Rosalie") -> str:
    """By the form of the page; gives their reference."""
    here = f"/partenaires/{person}/representants"
    await desk.until_seen(here, "Inscrire quelqu")
    entered = await desk.post(
        f"{here}/designation", kind="parent", given_name=name, family_name="Lavoie"
    )
    return str(re.findall(rf"{here}/([0-9a-f-]{{36}})/acces", entered.text)[-1])


async def test_the_page_says_whose_signature_is_missing_and_takes_a_parent_s_on_paper(
    north: Desk,
) -> None:
    child = await somebody(north, "Léa", birth_date=born(12))
    here = await a_mandate(north, child)
    nobody = await north.until_seen(here, "personne n’est inscrit qui puisse la donner")
    parent = await a_parent(north, child)

    missing = await north.until_seen(here, "Rosalie Lavoie, au nom de Léa Lavoie")
    signed = await north.post(
        f"{here}/signature-nommee", signer=parent, paper="Classeur bleu, rayon 3"
    )
    begun = await north.post(f"{here}/debut")

    assert "Avant 14 ans, un parent ou tuteur signe" in missing
    assert "Code civil du Québec" in missing
    assert "L’implication commence" not in nobody
    assert "Signé par Rosalie Lavoie" in signed.text
    assert "Active" in begun.text
    assert "Rosalie Lavoie, au nom de Léa Lavoie" in begun.text
    assert "sur papier" in begun.text
    assert "Papier : Classeur bleu, rayon 3" in begun.text


async def test_a_parent_of_one_child_is_entered_as_the_parent_of_another(north: Desk) -> None:
    lea, noe = await somebody(north, "Léa"), await somebody(north, "Noé")
    parent = await a_parent(north, lea)
    here = f"/partenaires/{noe}/representants"
    await north.until_seen(here, "Rosalie Lavoie")

    entered = await north.post(f"{here}/connue", kind="parent", representative=parent)

    assert f"{here}/{parent}/acces" in entered.text
    assert "Aujourd’hui : consent pour elle et signe ses mandats" in entered.text


async def test_the_lead_decides_who_signs_from_14_to_17_and_the_mandate_follows(
    north: Desk,
) -> None:
    await north.ask("/directory/establishment", name="Institut")
    youth = await somebody(north, "Noé", birth_date=born(15))
    here = await a_mandate(north, youth)
    both = await north.until_seen(here, "De 14 à 17 ans", "personne n’est inscrit")

    decided = await north.post("/qui-signe", parent_signs_too="false")

    alone = await north.until_seen(here, "La personne partenaire a signé")
    assert "un parent ou tuteur signe aussi" in both
    assert "la jeune personne signe seule" in decided.text
    assert "personne n’est inscrit" not in alone


async def test_a_consent_of_a_parent_stands_at_14_and_the_page_says_whose_it_is_now(
    north: Desk,
) -> None:
    child = await somebody(north, "Léa", birth_date=born(13))
    parent = await a_parent(north, child)
    hash_ = SHIPPED[ConsentTo.POOL, "fr"].text_hash
    said = {"purpose": "pool", "form": "verbal", "text_hash": hash_}
    voice = {"given_by": "guardian", "representative": parent}
    await north.ask(f"/recruitment/partners/{child}/consents", **said, **voice)
    here = f"/partenaires/{child}"
    before = await north.until_seen(f"{here}/consentements/pool", "Oui")

    profile = {"birth_date": born(14)}
    await north.ask(f"/recruitment/partners/{child}/profile", profile=profile)

    after = await north.look(f"{here}/consentements/pool")
    listed = await north.look(f"{here}/consentements")
    speaks = await north.look(f"{here}/representants")
    refused = await north.post(f"{here}/representants/{parent}/acces")
    assert "ce oui vaut toujours" not in before
    assert "Depuis ses 14 ans, ce oui vaut toujours" in after
    assert "Dit par un parent : à redire" in listed
    assert "peut signer ses mandats ; la personne, qui a 14 ans, consent elle-même" in speaks
    assert refused.status == 409


async def test_both_sides_are_to_be_told_when_somebody_takes_back_being_in_the_pool(
    north: Desk,
) -> None:
    person = await somebody(north, "Rose")
    here = await a_mandate(north, person)
    await north.post(f"{here}/signature-partenaire")
    await north.post(f"{here}/debut")
    path = f"/recruitment/partners/{person}/consents"
    hash_ = SHIPPED[ConsentTo.POOL, "fr"].text_hash
    await north.ask(path, purpose="pool", form="verbal", text_hash=hash_)

    await north.ask(f"{path}/pool/withdrawal")

    told = await north.until_seen(here, "À dire aux deux côtés", "En pause")
    assert "La raison appartient à la personne" in told
    assert "L’implication reprend" not in told
    assert "À dire" in await north.look("/implications")
    await north.post(f"{here}/avis/team")
    both = await north.post(f"{here}/avis/partner")
    assert "À dire" not in both.text
    assert "elle a retiré son accord à faire partie du bassin" in both.text
