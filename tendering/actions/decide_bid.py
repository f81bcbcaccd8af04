"""What comes of a standing bid: opened, or revoked or withdrawn by whose cause. Decided once, never undone."""

import datetime as dt
from collections.abc import Iterable, Mapping
from typing import Any

from celery import current_app

from runtime.actor import SYSTEM
from runtime.clock import now, stamp
from runtime.dispatch import after_commit, demand_transaction
from runtime.outbox import announce
from signing.actions.append_entry import append_entry
from signing.rules.bid_identity import Fault
from tendering.events import DECIDED, hall_room
from tendering.models import Bid, OpenedBid, Opening
from tendering.queries.openings import (
    latest_releases,
    released_identity,
    seal_of,
    share_verdicts,
    terms_of_opening,
    undecided,
)
from tendering.rules.decryption import Failure, failure, ready


def is_ready(opening: Opening, bid: Bid) -> bool:
    """Whether the worker can open it."""
    releases = latest_releases(bid)
    good = sum(verdict.fault is Fault.NOBODY for verdict in share_verdicts(releases))
    return ready(terms_of_opening(opening), good, bool(released_identity(releases)))


def decide_failures(opening: Opening, moment: dt.datetime, bids: Iterable[Bid] | None = None) -> None:
    """Bids (all undecided ones) that cannot be opened any more get their outcome; those the worker can open are left to it."""
    demand_transaction()
    terms, over = terms_of_opening(opening), moment >= opening.decrypt_until
    for bid in undecided(opening) if bids is None else bids:
        releases = latest_releases(bid)
        verdicts = share_verdicts(releases)
        good = sum(verdict.fault is Fault.NOBODY for verdict in verdicts)
        if ready(terms, good, bool(released_identity(releases))):
            continue
        wrong = any(release.trustee_id is None for release in releases)
        found = failure(terms, verdicts, seal_of(bid), identity_wrong=wrong, over=over)
        if found:
            decide_failure(opening, bid, found)


def decide_failure(
    opening: Opening, bid: Bid, found: Failure, blockers: tuple[Mapping[str, Any], ...] = ()
) -> OpenedBid:
    detail = {"places": list(found.places), "blockers": [dict(blocker) for blocker in blockers]}
    return _decide(opening, bid, OpenedBid(outcome=found.outcome.value, cause=found.cause, detail=detail))


def decide_opened(
    opening: Opening, bid: Bid, *, inner_sha256: str, inner_path: str, content: dict[str, Any]
) -> OpenedBid:
    opened = OpenedBid(
        outcome=OpenedBid.Outcome.OPENED, inner_sha256=inner_sha256, inner_path=inner_path, opening=content
    )
    return _decide(opening, bid, opened)


def _decide(opening: Opening, bid: Bid, outcome: OpenedBid) -> OpenedBid:
    """Needs the section's lock. Decided meanwhile by another process, that decision stands.

    Neither the journal nor the hall says what was bid: prices are read out together, once every bid is decided.
    """
    demand_transaction()
    before = OpenedBid.objects.filter(bid=bid).first()
    if before:
        return before
    outcome.bid, outcome.opened_at = bid, now()
    outcome.save()
    body = {
        "bid": bid.public_id,
        "outcome": outcome.outcome,
        "cause": outcome.cause,
        "places": outcome.detail.get("places", []),
        "at": stamp(outcome.opened_at),
    }
    append_entry(
        kind="bid.opened" if outcome.outcome == OpenedBid.Outcome.OPENED else "bid.not_opened",
        subject=f"section:{opening.section.code}",
        body={**body, "round": bid.round, "sha256": bid.sha256, "inner_sha256": outcome.inner_sha256},
        actor=SYSTEM,
    )
    announce(hall_room(opening.section.code, opening.round), DECIDED, body)
    return outcome


def ask_to_open(bid: Bid) -> None:
    """After the commit, tell the worker. A lost message costs time only: the sweep finds what is ready."""
    after_commit(current_app.send_task, "tendering.open_bid", args=[bid.pk])
