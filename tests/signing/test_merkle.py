"""Against RFC 6962 §2.1 written down once more, recursively and without any sharing."""

from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.rules.merkle import (
    EMPTY_ROOT,
    Edge,
    ProofError,
    check_consistency,
    check_inclusion,
    consistency_path,
    inclusion_path,
    leaf_hash,
    nodes_of,
    root_of,
    tree_root,
)


def MTH(D):
    n = len(D)
    if n == 0:
        return sha256(b"").digest()
    if n == 1:
        return sha256(b"\x00" + D[0]).digest()
    k = next(2**i for i in range(64) if 2**i < n <= 2 ** (i + 1))
    return sha256(b"\x01" + MTH(D[:k]) + MTH(D[k:])).digest()


def PATH(m, D):
    n = len(D)
    if n == 1:
        return []
    k = next(2**i for i in range(64) if 2**i < n <= 2 ** (i + 1))
    if m < k:
        return [*PATH(m, D[:k]), MTH(D[k:])]
    return [*PATH(m - k, D[k:]), MTH(D[:k])]


def SUBPROOF(m, D, b):
    n = len(D)
    if m == n:
        return [] if b else [MTH(D)]
    k = next(2**i for i in range(64) if 2**i < n <= 2 ** (i + 1))
    if m <= k:
        return [*SUBPROOF(m, D[:k], b), MTH(D[k:])]
    return [*SUBPROOF(m - k, D[k:], False), MTH(D[:k])]


ENTRIES = [str(number).encode() for number in range(130)]
LEAVES = [leaf_hash(entry) for entry in ENTRIES]
NODE = nodes_of(LEAVES)
sizes = st.integers(1, len(ENTRIES))


def test_the_empty_tree_has_the_hash_of_nothing():
    assert EMPTY_ROOT == root_of([]) == tree_root(NODE, 0) == Edge().root()
    assert EMPTY_ROOT.hex() == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"


@pytest.mark.parametrize("size", range(len(ENTRIES)))
def test_roots_are_those_of_rfc_6962(size):
    expected = MTH(ENTRIES[:size])
    assert root_of(LEAVES[:size]) == tree_root(NODE, size) == expected


@given(sizes, st.data())
@settings(max_examples=60, deadline=None)
def test_inclusion_proofs_are_those_of_rfc_6962_and_hold(size, data):
    index = data.draw(st.integers(0, size - 1))
    path = inclusion_path(NODE, index, size)
    assert path == PATH(index, ENTRIES[:size])
    check_inclusion(LEAVES[index], index, size, path, MTH(ENTRIES[:size]))


@given(sizes, st.data())
@settings(max_examples=60, deadline=None)
def test_consistency_proofs_are_those_of_rfc_6962_and_hold(new, data):
    old = data.draw(st.integers(1, new))
    path = consistency_path(NODE, old, new)
    assert path == SUBPROOF(old, ENTRIES[:new], True)
    check_consistency(old, MTH(ENTRIES[:old]), new, MTH(ENTRIES[:new]), path)


@given(sizes, st.data())
@settings(max_examples=60, deadline=None)
def test_an_inclusion_proof_for_anything_else_is_refused(size, data):
    index = data.draw(st.integers(0, size - 1))
    path, root = inclusion_path(NODE, index, size), root_of(LEAVES[:size])
    wrong = [(leaf_hash(b"another"), index, size, path, root), (LEAVES[index], size, size, path, root)]
    wrong.append((LEAVES[index], index, size, [*path, root], root))
    wrong.append((LEAVES[index], index, size, path, leaf_hash(b"root")))
    if path:
        wrong.append((LEAVES[index], index, size, path[:-1], root))
        wrong.append((LEAVES[index], index, size, [path[0][:-1], *path[1:]], root))
        at = data.draw(st.integers(0, len(path) - 1))
        flipped = bytes([path[at][0] ^ 1]) + path[at][1:]
        wrong.append((LEAVES[index], index, size, [*path[:at], flipped, *path[at + 1 :]], root))
    for case in wrong:
        with pytest.raises(ProofError):
            check_inclusion(*case)


@given(sizes, st.data())
@settings(max_examples=60, deadline=None)
def test_a_rewritten_history_is_refused_whatever_proof_comes_with_it(new, data):
    old = data.draw(st.integers(1, new))
    place = data.draw(st.integers(0, old - 1))
    rewritten = [*ENTRIES[:place], b"rewritten", *ENTRIES[place + 1 : new]]
    forged = nodes_of([leaf_hash(entry) for entry in rewritten])
    for path in (consistency_path(NODE, old, new), consistency_path(forged, old, new)):
        with pytest.raises(ProofError):
            check_consistency(old, MTH(ENTRIES[:old]), new, MTH(rewritten), path)


def test_a_shorter_tree_is_no_continuation():
    with pytest.raises(ProofError):
        check_consistency(5, MTH(ENTRIES[:5]), 4, MTH(ENTRIES[:4]), [])


@pytest.mark.parametrize("path", [[], [b"\x00" * 32], [b"\x00" * 31] * 3, [b"\x00" * 32] * 70])
def test_a_malformed_consistency_proof_is_refused(path):
    with pytest.raises(ProofError):
        check_consistency(5, MTH(ENTRIES[:5]), 12, MTH(ENTRIES[:12]), path)


def test_two_trees_of_one_size_are_a_fork():
    with pytest.raises(ProofError, match="forked"):
        check_consistency(5, MTH(ENTRIES[:5]), 5, MTH(ENTRIES[1:6]), [])


@given(st.integers(0, 130))
def test_the_edge_can_be_kept_and_taken_up_again(size):
    edge = Edge()
    for leaf in LEAVES[:size]:
        edge.append(leaf)
    again = Edge.load(size, edge.dump())
    for leaf in LEAVES[size:]:
        again.append(leaf)
    assert again.root() == MTH(ENTRIES)


def test_the_edge_reports_every_subtree_it_completes():
    edge, found = Edge(), {}
    for leaf in LEAVES[:64]:
        found |= {(height, position): node for height, position, node in edge.append(leaf)}
    assert found == {(h, p): NODE(h, p) for h in range(1, 7) for p in range(64 >> h)}


def test_an_edge_of_the_wrong_length_is_refused():
    with pytest.raises(ProofError):
        Edge.load(5, b"\x00" * 32)
