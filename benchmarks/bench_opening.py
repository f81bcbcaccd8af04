"""Opening one bid of 512 MB, against the sum of its parts: `sha256` over it, then `age -d` of it with pyrage.

    python -m benchmarks.bench_opening [MiB]

Ours is what the platform does at the opening: the container's hash compared with the receipt's, the payload decrypted to
the store and flushed to the disk, the inner container's form, digests, salted hash and signature checked. The peer hashes
and decrypts to a file with large buffers and flushes nothing. The second line is the same without a known hash: the
container's form, every member's digest and checksum are then checked anew. The third holds ours against a peer that throws
the plain text away, so that the disk has no part in it.
"""

import hashlib
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import pyrage

from benchmarks.figures import Goal, report
from benchmarks.sealed_bids import MIB, sealed
from runtime import clock
from signing.rules.container_index import read_index
from signing.rules.container_layout import Limits
from signing.rules.containers import pieces_of
from signing.rules.inner_bid import check_inner
from signing.rules.payload import open_payload
from signing.rules.sealed_bid import check_container, verifier
from tests.factories.bids import BidKit

SIZE = 512
ROUNDS = 5


def peer(bid: BidKit, folder: Path, out: Path) -> None:
    with bid.path.open("rb") as file:
        hashlib.file_digest(file, "sha256")
    identity = pyrage.x25519.Identity.from_str(bid.identity)
    with (folder / "payload.age").open("rb", MIB) as sealed_file, out.open("wb", MIB) as plain:
        pyrage.decrypt_io(sealed_file, plain, [identity])


def ours(bid: BidKit, folder: Path, sha256: str) -> None:
    verify = verifier(bid.tender.ca.trust_store(), clock.now())
    inner = open_payload(bid.path, bid.identity, folder / "inner.asice", bid.seal, sha256, Limits())
    check_inner(inner, verify, bid.tender.terms, bid.seal.bidder_number)


def seconds(call: Callable[[], object], *left: Path) -> float:
    start = time.perf_counter()
    call()
    spent = time.perf_counter() - start
    for path in left:
        path.unlink()
    return spent


def main() -> bool:
    size = int(sys.argv[1]) if len(sys.argv) > 1 else SIZE
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        bid = sealed(folder, size * MIB)
        (folder / "x.asice").unlink()
        start, length = read_index(bid.path)["payload.age"]
        with (folder / "payload.age").open("wb") as file:
            file.writelines(pieces_of(bid.path, length, start))
        sha256 = check_container(bid.path, verifier(bid.tender.ca.trust_store(), clock.now())).sha256
        spent = []
        for _ in range(ROUNDS):
            parts = seconds(lambda: peer(bid, folder, folder / "plain"), folder / "plain")
            bare = seconds(lambda: peer(bid, folder, Path(os.devnull)))
            known = seconds(lambda: ours(bid, folder, sha256), folder / "inner.asice")
            anew = seconds(lambda: ours(bid, folder, ""), folder / "inner.asice")
            spent.append((parts, bare, known, anew))
    parts, bare, known, anew = zip(*spent, strict=True)
    lines = [
        ("against its receipt", known, parts, "sha256 + pyrage"),
        ("checked anew", anew, parts, "sha256 + pyrage"),
        ("against its receipt", known, bare, "the same, kept nowhere"),
    ]
    reached = True
    for title, mine, theirs, against in lines:
        ratio = statistics.median(a / b for a, b in zip(mine, theirs, strict=True))
        middle = (1000 * statistics.median(mine), 1000 * statistics.median(theirs))
        reached &= report(f"opening a bid of {size} MB, {title}", *middle, ratio, Goal(1.6, later=1.1), against=against)
    return reached


if __name__ == "__main__":
    sys.exit(0 if main() else 1)
