"""A file that somebody brings by hand, and what its report says."""

from collections.abc import AsyncIterator
from typing import Any

import httpx2
import pytest

from services.chassis.settings import Installation
from tests.callers import signed
from tests.offices import an_office, ask
from tests.patience import eventually

pytestmark = pytest.mark.anyio

HEADINGS = "Matricule;Nom complet;Service;Depuis\n"
OVER = {"tried", "quarantined", "applied"}


@pytest.fixture
async def hr(installation: Installation) -> AsyncIterator[httpx2.AsyncClient]:
    async with an_office(installation, "vault", "directory") as office:
        office.auth = signed("north", "staff:lise", roles=("hr_officer",))
        source = {"name": "hr-file", "kind": "file"}
        await ask(office, "/directory/sources", **source)
        yield office


def people(many: int, first: int = 0) -> str:
    """A file of so many."""
    there = range(first, first + many)
    return HEADINGS + "".join(f"E{n};Élodie Roy {n};DSI;2024-04-01\n" for n in there)


async def brought(hr: httpx2.AsyncClient, file: str, **asked: str) -> Any:
    """The report, once the file was read and what it says is done."""
    given = {"source": "hr-file", **asked}
    path = "/directory/runs/files"
    answer = await hr.post(path, params=given, content=file.encode("cp1252"))
    assert answer.status_code == 202, answer.text
    said: Any = None

    async def over() -> bool:
        nonlocal said
        said = (await hr.get(f"/directory/runs/{answer.json()['id']}/report")).json()
        return said["run"]["state"] in OVER or bool(said["stopped"])

    await eventually(over)
    return said


async def test_a_file_that_is_brought_by_hand_is_read_and_applied(hr: httpx2.AsyncClient) -> None:
    report = await brought(hr, people(30))

    counts = report["run"]["counts"]
    assert (report["run"]["state"], counts["joined"], report["seen"]) == ("applied", 30, 30)
    assert (report["stopped"], report["decided"], report["troubles"]) == (None, None, [])


async def test_a_trial_changes_nothing_and_says_which_lines_cannot_be_read(
    hr: httpx2.AsyncClient,
) -> None:
    odd = people(3) + ";Sans Matricule;DSI;2024-04-01\nE9;Date Fausse;DSI;04/05/2024\n"

    report = await brought(hr, odd, dry="true")
    again = await brought(hr, odd, dry="true")

    troubles = [(one["line"], one["column"]) for one in report["troubles"]]
    assert troubles == [(5, "key"), (6, "since")]
    assert report["run"]["state"] == "tried"
    assert again["run"]["counts"] == report["run"]["counts"]


async def test_who_released_a_file_stands_in_its_report(hr: httpx2.AsyncClient) -> None:
    await brought(hr, people(40))
    truncated = people(12)

    held = await brought(hr, truncated)
    released = await brought(hr, truncated, release="true")

    assert (held["run"]["state"], held["run"]["counts"]["leaving"]) == ("quarantined", 28)
    assert (released["run"]["id"], released["run"]["state"]) == (held["run"]["id"], "applied")
    assert released["run"]["counts"]["left"] == 28
    decided = released["decided"]
    assert (decided["released"], decided["actor"]) == (True, "staff:lise")


async def test_who_refused_a_file_stands_in_its_report_and_it_is_not_taken_again(
    hr: httpx2.AsyncClient,
) -> None:
    await brought(hr, people(40))
    held = await brought(hr, people(12))
    run = f"/directory/runs/{held['run']['id']}"

    await hr.post(f"{run}/refusal")
    report = (await hr.get(f"{run}/report")).json()
    asked = {"source": "hr-file"}
    again = await hr.post(
        "/directory/runs/files", params=asked, content=people(12).encode("cp1252")
    )

    assert report["decided"]["released"] is False
    assert again.json()["type"] == "urn:tandem:FileWasRefused"


@pytest.mark.parametrize("content", [b"", b"Nom;Service\nLise;DSI\n", b"PK\x03\x04\x00\x00"])
async def test_what_is_no_list_of_staff_is_refused_in_plain_words(
    hr: httpx2.AsyncClient, content: bytes
) -> None:
    asked = {"source": "hr-file"}

    answer = await hr.post("/directory/runs/files", params=asked, content=content)

    assert answer.json()["type"] == "urn:tandem:FileNotReadable"
    assert (await hr.get("/directory/runs")).json() == []


async def test_a_file_may_be_longer_than_any_other_body(hr: httpx2.AsyncClient) -> None:
    long = HEADINGS + "".join(f"E1;Élodie {'Roy' * 30};DSI{n};2024-04-01\n" for n in range(3_000))

    report = await brought(hr, long, dry="true")
    elsewhere = await hr.post("/directory/departments", content=long.encode())

    assert (len(long) > 256 * 1024, report["seen"]) == (True, 3_000)
    assert elsewhere.status_code == 413
