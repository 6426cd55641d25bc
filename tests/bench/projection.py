"""How fast do read models follow? `python -m tests.bench.projection` prints one line each."""

import gc
import os
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import UUID, uuid5

import psutil
import uvloop

from contracts import ANNOUNCING
from contracts.envelope import PersonRef, StaffRef
from contracts.intake import RequestResubmitted, RequestReturned, RequestTriaged
from contracts.recruitment import CandidateShortlisted, InterestExpressed, SearchOpened
from contracts.terms import Level
from services.chassis.deciding import Position
from services.chassis.embedded import servers
from services.chassis.entries import read
from services.chassis.library import Library
from services.chassis.projecting import Projection
from services.chassis.settings import Installation
from services.insights.models import MODELS
from services.ledger.book import Book
from services.provisioning import SERVICES, provision
from tests.insights.chronicle import Chronicle
from tests.insights.life import ACCEPTANCE, ADVISOR, DRAFT, SUBMISSION, TITLE

REQUESTS = 8_000
SPACE = UUID("5eed0000-0000-4000-8000-000000000000")


def history() -> Chronicle:
    """Requests of twelve facts each, told a hundred at a time, as life mixes them."""
    told = Chronicle()
    for first in range(0, REQUESTS, 100):
        each = [uuid5(SPACE, str(number)) for number in range(first, first + 100)]
        for fact in (
            DRAFT, SUBMISSION, RequestReturned(missing=()), RequestResubmitted(),
            RequestTriaged(advisor=ADVISOR), RequestTriaged(advisor=StaffRef(SPACE)), ACCEPTANCE,
        ):  # fmt: skip
            for request in each:
                told.tell(request, fact)
        for request in each:
            search = uuid5(request, "search")
            told.tell(
                search,
                SearchOpened(
                    request=request, title=TITLE, partners_sought=2, level=Level.PARTNERSHIP
                ),
            )
            for number in range(2):
                whom = PersonRef(uuid5(request, str(number)))
                told.tell(search, CandidateShortlisted(request=request, partner=whom))
                told.tell(search, InterestExpressed(request=request, partner=whom))
    return told


async def enter(told: Chronicle, book: Book) -> None:
    for source in ("intake", "recruitment"):
        bodies = [one.write() for one in told.envelopes if one.source == source]
        place = await book.place_of(source)
        for first in range(0, len(bodies), 2000):
            place = await book.enter(source, place, bodies[first : first + 2000])


async def measure(installation: Installation) -> None:
    await provision(installation)
    told = history()
    count = len(told.envelopes)
    async with Book(installation.settings("ledger").database_url) as book:
        await enter(told, book)
        last = Position("recruitment", await book.place_of("recruitment"))
    async with Library(installation.settings("insights").database_url) as library:
        gc.collect()
        gc.freeze()  # as in the process of a rebuild, where no history is held besides
        gc.set_threshold(200_000)
        with told_of("decoding alone", count):
            for body in told.bodies:
                read(body)
        for name, model in MODELS.items():
            projection = Projection(model, library)
            with told_of(f"following {name}", count):
                async with projection:
                    assert await projection.has_reached(last, within=600)
            with told_of(f"rebuild of {name}", count):
                await projection.rebuild()


@contextmanager
def told_of(what: str, count: int) -> Iterator[None]:
    """Its rate, what each fact costs in Python and in PostgreSQL, and how busy the machine was."""
    began, python, database = time.perf_counter(), time.process_time(), spent_by_postgres()
    yield
    clock = time.perf_counter() - began
    here, there = (
        f"{1e6 * spent / count:5.1f} µs"
        for spent in (time.process_time() - python, spent_by_postgres() - database)
    )
    print(  # noqa: T201
        f"{what:<26} {count / clock:>9,.0f} facts/s  python {here}  postgres {there}"
        f"  load {os.getloadavg()[0]:.1f}",
        flush=True,
    )


def spent_by_postgres() -> float:
    """Seconds of processor time of our server, of backends that are gone too."""
    children = psutil.Process().children(recursive=True)
    return sum(sum(one.cpu_times()[:4]) for one in children if one.name() == "postgres")


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(folder), SERVICES, ANNOUNCING, {}) as installation,
    ):
        uvloop.run(measure(installation))
