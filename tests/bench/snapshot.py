"""How fast does a nightly file come in? `python -m tests.bench.snapshot` prints a line a file.

The services are in one process, whoever reads the file in another, as at night.
"""

import asyncio
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple, Self

import uvicorn
import uvloop

from contracts import ANNOUNCING
from contracts.access import AccessRole
from contracts.snapshots import Run
from services.chassis.embedded import servers
from services.chassis.settings import Installation
from services.chassis.tokens import Pen
from services.cli.running import Platform
from services.cli.staff.files import found
from services.cli.staff.loading import Loading
from services.provisioning import DATABASES, SERVICES, provision
from services.serving import assemble
from services.together import BUILDERS
from tests.patience import eventually

STAFF = 50_000
HEADINGS = "Matricule;Prénom;Nom;Courriel;Téléphone;Titre;Service;Depuis;Gestionnaire\n"
HOME = "bench"
OLD, NEW = "Infirmière clinicienne", "Cheffe d’unité"


def tell(what: str, value: str) -> None:
    print(f"{what:<44} {value}", flush=True)  # noqa: T201


def line(number: int, title: str = OLD) -> str:
    person = f"Prénom{number % 977};Nom{number}", f"p{number}@example.org;514 555-{number:05}"
    work = title, f"U{number % 400:03}", "2021-04-01", str(number - number % 100)
    return ";".join((str(number), *person, *work)) + "\n"


def written(folder: Path, lines: Iterable[str]) -> Path:
    path = folder / "staff.csv"
    with path.open("w", encoding="cp1252") as file:
        file.write(HEADINGS)
        file.writelines(lines)
    return path


class Spent(NamedTuple):
    """What a process has needed until now: memory at its most, in MB, and seconds of a core."""

    memory: float
    seconds: float

    @classmethod
    def here(cls) -> Self:
        used = resource.getrusage(resource.RUSAGE_SELF)
        return cls(_highest() / 1024, used.ru_utime + used.ru_stime)

    def since(self, then: Self) -> str:
        return f"{self.memory:.0f} MB at most, {self.seconds - then.seconds:.1f} s of a core"


def _highest() -> int:
    """KB; of this program alone: what getrusage says is also of whoever started it (proc(5))."""
    lines = Path("/proc/self/status").read_text().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmHWM"))


def serve(installation: Installation, door: socket.socket, ask: Connection) -> None:
    """The directory and the vault, until asked to end."""
    uvloop.run(_served(installation, door, ask))


async def _served(installation: Installation, door: socket.socket, ask: Connection) -> None:
    app = assemble(BUILDERS, {name: installation.settings(name) for name in ("directory", "vault")})
    server = uvicorn.Server(uvicorn.Config(app, log_level="warning"))
    serving = asyncio.create_task(server.serve([door]))

    async def started() -> bool:
        return server.started

    await eventually(started)
    ask.send(Spent.here())
    while await asyncio.to_thread(ask.recv):
        ask.send(Spent.here())
    server.should_exit = True
    await serving


@contextmanager
def services(home: Path) -> Iterator[tuple[Installation, int, Connection]]:
    with (
        servers(home, SERVICES, tuple(ANNOUNCING), DATABASES) as installation,
        socket.create_server(("127.0.0.1", 0)) as door,
    ):
        uvloop.run(provision(installation))
        port = door.getsockname()[1]
        here = replace(installation, services_at=f"http://127.0.0.1:{port}/{{service}}")
        ours, theirs = get_context("fork").Pipe()
        child = get_context("fork").Process(target=serve, args=(here, door, theirs))
        child.start()
        tell("services at rest", f"{ours.recv().memory:.0f} MB")
        yield here, port, ours
        ours.send(False)
        child.join(30)


def load(what: str, tandem: Platform, path: Path, services: Connection) -> Run:
    before, began = asked(services), time.perf_counter()
    reader = Spent.here()
    run = Loading(tandem, found(path), "hr-night").load().run
    taken = time.perf_counter() - began
    rates = f"{run.rows / taken:,.0f} rows/s  {taken:.1f} s  {run.state.value}"
    tell(what, f"{rates}  {run.counts.model_dump(exclude_defaults=True)}")
    for name, then, now in (
        ("reader", reader, Spent.here()),
        ("services", before, asked(services)),
    ):
        tell(
            f"  {name}",
            f"{now.memory:.0f} MB at most, {now.seconds - then.seconds:.1f} s of a core",
        )
    return run


def asked(services: Connection) -> Spent:
    services.send(True)
    said: Spent = services.recv()
    return said


def main(staff: int = STAFF) -> None:
    with (
        tempfile.TemporaryDirectory(prefix="tandem-bench-") as folder,
        services(Path(folder) / "servers") as (installation, port, ask),
    ):
        pen, roles = Pen("operator", installation.keys["operator"]), [AccessRole.HR_OFFICER]
        with Platform(port, pen, HOME) as operator:
            operator.post("/directory/establishment", {"name": "Un établissement"})
        with Platform(port, pen, HOME, roles=roles) as tandem:
            tandem.post("/directory/sources", {"name": "hr-night", "kind": "file"})
            everybody = range(1, staff + 1)
            path = written(Path(folder), map(line, everybody))
            load(f"{staff:,} staff for the first time", tandem, path, ask)
            load("the same again", tandem, path, ask)
            new = (
                line(n, "Cheffe" if n % 100 == 7 else "Infirmière clinicienne") for n in everybody
            )
            load("1 % changed", tandem, written(Path(folder), new), ask)
            few = (line(n) for n in everybody if n % 5 > 1)
            load("40 % missing", tandem, written(Path(folder), few), ask)


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
