"""What an act belongs to, who is told of it, and what that costs whoever does not ask."""

import subprocess
import sys
import time
from dataclasses import replace
from uuid import UUID, uuid4

import pytest

from services.chassis.store import Store
from services.chassis.tracing import asked, correlation, doing, onwards, span_of, traced
from tests.collector import collecting
from tests.errands import Errands, an_errand, north

pytestmark = pytest.mark.anyio

TRACE, SPAN = "0af7651916cd43dd8448eb211c80319c", "b7ad6b7169203331"
QUIET = """
import asyncio, sys
from services.intake.main import build
from services.chassis.tracing import traced
async def unasked():
    async with traced("", 1.0):
        print([one for one in sys.modules if one.startswith(("opentelemetry.sdk", "requests"))])
asyncio.run(unasked())
"""


def test_a_caller_says_what_its_request_belongs_to() -> None:
    act = asked("intake", f"00-{TRACE}-{SPAN}-01")

    with doing(act):
        onwards_said = onwards()["traceparent"].split("-")

    assert (act.trace, act.parent) == (UUID(TRACE), int(SPAN, 16))
    assert onwards_said[:3] == ["00", TRACE, f"{act.span:016x}"]


@pytest.mark.parametrize(
    "header",
    ["", "Rose Lavoie", f"00-{'0' * 32}-{SPAN}-01", f"00-{TRACE}-{'0' * 16}-01",
     f"ff-{TRACE}-{SPAN}-01", f"00-{TRACE}-{SPAN}-01-Rose", f"00-{TRACE.upper()}-{SPAN}-01"],
)  # fmt: skip
def test_who_says_it_wrongly_begins_a_course_of_their_own(header: str) -> None:
    act = asked("intake", header)

    assert act.trace != UUID(TRACE)
    assert act.parent == 0


async def test_facts_of_one_request_have_its_trace_as_their_correlation(store: Store) -> None:
    errands = Errands(store)

    with doing(asked("intake", f"00-{TRACE}-{SPAN}-01")):
        first, _ = await errands.begin(
            "Ask the porter", replace(north(), correlation=correlation())
        )
    alone, _ = await errands.begin("Ask the nurse", north())

    [of_request] = await store.read_stream("north", first)
    [by_itself] = await store.read_stream("north", alone)
    assert of_request.correlationid == UUID(TRACE)
    assert by_itself.correlationid == by_itself.id


async def test_what_is_appended_is_told_under_the_id_of_its_fact(store: Store) -> None:
    [envelope] = an_errand()

    with collecting() as collector:
        async with traced(collector.address, 1.0):
            await store.append([envelope])

    [span] = collector.spans
    assert (span.service, span.name) == ("intake", f"append {envelope.type}")
    assert (span.trace, span.id) == (envelope.correlationid.hex, f"{span_of(envelope.id):016x}")


async def test_of_a_share_the_same_traces_are_told_of_by_everybody() -> None:
    acts = [asked("intake", f"00-{uuid4().hex}-{SPAN}-01") for _ in range(2_000)]

    told = []
    for _ in range(2):
        with collecting() as collector:
            async with traced(collector.address, 0.25):
                for act in acts:
                    with doing(act):
                        pass
        told.append({span.trace for span in collector.spans})

    assert told[0] == told[1]
    assert 380 < len(told[0]) < 620


async def test_an_error_is_told_by_its_kind_and_never_in_its_words() -> None:
    with collecting() as collector:
        async with traced(collector.address, 1.0):
            with pytest.raises(ValueError, match="Rose"), doing(asked("intake", "")):
                int("Rose Lavoie")

    [span] = collector.spans
    assert span.failed == "ValueError"
    assert b"Rose" not in b"".join(collector.received)


async def test_a_collector_that_is_away_holds_nothing_up(store: Store) -> None:
    began = time.monotonic()

    async with traced("http://127.0.0.1:9/v1/traces", 1.0):
        position = await store.append(an_errand())

    assert position == 1
    assert time.monotonic() - began < 8


def test_who_asks_for_no_traces_does_not_pay_for_them() -> None:
    told = subprocess.run([sys.executable, "-c", QUIET], capture_output=True, text=True, check=True)

    assert told.stdout.strip() == "[]"
