"""What the ledger answers about itself: its checkpoints, its proofs, and the promises it makes."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated
from uuid import UUID

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field

type Base64 = Annotated[str, Field(pattern=r"^[A-Za-z0-9+/]{43}=$")]  # a SHA-256 hash
type Hexadecimal = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


def origin_of(log: str, establishment: str, epoch: int) -> str:
    """The name of an establishment's log in its checkpoints (C2SP tlog-checkpoint).

    `log` is what the installation calls itself; another epoch is another log.
    """
    return f"{log}/{establishment}/{epoch}"


class Promise(StrEnum):
    """What the ledger promises of every entry, and what was broken where one is found otherwise."""

    WRITTEN_ONCE = "written_once"  # an entry has the bytes it was entered with
    DATED_AS_WRITTEN = "dated_as_written"  # what is kept beside the bytes is what they say
    IN_ORDER = "in_order"  # an entry stays at its place
    NOTHING_REMOVED = "nothing_removed"
    ONE_TREE = "one_tree"  # the tree is that of the entries
    SIGNED = "signed"  # every checkpoint is signed by a key of the ledger
    ONE_LINE_OF_KEYS = "one_line_of_keys"  # every key was introduced by the one before
    AS_WITNESSED = "as_witnessed"  # what others were shown is what is kept


class WitnessKind(StrEnum):
    WEBHOOK = "webhook"
    FOLDER = "folder"  # the write-once folder of the installation
    MAIL = "mail"
    TANDEM = "tandem"  # any witness of C2SP tlog-witness, which signs too


class _Said(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class CheckpointShown(_Said):
    origin: str
    epoch: int
    size: int
    root: Base64
    at: AwareDatetime
    key: int  # the number of the key that signed
    note: str  # as C2SP tlog-checkpoint has it, with the signatures of witnesses


class KeyShown(_Said):
    """A key of the ledger: its own name and that of the establishment's log, and who brought it."""

    number: int
    since: AwareDatetime
    key: str  # `name+id+key`, as C2SP signed-note has it, for the current log of the establishment
    statement: str  # a note: signed by the key itself and by the one before it


class Proof(_Said):
    """Hashes of RFC 6962; the signed note is the checkpoint that they lead to."""

    size: int
    proof: tuple[Base64, ...]
    checkpoint: str


class InclusionProof(Proof):
    """The entry is the one at this sequence, counted from 1, of a tree of this size."""

    entry: UUID
    sequence: int
    leaf: Hexadecimal


class ConsistencyProof(Proof):
    """The tree of size `old` is the beginning of that of `size`; each with its checkpoint."""

    old: int
    old_checkpoint: str


class WitnessShown(_Said):
    id: UUID
    kind: WitnessKind
    to: str  # a host, or nothing: never an address of somebody
    key: str | None  # of a witness that signs
    since: AwareDatetime
    ended: AwareDatetime | None
    size: int  # of the last checkpoint it was shown
    shown: AwareDatetime | None
    trouble: str  # what kept the last from being shown; nothing if it was


class WitnessedLog(_Said):
    """A log of another operator, and the last of it that this ledger has signed."""

    origin: str
    key: str
    size: int
    note: str | None
    at: AwareDatetime | None
