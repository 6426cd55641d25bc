"""What a rehearsal needs beside the stack: small disks, and what makes a clock or a disk wrong."""

from __future__ import annotations

import os
import struct
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.containers.stack import ROOT, heard

PRELOADED = ("postgres", "intake")
DISKS = {"postgres": 1024, "nats": 256}  # megabytes


class Weaknesses:
    """A folder of its own, taken away at the end with all that is mounted there."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def tell(self, service: str, *, clock: float = 0, sync: float = 0) -> None:
        """How many seconds a service's clock is off, and how long each sync of its disk takes."""
        with self._page(service).open("r+b") as page:
            page.write(struct.pack("=qq", int(clock * 1e9), int(sync * 1e9)))

    def fill(self, disk: str) -> None:
        """Until not a byte more can be written."""
        room = os.statvfs(self.folder / disk)
        with (self.folder / disk / "ballast").open("wb", buffering=0) as ballast:
            most = room.f_bavail * room.f_frsize * 9 // 10
            os.posix_fallocate(ballast.fileno(), 0, most)
            ballast.seek(most)
            with suppress(OSError):
                while True:
                    ballast.write(bytes(1 << 20))

    def make_room(self, disk: str) -> None:
        (self.folder / disk / "ballast").unlink()

    def _page(self, service: str) -> Path:
        return self.folder / "preload" / service / "told"

    def _prepare(self, service: str) -> None:
        self._page(service).parent.mkdir(parents=True)
        self._page(service).write_bytes(bytes(16))
        library = self._page(service).parent / "preload.so"
        compiler = ("cc", "-shared", "-fPIC", "-O2", "-Wall", "-o", str(library))
        heard(*compiler, str(ROOT / "deploy/chaos/preload.c"))


@contextmanager
def weaknesses() -> Iterator[Weaknesses]:
    """Needs root, for the disks are files that are mounted; and a C compiler."""
    with TemporaryDirectory(prefix="tandem-chaos-") as name, ExitStack() as mounted:
        weak = Weaknesses(Path(name))
        weak.folder.chmod(0o755)
        for service in PRELOADED:
            weak._prepare(service)
        for disk, megabytes in DISKS.items():
            mounted.enter_context(_disk(weak.folder / disk, megabytes))
        yield weak


@contextmanager
def _disk(place: Path, megabytes: int) -> Iterator[None]:
    """A file system in a file; its owner is whom the image's folder belongs to."""
    image = place.with_suffix(".img")
    with image.open("wb") as file:
        file.truncate(megabytes << 20)
    heard("mkfs.ext4", "-q", "-m", "0", str(image))
    place.mkdir()
    heard("mount", "-o", "loop", str(image), str(place))
    try:
        (place / "data").mkdir()
        yield
    finally:
        subprocess.run(("umount", str(place)), check=True)
