"""Large sealed bids for the figures, made by the client's own code; and the memory of a process."""

import contextlib
import os
import threading
import time
from collections.abc import Iterator
from pathlib import Path

from client.bidding.making import make_inner
from tests.factories.bids import BIDDER, BIDDER_NUMBER, BidKit, fill_folder, make_bid, make_tender

MIB = 1 << 20


def fill(folder: Path, size: int) -> Path:
    """A bidder's folder with a technical document of `size` bytes that do not compress."""
    fill_folder(folder)
    with (folder / "documents/technical.pdf").open("wb") as file:
        file.write(b"%PDF-1.7\n")
        for _ in range(size // MIB):
            file.write(os.urandom(MIB))
    return folder


def sealed(folder: Path, size: int) -> BidKit:
    """A sealed bid of about `size` bytes in `folder`."""
    tender = make_tender("rsa")
    signer = tender.ca.issue(BIDDER, BIDDER_NUMBER)
    make_inner(fill(folder / "files", size), folder / "x.asice", signer, tender.terms)
    return make_bid(folder, tender, signer=signer)


def resident() -> int:
    """Bytes of this process in memory now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


@contextlib.contextmanager
def watched() -> Iterator[list[int]]:
    """The growth of this process's memory in the block, in bytes, as the only item of the list, once the block ends."""
    start, found, stop = resident(), [0], threading.Event()

    def look() -> None:
        while not stop.is_set():
            found[0] = max(found[0], resident() - start)
            time.sleep(0.002)

    thread = threading.Thread(target=look)
    thread.start()
    try:
        yield found
    finally:
        stop.set()
        thread.join()
