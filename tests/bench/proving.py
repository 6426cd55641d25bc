"""How fast is a ledger verified?

`python -m tests.bench.proving [entries [establishments]]` prints one line each. Of several
establishments, whose facts come in turn, the second has half as many as the first.
"""

import random
import sys
import time
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import batched
from uuid import UUID, uuid4

import psutil
import uvloop

from contracts.envelope import Envelope
from services.chassis.appending import moment, written
from services.chassis.database import connect
from services.chassis.settings import Installation
from services.chassis.tree import Tree, leaf_of
from services.cli.proving.verifying import verify
from services.ledger.entering import COLUMNS
from tests.bench.measure import house, tell

AT_ONCE = 20_000
TYPE = "intake.RequestTriaged.v1"
ACTOR = f"staff:{uuid4()}"
WHEN = datetime(2026, 4, 1, 12, 30, 0, 123456, tzinfo=UTC)


def bodies(homes: Iterable[str]) -> Iterator[bytes]:
    """As services write them; only ids and places differ from one to the next."""
    fact, stream = UUID(int=1), UUID(int=2)
    told = Envelope(
        id=fact, type=TYPE, source="intake", subject=stream, time=WHEN, establishment="at",
        version=1, actor=ACTOR, role="advisor", channel="portal", correlationid=uuid4(),
        persons=str(uuid4()),
        data={"advisor": str(uuid4()), "note": {"ref": str(uuid4()), "commitment": "0" * 64}},
    )  # fmt: skip
    like = written("intake", told).stamped(moment(WHEN), 0)
    for given, put in (
        (str(fact), "%(id)b"), (str(stream), "%(stream)b"), (':0,"', ':%(at)d,"'),
        ('"at"', '"%(home)b"'),
    ):  # fmt: skip
        like = like.replace(given.encode(), put.encode(), 1)
    for at, home in enumerate(homes, 1):
        one = str(UUID(int=at)).encode(), str(UUID(int=at << 64)).encode()
        yield like % {b"id": one[0], b"stream": one[1], b"at": at, b"home": home.encode()}


async def fill(home: Installation, count: int, establishments: int = 1) -> None:
    """By COPY, as ingest would leave it."""
    connection = await connect(home.operator_url(home.database_of("ledger")), "ledger")
    names = [f"home-{number}" for number in range(1, establishments + 1)]
    shares = [1 / number for number in range(1, establishments + 1)]
    homes = random.Random(7).choices(names, shares, k=count)
    trees = {name: Tree() for name in homes}
    for some in batched(
        zip(homes, enumerate(bodies(homes), 1), strict=True), AT_ONCE, strict=False
    ):
        await connection.copy_records_to_table(
            "entries",
            records=[_row(name, trees[name], *one) for name, one in some],
            columns=COLUMNS,
        )
    kept = [(name, *one.node, one.hash) for name, tree in trees.items() for one in tree.grown]
    await connection.copy_records_to_table("nodes", records=kept)
    grown = [(name, tree.size, tree.frontier) for name, tree in trees.items()]
    await connection.copy_records_to_table("trees", records=grown)
    await connection.execute("insert into sources values ('intake', $1)", count)
    await connection.execute("update head set position = $1", count)
    await connection.execute("vacuum analyze entries")
    await connection.close()


def _row(name: str, tree: Tree, number: int, body: bytes) -> tuple[object, ...]:
    leaf = leaf_of(body)
    tree.append(leaf)
    return (number, name, tree.size, "intake", number, UUID(int=number << 64), 1, UUID(int=number),
            TYPE, WHEN, WHEN, ACTOR, body, leaf)  # fmt: skip


def ours(home: Installation, count: int) -> None:
    """Everything that `tandem verify` does, in as many processes as there are cores.

    On a busy machine the seconds of processors say more than those of the clock.
    """
    url = home.operator_url(home.database_of("ledger"))
    for _ in range(3):
        began, used = time.perf_counter(), _used()
        reports = verify(url, {}, "tandem")
        took = time.perf_counter() - began
        assert not any(report.findings for report in reports), reports
        assert sum(report.entries for report in reports) == count
        mine, theirs = (now - was for now, was in zip(_used(), used, strict=True))
        spent = f"of processors: {mine:.1f} s here, {theirs:.1f} s in PostgreSQL"
        tell(f"verify {count:,} entries of {len(reports)}", f"{took:.2f} s  ({spent})")


def _used() -> tuple[float, float]:
    """Seconds of processors: of this process and those it has ended, and of the servers' own."""
    here, servers = psutil.Process().cpu_times(), 0.0
    for one in psutil.Process().children():
        if one.name() == "postgres":
            times = one.cpu_times()
            servers += times.children_user + times.children_system
    return here.user + here.system + here.children_user + here.children_system, servers


if __name__ == "__main__":
    asked = [int(one) for one in sys.argv[1:]]
    entries, establishments = [*asked, *(1_000_000, 1)[len(asked) :]]
    with house() as installation:
        uvloop.run(fill(installation, entries, establishments))
        ours(installation, entries)
