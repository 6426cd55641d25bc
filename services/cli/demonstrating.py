"""Loads the demonstration, the first time Tandem starts in a folder or when asked to."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import Progress, TextColumn

from contracts.access import AccessRole
from services.cli.demo import centre, institute, roll
from services.cli.demo.teller import Teller
from services.cli.running import OFFICE, Platform, Way, here, pen_of

log = logging.getLogger(__name__)

MARK = "demonstration"


def first_time(home: Path, port: int) -> Callable[[], None] | None:
    """What is still to do before this folder has its demonstration; None if it is there."""
    mark = home / MARK
    if mark.exists():
        return None

    def load() -> None:
        tell(Way(here(port), pen_of(home)), Console(stderr=True))
        mark.touch()

    return load


def tell(way: Way, err: Console) -> None:
    """Tell both establishments' histories. What was told before is not told twice."""
    roles = (*OFFICE, AccessRole.OPERATOR)
    with Progress(TextColumn("{task.description} {task.completed}"), console=err) as bar:
        for one in (institute, centre):
            task = bar.add_task(f"Démonstration « {one.NAME} » :")
            with Platform(*way, one.KEY, actor="demo", roles=roles) as platform:
                teller = Teller(platform, partial(bar.advance, task))
                opening = {"name": one.NAME, "demonstration": True}
                teller.ask("opened", "/directory/establishment", opening, "2016-01-01")
                one.tell(teller)
                if one is institute:
                    roll.tell(teller, platform)
