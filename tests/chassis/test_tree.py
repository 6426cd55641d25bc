from hashlib import sha256

import pytest

from services.chassis.tree import Tree, leaf_of, node_of


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
