"""What people type is on no container's log, and in no trace, however it ended."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from services.provisioning import SERVICES
from tests.containers.stack import Stack
from tests.patience import eventually
from tests.portal.town import KEY, Desk

pytestmark = [pytest.mark.anyio, pytest.mark.containers, pytest.mark.usefixtures("engine")]

HOME = "institut-des-mots"
GIVEN, FAMILY, PHONE, EMAIL = "Zygomatica", "Quillfeather", "418 555-0173", "stray@canary.example"
SENTENCE = "Said in confidence of Zanzibarre, who likes neither dogs nor lifts"
STRAY = ("zygomatica", "quillfeather", "555-0173", "4185550173", "canary.example", "zanzibarre",
         "neither dogs")  # fmt: skip
OTHERS = {"postgres", "postgres-vault", "nats", "provision", "identity", "collector"}
PROFILE = {
    "door": "phone", "role": "organization", "given_name": GIVEN, "family_name": FAMILY,
    "phone": PHONE, "email": EMAIL, "address": f"12, rue {FAMILY}", "best_time": SENTENCE,
    "experience": SENTENCE, "motivation": SENTENCE, "needs": SENTENCE,
}  # fmt: skip


@pytest.fixture
async def office(stack: Stack) -> AsyncIterator[Desk]:
    desk = Desk(stack.home, HOME, "marie")
    yield desk
    await desk.gone()


async def with_key(office: Desk, path: str, **said: str) -> str:
    """A form with the key that its page gave it; where it led."""
    key = KEY.search(await office.look(path))
    assert key
    sent = await office.post(path, cle=key[1], **said)
    assert sent.status == 200, sent.text
    return sent.path


async def a_request(office: Desk, known: dict[str, str]) -> None:
    """A team asks; it is returned with a note, then declined with another."""
    need = {
        "title": "Un guide de l’accueil", "department": known["department"],
        "contact": known["staff"], "level": "consultation", "partners_sought": "2",
        "kind": "project", "system_level": "services", "aim": SENTENCE, "profile": SENTENCE,
        "site": SENTENCE, "background": f"{GIVEN} {FAMILY}, {PHONE}, {EMAIL}",
    }  # fmt: skip
    request = await with_key(office, "/demandes/nouvelle", **need)
    await office.post(f"{request}/envoi")
    await office.until_seen(request, "À prendre en charge", "Zanzibarre")
    await office.post(f"{request}/retour", missing="aim", note=SENTENCE)
    await office.post(f"{request}/refus", reason="other", note=SENTENCE)


async def a_candidacy(office: Desk) -> None:
    """Somebody applies, is met, is called, is looked for by name, and rests."""
    person = await with_key(office, "/candidatures/nouvelle", **PROFILE)
    await office.until_seen(person, GIVEN, FAMILY)
    await office.post(f"{person}/contact", kind="call", summary=SENTENCE)
    await office.post(f"{person}/preselection", outcome="kept", role="organization", note=SENTENCE)
    found = await office.post("/partenaires/recherche", nom=f"{GIVEN} {FAMILY}")
    await office.until_seen(person, "Mettre en pause")
    await office.post(f"{person}/pause", reason=SENTENCE)
    assert FAMILY in found.text


async def what_is_refused(office: Desk, stack: Stack) -> None:
    """A form with a mistake, an address nobody has, and a vault that cannot write."""
    wrong = await office.post("/candidatures/nouvelle", **PROFILE | {"given_name": f"{GIVEN}\0"})
    await office.post(f"/connexion/{HOME}/code", email=EMAIL)
    nowhere = await office.post("/demandes/nouvelle", aim=SENTENCE, title=SENTENCE, level=SENTENCE)
    stack.said("pause", "postgres-vault")
    try:
        away = await office.post("/candidatures/nouvelle", **PROFILE)
    finally:
        stack.said("unpause", "postgres-vault")
    assert [wrong.status, nowhere.status] == [422, 422]
    assert away.status >= 500 or "n’est pas accessible pour l’instant" in away.text


def places_with(said: dict[str, str], *words: str) -> set[tuple[str, str]]:
    return {(name, word) for name, text in said.items() for word in words if word in text.lower()}


async def test_what_people_type_is_in_no_log_and_no_trace(stack: Stack, office: Desk) -> None:
    known = stack.settle(HOME)
    await a_request(office, known)
    await a_candidacy(office)
    await what_is_refused(office, stack)

    async def traced() -> bool:
        told = stack.written()["collector"]
        return all(f"append {one}.v1" in told for one in (
            "intake.CandidacySubmitted", "intake.RequestDeclined", "recruitment.PartnerPaused",
        ))  # fmt: skip

    await eventually(traced, within=30)
    said = stack.written()

    assert {*SERVICES, *OTHERS} <= set(said)
    assert places_with(said, *STRAY) == set()


async def test_a_word_that_strays_is_found_in_logs_and_in_traces(stack: Stack) -> None:
    word = "strayed on purpose"
    stack.said("exec", "-T", "portal", "sh", "-c", f"echo {word} > /proc/1/fd/1")
    send = f"urllib.request.urlopen('http://collector:4318/v1/traces', b'{word}')"
    stack.said("exec", "-T", "intake", "python", "-c", f"import urllib.request; {send}")

    found = places_with(stack.written(), word)

    assert found == {("portal", word), ("collector", word)}
