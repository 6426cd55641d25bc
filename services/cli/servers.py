"""The servers that a command of the operator works on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from services.chassis.settings import Elsewhere, Installation
from services.healing import make_whole


@contextmanager
def whole(home: Path) -> Iterator[Installation]:
    """Provisioned, and with what a restored database lacked: those that the environment names, or
    else this folder's, which run until the block ends."""
    if "TANDEM_DATABASE_URL" in os.environ:
        installation = Elsewhere().installation
        uvloop.run(make_whole(installation))
        yield installation
        return
    from services import together  # all the services: only who starts them waits for them

    with together.installed(home) as installation:
        yield installation
