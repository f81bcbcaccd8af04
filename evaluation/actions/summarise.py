"""The machine joins all hand-ins and computes everything (A-144, A-145): nobody types a figure."""

import json
from typing import Any

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.write_journal import write_journal
from evaluation.events import SUMMARY, room_name
from evaluation.models import Committee, CommitteeDraw, HandIn, Summary
from evaluation.permissions import demand_host, member_of
from evaluation.queries.rooms import standings
from evaluation.rules.phases import Phase, phase_blockers
from evaluation.rules.score_file import Standing, score_file
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from tendering.models import OpenedBid
from tendering.queries import document_in_force
from tendering.rules.methods import evaluate


def summarise(*, committee: Committee, actor: Actor) -> Summary:
    """By any member in the room or the host; doing it again gives the same figures under a new number.

    Raises Refusal while somebody has not handed in, while a correction is unanswered or the float K is not drawn.
    """
    if member_of(actor, committee) is None:
        demand_host(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        hand_ins = standing_hand_ins(locked)
        refuse_if(_blockers(locked, hand_ins))
        file = _score_file(locked, hand_ins)
        result = evaluate(
            file["method"], file["bids"], ceiling=file.get("ceiling"), budget=file["budget"], drawn=file.get("drawn")
        )
        row = _replace(locked, file, result.as_data())
        best = [[line.bidder, line.rank] for line in result.standings]
        write_journal(locked, "evaluation.summarised", {"summary": row.number, "ranking": best}, actor)
        announce(room_name(locked.section.code), SUMMARY, {"number": row.number})
    return row


def standing_hand_ins(committee: Committee) -> list[HandIn]:
    """By seat; the hand-ins of the members who stand now."""
    members = [member.pk for member in standing_members(committee)]
    rows = HandIn.objects.filter(member_id__in=members, voided_at=None).select_related("member__party")
    return list(rows.order_by("member__seat"))


def _blockers(committee: Committee, hand_ins: list[HandIn]) -> list[Blocker]:
    found = phase_blockers(committee.phase, Phase.SUMMARY)
    if len(hand_ins) != committee.size:
        message = gettext_noop("全体成员提交评分后才能汇总：已提交%(here)s人，共%(size)s人")
        params = {"here": str(len(hand_ins)), "size": str(committee.size)}
        found.append(Blocker("summary.not_all_in", message, "87号令 55", params=params))
    return found


def _score_file(committee: Committee, hand_ins: list[HandIn]) -> dict[str, Any]:
    document = document_in_force(committee.section).content
    method = document["method"]
    item = method.get("price_item", "price")
    bids = [
        Standing(
            bidder=row.bid.bid.bidder.number,
            name=row.bid.bid.bidder.name,
            price=price_of(row.bid, item),
            rejected=row.rejected,
            findings=row.findings,
        )
        for row in standings(committee)
    ]
    section = committee.section
    return score_file(
        method=method,
        bids=bids,
        hand_ins=[json.loads(bytes(row.content)) for row in hand_ins],
        ceiling=None if section.ceiling is None else f"{section.ceiling:.2f}",
        budget=f"{section.budget:.2f}",
        drawn=_drawn(committee),
    )


def price_of(bid: OpenedBid, item: str) -> str:
    """What was read out at the opening, and nothing else."""
    items = bid.opening.get("items", {})
    if item not in items:
        message = gettext_noop("“%(bidder)s”的开标一览表没有“%(item)s”")
        params = {"bidder": bid.bid.bidder.name, "item": item}
        raise Refusal(Blocker("bid.no_price", message, "87号令 59", params=params))
    return str(items[item])


def _drawn(committee: Committee) -> dict[str, Any]:
    """What verifiable draws decided: the float K and the order among equal bids."""
    drawn: dict[str, Any] = {}
    done = CommitteeDraw.objects.filter(committee=committee, applied_at__isnull=False).select_related("draw")
    for row in done.order_by("pk"):
        if row.purpose == CommitteeDraw.Purpose.FLOAT:
            drawn["k"] = drawn_order(row)[0]["k"]
        elif row.purpose == CommitteeDraw.Purpose.TIE:
            drawn["tie"] = [each["bidder"] for each in drawn_order(row)]
    return drawn


def drawn_order(row: CommitteeDraw) -> list[dict[str, Any]]:
    """The identities of a finished draw's whole pool, first drawn first."""
    identities = {entry["number"]: entry["identity"] for entry in row.draw.names}
    return [identities[number] for number in (row.draw.outcome or {}).get("order", [])]


def _replace(committee: Committee, file: dict[str, Any], result: dict[str, Any]) -> Summary:
    Summary.objects.filter(committee=committee, voided_at=None).update(voided_at=now())
    number = Summary.objects.filter(committee=committee).count() + 1
    return Summary.objects.create(committee=committee, number=number, score_file=file, result=result, at=now())
