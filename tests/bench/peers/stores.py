"""Who is measured: what each is started with, in an environment of its own."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WANTED, PLACE = HERE / "peers.txt", HERE / ".venv"
LOCK, MODULES = HERE / "package-lock.json", HERE / "node_modules"
PIP = "install -q --disable-pip-version-check --retries 1 --require-hashes"
NPM = "ci --no-audit --no-fund --ignore-scripts"
TO_END = 30  # seconds
LAST = 300  # characters of what a program said before it ended


class LeftOut(Exception):
    """This store cannot be measured here."""


class Store(NamedTuple):
    """One of those that are measured."""

    name: str
    program: str
    how: str
    package: str = ""  # in its language's registry; ours has none

    @property
    def command(self) -> Sequence[str | Path]:
        """Raises LeftOut."""
        if self.program.endswith(".mjs"):
            return [_node(), HERE / self.program]
        python = _python() if self.package else sys.executable
        return [python, "-m", f"{__package__}.{self.program}"]

    @property
    def version(self) -> str:
        if not self.package:
            return ""
        if self.program.endswith(".mjs"):
            told = json.loads((MODULES / self.package / "package.json").read_text())
            return str(told["version"])
        [found] = PLACE.glob(f"lib/*/site-packages/{self.package.replace('-', '_')}-*.dist-info")
        return found.name.removesuffix(".dist-info").rpartition("-")[2]


OURS = Store("Tandem", "with_tandem", "PostgreSQL; a task a caller, group commit")
PEERS = (
    Store("eventsourcing", "with_eventsourcing",
          "PostgreSQL, psycopg; a thread a caller, its pool of 5 and 10 more", "eventsourcing"),
    Store("eventsource-py", "with_eventsource",
          "PostgreSQL, asyncpg, uvloop; a task a caller, SQLAlchemy’s pool of 5 and 10 more",
          "eventsource-py"),
    Store("emmett", "with_emmett.mjs",
          "PostgreSQL, node-postgres; a promise a caller, its pool of 10",
          "@event-driven-io/emmett-postgresql"),
    Store("message-db", "with_message_db.mjs",
          "PostgreSQL, node-postgres; a promise a caller, a pool of 10", "@eventide/message-db"),
    Store("umadb", "with_umadb",
          "its own server and file; a thread a caller, one client", "umadb"),
)  # fmt: skip


def _python() -> Path:
    """The environment of the peers in Python, made from its lock where it is not there."""
    there = PLACE / "installed"
    if not (there.is_file() and there.read_text() == WANTED.read_text()):
        _installed([sys.executable, "-m", "venv", "--clear", str(PLACE)])
        _installed([str(PLACE / "bin/pip"), *PIP.split(), "-r", str(WANTED)])
        there.write_text(WANTED.read_text())
    return PLACE / "bin/python"


def _node() -> str:
    node, npm = shutil.which("node"), shutil.which("npm")
    if not node or not npm:
        raise LeftOut("there is no Node.js on this machine")
    there = MODULES / "installed"
    if not (there.is_file() and there.read_text() == LOCK.read_text()):
        _installed([npm, *NPM.split()])
        there.write_text(LOCK.read_text())
    return node


def _installed(command: Sequence[str | Path]) -> None:
    done = subprocess.run(command, cwd=HERE, capture_output=True, text=True, check=False)
    if done.returncode:
        raise LeftOut(f"it could not be installed: {done.stderr.strip()[-LAST:]}")


class Running:
    """A store in its process, asked one thing after another."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store = store
        self._said = folder / f"{store.program}.log"
        with self._said.open("w") as log:
            self._process = subprocess.Popen(
                store.command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                stderr=log, text=True,
            )  # fmt: skip

    def ask(self, do: str, **how: Any) -> Any:
        """Raises LeftOut if it ends instead of answering."""
        asked, answered = self._process.stdin, self._process.stdout
        assert asked
        assert answered
        try:
            print(json.dumps({"do": do, **how}), file=asked, flush=True)
            line = answered.readline()
        except BrokenPipeError:
            line = ""
        if not line:
            raise LeftOut(f"it ended: {self._said.read_text().strip()[-LAST:]}")
        return json.loads(line)

    def end(self) -> None:
        assert self._process.stdin
        self._process.stdin.close()
        try:
            self._process.wait(timeout=TO_END)
        except subprocess.TimeoutExpired:
            self._process.kill()
