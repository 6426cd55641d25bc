"""`tandem replay`: what led to what, what changed, of one thing or of all."""

import json
from typing import Any

from services.cli.recounting import in_threads
from services.cli.running import Platform
from tests.cli.terminal import Terminal


def step(id: str, cause: str | None = None, day: int = 1) -> dict[str, Any]:
    return {"id": id, "cause": cause, "time": f"2026-09-{day:02}T14:00:00Z"}


def test_what_followed_stands_under_what_led_to_it() -> None:
    told = [step("a"), step("b"), step("c", "a"), step("d", "c"), step("e", "x"), step("f", "a")]

    shown = [(one["id"], depth) for one, depth in in_threads(told, "time")]

    assert shown == [("a", 0), ("c", 1), ("d", 2), ("f", 1), ("b", 0), ("e", 0)]


def test_what_led_to_a_step_from_without_stands_at_its_own_day() -> None:
    told = [step("b", "a", day=3), step("c", day=5), step("d", day=9)]
    from_without = [step("a", day=2), step("x", day=4)]

    shown = [(one["id"], depth) for one, depth in in_threads([*told, *from_without], "time")]

    assert shown == [("a", 0), ("b", 1), ("x", 0), ("c", 0), ("d", 0)]


def begun(office: Platform) -> tuple[str, str]:
    """An establishment with a department and a request that it sent."""
    office.post("/directory/establishment", {"name": "Institut du Nord"})
    unit = office.post("/directory/departments", {"name": "Qualité"}).json()["id"]
    staff = office.post("/directory/staff", {"name": "Maya", "department": unit}).json()["id"]
    request = office.post(
        "/intake/requests",
        {"title": "Prévenir les chutes", "department": unit, "contact": staff,
         "level": "partnership", "partners_sought": 1, "words": {"aim": "Voir."}},
    ).json()["id"]  # fmt: skip
    sent = office.post(f"/intake/requests/{request}/submission")
    office.get("/insights/requests", awaited=sent.headers["Tandem-Position"])
    return unit, request


def test_a_replay_of_all_of_a_department_and_of_a_difference(
    tandem: Terminal, establishment: str
) -> None:
    with tandem.office(establishment) as office:
        unit, request = begun(office)
    replay = "replay", "-e", establishment

    whole = tandem(*replay, "--json")
    of_unit = tandem(*replay, "--department", unit, "--causes", "--json")
    change = tandem(*replay, "--request", request, "--between", "2020-01-01", "2999-01-01")
    nothing = tandem(*replay, "--since", "2998", "--json")
    refused = tandem(*replay, "--request", request, "--department", unit)

    kinds = [one["type"].split(".")[1] for one in whole.told]
    assert kinds[0] == "EstablishmentOpened"
    assert {"StaffRecorded", "RequestSubmitted"} <= set(kinds)
    assert [one["type"].split(".")[1] for one in of_unit.told["steps"]] == [
        "DepartmentRecorded", "RequestDrafted", "NumberGiven", "RequestSubmitted",
    ]  # fmt: skip
    assert "État : — → À prendre en charge" in change.out.replace("\u00a0", " ")
    assert json.loads(nothing.out) == []
    assert refused.code == 2
