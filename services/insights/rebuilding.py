"""Rebuilds read models in a process of their own: `python -m services.insights.rebuilding NAME`."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from contextlib import suppress
from typing import Self

import orjson
import uvloop

from services.chassis.comparing import Difference, compare
from services.chassis.domain import NotFound, Refusal
from services.chassis.library import Library
from services.chassis.observing import Observer
from services.chassis.projecting import AlreadyRebuilding, Projection
from services.chassis.settings import Settings
from services.insights.models import MODELS

COMPARE = "compare"


class CouldNotBeCompared(Refusal):
    """This view could not be read again; the log of the service says why."""

    french = "Cette vue n’a pas pu être relue ; le journal du service dit pourquoi."
    passing = True


class Rebuilds:
    """The rebuilds that this process has set going; they end with it and can begin again."""

    def __init__(self, settings: Settings, library: Library) -> None:
        self._settings = settings
        self._observer = Observer(library)
        self._going: dict[str, asyncio.Task[None]] = {}

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._going.values():
            task.cancel()
        if self._going:
            await asyncio.wait(self._going.values())

    async def begin(self, name: str) -> None:
        """Raises NotFound, AlreadyRebuilding."""
        if name not in MODELS:
            raise NotFound
        going = self._going.get(name)
        if (going and not going.done()) or await self._observer.is_rebuilt(name):
            raise AlreadyRebuilding
        self._going[name] = asyncio.create_task(self._run(name))

    async def compare(self, name: str) -> list[Difference]:
        """What readers see beside the log read again, in a process that leaves nothing behind.

        Raises NotFound, AlreadyRebuilding.
        """
        if name not in MODELS:
            raise NotFound
        if await self._observer.is_rebuilt(name):
            raise AlreadyRebuilding
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, name, COMPARE, stdout=asyncio.subprocess.PIPE,
            env={**os.environ, **_told(self._settings)},
        )  # fmt: skip
        found, _ = await process.communicate()
        if process.returncode:
            raise CouldNotBeCompared
        return [Difference(*one) for one in orjson.loads(found)]

    async def _run(self, name: str) -> None:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-m", __name__, name, env={**os.environ, **_told(self._settings)}
        )
        try:
            await process.wait()
        finally:
            with suppress(ProcessLookupError):
                process.terminate()
            await process.wait()


def _told(settings: Settings) -> dict[str, str]:
    """In the environment, which only the process itself can read: never on the command line."""
    return {
        "TANDEM_DATABASE_URL": settings.database_url,
        "TANDEM_NATS_URL": settings.nats_url,
        "TANDEM_SECRET": settings.secret.get_secret_value(),
    }


async def rebuild(name: str, settings: Settings) -> None:
    async with Library(settings.database_url) as library:
        await Projection(MODELS[name], library).rebuild()


async def compared(name: str, settings: Settings) -> None:
    async with Library(settings.database_url) as library:
        found = await compare(MODELS[name], library)
    sys.stdout.write(orjson.dumps(found).decode())


if __name__ == "__main__":
    gc.set_threshold(200_000)  # facts and documents hold no cycles
    asked = compared if COMPARE in sys.argv[2:] else rebuild
    uvloop.run(asked(sys.argv[1], Settings()))
