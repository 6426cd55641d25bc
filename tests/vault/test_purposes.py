from uuid import uuid4

import httpx2
import pytest

from services.vault.schedule import DEFAULT
from tests.vault.asking import a_value, as_, ask, keep, know, somebody

pytestmark = pytest.mark.anyio


def terms(schedule: dict[str, list[dict[str, object]]], code: str) -> dict[str, object]:
    return next(one for one in schedule["purposes"] if one["code"] == code)


async def test_a_purpose_that_does_not_cover_a_field_reads_nothing(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Canari", experience="Cancer")
    _, _, experience = await keep(door, *values)

    by_field = {"purpose": "contact", "subjects": [zoe], "fields": ["experience"]}
    refused = await door.post("/subjects/resolutions", json=by_field)
    by_ref = {"purpose": "contact", "refs": [experience["ref"]]}
    also_refused = await door.post("/resolutions", json=by_ref)
    everything = {"purpose": "contact", "subjects": [zoe]}
    covered = await ask(door, "/subjects/resolutions", everything)

    for answer in (refused, also_refused):
        assert answer.status_code == 403
        assert answer.json()["type"].endswith("NotForThisPurpose")
    assert covered["subjects"] == {zoe: {"given_name": "Zoé", "family_name": "Canari"}}
    journal = (await ask(door, "/readings"))["items"]
    told = [(one["read"]["refused"], one["read"]["values"]) for one in journal]
    assert told == [(None, 2), ("NotForThisPurpose", 0), ("NotForThisPurpose", 0)]


async def test_a_role_that_is_no_recipient_reads_nothing(door: httpx2.AsyncClient) -> None:
    zoe, values = somebody("Zoé", "Canari")
    await keep(door, *values)

    said = {"purpose": "recruitment", "subjects": [zoe]}
    refused = await door.post("/subjects/resolutions", json=said, headers=as_("requester"))

    assert refused.status_code == 403


async def test_the_office_lead_decides_who_reads_what_and_how_long_it_is_kept(
    door: httpx2.AsyncClient,
) -> None:
    zoe, values = somebody("Zoé", "Canari")
    await keep(door, *values)
    schedule = await ask(door, "/schedule")
    longer = {
        "number": "P-11", "title": "Dossier", "active": 12, "semiactive": 108, "starts": "left",
        "source": "Calendrier 2026",
    }  # fmt: skip
    narrower = {**terms(schedule, "recruitment"), "fields": ["family_name"], "rule": "P-11"}

    await ask(door, "/rules", longer, **as_("office_lead"))
    await ask(door, "/purposes", narrower, **as_("office_lead"))

    assert await know(door, zoe) == {"family_name": "Canari"}
    decided = await ask(door, "/schedule")
    assert terms(decided, "recruitment")["rule"] == "P-11"
    assert terms(decided, "staff") == terms(schedule, "staff")
    assert {one["number"] for one in decided["rules"]} >= {"P-10", "P-11"}


async def test_a_purpose_cannot_name_a_rule_that_does_not_exist(
    door: httpx2.AsyncClient,
) -> None:
    said = {**terms(await ask(door, "/schedule"), "staff"), "rule": "X-99"}

    refused = await door.post("/purposes", json=said, headers=as_("office_lead"))

    assert refused.status_code == 404


async def test_an_advisor_decides_nothing_of_the_schedule(door: httpx2.AsyncClient) -> None:
    said = terms(await ask(door, "/schedule"), "staff")

    refused = await door.post("/purposes", json=said, headers=as_("advisor"))

    assert refused.status_code == 403


async def test_each_value_keeps_why_it_is_kept_and_under_which_rule(
    door: httpx2.AsyncClient,
) -> None:
    kept = a_value("name", "Béa Roy", purpose="staff")
    brought_in = a_value("note", "Vue en mai", purpose="register")
    await keep(door, kept)
    await keep(door, brought_in, service="accompaniment")

    told = []
    for subject in (kept["subject"], brought_in["subject"]):
        said = {"purpose": "audit", "subject": subject}
        [version] = (await ask(door, "/subjects/versions", said))["versions"]
        told.append((version["purpose"], version["rule"]))

    assert told == [("staff", "P-40"), ("involvement", "P-20")]


async def test_a_correction_keeps_who_and_when(door: httpx2.AsyncClient) -> None:
    subject, claim = str(uuid4()), str(uuid4())
    await keep(door, a_value("family_name", "Roi", subject=subject))
    right = a_value("family_name", "Roy", subject=subject, claim=claim)
    await ask(door, "/reservations", {"values": [right]}, **as_("advisor", "ann"))

    said = {"purpose": "audit", "subject": subject, "field": "family_name"}
    versions = (await ask(door, "/subjects/versions", said))["versions"]

    assert [(one["value"], one["kept_by"], one["number"], one["current"]) for one in versions] == [
        ("Roi", "marie", 1, False),
        ("Roy", "ann", 2, True),
    ]
    assert versions[1]["claim"] == claim
    assert versions[0]["kept_at"] < versions[1]["kept_at"]


def test_every_purpose_has_a_rule_that_exists() -> None:
    rules = {rule.number for rule in DEFAULT.rules}

    assert {purpose.rule for purpose in DEFAULT.purposes} <= rules


async def test_what_hr_sent_is_read_as_it_was_sent_for_that_purpose_alone(
    door: httpx2.AsyncClient,
) -> None:
    lise, sent = str(uuid4()), '{"userName": "lise", "nickName": "Lili"}'
    resource = a_value("scim.resource", sent, subject=lise, purpose="source")
    [kept, _] = await keep(door, resource, a_value("name", "Lise", subject=lise, purpose="staff"))

    told = [
        await door.post("/resolutions", json={"purpose": purpose, "refs": [kept["ref"]]},
                        headers=as_(role))
        for purpose, role in (("source", "hr_officer"), ("source", "requester"),
                              ("staff", "advisor"), ("recruitment", "advisor"))
    ]  # fmt: skip
    everything = {"purpose": "staff", "subjects": [lise]}
    known = await ask(door, "/subjects/resolutions", everything, **as_("advisor"))

    assert [one.status_code for one in told] == [200, 403, 403, 403]
    assert told[0].json()["values"] == {kept["ref"]: sent}
    assert known["subjects"] == {lise: {"name": "Lise"}}
