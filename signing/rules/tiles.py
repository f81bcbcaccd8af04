"""Tiles (c2sp.org/tlog-tiles): the tree and its entries as files that never change, 256 hashes or entries each."""

import re
import struct
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from signing.rules.merkle import (
    HASH_BYTES,
    ProofError,
    consistency_path,
    inclusion_path,
    nodes_of,
    root_of,
    tree_root,
)

WIDTH = 256
HEIGHT = 8
HIGHEST_LEVEL = 63
LONGEST_ENTRY = 0xFFFF
_NUMBER = r"(?:x[0-9]{3}/)*[0-9]{3}"
_PATH = re.compile(rf"(?P<level>0|[1-9][0-9]?|entries)/(?P<number>{_NUMBER})(?:\.p/(?P<width>[1-9][0-9]{{0,2}}))?")

# (level, number, width) → the tile's bytes
TileReader = Callable[[int, int, int], bytes]


class TileError(ValueError):
    """A tile, bundle or tile path that cannot be; the message says what."""


@dataclass(frozen=True, slots=True)
class Tile:
    """Which tile: `level` None for a bundle of entries; `width` 256 for a full one."""

    level: int | None
    number: int
    width: int = WIDTH

    @property
    def path(self) -> str:
        """`<L>/<N>[.p/<W>]`, the part of the address after `tile/`."""
        digits = f"{self.number:03d}"
        digits = digits.zfill(-(-len(digits) // 3) * 3)
        parts = [digits[at : at + 3] for at in range(0, len(digits), 3)]
        number = "/".join([*(f"x{part}" for part in parts[:-1]), parts[-1]])
        return f"{'entries' if self.level is None else self.level}/{number}{self._suffix}"

    @property
    def _suffix(self) -> str:
        return "" if self.width == WIDTH else f".p/{self.width}"

    @classmethod
    def parse(cls, path: str) -> "Tile":
        """Inverse of `path`; raises TileError on any other spelling, so that each tile has one address."""
        match = _PATH.fullmatch(path)
        if not match:
            raise TileError(f"{path[:80]!r} is no tile")
        level = None if match["level"] == "entries" else int(match["level"])
        number = int(match["number"].replace("x", "").replace("/", ""))
        tile = cls(level, number, int(match["width"] or WIDTH))
        if tile.path != path or (level or 0) > HIGHEST_LEVEL or tile.width > WIDTH:
            raise TileError(f"{path[:80]!r} is no tile")
        return tile


def widths(level: int, size: int) -> tuple[int, int]:
    """(number of full tiles, width of the partial one or 0) at a level of a tree of `size` entries."""
    return divmod(size >> (HEIGHT * level), WIDTH)


def tiles_of(size: int) -> Iterator[Tile]:
    """Every tile and entry bundle of a tree of `size` entries, the lowest level first."""
    level = 0
    while size >> (HEIGHT * level):
        full, partial = widths(level, size)
        every = [(number, WIDTH) for number in range(full)] + ([(full, partial)] if partial else [])
        for number, width in every:
            yield Tile(level, number, width)
            if level == 0:
                yield Tile(None, number, width)
        level += 1


def pack_bundle(entries: Sequence[bytes | None]) -> bytes:
    """An entry bundle: each entry behind its length in two bytes. None, or an entry too long for that, has length 0.

    No entry of the journal is empty, so length 0 says without doubt "not shown here"; its hash is in the level 0 tile.
    """
    out = bytearray()
    for entry in entries:
        shown = entry if entry is not None and len(entry) <= LONGEST_ENTRY else b""
        out += struct.pack(">H", len(shown)) + shown
    return bytes(out)


def unpack_bundle(data: bytes, width: int) -> list[bytes | None]:
    """Inverse of `pack_bundle`; raises TileError where the bundle is cut short, too long, or of another width."""
    entries: list[bytes | None] = []
    at = 0
    while at < len(data):
        if at + 2 > len(data):
            raise TileError("the entry bundle ends inside a length")
        length = struct.unpack_from(">H", data, at)[0]
        at += 2
        if at + length > len(data):
            raise TileError("the entry bundle ends inside an entry")
        entries.append(data[at : at + length] or None)
        at += length
    if len(entries) != width:
        raise TileError(f"the entry bundle holds {len(entries)} entries where {width} belong")
    return entries


def unpack_tile(data: bytes, width: int) -> list[bytes]:
    """The hashes of a tile; raises TileError unless there are exactly `width`."""
    if len(data) != width * HASH_BYTES:
        raise TileError(f"the tile holds {len(data)} bytes where {width * HASH_BYTES} belong")
    return [data[at : at + HASH_BYTES] for at in range(0, len(data), HASH_BYTES)]


@dataclass
class TileTree:
    """A tree of `size` entries read from tiles. Each tile is read once; what was read is only trusted once `check` passed."""

    size: int
    read: TileReader
    _tiles: dict[tuple[int, int], list[bytes]] = field(default_factory=dict)

    def hashes(self, level: int, number: int) -> list[bytes]:
        """The hashes of a tile, as wide as this tree's size makes it."""
        key = (level, number)
        if key not in self._tiles:
            full, partial = widths(level, self.size)
            if number > full or (number == full and not partial):
                raise ProofError(f"a tree of {self.size} has no tile {level}/{number}")
            width = WIDTH if number < full else partial
            self._tiles[key] = unpack_tile(self.read(level, number, width), width)
        return self._tiles[key]

    def node(self, height: int, position: int) -> bytes:
        """A NodeReader (signing.rules.merkle) over the tiles."""
        level, above = divmod(height, HEIGHT)
        number, start = divmod(position << above, WIDTH)
        return root_of(self.hashes(level, number)[start : start + (1 << above)])

    def leaf(self, index: int) -> bytes:
        return self.node(0, index)

    def root(self) -> bytes:
        return tree_root(self.node, self.size)

    def inclusion(self, index: int) -> list[bytes]:
        return inclusion_path(self.node, index, self.size)

    def consistency(self, old: int) -> list[bytes]:
        return consistency_path(self.node, old, self.size)

    def check(self, root: bytes, since: int = 0) -> None:
        """Every tile at or right of entry `since` hashes into the tile above it, and the top into `root`; else ProofError."""
        if self.root() != root:
            raise ProofError("the tiles do not lead to the checkpoint's root")
        level = 0
        while self.size >> (HEIGHT * level):
            full, _partial = widths(level, self.size)
            for number in range(since >> (HEIGHT * (level + 1)), full):
                if root_of(self.hashes(level, number)) != self.node(HEIGHT * (level + 1), number):
                    raise ProofError(f"tile {Tile(level, number).path} does not belong to this tree")
            level += 1


def tree_in_memory(leaves: Sequence[bytes]) -> TileTree:
    """The tiles over leaf hashes in memory."""
    node = nodes_of(leaves)

    def read(level: int, number: int, width: int) -> bytes:
        start = number * WIDTH
        return b"".join(node(HEIGHT * level, position) for position in range(start, start + width))

    return TileTree(len(leaves), read)
