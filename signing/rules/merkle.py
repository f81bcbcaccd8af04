"""The Merkle tree of RFC 6962 §2.1 over SHA-256: roots, inclusion proofs, consistency proofs, and the growing edge.

A *node* `(height, position)` is the root of the complete subtree over the leaves `[position·2^height, (position+1)·2^height)`.
Proofs are computed from any source of nodes, so that the server's tables, a directory of tiles and a test's list share this code.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from hashlib import sha256

HASH_BYTES = 32
EMPTY_ROOT = sha256(b"").digest()
NodeReader = Callable[[int, int], bytes]


class ProofError(ValueError):
    """A proof, a size or an index that does not hold; the message says what."""


def leaf_hash(entry: bytes) -> bytes:
    return sha256(b"\x00" + entry).digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    return sha256(b"\x01" + left + right).digest()


@dataclass
class Edge:
    """The roots of the complete subtrees that make up a tree, largest first: all that is needed to go on appending."""

    size: int = 0
    hashes: list[bytes] = field(default_factory=list)

    @classmethod
    def load(cls, size: int, packed: bytes) -> "Edge":
        """Inverse of `dump`; raises ProofError where the number of hashes does not fit the size."""
        hashes = [packed[at : at + HASH_BYTES] for at in range(0, len(packed), HASH_BYTES)]
        if len(packed) != size.bit_count() * HASH_BYTES:
            raise ProofError(f"{len(packed)} bytes cannot be the edge of a tree of {size} leaves")
        return cls(size, hashes)

    def dump(self) -> bytes:
        return b"".join(self.hashes)

    def append(self, leaf: bytes) -> list[tuple[int, int, bytes]]:
        """Add one leaf hash; returns the nodes `(height, position, hash)` that this completed, without the leaf itself."""
        completed = []
        position, height, node = self.size, 0, leaf
        while position & 1:
            node = sha256(b"\x01" + self.hashes.pop() + node).digest()
            position >>= 1
            height += 1
            completed.append((height, position, node))
        self.hashes.append(node)
        self.size += 1
        return completed

    def root(self) -> bytes:
        if not self.hashes:
            return EMPTY_ROOT
        node = self.hashes[-1]
        for left in reversed(self.hashes[:-1]):
            node = node_hash(left, node)
        return node


def root_of(leaves: Iterable[bytes]) -> bytes:
    """The root over these leaf hashes."""
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)
    return edge.root()


def nodes_of(leaves: Sequence[bytes]) -> NodeReader:
    """A source of nodes over leaf hashes in memory."""

    def node(height: int, position: int) -> bytes:
        if height == 0:
            return leaves[position]
        return node_hash(node(height - 1, 2 * position), node(height - 1, 2 * position + 1))

    return node


def _split(width: int) -> int:
    """The largest power of two below `width` (RFC 6962's k)."""
    return 1 << (width - 1).bit_length() - 1


def _span_root(node: NodeReader, start: int, end: int) -> bytes:
    """MTH(D[start:end]) where start is where RFC 6962 splits, so that every complete part is a node."""
    width = end - start
    if width & (width - 1) == 0:
        height = width.bit_length() - 1
        return node(height, start >> height)
    middle = start + _split(width)
    return node_hash(_span_root(node, start, middle), _span_root(node, middle, end))


def tree_root(node: NodeReader, size: int) -> bytes:
    return _span_root(node, 0, size) if size else EMPTY_ROOT


def inclusion_path(node: NodeReader, index: int, size: int) -> list[bytes]:
    """PATH(index, D[size]) of RFC 6962 §2.1.1, from the leaf's sibling upwards."""
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a tree of {size}")
    path, start, end = [], 0, size
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            path.append(_span_root(node, middle, end))
            end = middle
        else:
            path.append(_span_root(node, start, middle))
            start = middle
    return path[::-1]


def consistency_path(node: NodeReader, old: int, new: int) -> list[bytes]:
    """PROOF(old, D[new]) of RFC 6962 §2.1.2; empty where old is 0 or equals new."""
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} is not a continuation of one of {old}")
    if old in (0, new):
        return []
    path, start, end, whole = [], 0, new, True
    while old != end:
        middle = start + _split(end - start)
        if old <= middle:
            path.append(_span_root(node, middle, end))
            end = middle
        else:
            path.append(_span_root(node, start, middle))
            start, whole = middle, False
    if not whole:
        path.append(_span_root(node, start, end))
    return path[::-1]


def check_inclusion(leaf: bytes, index: int, size: int, path: Sequence[bytes], root: bytes) -> None:
    """RFC 9162 §2.1.3.2. Raises ProofError unless `leaf` stands at `index` of the tree `(size, root)`."""
    if not 0 <= index < size:
        raise ProofError(f"there is no entry {index} in a tree of {size}")
    at, last, node = index, size - 1, leaf
    for step in path:
        _demand_hash(step)
        if last == 0:
            raise ProofError("the inclusion proof is too long")
        if at & 1 or at == last:
            node = node_hash(step, node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            node = node_hash(node, step)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofError("the inclusion proof is too short")
    if node != root:
        raise ProofError(f"the inclusion proof of entry {index} does not lead to the root")


def check_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    """RFC 9162 §2.1.4.2. Raises ProofError unless the tree `(new, new_root)` continues the tree `(old, old_root)`."""
    if not 0 <= old <= new:
        raise ProofError(f"a tree of {new} is not a continuation of one of {old}")
    if old in (0, new):
        if path:
            raise ProofError("the consistency proof is too long")
        if (old == new and old_root != new_root) or (old == 0 and old_root != EMPTY_ROOT):
            raise ProofError(f"two different trees of {old} entries: the history was forked")
        return
    _walk_consistency(old, old_root, new, new_root, path)


def _walk_consistency(old: int, old_root: bytes, new: int, new_root: bytes, path: Sequence[bytes]) -> None:
    steps = list(path) if old & (old - 1) else [old_root, *path]
    if not steps:
        raise ProofError("the consistency proof is too short")
    at, last = old - 1, new - 1
    while at & 1:
        at, last = at >> 1, last >> 1
    old_node = new_node = steps[0]
    for step in steps:
        _demand_hash(step)
    for step in steps[1:]:
        if last == 0:
            raise ProofError("the consistency proof is too long")
        if at & 1 or at == last:
            old_node, new_node = node_hash(step, old_node), node_hash(step, new_node)
            while not at & 1 and at:
                at, last = at >> 1, last >> 1
        else:
            new_node = node_hash(new_node, step)
        at, last = at >> 1, last >> 1
    if last:
        raise ProofError("the consistency proof is too short")
    if old_node != old_root or new_node != new_root:
        raise ProofError(f"the tree of {new} entries does not continue the one of {old}: the history was rewritten")


def _demand_hash(step: bytes) -> None:
    if len(step) != HASH_BYTES:
        raise ProofError(f"a proof holds {len(step)} bytes where a hash of {HASH_BYTES} belongs")
