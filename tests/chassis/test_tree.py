from hashlib import sha256

import pytest

from services.chassis.tree import (
    Node,
    Path,
    Tree,
    consistency,
    fold,
    inclusion,
    is_consistent,
    is_included,
    leaf_of,
    node_of,
)


def root_as_the_rfc_defines_it(leaves: list[bytes]) -> bytes:
    if not leaves:
        return sha256().digest()
    if len(leaves) == 1:
        return leaves[0]
    middle = 1 << (len(leaves) - 1).bit_length() - 1
    left, right = leaves[:middle], leaves[middle:]
    return node_of(root_as_the_rfc_defines_it(left), root_as_the_rfc_defines_it(right))


@pytest.mark.parametrize("size", [0, 1, 2, 3, 4, 7, 8, 100, 255, 256, 257])
def test_the_frontier_leads_to_the_root_of_the_whole_tree(size: int) -> None:
    leaves = [leaf_of(str(number).encode()) for number in range(size)]

    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)

    assert tree.root() == root_as_the_rfc_defines_it(leaves)


def hash_at(leaves: list[bytes], node: Node) -> bytes:
    first = node.number << node.level
    return root_as_the_rfc_defines_it(leaves[first : first + (1 << node.level)])


def hashes(leaves: list[bytes], path: Path) -> list[bytes]:
    return [fold([hash_at(leaves, node) for node in part]) for part in path]


def some_leaves(size: int) -> list[bytes]:
    return [leaf_of(str(number).encode()) for number in range(size)]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 256, 300])
def test_a_leaf_is_proved_at_its_place_and_at_no_other(size: int) -> None:
    leaves = some_leaves(size)
    root = root_as_the_rfc_defines_it(leaves)

    for place in range(0, size, 7):
        proof = hashes(leaves, inclusion(place, size))

        assert is_included(leaves[place], place, size, proof, root)
        assert not is_included(leaf_of(b"another"), place, size, proof, root)
        assert not is_included(leaves[place], place + 1, size, proof, root)
        assert not is_included(leaves[place], place, size, [*proof, root], root)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 8, 13, 256, 300])
def test_a_tree_is_proved_to_be_the_beginning_of_another(size: int) -> None:
    leaves = some_leaves(size)
    root = root_as_the_rfc_defines_it(leaves)

    for old in range(1, size + 1, 5):
        before = root_as_the_rfc_defines_it(leaves[:old])
        proof = hashes(leaves, consistency(old, size))

        assert is_consistent(old, size, before, root, proof)
        assert not is_consistent(old, size, leaf_of(b"another"), root, proof)
        assert not is_consistent(old, size, before, leaf_of(b"another"), proof)


def test_every_eighth_level_is_kept_as_it_grows() -> None:
    leaves = some_leaves(1000)

    tree = Tree()
    for leaf in leaves:
        tree.append(leaf)

    assert [node for node, _ in tree.grown] == [Node(8, 0), Node(8, 1), Node(8, 2)]
    assert all(hash_at(leaves, node) == kept for node, kept in tree.grown)
