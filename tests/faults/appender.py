"""A process to be killed: it appends as fast as it can, and says what was acknowledged."""

import asyncio
import sys

from services.chassis.store import Store
from tests.errands import an_errand


async def append_for_ever(database_url: str) -> None:
    async with Store("intake", database_url) as store:

        async def one_after_another() -> None:
            while True:
                [errand] = an_errand()
                position = await store.append([errand])
                sys.stdout.write(f"{position} {errand.id}\n")
                sys.stdout.flush()

        await asyncio.gather(*(one_after_another() for _ in range(16)))


if __name__ == "__main__":
    asyncio.run(append_for_ever(sys.argv[1]))
