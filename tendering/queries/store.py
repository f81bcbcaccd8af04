"""Where files lie below settings.STORE. Names are random or the row's own, never anything a client said."""

import os
import secrets
import uuid
from pathlib import Path

from django.conf import settings

from runtime.store import in_store
from signing.rules.container_index import read_index
from signing.rules.containers import pieces_of
from tendering.models import Bid, OpenedBid, Opening, Upload


def upload_path(upload: Upload | uuid.UUID) -> Path:
    key = upload.id if isinstance(upload, Upload) else upload
    return Path(settings.STORE) / "uploads" / key.hex


def bid_relative(upload: Upload) -> str:
    """By the upload's key: what a killed delivery left there is found again, to be replaced or destroyed."""
    return f"bids/{upload.section.code}/{upload.round}/{upload.id.hex}.bid"


def opened_folder(bid: Bid) -> str:
    return f"opened/{bid.section.code}/{bid.public_id}"


def receipt_relative(bid: Bid) -> str:
    return f"receipts/{bid.section.code}/{bid.public_id}.pdf"


def record_relative(opening: Opening) -> str:
    return f"records/{opening.section.code}/{opening.round}.pdf"


def bid_member(opened: OpenedBid, path: str) -> Path:
    """A file of an opened bid's inner container by its member name; raises FileNotFoundError for one it does not have.

    Taken out of the container on first use: opening does not wait for it, and what nobody reads is stored once.
    """
    if opened.outcome != OpenedBid.Outcome.OPENED:
        raise FileNotFoundError(path)
    container = in_store(opened.inner_path)
    root = container.parent / "members"
    found = (root / path).resolve()
    if not found.is_relative_to(root.resolve()):
        raise FileNotFoundError(path)
    if not found.is_file():
        _take_out(container, path, found)
    return found


def _take_out(container: Path, name: str, target: Path) -> None:
    place = read_index(container).get(name)
    if place is None:
        raise FileNotFoundError(name)
    start, size = place
    target.parent.mkdir(parents=True, exist_ok=True)
    part = target.with_name(f".{secrets.token_hex(8)}.part")
    try:
        with part.open("wb") as file:
            for piece in pieces_of(container, size, start):
                file.write(piece)
        part.replace(target)  # two readers at once: each writes the same, the later name stands
    finally:
        part.unlink(missing_ok=True)


def room_left(reserve: int) -> int:
    """Bytes that may still be taken in, leaving `reserve` for the journal and the database."""
    Path(settings.STORE).mkdir(parents=True, exist_ok=True)
    state = os.statvfs(settings.STORE)
    return max(0, state.f_bavail * state.f_frsize - reserve)
