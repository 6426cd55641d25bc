"""Two files that may be of one person, as the office looks at them, decides, and undoes."""

from __future__ import annotations

import re

import pytest

from tests.portal.town import Desk, begin

pytestmark = pytest.mark.anyio

PAIR = re.compile(r'href="/partenaires/doublons/([0-9a-f-]{36})"')
HERE = "/partenaires/doublons"


async def two_files(desk: Desk) -> tuple[str, str, str]:
    """Rose's two files, and the pair that the search proposes."""
    first = (await begin(desk)).person
    second = await desk.ask(
        "/intake/candidacies", door="web",
        profile={"given_name": "Rose", "family_name": "Lavoye", "phone": "418 555-0101",
                 "city": "Lévis"},
    )  # fmt: skip
    for one in (first, second):
        said = {"outcome": "kept", "role": "organization"}
        await desk.until_seen(f"/partenaires/{one}", "Rose Lavo")
        await desk.ask(f"/recruitment/partners/{one}/preselection", **said)
        await desk.until_seen(f"/partenaires/{one}", "Disponible")
    searched = await desk.post(f"{HERE}/recherche")
    assert "2 fiches comparées, 1 nouvelle paire à regarder" in searched.text
    [pair] = PAIR.findall(searched.text)
    return first, second, pair


async def test_a_pair_is_looked_at_side_by_side_merged_and_undone(north: Desk) -> None:
    first, second, pair = await two_files(north)

    compared = await north.look(f"{HERE}/{pair}")
    merged = await north.post(f"{HERE}/{pair}/reunion", kept=first, reason="Même téléphone.")
    led_to = await north.look(f"/partenaires/{second}")
    pool = await north.until_seen("/partenaires", "1 personne")
    decided = await north.until_seen(f"{HERE}?decides=oui", "Réunies")
    looked_at = await north.look(f"{HERE}/{pair}")
    refused = await north.tried(f"/recruitment/partners/{second}/pause")
    undone = await north.post(
        f"/partenaires/{first}/reunions/{second}/defaire", reason="Deux cousines."
    )
    both = await north.until_seen("/partenaires", "2 personnes")
    split = await north.until_seen(f"{HERE}?decides=oui", "Deux personnes")

    assert "Lavoye" in compared
    assert "le téléphone" in compared
    assert "Les consentements et les ententes ne s’additionnent pas" in compared
    assert compared.count("Identique") >= 2
    assert merged.path == f"/partenaires/{first}"
    assert "Même téléphone." in merged.text
    assert f'href="/partenaires/{first}/reunions/{second}"' in led_to
    assert second not in pool
    assert pair in decided
    assert "Ces deux fiches sont réunies" in looked_at
    assert refused.json()["type"].endswith("MergedWithAnother")
    assert "Fusionné avec une autre fiche" not in undone.text
    assert second in both
    assert pair in split


async def test_two_persons_are_remembered_and_looking_at_them_was_a_reading(north: Desk) -> None:
    _, _, pair = await two_files(north)

    refused = await north.post(f"{HERE}/{pair}/reunion", kept="")
    said = await north.post(f"{HERE}/{pair}/deux")
    again = await north.post(f"{HERE}/recherche")

    assert refused.status == 422
    assert "Quelle fiche est conservée" in refused.text
    assert (said.path, again.path) == (HERE, HERE)
    assert "0 nouvelle paire" in again.text
    assert "Aucun doublon à regarder" in again.text
    assert pair in await north.look(f"{HERE}?decides=oui")
    assert "Doublons possibles" in await north.look("/journal")


async def test_an_office_without_duplicates_is_told_so_calmly(north: Desk) -> None:
    await begin(north)

    page = await north.look(HERE)

    assert "Aucun doublon à regarder" in page
    assert f'href="{HERE}"' in await north.look("/partenaires")
