"""Verifies this folder, with Python 3.11 or later and the package `cryptography`, and nothing else.

    python verify.py [--key VKEY] [--witness VKEY] [FOLDER]

--key: the key of the log as you had it from somebody you trust; it must be among those given here.
--witness: the key of a witness whose signature must be under the checkpoint.
The formats are public: RFC 6962 (trees), C2SP signed-note, tlog-checkpoint and tlog-cosignature.
"""

import argparse
import base64
import json
import sys
from hashlib import sha256
from pathlib import Path
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey


class Broken(Exception):
    pass


def read_key(vkey: str) -> tuple[str, bytes, int, bytes]:
    """name+id+key: the name, the id, the kind (1 signs, 4 cosigns with a time), 32 bytes."""
    name, identity, rest = vkey.strip().split("+", 2)
    key = base64.b64decode(rest, validate=True)
    if sha256(name.encode() + b"\n" + key).digest()[:4].hex() != identity:
        raise Broken(f"not a key: {vkey}")
    return name, bytes.fromhex(identity), key[0], key[1:]


def named(vkey: str, name: str) -> str:
    key = bytes([1]) + read_key(vkey)[3]
    identity = sha256(name.encode() + b"\n" + key).digest()[:4].hex()
    return f"{name}+{identity}+{base64.b64encode(key).decode()}"


def signed_by(note: str, vkey: str) -> int | None:
    """None, or when: 0 for a signature without a time."""
    name, identity, kind, public = read_key(vkey)
    text, _, lines = note.rpartition("\n\n")
    for line in lines.splitlines():
        dash, who, words = line.split(" ", 2)
        made = base64.b64decode(words, validate=True)
        if (dash, who, made[:4]) != ("\u2014", name, identity):
            continue
        message, made, when = (text + "\n").encode(), made[4:], 0
        if kind == 4:
            when, made = int.from_bytes(made[:8], "big"), made[8:]
            message = b"cosignature/v1\ntime %d\n%b" % (when, message)
        try:
            Ed25519PublicKey.from_public_bytes(public).verify(made, message)
            return when
        except InvalidSignature:
            continue
    return None


def node(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


def climb(place: int, last: int, start: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """RFC 9162, 2.1.3.2 and 2.1.4.2: the old root and the new, as a proof has them."""
    was = now = start
    for one in proof:
        if last == 0:
            raise Broken("a proof is too long")
        if place & 1 or place == last:
            was, now = node(one, was), node(one, now)
            while place and not place & 1:
                place, last = place >> 1, last >> 1
        else:
            now = node(now, one)
        place, last = place >> 1, last >> 1
    if last:
        raise Broken("a proof is too short")
    return was, now


def roots_of(old: int, new: int, root: bytes, proof: list[bytes]) -> tuple[bytes, bytes]:
    """Of a consistency proof; `root` is the old one."""
    first, *rest = [root, *proof] if old & (old - 1) == 0 else proof
    place, last = old - 1, new - 1
    while place & 1:
        place, last = place >> 1, last >> 1
    return climb(place, last, first, rest)


def opened(note: str, keys: list[str]) -> tuple[str, int, bytes]:
    """Size and root of a checkpoint, once a key of the log has signed it."""
    origin, size, root = note.split("\n")[:3]
    if not any(signed_by(note, named(key, origin)) is not None for key in keys):
        raise Broken(f"no key of the log signed the checkpoint of {size}")
    return origin, int(size), base64.b64decode(root, validate=True)


def lines_of(path: Path) -> list[Any]:
    return [json.loads(line) for line in path.read_bytes().splitlines()]


def introduced(folder: Path) -> list[str]:
    keys: list[str] = []
    for one in lines_of(folder / "keys.ndjson"):
        name = one["statement"].split("\n")[0]
        signers = [named(by, name) for by in (one["key"], *keys[-1:])]
        if any(signed_by(one["statement"], by) is None for by in signers):
            raise Broken(f"key {one['number']} was not introduced by the one before it")
        keys.append(one["key"])
    return keys


def check(folder: Path, key: str | None, witness: str | None) -> str:
    keys = introduced(folder)
    if key and read_key(key)[3] not in [read_key(one)[3] for one in keys]:
        raise Broken("the key that you trust is not among the keys of this log")
    origin, size, root = opened(note := (folder / "checkpoint.txt").read_text("utf-8"), keys)
    when = signed_by(note, witness) if witness else 0
    if when is None:
        raise Broken("the witness has not signed this checkpoint")
    count = 0
    with open(folder / "entries.ndjson", "rb") as facts, open(folder / "proofs.ndjson") as proofs:
        for count, (line, words) in enumerate(zip(facts, proofs, strict=True), 1):
            leaf, one = sha256(b"\x00" + line[:-1]).digest(), json.loads(words)
            proof = [base64.b64decode(part) for part in one["proof"]]
            if climb(one["sequence"] - 1, size - 1, leaf, proof)[1] != root:
                raise Broken(f"line {count} (entry {one['sequence']}) is not what was entered")
    earlier = lines_of(folder / "checkpoints.ndjson")
    for one in earlier:
        _, old, was = opened(one["note"], keys)
        proof = [base64.b64decode(part) for part in one["proof"]]
        if (old, was) != (size, root) and roots_of(old, size, was, proof) != (was, root):
            raise Broken(f"the log of {old} entries is not the beginning of that of {size}")
    seen = f", signed by the witness at {when} (seconds since 1970)" if when else ""
    return f"{origin}: {count} entries, in a log of {size}, with {len(earlier)} checkpoints{seen}"


if __name__ == "__main__":
    asked = argparse.ArgumentParser()
    asked.add_argument("folder", nargs="?", default=Path(__file__).parent, type=Path)
    asked.add_argument("--key")
    asked.add_argument("--witness")
    given = asked.parse_args()
    try:
        sys.stdout.write(f"OK {check(given.folder, given.key, given.witness)}\n")
    except (Broken, ValueError, KeyError, OSError) as error:
        sys.exit(f"BROKEN / ROMPU: {error}")
