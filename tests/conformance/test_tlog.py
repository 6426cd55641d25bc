"""Checkpoints and proofs, verified by implementations that others wrote."""

import json
import os
import shutil
import subprocess
from base64 import b64encode
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from services.chassis.notes import Checkpoint, Signer, signed
from services.chassis.tree import (
    Node,
    Tree,
    consistency,
    fold,
    full,
    inclusion,
    leaf_of,
)
from services.chassis.tree import Path as Steps

HERE = Path(__file__).parent
GO, LIBRARY = shutil.which("go"), Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/note")
SIZE, OLD, PLACE = 700, 300, 255
BODIES = [f"entry {number}".encode() for number in range(SIZE)]
LEAVES = [leaf_of(body) for body in BODIES]


def root(size: int) -> bytes:
    tree = Tree()
    for leaf in LEAVES[:size]:
        tree.append(leaf)
    return tree.root()


def hashes(steps: Steps) -> list[bytes]:
    def at(node: Node) -> bytes:
        return full(LEAVES[node.number << node.level : (node.number + 1) << node.level])

    return [fold([at(node) for node in part]) for part in steps]


def words(one: bytes) -> str:
    return b64encode(one).decode()


def test_the_same_entries_have_the_same_root_and_proofs_in_pymerkle() -> None:
    merkle = pytest.importorskip("pymerkle", reason="pymerkle is not installed")
    theirs = merkle.InmemoryTree(algorithm="sha256")
    for body in BODIES:
        theirs.append_entry(body)

    proof = theirs.prove_inclusion(PLACE + 1, SIZE)

    assert theirs.get_root(SIZE) == root(SIZE)
    assert theirs.get_root(OLD) == root(OLD)
    # Theirs begin with the leaf itself.
    assert proof.path[1:] == hashes(inclusion(PLACE, SIZE))


@pytest.mark.thorough
def test_go_opens_our_checkpoints_and_believes_our_proofs() -> None:
    if not GO or not LIBRARY.is_dir():
        pytest.skip("no Go here, or not its sumdb (Debian: golang-golang-x-mod-dev)")
    signer = Signer("tandem/north/1", Ed25519PrivateKey.generate())
    text = Checkpoint(signer.name, SIZE, root(SIZE)).text()
    asked = {
        "Note": str(signed(text, signer)), "Key": str(signer.verifier),
        "Old": OLD, "Size": SIZE, "Place": PLACE,
        "OldRoot": words(root(OLD)), "Root": words(root(SIZE)), "Leaf": words(LEAVES[PLACE]),
        "Inclusion": [words(one) for one in hashes(inclusion(PLACE, SIZE))],
        "Consistency": [words(one) for one in hashes(consistency(OLD, SIZE))],
    }  # fmt: skip

    without_modules = os.environ | {"GO111MODULE": "off", "GOPATH": "/usr/share/gocode"}
    done = subprocess.run(
        [GO, "run", "tlog.go"], cwd=HERE, input=json.dumps(asked), env=without_modules,
        capture_output=True, text=True,
    )  # fmt: skip

    assert done.stdout == text, done.stderr
