"""The servers that a command of the operator works on."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import uvloop

from services.chassis.embedded import running, servers
from services.chassis.settings import Elsewhere, Installation
from services.cli.running import NotDone, Surroundings
from services.healing import make_whole
from services.provisioning import DATABASES, DECIDING, SERVICES, provision


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


class NoDatabases(NotDone):
    """Dites aussi où sont les bases : TANDEM_DATABASE_URL, TANDEM_DATABASES, TANDEM_KEYS."""


@contextmanager
def at_hand(home: Path) -> Iterator[Installation]:
    """Those that the environment names, those that run here, or else they are started for the
    while. Raises NoDatabases where it names services alone."""
    if "TANDEM_DATABASE_URL" in os.environ:
        yield Elsewhere().installation
    elif Surroundings().way:
        raise NoDatabases
    elif here := running(home, DATABASES):
        yield here
    else:
        with whole(home) as started:
            yield started


@contextmanager
def provisioned(home: Path) -> Iterator[Installation]:
    """The same, but where they are started, nothing was given back to a service before."""
    if "TANDEM_DATABASE_URL" in os.environ or Surroundings().way or running(home, DATABASES):
        with at_hand(home) as installation:
            yield installation
        return
    with servers(home, SERVICES, DECIDING, DATABASES) as installation:
        uvloop.run(provision(installation))
        yield installation
