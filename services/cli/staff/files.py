"""A nightly file, in a folder, in a zip or by itself; what it must be is in its manifest."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from io import TextIOWrapper
from pathlib import Path
from typing import IO, Annotated
from zipfile import BadZipFile, ZipFile

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from contracts.directory import Count, Sha256, SourceName
from contracts.staff_file import FileUnfit, separator_of

MANIFEST = "manifest.json"
PIECE = 256 * 1024  # bytes read at once
KNOWN_SCHEMA = 1


class Manifest(BaseModel):
    """What whoever made the file says of it."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    source: SourceName | None = None
    rows: Count | None = None
    sha256: Sha256 | None = None
    taken_at: AwareDatetime | None = None
    schema_version: Annotated[int, Field(ge=1, alias="schema")] = KNOWN_SCHEMA
    file: str | None = None


@dataclass(frozen=True)
class StaffFile:
    """One CSV file, wherever it is kept, which can be read as often as one likes."""

    path: Path
    inside: str | None  # its name in the zip
    manifest: Manifest

    @contextmanager
    def bytes(self) -> Iterator[IO[bytes]]:
        if self.inside is None:
            with self.path.open("rb") as opened:
                yield opened
        else:
            with ZipFile(self.path) as archive, archive.open(self.inside) as opened:
                yield opened

    @contextmanager
    def text(self, encoding: str) -> Iterator[TextIOWrapper]:
        """As a reader of CSV wants it: line ends are its own business (RFC 4180)."""
        with self.bytes() as opened:
            yield TextIOWrapper(opened, encoding=encoding, newline="")


@dataclass(frozen=True)
class Examined:
    """What a file is, found by reading all of its bytes once."""

    sha256: str
    encoding: str
    separator: str


def found(path: Path) -> StaffFile:
    """The file that is meant by a folder, a zip or a file. Raises FileUnfit."""
    if path.is_dir():
        return _in_folder(path)
    if path.suffix.lower() == ".zip":
        return _in_zip(path)
    if not path.is_file():
        raise FileUnfit(f"{path} n’existe pas.")
    beside = path.with_name(f"{path.name}.{MANIFEST}")
    said = beside.read_bytes() if beside.is_file() else b"{}"
    return StaffFile(path, None, _manifest(said))


def _in_folder(path: Path) -> StaffFile:
    said = path / MANIFEST
    manifest = _manifest(said.read_bytes() if said.is_file() else b"{}")
    name = _the_one([one.name for one in path.glob("*.csv")], manifest)
    return StaffFile(path / name, None, manifest)


def _in_zip(path: Path) -> StaffFile:
    try:
        with ZipFile(path) as archive:
            names = archive.namelist()
            manifest = _manifest(archive.read(MANIFEST) if MANIFEST in names else b"{}")
    except (BadZipFile, OSError) as error:
        raise FileUnfit(f"{path.name} n’est pas une archive lisible.") from error
    name = _the_one([one for one in names if one.lower().endswith(".csv")], manifest)
    return StaffFile(path, name, manifest)


def _the_one(names: list[str], manifest: Manifest) -> str:
    meant = [name for name in names if manifest.file in (None, name)]
    if len(meant) != 1:
        raise FileUnfit("Il faut un seul fichier .csv, ou un manifeste qui le nomme (« file »).")
    return meant[0]


def _manifest(said: bytes) -> Manifest:
    try:
        manifest = Manifest.model_validate(json.loads(said))
    except (ValueError, ValidationError) as error:
        raise FileUnfit("Le manifeste n’est pas lisible.") from error
    if manifest.schema_version != KNOWN_SCHEMA:
        raise FileUnfit("Le manifeste annonce une forme que cette version ne connaît pas.")
    return manifest


def examined(file: StaffFile) -> Examined:
    """Read all its bytes once, piece by piece. Raises FileUnfit."""
    digest, is_utf8 = sha256(), True
    decoder, head = codecs.getincrementaldecoder("utf-8")(), b""
    with file.bytes() as opened:
        while piece := opened.read(PIECE):
            head = head or piece
            digest.update(piece)
            is_utf8 = is_utf8 and _continues(decoder, piece)
    is_utf8 = is_utf8 and _continues(decoder, b"", final=True)
    if b"\x00" in head:
        raise FileUnfit("Ce fichier n’est pas du texte en UTF-8 ou en Windows-1252.")
    encoding = "utf-8-sig" if is_utf8 else "cp1252"
    return Examined(digest.hexdigest(), encoding, separator_of(head))


def _continues(decoder: codecs.IncrementalDecoder, piece: bytes, *, final: bool = False) -> bool:
    try:
        decoder.decode(piece, final)
    except UnicodeDecodeError:
        return False
    return True
