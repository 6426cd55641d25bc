"""Two of every service on the same servers, as in a rolling upgrade: all of it is done once."""

import asyncio
from itertools import cycle
from uuid import UUID

import httpx2
import pytest

from contracts import ANNOUNCING
from services.chassis.settings import Installation
from services.recruitment.domain.search import Search
from services.together import BUILDERS
from tests.examples import ADVISOR, SUBMISSION
from tests.offices import an_office, ask
from tests.operating import operating
from tests.patience import eventually

pytestmark = [pytest.mark.anyio, pytest.mark.thorough]

REQUESTS = 24
ENTERED = "select count(*) from entries where source <> 'vault'"
OPENED = "select count(*) from entries where stream = any($1)"
SEQUENCES = "select sequence from entries where establishment = 'north' order by sequence"
TWICE = "select id from entries group by id having count(*) > 1"
PLANNING = SUBMISSION.model_dump(mode="json", exclude={"personal"})


async def accepted(*offices: httpx2.AsyncClient) -> str:
    """A request whose every step another one of them takes."""
    turns = cycle(offices)
    request = await ask(next(turns), "/intake/requests", **PLANNING)
    path = f"/intake/requests/{request}"
    await ask(next(turns), f"{path}/submission")
    await ask(next(turns), f"{path}/triage", advisor=str(ADVISOR.root))
    await ask(next(turns), f"{path}/acceptance")
    return request


async def test_what_two_of_every_service_do_is_done_once(installation: Installation) -> None:
    async with (
        an_office(installation, *BUILDERS) as one,
        an_office(installation, *BUILDERS) as other,
        operating(installation, "ledger") as operator,
    ):
        turns = [(one, other) if number % 2 else (other, one) for number in range(REQUESTS)]
        requests = await asyncio.gather(*(accepted(*each) for each in turns))
        searches = [Search.id_for(UUID(request)) for request in requests]

        async def all_entered() -> bool:
            heads = [
                await operator.fetchval(f"select position from {service}.head")
                for service in ANNOUNCING
                if service != "vault"  # in a database of its own where it is not beside them
            ]
            entered: int = await operator.fetchval(ENTERED)
            opened: int = await operator.fetchval(OPENED, searches)
            return opened >= REQUESTS and entered == sum(heads)

        await eventually(all_entered, within=30)
        sequences = await operator.fetch(SEQUENCES)
        twice = await operator.fetch(TWICE)
        parked = [
            await office.get(f"/{service}/quarantine")
            for office in (one, other)
            for service in ("recruitment", "training", "accompaniment", "evaluation")
        ]

    assert [row["sequence"] for row in sequences] == list(range(1, len(sequences) + 1))
    assert twice == []
    assert [one.json() for one in parked] == [[]] * len(parked)
