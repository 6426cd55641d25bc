"""What a person finds on the pages, over HTTP and without a browser."""

from __future__ import annotations

import httpx2
import pytest

from tests.portal.town import KEY, Desk, begin, version_in

pytestmark = pytest.mark.anyio

LISTS = ("/", "/?vue=colonnes", "/?etat=toutes", "/partenaires", "/implications", "/projets")
FORMS = ("/demandes/nouvelle", "/candidatures/nouvelle", "/projets/nouveau", "/etat", "/sessions")


async def test_what_one_just_did_is_on_the_next_page(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}"

    taken = await north.post(f"{here}/prise-en-charge", advisor=known.staff)
    accepted = await north.post(f"{here}/acceptation")

    assert taken.path == accepted.path == here
    assert "Prise en charge" in taken.text
    assert "Maya Tremblay" in taken.text
    assert "Le Bureau a accepté la demande" in accepted.text


async def test_a_lost_race_shows_who_and_when_and_keeps_what_was_typed(north: Desk) -> None:
    known = await begin(north)
    here = f"/demandes/{known.request}"
    shown = version_in(await north.look(here))
    olivier = Desk(north.home, north.establishment, "olivier")
    await olivier.ask(f"/intake/requests/{known.request}/triage", advisor=known.staff)

    lost = await north.post(
        f"{here}/retour", version=shown, missing="aim", note="Le but n’est pas clair."
    )
    again = await north.post(f"{here}/retour", version=version_in(lost.text), missing="aim")
    await olivier.gone()

    assert lost.status == 412
    assert "Quelqu’un d’autre a modifié ceci pendant que vous écriviez" in lost.text
    assert "olivier, le " in lost.text
    assert "Le but n’est pas clair." in lost.text
    assert again.status == 200
    assert "À compléter" in again.text


async def test_a_decision_that_cannot_be_taken_is_told_in_a_sentence(north: Desk) -> None:
    known = await begin(north)

    refused = await north.post(f"/demandes/{known.request}/acceptation")

    assert refused.status == 409
    assert "Une demande est acceptée une fois prise en charge par le Bureau." in refused.text
    assert "erreur" not in refused.text


async def test_a_form_with_a_mistake_loses_nothing_and_leads_to_the_field(north: Desk) -> None:
    await begin(north)

    wrong = await north.post(
        "/demandes/nouvelle", title="Un comité", partners_sought="deux", aim="Entendre."
    )

    assert wrong.status == 422
    assert 'href="#demande-department"' in wrong.text
    assert 'href="#demande-partners_sought"' in wrong.text
    assert 'value="deux"' in wrong.text
    assert "Entendre." in wrong.text


async def test_a_date_that_cannot_be_is_told_at_its_field(north: Desk) -> None:
    known = await begin(north)

    refused = await north.post(
        f"/demandes/{known.request}/prise-en-charge", advisor=known.staff, passe="hier"
    )

    assert refused.status == 422
    assert 'href="#prise-en-charge-passe"' in refused.text
    assert 'value="hier"' in refused.text


async def test_sending_a_form_twice_makes_one_request(north: Desk) -> None:
    known = await begin(north)
    form = await north.look("/demandes/nouvelle")
    key = KEY.search(form)
    assert key
    need = {
        "title": "Un guide du congé", "department": known.department, "contact": known.staff,
        "level": "consultation", "partners_sought": "2", "kind": "project",
        "system_level": "services", "cle": key[1],
    }  # fmt: skip

    first, second = [await north.post("/demandes/nouvelle", **need) for _ in range(2)]

    assert first.status == second.status == 200
    assert first.path == second.path


async def test_no_page_holds_what_is_another_establishments(north: Desk, south: Desk) -> None:
    known = await begin(north, "La grande affaire du nord")
    await south.ask("/directory/establishment", name="Centre du sud")
    records = (f"/demandes/{known.request}", f"/partenaires/{known.person}")
    stories = tuple(f"{record}/histoire" for record in records)

    seen = [await south.look(path) for path in (*LISTS, *FORMS)]
    refused = [await south.look(path, status=404) for path in (*records, *stories)]
    found = await south.post("/partenaires/recherche", nom="Rose")
    taken = await south.post(f"/demandes/{known.request}/prise-en-charge", advisor=known.staff)

    for text in (*seen, *refused, found.text, taken.text):
        assert "La grande affaire du nord" not in text
        assert "Lavoie" not in text
        assert "Maya" not in text
    assert taken.status == 404


@pytest.mark.parametrize(
    "said",
    [
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Origin": "https://ailleurs.example"},
        {"Origin": "null"},
    ],
)
async def test_a_form_of_another_site_is_refused(north: Desk, said: dict[str, str]) -> None:
    refused = await north.post_as(said, "/sessions/fin")

    assert refused.status == 403
    assert "rien n’a été fait" in refused.text


async def test_who_says_nothing_of_where_a_form_was_is_refused(town: str) -> None:
    async with httpx2.AsyncClient(base_url=town) as nobody:
        refused = await nobody.post("/demonstration", data={"home": "north", "role": "advisor"})

    assert refused.status_code == 403
    assert "set-cookie" not in refused.headers


async def test_every_page_says_who_looks_and_runs_nothing_foreign(north: Desk) -> None:
    await begin(north)
    await north.come_in()

    pages = [await north.pages.get(path) for path in (*LISTS, *FORMS, "/nulle-part")]

    for page in pages:
        assert "Responsable du Bureau" in page.text
        assert "Se déconnecter" in page.text
        assert page.headers["content-security-policy"].startswith("default-src 'self'")
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["x-content-type-options"] == "nosniff"
        assert "<style" not in page.text
        assert " style=" not in page.text
        assert "<script>" not in page.text


async def test_a_name_is_searched_without_standing_in_an_address(north: Desk) -> None:
    await begin(north)

    found = await north.post("/partenaires/recherche", nom="lav")

    assert found.path == "/partenaires/recherche"
    assert "Rose Lavoie" in found.text


async def test_an_empty_office_is_told_how_to_begin(north: Desk) -> None:
    page = await north.look("/")

    assert "Rien n’est encore inscrit ici" in page
    assert 'href="/demandes/nouvelle"' in page
    assert "tandem import" in page


async def test_what_a_person_wrote_is_shown_as_words_and_never_run(north: Desk) -> None:
    await begin(north, "<script>alert(1)</script>")

    board = await north.look("/")

    assert "<script>alert" not in board
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in board
