"""The servers that a command of the operator works on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from services.chassis.embedded import running
from services.chassis.settings import Elsewhere, Installation
from services.healing import make_whole
from services.provisioning import DATABASES


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


@contextmanager
def at_hand(home: Path) -> Iterator[Installation]:
    """Those that the environment names, those that run here, or else they are started for the
    while."""
    if "TANDEM_DATABASE_URL" in os.environ:
        yield Elsewhere().installation
    elif here := running(home, DATABASES):
        yield here
    else:
        with whole(home) as started:
            yield started
