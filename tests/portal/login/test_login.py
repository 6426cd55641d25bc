"""People come in at a provider of their establishment, stay a while, and go."""

from __future__ import annotations

from hashlib import sha256
from urllib.parse import quote

import httpx2
import pytest

from services.portal.guarding import COOKIE
from tests.portal.login.inn import HOME, Inn
from tests.portal.town import token_in

pytestmark = pytest.mark.anyio


async def test_whom_the_directory_knows_comes_in_by_their_provider_where_they_wanted(
    inn: Inn,
) -> None:
    async with inn.browser() as maya:
        asked = await maya.get("/partenaires?etat=paused")
        begun = await maya.get(f"/connexion/{HOME}/travail?vers=/partenaires%3Fetat%3Dpaused")
        admitted = await maya.get(str(await maya.recognized(_location(begun))))
        pool = await maya.get("/partenaires?etat=paused")

    sent = dict(_location(begun).params)
    cookie = admitted.headers["set-cookie"]
    assert asked.headers["location"] == f"/connexion?vers={quote('/partenaires?etat=paused', '')}"
    assert (sent["response_type"], sent["code_challenge_method"]) == ("code", "S256")
    assert len(sent["state"]) >= 43
    assert len(sent["nonce"]) >= 43
    assert admitted.headers["location"] == "/partenaires?etat=paused"
    assert all(said in cookie for said in ("HttpOnly", "Secure", "SameSite=lax", "Path=/"))
    assert cookie.startswith("__Host-tandem=")
    assert "domain" not in cookie.lower()
    assert "Maya Tremblay" in pool.text


async def test_the_table_holds_a_digest_of_the_token_and_nobodys_name(inn: Inn) -> None:
    async with inn.browser() as maya:
        await maya.signs_in()

        rows = await inn.database.fetch("select * from portal.sessions")

    kept = str([dict(row) for row in rows])
    assert sha256(maya.cookie.encode()).digest() in [row["digest"] for row in rows]
    assert f"staff:{inn.known.staff}" in kept
    assert all(word not in kept for word in (maya.cookie, "maya", "Tremblay"))


async def test_whom_the_directory_does_not_know_is_told_whom_to_ask(inn: Inn) -> None:
    async with inn.browser() as stranger:
        refused = await stranger.signs_in("inconnue")
        still_out = await stranger.get("/")

    assert refused.status_code == 403
    assert "Écrivez au Bureau du partenariat" in refused.text
    assert "Zoé" not in refused.text
    assert still_out.headers["location"] == "/connexion"


async def test_what_a_provider_sends_back_counts_once_and_in_the_same_browser(inn: Inn) -> None:
    async with inn.browser() as maya, inn.browser() as thief:
        back = str(await maya.sent_to_provider())
        stolen = await thief.get(back)
        await thief.token()
        stolen_with_a_cookie = await thief.get(back)
        admitted = await maya.get(back)
        replayed = await maya.get(back)

    assert [one.status_code for one in (stolen, stolen_with_a_cookie, replayed)] == [400] * 3
    assert admitted.status_code == 303
    assert "Cette connexion n’est plus valable" in replayed.text


async def test_an_attempt_is_over_after_ten_minutes(inn: Inn) -> None:
    async with inn.browser() as maya:
        back = await maya.sent_to_provider()
        await inn.database.execute("update portal.attempts set began = began - interval '11 min'")

        late = await maya.get(str(back))

    assert late.status_code == 400


@pytest.mark.parametrize("changed", ["nonce", "iss", "code"])
async def test_an_answer_that_is_not_to_what_was_asked_is_not_believed(
    inn: Inn, changed: str
) -> None:
    async with inn.browser() as maya:
        asked = _location(await maya.get(f"/connexion/{HOME}/travail"))
        if changed == "nonce":
            asked = asked.copy_set_param("nonce", "another")
        back = await maya.recognized(asked)
        if changed != "nonce":
            back = back.copy_set_param(changed, "https://ailleurs.example")

        refused = await maya.get(str(back))

    assert refused.status_code == 403
    assert "La connexion n’a pas abouti" in refused.text


async def test_a_provider_that_is_away_says_so_and_the_other_works(inn: Inn) -> None:
    async with inn.browser() as maya:
        away = await maya.get(f"/connexion/{HOME}/ailleurs")
        admitted = await maya.signs_in()

    assert away.status_code == 503
    assert "« Compte d’ailleurs » ne répond pas" in away.text.replace("\u00a0", " ")
    assert f'href="/connexion/{HOME}/travail"' in away.text
    assert admitted.status_code == 303


@pytest.mark.parametrize(
    "where",
    ["//ailleurs.example", "https://ailleurs.example/", "/\\ailleurs.example", "/\t/ailleurs"],
)
async def test_nobody_is_led_to_another_site_by_coming_in(inn: Inn, where: str) -> None:
    async with inn.browser() as maya:
        admitted = await maya.signs_in(vers=where)

    assert admitted.headers["location"] == "/"


async def test_a_cookie_from_before_signing_in_opens_nothing_afterwards(inn: Inn) -> None:
    async with inn.browser() as maya, inn.browser() as fixer:
        await maya.token()
        before = maya.cookie
        await maya.signs_in()
        fixer.http.cookies.set(COOKIE, before, domain="127.0.0.1", path="/")
        tried = await fixer.get("/")

    assert maya.cookie != before
    assert tried.headers["location"] == "/connexion"


async def test_a_session_ends_here_and_at_the_provider_and_a_stolen_cookie_with_it(
    inn: Inn,
) -> None:
    async with inn.browser() as maya, inn.browser() as thief:
        await maya.signs_in()
        stolen = maya.cookie
        ended = await maya.post("/deconnexion")
        thief.http.cookies.set(COOKIE, stolen, domain="127.0.0.1", path="/")
        tried = await thief.get("/")

    assert "/oauth2/end_session?client_id=tandem" in ended.headers["refresh"]
    assert "hint" not in ended.headers["refresh"]
    assert "Max-Age=0" in ended.headers["set-cookie"]
    assert tried.headers["location"] == "/connexion"


async def test_somebody_ends_all_their_sessions_at_once(inn: Inn) -> None:
    async with inn.browser() as here, inn.browser() as there, inn.browser() as other:
        for browser in (here, there):
            await browser.signs_in()
        await other.chooses("advisor")

        seen = await here.get("/sessions")
        await here.post("/sessions/fin")
        after = [(await one.get("/sessions")).status_code for one in (here, there, other)]

    assert seen.text.count("Une autre session") >= 1
    assert after == [303, 303, 200]


@pytest.mark.parametrize(("column", "by"), [("seen", "31 min"), ("ends", "12 hours")])
async def test_a_session_ends_by_itself_when_unused_and_at_the_latest_after_a_day(
    inn: Inn, column: str, by: str
) -> None:
    async with inn.browser() as maya:
        await maya.signs_in()
        await inn.makes_old(maya, column, by)

        late = await maya.get("/partenaires")

    assert late.headers["location"] == f"/connexion/{HOME}?vers=%2Fpartenaires"


async def test_what_was_typed_is_there_again_for_the_same_person_after_signing_in_again(
    inn: Inn,
) -> None:
    async with inn.browser() as maya:
        await maya.signs_in()
        form = token_in((await maya.get("/demandes/nouvelle")).text)
        await inn.makes_old(maya, "seen", "31 min")
        late = await maya.post("/demandes/nouvelle", jeton=form, title="Un guide du congé")
        kept = await inn.database.fetchval("select sealed from portal.kept_forms")
        back = await maya.signs_in()
        shown = await maya.get("/reprise")
        again = await maya.get("/reprise")

    assert late.headers["location"] == f"/connexion/{HOME}"
    assert b"guide" not in kept
    assert back.headers["location"] == "/reprise"
    assert "Votre session s’était terminée" in shown.text
    assert 'value="Un guide du congé"' in shown.text
    assert token_in(shown.text) != form
    assert again.headers["location"] == "/"


async def test_what_somebody_typed_is_shown_to_nobody_else(inn: Inn) -> None:
    async with inn.browser() as shared:
        await shared.signs_in()
        form = token_in((await shared.get("/demandes/nouvelle")).text)
        await inn.makes_old(shared, "seen", "31 min")
        await shared.post("/demandes/nouvelle", jeton=form, title="Un guide du congé")

        other = await shared.chooses("office_lead")
        shown = await shared.get("/reprise", follow=True)

    assert other.headers["location"] == "/"
    assert "Un guide du congé" not in shown.text
    assert await inn.database.fetchval("select count(*) from portal.kept_forms") == 0


async def test_whose_role_is_withdrawn_is_shown_out(inn: Inn) -> None:
    role = f"/directory/staff/{inn.known.staff}/roles"
    async with inn.browser() as maya:
        await maya.signs_in()
        await inn.office.ask(f"{role}/withdrawal", role="advisor")
        soon = await maya.get("/partenaires")
        await inn.makes_old(maya, "asked", "6 min")
        later = await maya.get("/partenaires")
        await inn.office.ask(role, role="advisor")

    assert soon.status_code == 200
    assert later.headers["location"].startswith(f"/connexion/{HOME}")


async def test_a_form_needs_the_token_of_its_own_session(inn: Inn) -> None:
    async with inn.browser() as maya, inn.browser() as other:
        await maya.signs_in()
        await other.chooses("advisor")
        foreign = token_in((await other.get("/sessions")).text)
        need = {"title": "Un guide", "jeton": foreign}

        missing = await maya.http.post("/demandes/nouvelle", data={"title": "Un guide"})
        torn = await maya.http.post(
            "/demandes/nouvelle", content=b"--", headers={"Content-Type": "multipart/form-data"}
        )
        wrong = await maya.post("/demandes/nouvelle", **need)
        ended = await maya.post("/sessions/fin", jeton=foreign)
        still = await maya.get("/sessions")

    assert (missing.status_code, torn.status_code, ended.status_code) == (403, 403, 403)
    assert wrong.status_code == 409
    assert "rien n’a été envoyé" in wrong.text
    assert 'value="Un guide"' in wrong.text
    assert still.status_code == 200


async def test_each_role_sees_its_own_menu_and_is_told_plainly_what_is_for_others(
    inn: Inn,
) -> None:
    first, menus, refused = {}, {}, {}
    for role in ("advisor", "requester", "users_committee", "auditor", "operator", "partner"):
        async with inn.browser() as somebody:
            await somebody.chooses(role)
            page = await somebody.get("/", follow=True)
            first[role], menus[role] = page.url.path, page.text.partition("</nav>")[0]
            refused[role] = (await somebody.get("/candidatures/nouvelle")).status_code

    assert first == {
        "advisor": "/", "requester": "/", "users_committee": "/projets", "auditor": "/journal",
        "operator": "/etat", "partner": "/accueil",
    }  # fmt: skip
    assert 'href="/partenaires"' in menus["advisor"]
    assert all('href="/partenaires"' not in menus[one] for one in menus if one != "advisor")
    assert "Mes demandes" in menus["requester"]
    assert set(refused.values()) == {200, 403}
    assert refused["advisor"] == 200


async def test_over_https_browsers_are_told_to_stay_there(inn: Inn) -> None:
    async with inn.browser() as visitor:
        plain = await visitor.get("/connexion")
        visitor.http.headers["X-Forwarded-Proto"] = "https"
        safe = await visitor.get("/connexion")

    assert "strict-transport-security" not in plain.headers
    assert safe.headers["strict-transport-security"] == "max-age=31536000"


def _location(answer: httpx2.Response) -> httpx2.URL:
    return httpx2.URL(answer.headers["location"])
