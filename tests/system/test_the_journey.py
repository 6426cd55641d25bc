"""A whole involvement on a running platform, as an office would live it and an auditor read it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple
from uuid import uuid4

import asyncpg
import pytest

from contracts import ANNOUNCING
from services.chassis.embedded import running
from services.cli import watching
from services.cli.demo.teller import Teller
from services.cli.running import Platform, is_live, pen_of
from services.provisioning import DATABASES
from tests.cli.terminal import EVERY_HAND
from tests.operating import operating
from tests.system.test_up import free_port

pytestmark = pytest.mark.anyio

TITLE = "Un comité de prévention des chutes"
# What two services do at one moment may stand in either order; what follows from what may not.
IN_ORDER = [
    "présenté sa candidature",
    "retenue dans le bassin",
    "a commencé une demande",
    "a envoyé sa demande D-2024-0001",
    "pris la demande en charge",
    "a accepté la demande",
    "recherche de partenaires a commencé",
    "liste courte",
    "Intérêt exprimé",
    "se sont entendus",
    "mandat a été proposé",
    "plan d’intégration a été préparé",
    "terminé son plan de formation",
    "conditions du mandat",
    "La personne a signé le mandat",
    "L’équipe a signé le mandat",
    "La première rencontre entre",
    "L’implication a commencé",
    "Des suivis ont été prévus",
    "Une activité a été notée, 11 mars 2024 : 2 h",
    "fait une contribution",
    "suivi a eu lieu avec la personne",
    "répondu à la contribution",
    "L’implication a pris fin",
    "entretien de départ a été suggéré",
    "entretien de départ a eu lieu",
]


class Lived(NamedTuple):
    """What there is once it has all happened."""

    home: Path
    port: int
    request: str
    partner: str
    involvement: str


@pytest.fixture(scope="module")
def lived(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lived]:
    home, port = tmp_path_factory.mktemp("journey"), free_port()
    up = subprocess.Popen(_tandem("up", "--no-demo", "--quiet"), env=_at(home, port))
    try:
        _wait(lambda: is_live(port) or up.poll() is not None)
        assert up.poll() is None, "the platform did not start"
        yield _live(home, port)
    finally:
        up.terminate()
        up.wait(timeout=60)


def _live(home: Path, port: int) -> Lived:
    with Platform(port, pen_of(home), "north", roles=EVERY_HAND) as office:
        lived = _lived(Teller(office, lambda: None), home, port)
        _wait(lambda: _quiet(office))
        return lived


def _wait(so: Callable[[], bool], within: float = 120.0) -> None:
    deadline = time.monotonic() + within
    while not so():
        assert time.monotonic() < deadline, "it did not happen in time"
        time.sleep(0.1)


def _quiet(office: Platform) -> bool:
    """Everything has been heard, and is to be read."""
    before, after = watching.state(office), watching.state(office)
    parts = [*after["services"].values(), *after["read_models"].values()]
    behind = [one for one in parts if not one or one["lag"] or one.get("unheard")]
    return before == after and not behind


def _lived(teller: Teller, home: Path, port: int) -> Lived:
    care = teller.department("care", "Direction des soins", "DS", "2024-01-08")
    advisor = teller.staff("advisor", "Jeanne Larivée", "Conseillère", care, "2024-01-08")
    partner = teller.partner("Aurèle Vadeboncoeur", "2024-01-10", "2024-01-17")
    request = teller.request(
        "chutes", "2024-01-22", title=TITLE, department=care, contact=advisor,
        level="partnership", partners_sought=1,
    )  # fmt: skip
    teller.accept("chutes", request, advisor, "2024-01-24")
    involvement = teller.match("chutes", request, partner, "2024-02-01", "Habite l’étage.")
    teller.start("chutes", involvement, "2024-02-12", ends="2025-02-12")
    teller.hours("chutes", involvement, "2024-03-11", 120, "Tournée de l’étage")
    teller.contribution(
        "chutes", involvement, "2024-03-11", "Des veilleuses.", "adopted", "Posées.", "2024-04-02"
    )
    teller.check_in("chutes", involvement, "2024-03-13", "partner", 4)
    teller.end("chutes", involvement, "2024-12-06", "Le comité a fini.", "Contente.")
    asked = {"right": "portability", "person": partner}
    teller.ask("a copy", "/vault/rights-requests", asked, "2024-12-09")
    return Lived(home, port, request, partner, involvement)


def _tandem(*words: str) -> list[str]:
    return [sys.executable, "-m", "services.cli.main", *words]


def _at(home: Path, port: int) -> dict[str, str]:
    return {**os.environ, "TANDEM_HOME": str(home), "TANDEM_PORT": str(port)}


def _said(lived: Lived, *words: str, expected: int = 0) -> str:
    told = subprocess.run(
        _tandem(*words),
        env=_at(lived.home, lived.port),
        capture_output=True,
        text=True,
        check=False,
    )
    assert told.returncode == expected, told.stderr
    return told.stdout.replace("\N{NO-BREAK SPACE}", " ")


def _replayed(lived: Lived, *words: str) -> list[dict[str, Any]]:
    whole = _said(lived, "replay", "--establishment", "north", *words, "--json")
    steps: list[dict[str, Any]] = json.loads(whole)
    return steps


def test_the_whole_involvement_is_told_in_order(lived: Lived) -> None:
    told = _said(lived, "replay", "--establishment", "north", "--partner", lived.partner)

    places = [told.find(words) for words in IN_ORDER]
    assert -1 not in places, [words for words in IN_ORDER if words not in told]
    assert places == sorted(places)


def test_what_is_given_to_be_proved_is_what_is_told(lived: Lived) -> None:
    facts = lived.home / "facts.ndjson"
    whose = "--establishment", "north", "--partner", lived.partner

    _said(lived, "facts", *whose, "--to", str(facts))

    given = [json.loads(line)["id"] for line in facts.read_text().splitlines()]
    told = [step["id"] for step in _replayed(lived, "--partner", lived.partner)]
    assert sorted(given) == sorted(told)


def test_the_story_of_the_request_holds_the_partners_part_in_it(lived: Lived) -> None:
    steps = _replayed(lived, "--request", lived.request)

    types = [step["type"].split(".")[1] for step in steps]
    for fact in ("RequestDrafted", "SearchOpened", "MatchAgreed", "InvolvementStarted"):
        assert fact in types


def test_a_story_stops_at_the_day_that_is_asked_for(lived: Lived) -> None:
    then = _replayed(lived, "--partner", lived.partner, "--as-of", "2024-02-01")
    nothing = _replayed(lived, "--partner", lived.partner, "--known-on", "2024-12-31")

    assert then[-1]["time"] < "2024-02-02"
    assert "accompaniment.InvolvementStarted.v1" not in [step["type"] for step in then]
    assert nothing == []  # it all happened before, and nobody had told us yet


async def test_the_ledger_holds_the_very_bytes_of_every_service(lived: Lived) -> None:
    installation = running(lived.home, DATABASES)
    assert installation is not None
    connection = await asyncpg.connect(installation.operator_url("tandem"))

    entered = await connection.fetch(
        "select source, source_position, body from ledger.entries order by source, source_position"
    )
    await connection.close()
    decided = []
    for service in sorted(ANNOUNCING):
        async with operating(installation, service) as own:
            rows = await own.fetch("select position, body from events order by position")
        decided += [(service, position, body) for position, body in rows]

    assert [tuple(row) for row in entered] == decided
    assert {service for service, *_ in decided} == set(ANNOUNCING)


def test_what_was_typed_wrongly_is_put_right_and_the_replay_shows_both(lived: Lived) -> None:
    [logged] = [
        step
        for step in _replayed(lived, "--partner", lived.partner)
        if step["type"] == "accompaniment.HoursLogged.v1"
    ]
    path = f"/accompaniment/streams/{logged['stream']}/facts/{logged['id']}"

    with Platform(lived.port, pen_of(lived.home), "north", roles=EVERY_HAND) as office:
        office.post(f"{path}/correction", {"data": {"minutes": 150}, "reason": "2 h 30."})
        record = f"/insights/involvements/{lived.involvement}"
        _wait(lambda: office.get(record)["minutes"] == 150)

    told = _said(lived, "replay", "--establishment", "north", "--partner", lived.partner)
    assert "2 h (présent·e). [corrigé depuis" in told
    assert "2 h 30" in told


def test_another_establishment_sees_nothing_of_it(lived: Lived) -> None:
    for asked in (("--partner", lived.partner), ("--request", lived.request)):
        _said(lived, "replay", "--establishment", "south", *asked, expected=1)
    with Platform(lived.port, pen_of(lived.home), "south", roles=EVERY_HAND) as stranger:
        assert stranger.get(f"/ledger/persons/{lived.partner}/history") == []
        assert stranger.get(f"/ledger/streams/{lived.involvement}/history") == []
        assert stranger.get("/insights/requests")["items"] == []
    _said(lived, "replay", "--establishment", "north", "--partner", str(uuid4()), expected=1)


def test_the_status_counts_every_fact_everywhere(lived: Lived) -> None:
    with Platform(lived.port, pen_of(lived.home), "north", roles=EVERY_HAND) as office:
        _wait(lambda: _quiet(office))

    state = json.loads(_said(lived, "status", "--json"))

    for service in state["services"].values():
        assert service["head"] == service["published"] == service["ingested"] > 0
        assert (service["lag"], service["quarantine"]) == (0, 0)
    assert {model["lag"] for model in state["read_models"].values()} == {0}
