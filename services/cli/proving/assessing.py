"""What was read, held against the trees, the signatures and what witnesses have: pure."""

from __future__ import annotations

from base64 import b64decode
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from contracts.ledger import Promise
from services.chassis.notes import Checkpoint, NotANote, Note, Verifier
from services.chassis.tree import TILE, WIDTH, cover, full
from services.cli.proving.joining import Found
from services.cli.proving.stretches import Finding
from services.cli.proving.surveying import Kept, Key, Survey


class Held(NamedTuple):
    """A note that somebody else has, and who."""

    by: str
    note: str


def of_trees(kept: Survey, found: Found) -> Iterator[Finding]:
    """The nodes and the frontier that are kept, beside those that the entries give."""
    level, nodes = TILE, found.tiles
    while nodes:
        for number, node in enumerate(nodes):
            if kept.nodes.get((level, number)) != node:
                first = (number << level) + 1
                yield _tree(first, first + (1 << level) - 1, "un nœud de l’arbre n’est pas le leur")
        groups = range(0, len(nodes) - WIDTH + 1, WIDTH)
        level, nodes = level + TILE, [full(nodes[at : at + WIDTH]) for at in groups]
    if kept.size > kept.entries:
        yield _removed(kept.entries + 1, kept.size, "n’est plus là")
    elif kept.size < kept.entries:
        yield _tree(kept.size + 1, kept.entries, "l’arbre ne les compte pas")
    else:
        yield from _of_frontier(kept, found.frontiers.get(kept.size, []))


def _of_frontier(kept: Survey, frontier: Sequence[bytes]) -> Iterator[Finding]:
    why = "la racine de l’arbre n’est pas la leur"
    if len(kept.frontier) != len(frontier):
        yield _tree(1, kept.size, why)
        return
    for node, theirs, ours in zip(cover(0, kept.size), kept.frontier, frontier, strict=True):
        if theirs != ours:
            first = node.number << node.level
            yield _tree(first + 1, first + (1 << node.level), why)


def of_checkpoints(kept: Survey, found: Found, log: str, keys: Sequence[Key]) -> Iterator[Finding]:
    """Every checkpoint: signed by its key, and its root that of the entries."""
    by_number, good = {key.number: key for key in keys}, 0
    for one in kept.checkpoints:
        origin = f"{log}/{kept.establishment}/{one.epoch}"
        if not _is_signed(one, origin, by_number.get(one.key)):
            why = f"aucune clé du registre n’a signé le point de contrôle {_at(one)}"
            yield _of(Promise.SIGNED, one.size, why)
            continue
        said = Checkpoint.read(Note.read(one.note).text)
        if (said.origin, said.size) != (origin, one.size):
            yield _of(Promise.SIGNED, one.size, f"le point {_at(one)} en signe un autre")
        elif one.size > kept.ends.get(one.epoch, one.size):
            continue  # lost in a restore, which the epoch says
        elif one.size > kept.entries:
            yield _removed(kept.entries + 1, one.size, "n’est plus là, et un point de contrôle l’a")
        elif said.root != found.root(one.size):
            why = f"le point de contrôle {_at(one)} a signé autre chose"
            yield _tree(good + 1, one.size, why)
        else:
            good = one.size


def of_keys(keys: Sequence[Key], name: str) -> Iterator[Finding]:
    """Each statement is signed by its own key and by the one before it."""
    before: Key | None = None
    for key in keys:
        signers = [one.called(name) for one in (key, before) if one]
        try:
            note = Note.read(key.statement)
            number, public = note.text.split("\n")[1:3]
            said = int(number) == key.number and b64decode(public) == key.public
            whole = said and len(note.by(signers)) == len(signers)
        except (NotANote, ValueError):
            whole = False
        if not whole:
            why = f"la clé {key.number} n’est pas celle que la précédente a présentée"
            yield Finding(Promise.ONE_LINE_OF_KEYS, None, None, why)
        before = key


def of_witnesses(
    kept: Survey, found: Found, keys: Sequence[Key], held: Iterable[Held]
) -> Iterator[Finding]:
    """What others have of this log: it must be a beginning of it, signed by one of its keys."""
    yield from _cosigned(kept)
    for one in held:
        note = Note.read(one.note)
        said = Checkpoint.read(note.text)
        if not note.by(key.called(said.origin) for key in keys):
            why = f"{one.by} a un point de {said.size} entrées signé par une clé qui n’est plus ici"
            yield Finding(Promise.ONE_LINE_OF_KEYS, None, None, why)
        epoch = int(said.origin.rpartition("/")[2])
        if said.size > kept.ends.get(epoch, said.size):
            continue
        if said.size > kept.entries:
            yield _removed(kept.entries + 1, said.size, f"n’est plus là, et {one.by} l’a vue")
        elif said.root != found.root(said.size):
            why = f"{one.by} a un point de {said.size} entrées qui n’est pas le nôtre"
            yield Finding(Promise.AS_WITNESSED, 1, said.size, why)


def of_this_log(held: Iterable[Held], log: str, establishment: str) -> list[Held]:
    """Those that are of this establishment. Raises NotANote."""
    return [one for one in held if _log_of(one) == f"{log}/{establishment}"]


def sizes_of(kept: Survey, held: Iterable[Held]) -> set[int]:
    """Where the root is needed."""
    wanted = {one.size for one in kept.checkpoints} | {kept.size}
    wanted |= {Checkpoint.read(Note.read(one.note).text).size for one in held}
    return {size for size in wanted if 0 < size <= kept.last}


def _log_of(held: Held) -> str:
    return Checkpoint.read(Note.read(held.note).text).origin.rpartition("/")[0]


def _cosigned(kept: Survey) -> Iterator[Finding]:
    notes = {(one.epoch, one.size): one.note for one in kept.checkpoints}
    for epoch, size, line, key in kept.cosigned:
        note = notes.get((epoch, size))
        if note is None or key is None or not Note.read(note + line).signed_by(Verifier.read(key)):
            yield _of(Promise.AS_WITNESSED, size, f"un témoin a signé autre chose à {size} entrées")


def _is_signed(one: Kept, origin: str, key: Key | None) -> bool:
    try:
        return key is not None and Note.read(one.note).signed_by(key.called(origin))
    except NotANote:
        return False


def _at(one: Kept) -> str:
    return f"de {one.size} entrées"


def _of(promise: Promise, size: int, why: str) -> Finding:
    return Finding(promise, None, size, why)


def _tree(first: int, last: int, why: str) -> Finding:
    return Finding(Promise.ONE_TREE, first, last, why)


def _removed(first: int, last: int, why: str) -> Finding:
    return Finding(Promise.NOTHING_REMOVED, first, last, why)
