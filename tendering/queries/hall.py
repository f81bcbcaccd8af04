"""What everybody in the opening hall sees, the same for all: public from the deadline on, nothing before it."""

from collections.abc import Iterable
from typing import Any

from django.db.models import Prefetch

from runtime.clock import now, stamp
from runtime.outbox import last_seq
from tendering.events import hall_room
from tendering.models import Bid, OpenedBid, Opening, Release, Section
from tendering.queries.bids import standing_bids
from tendering.queries.openings import terms_of_opening
from tendering.rules.opening import Mode, Stage, Terms

READ_OUT = frozenset({Stage.READ_OUT, Stage.RECORD, Stage.CLOSED})


def hall_state(section: Section, opening: Opening | None) -> dict[str, Any]:
    """The whole hall as JSON. Before the opening: the deadline and the server's clock, and not a word about bids.

    `seq` is the last event that this state includes: a socket goes on from there.
    """
    seq = last_seq(
        hall_room(section.code, section.round)
    )  # before the rows: an event too many is harmless, one too few not
    head = {
        "section": section.code,
        "name": section.name,
        "round": section.round,
        "now": stamp(now()),
        "deadline": stamp(section.deadline) if section.deadline else None,
        "seq": seq,
    }
    if opening is None:
        return {**head, "state": "waiting"}
    terms = terms_of_opening(opening)
    bids = list(_bids(section, opening))
    return {
        **head,
        "state": opening.state,
        "cause": opening.cause,
        "decryption": {"mode": terms.mode.value, "k": terms.k, "n": terms.n},
        "times": _times(opening),
        "items": opening.terms["opening_items"],
        "price_item": opening.terms.get("price_item", ""),
        "bids": [_bid(bid, opening, terms) for bid in bids],
        "trustees": _trustees(section, terms),
        "present": [_present(each) for each in opening.attendances.select_related("party")],
        "objections": [_objection(each) for each in opening.objections.select_related("party", "answered_by")],
        "record": _record(opening),
    }


def _bids(section: Section, opening: Opening) -> Iterable[Bid]:
    releases = Release.objects.select_related("trustee").order_by("received_at", "pk")
    return (
        standing_bids(section, opening.round)
        .select_related("bidder", "opened")
        .prefetch_related(Prefetch("releases", queryset=releases))
    )


def _times(opening: Opening) -> dict[str, str | None]:
    moments = {
        "started": opening.started_at,
        "sign_in_until": opening.sign_in_until,
        "decrypt_until": opening.decrypt_until,
        "object_until": opening.object_until,
        "sign_until": opening.sign_until,
        "closed": opening.closed_at,
        "published": opening.published_at,
    }
    return {name: stamp(moment) if moment else None for name, moment in moments.items()}


def _bid(bid: Bid, opening: Opening, terms: Terms) -> dict[str, Any]:
    releases = list(bid.releases.all())
    shares = {release.trustee.place: release.verdict for release in releases if release.trustee}
    shares |= {r.trustee.place: r.verdict for r in releases if r.trustee and r.verdict == Release.Verdict.GOOD}
    by_bidder = any(r.trustee is None and r.verdict == Release.Verdict.GOOD for r in releases)
    good = sum(verdict == Release.Verdict.GOOD for verdict in shares.values())
    return {
        "id": bid.public_id,
        "bidder": bid.bidder.name,
        "number": bid.bidder.number,
        "received_at": stamp(bid.received_at),
        "size": bid.size,
        "sha256": bid.sha256,
        "shares": {str(place): verdict for place, verdict in sorted(shares.items())},
        "good": good,
        "by_bidder": by_bidder,
        **_outcome(bid, opening, good >= terms.k > 0 or (by_bidder and terms.mode is not Mode.TRUSTEES)),
    }


def _outcome(bid: Bid, opening: Opening, enough: bool) -> dict[str, Any]:
    """`status`: sealed, decrypting, opened, revoked, withdrawn. What was bid only once all bids are decided (CTS A-113)."""
    opened: OpenedBid | None = getattr(bid, "opened", None)
    if opened is None:
        return {"status": "decrypting" if enough else "sealed"}
    found = {
        "status": opened.outcome,
        "cause": opened.cause,
        "places": opened.detail.get("places", []),
        "decided_at": stamp(opened.opened_at),
    }
    if opened.outcome == OpenedBid.Outcome.OPENED and opening.state in READ_OUT:
        found["items"] = opened.opening["items"]
    return found


def _trustees(section: Section, terms: Terms) -> list[dict[str, Any]]:
    if terms.mode is Mode.BIDDER:
        return []
    rows = section.trustees.select_related("party")
    return [{"place": row.place, "name": row.party.name, "slug": row.slug} for row in rows]


def _present(attendance: Any) -> dict[str, Any]:
    return {
        "name": attendance.party.name,
        "number": attendance.party.number,
        "signed_in_at": stamp(attendance.signed_in_at),
        "confirmed_at": stamp(attendance.confirmed_at) if attendance.confirmed_at else None,
    }


def _objection(objection: Any) -> dict[str, Any]:
    return {
        "id": objection.public_id,
        "name": objection.party.name,
        "text": objection.text,
        "raised_at": stamp(objection.raised_at),
        "answer": objection.answer,
        "answered_by": objection.answered_by.name if objection.answered_by else "",
        "answered_at": stamp(objection.answered_at) if objection.answered_at else None,
    }


def _record(opening: Opening) -> dict[str, Any] | None:
    if opening.record is None:
        return None
    return {
        "sha256": opening.record_sha256,
        "by_platform": opening.platform_signature is not None,
        "signatures": [
            {"name": each.party.name, "number": each.party.number, "signed_at": stamp(each.signed_at)}
            for each in opening.signatures.select_related("party")
        ],
        "pdf": bool(opening.pdf_path),
    }
