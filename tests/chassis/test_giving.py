import csv
import io
import json
import tracemalloc
from collections.abc import AsyncIterator, Sequence

import pytest
from python_calamine import CalamineWorkbook

from contracts.audit_event import audit_events
from services.chassis import giving
from services.chassis.giving import COLUMNS, Form, TooManyForAWorkbook, given
from tests.ledger.books import AMINA, facts

pytestmark = pytest.mark.anyio

RISKY = "=HYPERLINK(1)"


async def paged(bodies: Sequence[bytes], at_once: int = 100) -> AsyncIterator[Sequence[bytes]]:
    for first in range(0, len(bodies), at_once):
        yield bodies[first : first + at_once]


async def file(bodies: Sequence[bytes], form: Form) -> bytes:
    return b"".join([part async for part in given(paged(bodies), form)])


async def test_lines_are_the_very_bytes() -> None:
    bodies = facts(250)

    assert (await file(bodies, Form.NDJSON)).splitlines() == bodies


async def test_a_table_has_a_row_a_fact_and_runs_nothing() -> None:
    bodies = [body.replace(b"staff:marie", RISKY.encode()) for body in facts(3)]

    rows = list(csv.DictReader(io.StringIO((await file(bodies, Form.CSV)).decode())))

    assert [row["id"] for row in rows] == [json.loads(body)["id"] for body in bodies]
    assert {row["actor"] for row in rows} == {f"'{RISKY}"}


async def test_a_workbook_has_a_row_a_fact_and_runs_nothing() -> None:
    bodies = [body.replace(b"staff:marie", RISKY.encode()) for body in facts(3)]

    book = CalamineWorkbook.from_filelike(io.BytesIO(await file(bodies, Form.XLSX)))

    headers, *rows = book.get_sheet_by_index(0).to_python()
    assert tuple(headers) == COLUMNS
    assert {row[COLUMNS.index("actor")] for row in rows} == {RISKY}


async def test_more_facts_than_rows_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(giving, "MOST_ROWS", 2)

    with pytest.raises(TooManyForAWorkbook):
        await file(facts(3), Form.XLSX)


@pytest.mark.parametrize("form", [Form.NDJSON, Form.CSV, Form.FHIR])
async def test_a_long_file_needs_no_more_memory_than_a_short_one(form: Form) -> None:
    page = facts(100)

    async def many() -> AsyncIterator[Sequence[bytes]]:
        for _ in range(60):
            yield page

    tracemalloc.start()
    written = 0
    async for part in given(many(), form):
        written += len(part)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()

    assert (written > 1_500_000, peak < 1_500_000) == (True, True), (written, peak)


async def test_a_fact_of_two_persons_is_two_audit_events() -> None:
    [body] = facts(1, first=3, person=AMINA)
    other = "0b5e7b2e-3f0c-4d5e-9c39-0e8f9a6d1c11"
    said = json.loads(body) | {"persons": f"{AMINA} {other}"}

    events = list(audit_events(said))

    patients = [
        entity["what"]["identifier"]["value"]
        for event in events for entity in event["entity"] if entity["type"]["code"] == "1"
    ]  # fmt: skip
    assert patients == [str(AMINA), other]
    assert len({event["id"] for event in events}) == 2


async def test_every_event_is_one_of_fhir_r4() -> None:
    bundles = pytest.importorskip(
        "fhir.resources.R4B.bundle", reason="fhir.resources is not installed"
    )

    told = await file([*facts(30), a_reading()], Form.FHIR)

    bundle = bundles.Bundle.model_validate_json(told)
    assert {entry.resource.get_resource_type() for entry in bundle.entry} == {"AuditEvent"}


def a_reading() -> bytes:
    """As the journal of readings has it."""
    [fact] = facts(1)
    read = {"asked": "values", "purpose": "involvement", "subjects": [str(AMINA)], "own": False}
    said = json.loads(fact) | {"type": "vault.PersonalFilesRead.v1", "source": "vault"}
    return json.dumps(said | {"data": read}).encode()


@pytest.mark.parametrize(
    ("asked", "action", "profile"),
    [("values", "R", "PatientRead"), ("search", "E", "PatientQuery")],
)
async def test_a_reading_is_audited_as_balp_has_it(asked: str, action: str, profile: str) -> None:
    """IHE BALP 1.1.3: an event a patient; user, client and server; the request; the purpose."""
    said = json.loads(a_reading())
    said["data"]["asked"] = asked

    [event] = audit_events(said)

    assert (event["action"], event["type"]["code"], event["outcome"]) == (action, "rest", "0")
    assert event["meta"]["profile"][0].endswith(f".{profile}")
    assert [agent["requestor"] for agent in event["agent"]] == [True, False, False]
    assert [one["type"]["code"] for one in event["entity"]] == ["2", "1", "XrequestId"]
    assert event["purposeOfEvent"][0]["coding"][0]["code"] == "involvement"
