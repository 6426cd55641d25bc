"""What a command begins with: where the data is, who answers, and what is said if nobody does."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer
from rich.console import Console

from contracts.access import AccessRole
from contracts.staff_file import FileUnfit
from services.chassis.embedded import FolderTaken
from services.chassis.migrating import ChangedAfterwards, SchemaBehind
from services.chassis.processes import DidNotStart, PortTaken
from services.cli.exchange.failing import Interrupted, NotWritten
from services.cli.running import NotDone, Platform, Refused, Unreachable, reached

# What a person can do something about.
PLAIN = (Refused, Unreachable, Interrupted, FolderTaken, PortTaken, DidNotStart,
         ChangedAfterwards, SchemaBehind, NotWritten, FileUnfit, NotDone)  # fmt: skip


def home() -> Path:
    """Where the data is: TANDEM_HOME, or .tandem here."""
    return Path(os.environ.get("TANDEM_HOME", ".tandem")).resolve()


def port() -> int:
    """Where the portal answers: TANDEM_PORT, or 8000."""
    return int(os.environ.get("TANDEM_PORT", "8000"))


@contextmanager
def platform(
    establishment: str, language: str = "fr", role: AccessRole = AccessRole.OPERATOR
) -> Iterator[Platform]:
    """The platform to talk to; what it refuses, or cannot do, is said and ends with code 1."""
    with (
        said_plainly(),
        reached(home(), port()) as way,
        Platform(*way, establishment, language, roles=[role]) as tandem,
    ):
        yield tandem


@contextmanager
def said_plainly() -> Iterator[None]:
    """Whatever keeps us from starting, or is refused, is a sentence and ends with code 1."""
    try:
        yield
    except PLAIN as error:
        Console(stderr=True).print(f"[bold]{error or error.__doc__}[/bold]", highlight=False)
        raise typer.Exit(1) from error
