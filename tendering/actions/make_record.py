"""The opening record is drawn up from the rows when the time for objections is over; from then on it is what is signed."""

from hashlib import sha256
from typing import Any

from django.conf import settings

from runtime.clock import stamp
from runtime.dispatch import demand_transaction
from signing.rules.canonical import canonical
from tendering.models import Bid, OpenedBid, Opening, Release
from tendering.queries.bids import standing_bids
from tendering.rules.opening_record import record_content


def make_record(opening: Opening) -> None:
    """Fills `record` and `record_sha256`; the caller holds the lock and saves."""
    demand_transaction()
    section = opening.section
    tendering_project = section.tendering_project
    centre = tendering_project.project.centre
    content = record_content(
        platform=settings.PUBLIC_URL,
        centre={"code": centre.code, "name": centre.name},
        section={
            "tender": tendering_project.code,
            "tender_name": tendering_project.name,
            "section": section.code,
            "section_name": section.name,
            "round": opening.round,
        },
        times=_times(opening),
        decryption=opening.terms["decryption"],
        items=opening.terms["opening_items"],
        trustees=_trustees(opening),
        bids=[_bid(bid) for bid in standing_bids(section, opening.round).select_related("opened")],
        present=_present(opening),
        objections=_objections(opening),
    )
    opening.record = canonical(content)
    opening.record_sha256 = sha256(opening.record).hexdigest()


def _times(opening: Opening) -> dict[str, str]:
    moments = {
        "deadline": opening.deadline,
        "started": opening.started_at,
        "sign_in_until": opening.sign_in_until,
        "decrypt_until": opening.decrypt_until,
        "object_until": opening.object_until,
        "sign_until": opening.sign_until,
    }
    return {name: stamp(moment) for name, moment in moments.items() if moment}


def _trustees(opening: Opening) -> list[dict[str, Any]]:
    good = Release.objects.filter(opening=opening, verdict=Release.Verdict.GOOD, trustee__isnull=False)
    counts: dict[int | None, int] = {}
    for trustee_id in good.values_list("trustee_id", flat=True):
        counts[trustee_id] = counts.get(trustee_id, 0) + 1
    return [
        {
            "place": trustee.place,
            "name": trustee.party.name,
            "number": trustee.party.number,
            "released": counts.get(trustee.pk, 0),
        }
        for trustee in opening.section.trustees.select_related("party")
    ]


def _bid(bid: Bid) -> dict[str, Any]:
    outcome: OpenedBid = bid.opened
    found = {
        "id": bid.public_id,
        "bidder": {"name": bid.bidder.name, "number": bid.bidder.number},
        "received_at": stamp(bid.received_at),
        "sha256": bid.sha256,
        "size": bid.size,
        "outcome": outcome.outcome,
        "cause": outcome.cause,
        "decided_at": stamp(outcome.opened_at),
    }
    if outcome.outcome == OpenedBid.Outcome.OPENED:
        found |= {"inner_sha256": outcome.inner_sha256, "items": outcome.opening["items"]}
    return found


def _present(opening: Opening) -> list[dict[str, str]]:
    return [
        {
            "name": attendance.party.name,
            "number": attendance.party.number,
            "signed_in_at": stamp(attendance.signed_in_at),
            "confirmed_at": stamp(attendance.confirmed_at) if attendance.confirmed_at else "",
        }
        for attendance in opening.attendances.select_related("party")
    ]


def _objections(opening: Opening) -> list[dict[str, str]]:
    return [
        {
            "name": objection.party.name,
            "number": objection.party.number,
            "text": objection.text,
            "raised_at": stamp(objection.raised_at),
            "answer": objection.answer,
            "answered_by": objection.answered_by.name if objection.answered_by else "",
            "answered_at": stamp(objection.answered_at) if objection.answered_at else "",
        }
        for objection in opening.objections.select_related("party", "answered_by")
    ]
