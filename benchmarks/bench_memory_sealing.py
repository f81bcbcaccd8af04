"""How much more memory the client and the server need for a bid of 1 GB than for one of 10 MB.

    python -m benchmarks.bench_memory_sealing [MiB]

Client: make, seal, check. Server: hash while receiving in pieces, check, open to the store. Each is measured in a process of
its own. The passphrase of the identity file is left out (its scrypt takes a fixed 256 MiB or so, whatever the size).
"""

import json
import subprocess
import sys
import tempfile
from pathlib import Path

from benchmarks.figures import Goal, report
from benchmarks.sealed_bids import MIB, fill, watched
from runtime import clock
from signing.rules.container_layout import Limits
from signing.rules.containers import ContainerHasher, pieces_of
from signing.rules.inner_bid import check_inner
from signing.rules.payload import open_payload
from signing.rules.sealed_bid import check_container, check_received, verifier
from tests.factories.bids import BIDDER, BIDDER_NUMBER, make_bid, make_tender

SMALL, LARGE = 10, 1024
LIMIT = 64


def measure(size: int) -> dict[str, float]:
    """MiB that each step needed, for a bid of `size` MiB, in this process."""
    from client.bidding.making import make_inner

    tender = make_tender("rsa")
    signer, verify = tender.ca.issue(BIDDER, BIDDER_NUMBER), verifier(tender.ca.trust_store(), clock.now())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        files = fill(folder / "files", size * MIB)
        with watched() as client:
            make_inner(files, folder / "x.asice", signer, tender.terms)
            bid = make_bid(folder, tender, signer=signer)
            check_container(bid.path, verify, tender.terms)
        with watched() as server:
            hasher = ContainerHasher(Limits())
            for piece in pieces_of(bid.path):
                hasher.feed(piece)
            checked = check_received(hasher.finish(), verify, tender.terms, BIDDER_NUMBER)
            inner = open_payload(bid.path, bid.identity, folder / "inner.asice", bid.seal, checked.sha256, Limits())
            check_inner(inner, verify, tender.terms, BIDDER_NUMBER)
    return {"client": client[0] / MIB, "server": server[0] / MIB}


def measured(size: int) -> dict[str, float]:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.bench_memory_sealing", "--measure", str(size)],
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(done.stdout)


def main() -> bool:
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    small_bid, large_bid = measured(SMALL), measured(large)
    reached = True
    for side in ("client", "server"):
        grown = large_bid[side] - small_bid[side]
        reached &= report(
            f"memory growth, {side}, {SMALL} MB to {large} MB", grown, LIMIT, grown / LIMIT, Goal(1), "MiB", "limit"
        )
    return reached


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps(measure(int(sys.argv[2]))))
        sys.exit(0)
    sys.exit(0 if main() else 1)
