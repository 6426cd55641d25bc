"""From a click in the portal to the page that shows it: one trace, and nobody's name in it."""

import re
from collections.abc import AsyncIterator
from typing import NamedTuple
from uuid import UUID

import asyncpg
import pytest

from services.chassis.settings import Installation
from tests.collector import Span, collecting
from tests.portal.town import Desk, a_place_of_its_own, a_town, begin

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

CANARY = "Zygomatica"
IDENTITY = re.compile("[0-9a-f]{8}-[0-9a-f]{4}|[0-9]{4,}")
ALLOWED = {"http.request.method", "http.route", "http.response.status_code"}


class Seen(NamedTuple):
    """What the collector received, and the correlations of the facts by their type."""

    spans: list[Span]
    received: bytes
    correlations: dict[str, UUID]

    def of(self, fact: str) -> list[Span]:
        trace = self.correlations[fact].hex
        return [span for span in self.spans if span.trace == trace]

    def named(self, service: str, name: str) -> Span:
        [found] = [span for span in self.spans if (span.service, span.name) == (service, name)]
        return found


@pytest.fixture(scope="module")
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture(scope="module")
async def seen(house: Installation) -> AsyncIterator[Seen]:
    with pytest.MonkeyPatch.context() as told, collecting() as collector:
        told.setenv("TANDEM_TRACES", collector.address)
        async with a_place_of_its_own(house) as installation:
            async with a_town(installation) as home:
                await _accept(Desk(home, "north", "marie"))
            correlations = await _correlations(installation)
        yield Seen(collector.spans, b"".join(collector.received), correlations)


async def _accept(desk: Desk) -> None:
    known = await begin(desk, title=f"Le comité {CANARY}")
    here = f"/demandes/{known.request}"
    await desk.post(f"{here}/prise-en-charge", advisor=known.staff)
    await desk.look(f"/partenaires?q={CANARY}")
    await desk.post("/partenaires/recherche", nom=CANARY)
    await desk.post(f"{here}/acceptation", note=CANARY)
    await desk.until_seen(here, "recherche/ajout")
    await desk.gone()


async def _correlations(installation: Installation) -> dict[str, UUID]:
    ledger = await asyncpg.connect(installation.operator_url(installation.database_of("ledger")))
    rows = await ledger.fetch(
        "select type, convert_from(body, 'utf8')::jsonb->>'correlationid' from ledger.entries"
    )
    await ledger.close()
    return {name: UUID(correlation) for name, correlation in rows}


async def test_a_click_is_followed_through_every_service_to_what_people_see(seen: Seen) -> None:
    trace = seen.of("intake.RequestAccepted.v1")

    told = {(span.service, span.name) for span in trace}

    assert told >= {
        ("portal", "POST /demandes/{id}/{key}"),
        ("intake", "POST /requests/{id}/acceptance"),
        ("intake", "append intake.RequestAccepted.v1"),
        ("intake", "relay intake.RequestAccepted.v1"),
        ("ledger", "enter intake.RequestAccepted.v1"),
        ("insights", "show requests intake.RequestAccepted.v1"),
        ("recruitment", "hear intake.RequestAccepted.v1"),
        ("recruitment", "append recruitment.SearchOpened.v1"),
        ("ledger", "enter recruitment.SearchOpened.v1"),
    }


async def test_every_step_hangs_on_the_one_that_caused_it(seen: Seen) -> None:
    trace = {span.id: span for span in seen.of("intake.RequestAccepted.v1")}

    opened = seen.named("recruitment", "append recruitment.SearchOpened.v1")
    chain = [opened]
    while chain[-1].parent:
        chain.append(trace[chain[-1].parent])

    assert [(span.service, span.name) for span in chain] == [
        ("recruitment", "append recruitment.SearchOpened.v1"),
        ("recruitment", "hear intake.RequestAccepted.v1"),
        ("intake", "append intake.RequestAccepted.v1"),
        ("intake", "POST /requests/{id}/acceptance"),
        ("portal", "POST /demandes/{id}/{key}"),
    ]
    assert all(0 <= span.seconds < 30 for span in trace.values())


async def test_what_leads_to_no_fact_is_a_trace_of_its_own(seen: Seen) -> None:
    search = seen.named("portal", "POST /partenaires/recherche")

    within = [span for span in seen.spans if span.parent == search.id]

    assert search.parent == ""
    assert search.trace not in {one.hex for one in seen.correlations.values()}
    assert "vault" in {span.service for span in within}


async def test_no_trace_says_what_was_typed_or_whom_an_address_names(seen: Seen) -> None:
    said = [str(word) for span in seen.spans for word in (span.name, *span.said.values())]

    assert {name for span in seen.spans for name in span.said} == ALLOWED
    assert CANARY.encode() not in seen.received
    assert not any("?" in word or IDENTITY.search(word) for word in said)
