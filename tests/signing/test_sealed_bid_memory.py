"""Sealing and opening need no more memory for a large bid than for a small one (limits.md)."""

from benchmarks.bench_memory_sealing import measured


def test_memory_does_not_grow_with_the_bid():
    """From 4 to 128 MiB; a step that held the bid, or a queue that took it in, would need 120 MiB more."""
    small, large = measured(4), measured(128)
    for side in ("client", "server"):
        assert large[side] - small[side] < 40
