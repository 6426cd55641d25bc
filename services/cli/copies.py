"""Copies of the servers of one folder: each whole and checked, and the logs that roll them on."""

from __future__ import annotations

import gzip
import json
import shlex
import tarfile
import zlib
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from shutil import rmtree
from typing import IO, Any, NamedTuple, Self

from services.cli.running import NotDone

NAMED = "%Y%m%dT%H%M%SZ"
LOGS = "logs"
BASE, WAL, MANIFEST = "base.tar.gz", "pg_wal.tar.gz", "backup_manifest"
FACTS, SUM = "facts.dump", "facts.sha256"  # all but the vault, for longer than it may be kept
SEGMENT = slice(8, 24)  # of a log's name; its timeline is before

type Advance = Callable[[int], None]


class Damaged(NotDone):
    """Cette copie n’est plus telle qu’elle a été prise."""


class NothingKept(NotDone):
    """Il n’y a pas de copie là, ou aucune d’avant ce moment."""


class Copy(NamedTuple):
    """One of them: `taken` is when it was whole. Any later moment can be reached from it."""

    folder: Path
    taken: datetime

    @classmethod
    def at(cls, folder: Path) -> Self:
        return cls(folder, datetime.strptime(folder.name, NAMED).replace(tzinfo=UTC))

    @property
    def is_whole(self) -> bool:
        """Or else only what was decided is left of it: the vault's part was let go."""
        return (self.folder / MANIFEST).exists()

    @property
    def size(self) -> int:
        """Bytes on disk."""
        return sum(file.stat().st_size for file in self.folder.iterdir())

    @property
    def first_log(self) -> str:
        """The name of the oldest log that it needs."""
        first = self._manifest["WAL-Ranges"][0]
        high, low = (int(part, 16) for part in first["Start-LSN"].split("/"))
        return f"{first['Timeline']:08X}{high:08X}{low >> 24:08X}"

    @property
    def _manifest(self) -> dict[str, Any]:
        told: dict[str, Any] = json.loads((self.folder / MANIFEST).read_bytes())
        return told


def verify(copy: Path, advance: Advance = lambda _: None) -> None:
    """Hold every file against the list that the server made, as pg_verifybackup does.

    `advance` hears how many bytes were read. Raises Damaged.
    """
    if (copy / FACTS).exists():
        with (copy / FACTS).open("rb") as dump:
            if _digest(dump) != (copy / SUM).read_text():
                raise Damaged(f"{copy} : {FACTS} a changé.")
        if not (copy / MANIFEST).exists():
            return
    try:
        listed = _listed(copy)
        with tarfile.open(copy / BASE, "r|gz") as files:
            for one in files:
                if one.isfile() and one.name != MANIFEST:
                    if listed.pop(one.name, None) != _digest(files.extractfile(one)):
                        raise Damaged(f"{copy} : {one.name} a changé.")
                    advance(one.size)
        with gzip.open(copy / WAL) as logs:
            _digest(logs)  # their own sums are in them
    except (OSError, EOFError, tarfile.TarError, zlib.error, ValueError, KeyError) as error:
        raise Damaged(f"{copy} ne se lit pas : {error}") from error
    if listed:
        raise Damaged(f"{copy} : {next(iter(listed))} manque.")


def _listed(copy: Path) -> dict[str, str]:
    """The files that must be there; the list must itself be as it was."""
    words = (copy / MANIFEST).read_bytes()
    told = json.loads(words)
    said, _, _ = words.rpartition(b'"Manifest-Checksum"')
    if sha256(said).hexdigest() != told["Manifest-Checksum"]:
        raise Damaged(f"{copy} : {MANIFEST} a changé.")
    return {one["Path"]: one["Checksum"] for one in told["Files"]}


def copies_in(folder: Path) -> list[Copy]:
    """Those that are whole, the oldest first."""
    return [one for one in _kept_in(folder) if one.is_whole]


def _kept_in(folder: Path) -> list[Copy]:
    """Also those of which only the facts are left."""
    found = sorted([*folder.glob(f"2*Z/{MANIFEST}"), *folder.glob(f"2*Z/{FACTS}")])
    return [Copy.at(one) for one in dict.fromkeys(file.parent for file in found)]


def copy_before(folder: Path, moment: datetime | None) -> Copy:
    """The last one, or the last that a moment can be reached from. Raises NothingKept."""
    found = [one for one in _kept_in(folder) if moment is None or one.taken < moment]
    if not found:
        raise NothingKept(f"{folder} : {NothingKept.__doc__}")
    return found[-1]


def name_now() -> str:
    return datetime.now(UTC).strftime(NAMED)


def let_go(folder: Path, kept: timedelta, of_vault: timedelta | None = None) -> int:
    """Delete the copies that are older, but for the last, and the logs that no copy needs.

    Of those older than the vault's may be, only the facts stay.
    """
    now, (*older, last) = datetime.now(UTC), _kept_in(folder)
    gone = [one for one in older if one.taken < now - kept]
    for one in gone:
        rmtree(one.folder)
    for one in older:
        if one not in gone and one.taken < now - (of_vault or kept):
            for name in (BASE, WAL, MANIFEST):
                (one.folder / name).unlink(missing_ok=True)
    first = next(one for one in [*older, last] if one.is_whole).first_log
    for log in (folder / LOGS).glob("[0-9A-F]*.gz"):
        if log.name[SEGMENT] < first[SEGMENT] and len(log.name) == len(first) + len(".gz"):
            log.unlink()
    return len(gone)


def keeping(logs: Path) -> str:
    """What PostgreSQL says to a shell to keep a log: once, whole, and never two under a name."""
    kept = shlex.quote(str(logs)).replace("%", "%%") + "/%f.gz"
    return (
        f'if test -e {kept}; then gzip -dc {kept} | cmp -s - "%p"; '
        f'else gzip -1 <"%p" >{kept}.part && mv {kept}.part {kept}; fi'
    )


def giving_back(logs: Path) -> str:
    """And to have one back."""
    kept = shlex.quote(str(logs)).replace("%", "%%") + "/%f.gz"
    return f'gzip -dc {kept} >"%p"'


def seal_facts(copy: Path) -> None:
    """Write down what they are, to be held against it later."""
    with (copy / FACTS).open("rb") as dump:
        (copy / SUM).write_text(_digest(dump))


def _digest(content: IO[bytes] | gzip.GzipFile | None) -> str:
    digest = sha256()
    while content and (some := content.read(1 << 20)):
        digest.update(some)
    return digest.hexdigest()
