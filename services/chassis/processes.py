"""Server programs as child processes: started without rights they do not need, ended for sure."""

from __future__ import annotations

import logging
import os
import pwd
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from signal import SIGINT
from threading import Event, Thread
from typing import Any

import psutil

log = logging.getLogger(__name__)

SERVANT = "tandem"
PROGRAMS = ("postgres", "nats-server")
TO_START = 60.0
TO_END = 20.0
GLANCE = 0.01
WATCH = 0.2
LOG = "log"


class DidNotStart(Exception):
    """A server did not start."""


class PortTaken(Exception):
    """Another program listens on this port."""


@contextmanager
def server(
    command: Sequence[str | Path], folder: Path, ready: Callable[[], bool],
    within: float = TO_START,
) -> Iterator[None]:  # fmt: skip
    """The program, working in its folder, from when it is ready until the block ends.

    If it dies in between it is started again. Raises DidNotStart, also after `within` seconds.
    """
    process = _started(command, folder)
    stopping = Event()

    def watch() -> None:
        nonlocal process
        while not stopping.wait(WATCH):
            if process.poll() is not None:
                log.error("%s ended by itself and is started again", command[0])
                process = _started(command, folder)

    watcher = Thread(target=watch, daemon=True)
    try:
        _wait_for(ready, process, folder / LOG, within)
        watcher.start()
        yield
    finally:
        stopping.set()
        if watcher.is_alive():
            watcher.join()
        end([psutil.Process(process.pid)] if process.poll() is None else [])
        process.wait()


def _started(command: Sequence[str | Path], folder: Path) -> subprocess.Popen[bytes]:
    now = folder / LOG
    if now.exists():
        now.replace(folder / f"{LOG}.before")
    with now.open("ab") as writing:
        # In a session of its own: Ctrl-C is for us, and we end the servers last.
        return subprocess.Popen(
            command, cwd=folder, stdout=writing, stderr=writing, start_new_session=True, **rights()
        )


def run(command: Sequence[str | Path], folder: Path) -> None:
    """A program that ends by itself; DidNotStart says why it failed."""
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, **rights())
    if done.returncode:
        raise DidNotStart(done.stderr or done.stdout)


def rights() -> dict[str, Any]:
    """PostgreSQL refuses to run as root: there, a user without rights runs the servers."""
    environment = {"LC_ALL": "C", "PATH": os.defpath}
    if os.geteuid() != 0:
        return {"env": environment}
    servant = pwd.getpwnam(SERVANT)
    return {
        "env": environment,
        "user": servant.pw_uid,
        "group": servant.pw_gid,
        "extra_groups": [],
    }


def folder_for_servers(folder: Path) -> Path:
    """Make the folder, private to whoever the servers run as."""
    folder.mkdir(exist_ok=True)
    if os.geteuid() == 0:
        servant = _servant()
        os.chown(folder, servant.pw_uid, servant.pw_gid)
        let_through(folder)
    folder.chmod(0o700)
    return folder


def private_file(file: Path, text: str) -> Path:
    """A file for the servers' eyes only."""
    file.unlink(missing_ok=True)
    descriptor = os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with open(descriptor, "w") as writing:
        if os.geteuid() == 0:
            servant = _servant()
            os.fchown(descriptor, servant.pw_uid, servant.pw_gid)
        writing.write(text)
    return file


def let_through(path: Path) -> None:
    """Root's own folders may be closed to the servants; they need to pass, not to look around."""
    if os.geteuid() == 0:
        for parent in path.parents:
            mode = parent.stat().st_mode
            if not mode & 0o001:
                parent.chmod(mode | 0o001)


def end_leftovers(home: Path) -> None:
    """End the servers that a killed process left running in this folder."""
    running = psutil.process_iter(["name", "cwd"])
    end([one for one in running if one.info["name"] in PROGRAMS and _within(one, home)])


def end(servers: Sequence[psutil.Process]) -> None:
    """To both programs SIGINT means: finish what is under way, then leave."""
    all_of_them = {process.pid for process in servers}
    for process in servers:
        with suppress(psutil.NoSuchProcess):
            if process.ppid() not in all_of_them:  # PostgreSQL ends its own children
                process.send_signal(SIGINT)
    for process in _still_there(servers):
        with suppress(psutil.NoSuchProcess):
            process.kill()
    _still_there(servers)


def _still_there(servers: Sequence[psutil.Process]) -> list[psutil.Process]:
    """Those that have not ended in time. One that nobody has buried yet has ended too."""
    deadline = time.monotonic() + TO_END
    alive = list(servers)
    while alive := [one for one in alive if one.is_running() and not _is_dead(one)]:
        if time.monotonic() > deadline:
            break
        time.sleep(GLANCE)
    return alive


def _is_dead(process: psutil.Process) -> bool:
    with suppress(psutil.NoSuchProcess):
        return process.status() == psutil.STATUS_ZOMBIE
    return True


def _within(process: psutil.Process, home: Path) -> bool:
    # Linux says "(deleted)" of a folder that was removed under the server.
    where = Path((process.info["cwd"] or "/").removesuffix(" (deleted)"))
    return where.is_relative_to(home)


def _servant() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(SERVANT)
    except KeyError:
        command = ["useradd", "--system", "--shell", "/usr/sbin/nologin", SERVANT]
        subprocess.run(command, check=True, capture_output=True)
        return pwd.getpwnam(SERVANT)


def _wait_for(
    ready: Callable[[], bool], process: subprocess.Popen[bytes], log: Path, within: float
) -> None:
    deadline = time.monotonic() + within
    while not ready():
        if process.poll() is not None or time.monotonic() > deadline:
            last = log.read_text(errors="replace").splitlines()[-5:]
            raise DidNotStart("\n".join(last))
        time.sleep(GLANCE)
