"""Open one bid: rebuild its identity, decrypt it to the store while hashing, check what is inside (protocol §4).

Long, so it runs in the worker and outside any transaction. A file lock keeps two processes from opening the same bid, and
a dead process lets go of it. The row is written last: killed before that, the bid is simply opened again, over the same
file; nothing is lost and nothing counts twice.
"""

import logging
import os
from collections.abc import Callable
from pathlib import Path

from django.db import transaction

from runtime.alone import alone
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Refusal
from runtime.store import in_store
from signing.queries.trust import trust_store
from signing.rules import bid_faults
from signing.rules.bid_identity import check_identity, rebuild_identity
from signing.rules.container_layout import Limits
from signing.rules.inner_bid import Inner, check_inner
from signing.rules.payload import open_payload
from signing.rules.sealed_bid import verifier
from signing.rules.tender_terms import LARGEST, terms_of
from tendering.actions.advance_opening import advance_opening
from tendering.actions.decide_bid import decide_failure, decide_opened, is_ready
from tendering.actions.lock_opening import lock_opening
from tendering.events import PROGRESS, hall_room
from tendering.models import Bid, OpenedBid, Opening, SectionState
from tendering.queries.documents import document_in_force
from tendering.queries.openings import (
    latest_releases,
    opening_of,
    released_identity,
    seal_of,
    share_verdicts,
    terms_of_opening,
    undecided,
)
from tendering.queries.store import opened_folder
from tendering.rules.decryption import Failure, Outcome, choices
from tendering.rules.opening import Stage

log = logging.getLogger(__name__)
INNER = "inner.asice"
TOLD_FROM = 32 << 20  # bytes of a bid from which on its progress is shown
BY_BIDDER = {"payload.not_openable", "payload.other_content"}


def open_bid(bid: Bid) -> OpenedBid | None:
    """The outcome; None where it is not ready, or another process is at it. Safe to call at any time, any number of times.

    Raises OSError where the disk is full: nothing is decided then, and the next sweep tries again.
    """
    opening = opening_of(bid.section)
    if opening is None or opening.state != Stage.DECRYPTING or not is_ready(opening, bid):
        return None
    with alone(in_store(opened_folder(bid)) / "lock") as mine:
        if not mine or OpenedBid.objects.filter(bid=bid).exists():
            return None
        try:
            outcome = _open(opening, bid)
        except Refusal as refusal:
            outcome = _give_up(opening, bid, refusal)
    advance_opening(bid.section)
    return outcome


def _open(opening: Opening, bid: Bid) -> OpenedBid:
    relative = f"{opened_folder(bid)}/{INNER}"
    terms = terms_of(document_in_force(bid.section).content)
    container = open_payload(
        in_store(bid.path),
        _identity(opening, bid),
        in_store(relative),
        seal_of(bid),
        bid.sha256,
        Limits(size=LARGEST),
        _progress(opening, bid),
    )
    # Judged at the moment of delivery: a certificate that expired since was good when it was used.
    inner = check_inner(container, verifier(trust_store(), bid.received_at), terms, bid.bidder.number)
    _flush_folder(in_store(relative).parent)
    with transaction.atomic(durable=True):
        opening = lock_opening(opening)
        return decide_opened(opening, bid, inner_sha256=container.sha256, inner_path=relative, content=_content(inner))


def _identity(opening: Opening, bid: Bid) -> str:
    """From the bidder's own release, or from any k good shares; raises Refusal where none of them gives the committed one."""
    releases, seal = latest_releases(bid), seal_of(bid)
    own = released_identity(releases)
    if own:
        return check_identity(own, seal)
    shares = {verdict.place: verdict.share for verdict in share_verdicts(releases) if verdict.share}
    for chosen in choices(shares, terms_of_opening(opening).k):
        try:
            return rebuild_identity(chosen, seal)
        except Refusal:
            continue
    raise bid_faults.refusal("identity.committed_wrongly")


def _content(inner: Inner) -> dict[str, object]:
    return inner.opening.as_data()


def _give_up(opening: Opening, bid: Bid, refusal: Refusal) -> OpenedBid:
    code = refusal.blockers[0].code
    if code == "bid.stored_differs":
        found = Failure(Outcome.WITHDRAWN, "opening.store_damaged")
    elif code == "identity.committed_wrongly":
        found = Failure(Outcome.REVOKED, "opening.commitment_wrong")
    elif code in BY_BIDDER:
        found = Failure(Outcome.REVOKED, "opening.payload_unreadable")
    else:
        found = Failure(Outcome.REVOKED, "opening.inner_refused")
    blockers = tuple(blocker.as_data() for blocker in refusal.blockers)
    with transaction.atomic(durable=True):
        outcome = decide_failure(lock_opening(opening), bid, found, blockers)
    (in_store(opened_folder(bid)) / INNER).unlink(missing_ok=True)
    return outcome


def _flush_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _progress(opening: Opening, bid: Bid) -> Callable[[int], None]:
    """Tells the hall every tenth of a large bid."""
    read, told, step = 0, 0, max(bid.size // 10, 1)

    def progress(size: int) -> None:
        nonlocal read, told
        read += size
        if bid.size >= TOLD_FROM and read // step > told:
            told = read // step
            with transaction.atomic():
                body = {"bid": bid.public_id, "percent": min(100, told * 10), "at": now().isoformat()}
                announce(hall_room(opening.section.code, opening.round), PROGRESS, body)

    return progress


def sweep_bids_to_open() -> int:
    """Opens what is ready and was forgotten: a lost task, a killed worker. Returns how many were decided."""
    running = Opening.objects.filter(state=Stage.DECRYPTING, section__state=SectionState.OPENING)
    decided = 0
    for opening in running.select_related("section__tendering_project__project"):
        for bid in undecided(opening):
            try:
                decided += open_bid(bid) is not None
            except OSError:
                log.exception("bid %s could not be opened; it will be tried again", bid.public_id)
    return decided
