"""How fast is the vault at a hundred thousand people? `python -m tests.bench.vault [people]`."""

import asyncio
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from uuid import UUID, uuid4

import uvloop

from contracts.vault import ContactAsked, Only, Purpose, Reservation, SortedAsked
from services.chassis.database import connect
from services.chassis.deciding import Provenance
from services.chassis.embedded import servers
from services.chassis.settings import Installation
from services.provisioning import DATABASES, SERVICES, provision
from services.vault.duplicates import Duplicates
from services.vault.journal import Journal
from services.vault.keeping import Keeping
from services.vault.safe import Safe
from services.vault.schedule import Schedules
from services.vault.searching import Searching
from services.vault.sorting import Sorting
from services.vault.values import Values

PEOPLE = 100_000
PAGE = 2_000
TIMES = 100
BY = Provenance(establishment="north", actor="staff:marie", role="advisor")
PURPOSE = Purpose.RECRUITMENT
CHANCE = random.Random(7)
SYLLABLES = "ba be ca de du fa ga gi la le lo ma mi mo na ni no ra re ri ro sa te ti to va vi"
GIVEN = ["Marie", "Jean", "Zoé", "Éric", "Anne", "Luc", "Béatrice", "François", "Noëlle", "Guy"]
CITIES = ["Québec", "Lévis", "Longueuil", "Saint-Hyacinthe", "Montréal", "Rimouski"]


def a_name(syllables: int) -> str:
    return "".join(CHANCE.choices(SYLLABLES.split(), k=syllables)).capitalize()


GIVEN += [a_name(CHANCE.choice((2, 2, 3))) for _ in range(600)]
FAMILY = [a_name(CHANCE.choice((2, 3, 3, 4))) for _ in range(4_000)]


def somebody(number: int) -> tuple[UUID, dict[str, str]]:
    """One in fifty has a compound name, one in a hundred is somebody who is there already."""
    if number % 100 == 99:
        CHANCE.seed(number - 50)
    else:
        CHANCE.seed(number)
    family = FAMILY[min(int(CHANCE.paretovariate(0.7)), len(FAMILY)) - 1]
    given = CHANCE.choice(GIVEN) + (f"-{CHANCE.choice(GIVEN)}" if number % 50 == 0 else "")
    said = {
        "given_name": given,
        "family_name": family,
        "email": f"{given}.{family}.{CHANCE.randrange(10**6)}@exemple.ca".lower(),
        "phone": f"418 555-{CHANCE.randrange(10_000):04}",
        "city": CHANCE.choice(CITIES),
    }
    return uuid4(), said


async def filled(keeping: Keeping, people: int) -> list[UUID]:
    subjects: list[UUID] = []
    begun = time.perf_counter()
    for first in range(0, people, PAGE):
        some = [somebody(number) for number in range(first, min(first + PAGE, people))]
        subjects += [subject for subject, _ in some]
        await keeping.keep(
            BY,
            [
                Reservation(claim=uuid4(), subject=subject, field=field, value=value,
                            purpose=PURPOSE)
                for subject, said in some for field, value in said.items()
            ],
        )  # fmt: skip
    took = time.perf_counter() - begun
    say("kept", f"{people} people, {5 * people / took:,.0f} values/s")
    return subjects


async def settled(house: Installation) -> None:
    """As PostgreSQL leaves its tables by itself, a minute after so many came at once."""
    operator = await connect(house.operator_url(house.database_of("vault")), "vault")
    await operator.execute("vacuum (analyze)")
    await operator.close()


async def timed(what: str, ask: Callable[[], Awaitable[object]], times: int = TIMES) -> None:
    took = []
    for _ in range(times):
        begun = time.perf_counter()
        await ask()
        took.append(1000 * (time.perf_counter() - begun))
    cuts = statistics.quantiles(took, n=100)
    say(what, f"p50 {cuts[49]:.1f} ms, p99 {cuts[98]:.1f} ms, best {min(took):.1f} ms")


def say(what: str, said: str) -> None:
    print(f"{what:46} {said}", flush=True)  # noqa: T201


def by(**said: object) -> SortedAsked:
    return SortedAsked.model_validate({"purpose": PURPOSE, **said})


async def ask_all(
    values: Values, searching: Searching, sorting: Sorting, subjects: Sequence[UUID]
) -> None:
    def beginning(letters: int) -> str:
        return CHANCE.choice(FAMILY)[:letters]

    async def searched(letters: int, first: int = 0) -> None:
        text = beginning(letters) + (" " + CHANCE.choice(GIVEN)[:first] if first else "")
        await searching.named(BY, PURPOSE, text, 20)

    for letters in (1, 2, 3, 5):
        await timed(f"search, {letters} letters", lambda n=letters: searched(n))  # type: ignore[misc]
    await timed("search, 3 letters and 2 of the given name", lambda: searched(3, 2))
    contact = ContactAsked(purpose=PURPOSE, phone="4185550101")
    await timed("exact contact", lambda: searching.reached(BY, contact))
    refs = CHANCE.sample(list(subjects), 50)
    await timed("know 50 people, two fields",
                lambda: values.know(BY, PURPOSE, refs, ["given_name", "family_name"]))  # fmt: skip
    middle = (await sorting.page(BY, by(only=[Only(field="name", begins="m")]))).subjects[0]
    pages = {
        "sorted by name, first page": by(),
        "sorted by name, a page in the middle": by(after=middle),
        "sorted by name, backwards": by(descending=True),
        "sorted by city": by(field="city"),
        "sorted by name, of one city": by(only=[Only(field="city", equals="rimouski")]),
        "sorted by name, of 5,000 given": by(subjects=CHANCE.sample(list(subjects), 5_000)),
    }
    for what, asked in pages.items():
        await timed(what, lambda it=asked: sorting.page(BY, it))  # type: ignore[misc]


async def readings(values: Values, subjects: Sequence[UUID]) -> None:
    begun = time.perf_counter()
    some = [CHANCE.sample(list(subjects), 5) for _ in range(64)]

    async def caller(number: int) -> None:
        for turn in range(20):
            await values.know(BY, PURPOSE, some[(number + turn) % 64], ["family_name"])

    await asyncio.gather(*(caller(number) for number in range(64)))
    say("readings, 64 at a time", f"{64 * 20 / (time.perf_counter() - begun):,.0f}/s")


async def measure(people: int) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as home,
        servers(Path(home), SERVICES, (), DATABASES) as house,
    ):
        await provision(house)
        settings = house.settings("vault")
        async with Safe(settings.database_url) as safe, Journal(safe, "secret") as journal:
            schedules = Schedules(safe)
            values = Values(safe, schedules, journal)
            subjects = await filled(Keeping(safe, schedules), people)
            await settled(house)
            await ask_all(
                values, Searching(safe, values, journal), Sorting(safe, values, journal), subjects
            )
            await readings(values, subjects)
            sought = await Duplicates(safe, values, journal).seek(BY)
            say(
                "duplicates",
                f"{sought.found} found among {sought.people} in {sought.seconds:.1f} s",
            )


if __name__ == "__main__":
    uvloop.run(measure(int(sys.argv[1]) if len(sys.argv) > 1 else PEOPLE))
