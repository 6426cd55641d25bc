"""Every read model from the whole log, and a digest of what it became.

`python -m tests.properties.folding 7` reads the database's address, folds seven facts at a time,
and prints the digests; it ends badly if a fold looks at a clock or throws dice.
"""

import asyncio
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from types import FrameType
from typing import Any

from services.chassis.documents import Documents
from services.chassis.folding import ReadModel
from services.chassis.generations import Generation, Progress
from services.chassis.library import Library
from services.insights.models import MODELS

TABLES = {
    "documents": "establishment, key, state, facets, words, sorts, body",
    "links": "stream, key, establishment",
    "parked": "establishment, key, position, why",
    "joined": "establishment, other, kept",
}
CHANCE = {"time.", "_random.", "posix.urandom", "posix.getrandom"}
CLOCKS = {"datetime.now", "datetime.utcnow", "datetime.today", "date.today", "Random.random",
          "Random.getrandbits"}  # fmt: skip


class LooksElsewhere(Exception):
    """A fold asked for what is not in its facts."""


async def digests(url: str, at_once: int) -> dict[str, str]:
    """Of each read model, folded anew so many facts at a time."""
    async with Library(url) as library:
        return {name: await _digest(model, library, at_once) for name, model in MODELS.items()}


async def _digest(model: ReadModel[Any], library: Library, at_once: int) -> str:
    documents, kept = Documents(model.name, library), sha256()
    async with documents.rebuilding() as new:
        assert new is not None
        await Generation(new, model, library, Progress()).catch_up(at_once, at_once // 3)
        for table, columns in TABLES.items():
            rows = await library.pool.fetch(
                f"select {columns} from {table} where projection = $1 and generation = $2"
                f" order by {columns}", model.name, new,
            )  # fmt: skip
            kept.update(repr([tuple(row) for row in rows]).encode())
        await documents.clear(await documents.live())
    return kept.hexdigest()


@contextmanager
def watched() -> Iterator[None]:
    """Whatever a fold calls is looked at. Raises LooksElsewhere."""
    evolve = ReadModel.evolve

    def looked_at(*said: Any) -> Any:
        sys.setprofile(_look)
        try:
            return evolve(*said)
        finally:
            sys.setprofile(None)

    setattr(ReadModel, "evolve", looked_at)  # noqa: B010 - for a while
    yield
    setattr(ReadModel, "evolve", evolve)  # noqa: B010
    if SEEN:
        raise LooksElsewhere(SEEN)


SEEN: set[str] = set()


def _look(_: FrameType, event: str, called: Any) -> None:
    if event == "c_call":
        name = f"{called.__module__ or ''}.{called.__qualname__}".lstrip(".")
        if name in CLOCKS or any(name.startswith(one) for one in CHANCE):
            SEEN.add(name)


if __name__ == "__main__":
    with watched():
        found = asyncio.run(digests(sys.stdin.read(), int(sys.argv[1])))
    print(json.dumps(found))  # noqa: T201
