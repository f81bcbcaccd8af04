import pytest
from hypothesis import given
from hypothesis import strategies as st

from signing.rules.merkle import ProofError, check_consistency, check_inclusion, leaf_hash, root_of
from signing.rules.tiles import (
    LONGEST_ENTRY,
    WIDTH,
    Tile,
    TileError,
    TileTree,
    pack_bundle,
    tiles_of,
    tree_in_memory,
    unpack_bundle,
    unpack_tile,
)

LEAVES = [leaf_hash(str(number).encode()) for number in range(70_000)]
BIG = tree_in_memory(LEAVES)


@pytest.mark.parametrize(
    ("tile", "path"),
    [
        (Tile(0, 1234067), "0/x001/x234/067"),
        (Tile(0, 0), "0/000"),
        (Tile(None, 5, 17), "entries/005.p/17"),
        (Tile(1, 999, 1), "1/999.p/1"),
        (Tile(63, 1000), "63/x001/000"),
    ],
)
def test_addresses_are_those_of_the_specification(tile, path):
    assert tile.path == path
    assert Tile.parse(path) == tile


@given(st.integers(0, 63), st.integers(0, 10**12), st.integers(1, 256))
def test_every_tile_has_one_address(level, number, width):
    assert Tile.parse(Tile(level, number, width).path) == Tile(level, number, width)


@pytest.mark.parametrize(
    "path",
    [
        "0/1",
        "00/001",
        "64/001",
        "0/x001",
        "0/x000/001",
        "0/001/002",
        "0/001.p/0",
        "0/001.p/256",
        "0/001.p/300",
        "0/001.p/01",
        "e/001",
        "0/001/",
        "../0/001",
        "0/000.p/-1",
        "entries/0/001",
        "0/１２３",
        "-1/001",
    ],
)
def test_any_other_spelling_is_refused(path):
    with pytest.raises(TileError):
        Tile.parse(path)


def test_the_tiles_of_a_tree_are_those_of_the_specifications_example():
    hashes = [tile for tile in tiles_of(70_000) if tile.level is not None]
    of_level = {level: [tile.width for tile in hashes if tile.level == level] for level in range(3)}
    assert of_level == {0: [256] * 273 + [112], 1: [256, 17], 2: [1]}
    assert [tile.path for tile in tiles_of(256)] == ["0/000", "entries/000", "1/000.p/1"]
    assert list(tiles_of(0)) == []


@pytest.mark.parametrize("size", [1, 2, 255, 256, 257, 511, 512, 65_535, 65_536, 65_537, 70_000])
def test_root_and_proofs_from_tiles_are_those_of_the_tree(size):
    tree, root = tree_in_memory(LEAVES[:size]), root_of(LEAVES[:size])
    assert tree.root() == root
    for index in {0, size // 2, size - 1}:
        assert tree.leaf(index) == LEAVES[index]
        check_inclusion(LEAVES[index], index, size, tree.inclusion(index), root)
    for old in {1, size // 2 or 1, max(1, size - 1), size}:
        check_consistency(old, root_of(LEAVES[:old]), size, root, tree.consistency(old))


def test_a_whole_tree_is_checked_tile_by_tile():
    BIG.check(BIG.root())


@pytest.mark.parametrize("broken", [(0, 0), (0, 100), (0, 273), (1, 0), (1, 1), (2, 0)])
def test_a_flipped_bit_in_any_tile_is_found(broken):
    def read(level, number, width):
        data = BIG.read(level, number, width)
        return bytes([data[0] ^ 1]) + data[1:] if (level, number) == broken else data

    with pytest.raises(ProofError):
        TileTree(70_000, read).check(BIG.root())


def test_only_what_is_new_is_read_when_the_older_part_is_known():
    read = []

    def reader(level, number, width):
        read.append((level, number))
        return BIG.read(level, number, width)

    TileTree(70_000, reader).check(BIG.root(), since=69_000)
    assert {number for level, number in read if level == 0} == {269, 270, 271, 272, 273}


def test_a_tile_beyond_the_tree_is_refused():
    with pytest.raises(ProofError):
        tree_in_memory(LEAVES[:256]).hashes(0, 1)


@pytest.mark.parametrize("data", [b"", b"\x00" * 31, b"\x00" * 64, b"\x00" * 33])
def test_a_truncated_or_swollen_tile_is_refused(data):
    with pytest.raises(TileError):
        unpack_tile(data, 1)


@given(st.lists(st.none() | st.binary(min_size=1, max_size=300), max_size=WIDTH))
def test_bundles_read_back_and_show_what_is_withheld(entries):
    assert unpack_bundle(pack_bundle(entries), len(entries)) == entries


def test_an_entry_too_long_for_a_bundle_is_withheld_and_the_others_stay():
    assert unpack_bundle(pack_bundle([b"x" * (LONGEST_ENTRY + 1), b"y" * LONGEST_ENTRY]), 2) == [
        None,
        b"y" * LONGEST_ENTRY,
    ]


@pytest.mark.parametrize(
    "data", [b"\x00", b"\x00\x05abc", b"\x00\x01a", b"\x00\x01a\x00\x01b\x00\x01c", b"\x00\x01a\x00"]
)
def test_a_truncated_bundle_or_one_of_another_width_is_refused(data):
    with pytest.raises(TileError):
        unpack_bundle(data, 2)
