"""How fast do read models follow? `python -m tests.bench.projection` prints one line each."""

import gc
import tempfile
import time
from pathlib import Path
from uuid import UUID, uuid5

import uvloop

from contracts import ANNOUNCING
from contracts.envelope import PersonRef, StaffRef
from contracts.intake import RequestResubmitted, RequestReturned, RequestTriaged
from contracts.recruitment import CandidateShortlisted, InterestExpressed, SearchOpened
from contracts.terms import Level
from services.chassis.documents import Library
from services.chassis.embedded import servers
from services.chassis.folding import read
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
    bodies = told.bodies
    began = time.perf_counter()
    for body in bodies:
        read(body)
    tell("decoding alone", count / (time.perf_counter() - began), count)
    async with Library(installation.settings("insights").database_url) as library:
        gc.set_threshold(200_000)
        for name, model in MODELS.items():
            began = time.perf_counter()
            await Projection(model, library).rebuild()
            tell(f"rebuild of {name}", count / (time.perf_counter() - began), count)


def tell(what: str, rate: float, count: int) -> None:
    print(f"{what:<28} {rate:>10,.0f} facts/s  ({count:,})", flush=True)  # noqa: T201


if __name__ == "__main__":
    with (
        tempfile.TemporaryDirectory() as folder,
        servers(Path(folder), SERVICES, ANNOUNCING, {}) as installation,
    ):
        uvloop.run(measure(installation))
