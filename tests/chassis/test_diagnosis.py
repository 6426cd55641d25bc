"""What is wrong is said in a sentence, with what to do; what is well is not mentioned."""

import os
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from services.chassis.diagnosis import Standing, last_backup, troubles

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
SERVICE: dict[str, Any] = {
    "position": 5_000, "published": 5_000, "lag": 0, "quarantined": 0, "behind": False,
    "listeners": [{"source": "directory", "position": 5_000, "tries": 0}],
}  # fmt: skip
VIEW: dict[str, Any] = {"projection": "requests", "lag": 0, "parked": 0, "stopped": None}
WITNESS: dict[str, Any] = {"to": "temoin.example", "kind": "webhook", "ended": None, "trouble": ""}
RECEIVER: dict[str, Any] = {"name": "Paie", "unreachable": False, "waiting": 0}
WELL = Standing(
    services={"intake": SERVICE, "directory": SERVICE},
    ledger={"intake": {"place": 5_000}, "directory": {"place": 5_000}},
    views=[VIEW],
    receivers=[RECEIVER],
    witnesses=[WITNESS, WITNESS | {"trouble": "unreachable", "ended": NOW}],
    ready={"intake": "ready"},
    backed_up=NOW - timedelta(hours=7),
    names={"intake": "Demandes", "requests": "Les demandes", "directory": "Annuaire"},
)


def with_intake(**said: Any) -> Standing:
    return replace(WELL, services={**WELL.services, "intake": SERVICE | said})


def test_where_all_is_well_there_is_nothing_to_do() -> None:
    assert troubles(WELL, NOW) == []


@pytest.mark.parametrize(
    ("standing", "what"),
    [
        (replace(WELL, services={**WELL.services, "intake": None}), "Demandes ne répond pas."),
        (replace(WELL, ledger=None), "ledger ne répond pas."),
        (replace(WELL, views=None), "insights ne répond pas."),
        (replace(WELL, ready={"intake": {"nats": "TimeoutError"}}), "Demandes n’atteint pas NATS"),
        (with_intake(behind=True), "Demandes a moins d’étapes que les autres"),
        (with_intake(unsure=True), "Demandes ne sait pas s’il a tout ce que d’autres ont entendu"),
        (
            replace(
                WELL,
                ledger={"intake": {"place": 5_000, "parted": True}, "directory": {"place": 5_000}},
            ),
            "Le registre n’a pas les mêmes étapes que Demandes",
        ),
        (
            with_intake(wal={"stuck": 900.0, "slots": 0, "held": 0}),
            "Le journal de PostgreSQL ne part plus vers les sauvegardes depuis 15 minutes (Dem",
        ),
        (
            with_intake(wal={"stuck": 0.0, "slots": 1, "held": 2**30}),
            "PostgreSQL garde 1024 Mo de journal pour une copie qui ne vient pas le chercher",
        ),
        (with_intake(published=None), "5000 étapes de Demandes ne sont pas parties."),
        (with_intake(quarantined=3), "Demandes a mis de côté"),
        (
            with_intake(listeners=[{"source": "directory", "position": 1, "tries": 4}]),
            "Demandes n’arrive pas à tenir compte d’une étape de Annuaire (4 essais).",
        ),
        (
            replace(WELL, ledger={"intake": {"place": 10}, "directory": {"place": 5_000}}),
            "4990 étapes de Demandes ne sont pas au registre.",
        ),
        (replace(WELL, views=[VIEW | {"stopped": "v2"}]), "La vue « Les demandes » attend une"),
        (replace(WELL, views=[VIEW | {"lag": 2_000}]), "La vue « Les demandes » a 2000 étapes"),
        (replace(WELL, views=[VIEW | {"parked": 2}]), "La vue « Les demandes » ne montre pas tout"),
        (
            replace(WELL, rebuilds=[{"projection": "requests", "state": "failed"}]),
            "Refaire la vue « Les demandes » a échoué.",
        ),
        (
            replace(WELL, receivers=[RECEIVER | {"unreachable": True, "waiting": 4}]),
            "Paie ne répond plus à nos envois (4 en attente).",
        ),
        (
            replace(WELL, witnesses=[WITNESS, WITNESS | {"trouble": "unreachable"}]),
            "Un témoin du registre (temoin.example) n’a pas reçu le dernier point",
        ),
        (
            replace(WELL, backed_up=NOW - timedelta(hours=50)),
            "La dernière sauvegarde a 50 heures.",
        ),
    ],
    ids=lambda one: one if isinstance(one, str) else "",
)
def test_what_is_wrong_is_said_with_what_to_do(standing: Standing, what: str) -> None:
    [trouble] = troubles(standing, NOW)

    assert trouble.what.startswith(what)
    assert trouble.do.endswith(".")


def test_one_server_that_is_away_is_said_once_and_not_what_follows_from_it() -> None:
    away = {"intake": {"nats": "TimeoutError"}, "directory": {"nats": "TimeoutError"}}
    cut = replace(with_intake(published=None), ready=away)

    [trouble] = troubles(cut, NOW)
    [some] = troubles(replace(cut, ready=away | {"vault": "ready"}), NOW)

    assert trouble.what.startswith("Aucun service n’atteint NATS")
    assert some.what.startswith("2 services (Demandes, Annuaire) n’atteignent pas NATS")


def test_a_log_that_waits_a_moment_is_how_things_go() -> None:
    waits = with_intake(wal={"stuck": 60.0, "slots": 1, "held": 2**20})

    assert troubles(waits, NOW) == []


def test_a_little_behind_is_how_things_go() -> None:
    busy = replace(
        with_intake(published=4_900, listeners=[{"source": "x", "position": 0, "tries": 1}]),
        views=[VIEW | {"lag": 900}],
    )

    assert troubles(busy, NOW) == []


def test_all_is_saved_since_the_backup_that_is_oldest(tmp_path: Path) -> None:
    for name, at in (("vault", NOW - timedelta(days=3)), ("postgres", NOW)):
        (tmp_path / name).touch()
        os.utime(tmp_path / name, (at.timestamp(), at.timestamp()))

    assert last_backup(tmp_path) == NOW - timedelta(days=3)
    assert last_backup(tmp_path / "nowhere") is None
    assert last_backup(None) is None
