"""What somebody in the room sees, as JSON: one reading for page, API and the command line.

Others' verdicts and scores are in it only once all have handed in, and then from the signed hand-ins, never from drafts.
Names are in it only for whom `names` allows (A-134); prices wait for the end of scoring where the method hides them.
"""

import json
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from evaluation.events import room_name
from evaluation.models import (
    ChairVote,
    Committee,
    CommitteeMember,
    HandIn,
    Report,
    ReportSignature,
    RollBack,
    Summary,
)
from evaluation.queries.bid_files import files_of
from evaluation.queries.facts import method_in_force
from evaluation.queries.rooms import drafts_of, standings
from evaluation.rules.hand_in import spell_score
from evaluation.rules.outliers import outliers
from evaluation.rules.phases import Phase
from evaluation.rules.score_file import evaluator
from evaluation.rules.waiting import Matters, Progress, waiting
from prequalified.queries.sanctions.answers import said_about
from runtime.clock import now, stamp
from runtime.outbox import last_seq
from tendering.queries import document_in_force
from tendering.rules.methods import Method

OPEN_PHASES = (Phase.SUMMARY, Phase.REPORT, Phase.CLOSED)  # all have handed in: scores are open in the room
STARTED = (Phase.PRELIMINARY, Phase.FEW, Phase.SCORING, *OPEN_PHASES)


def room_state(committee: Committee, member: CommitteeMember | None, *, names: bool, inside: bool) -> dict[str, Any]:
    """`member`: the reader's own standing seat, None for host and supervisor; `inside`: members and the supervisor.

    Read inside one transaction, so that it is one picture, and `seq` is where a socket goes on from.
    """
    seq = last_seq(room_name(committee.section.code))
    members = list(
        committee.members.filter(status=CommitteeMember.Status.STANDING)
        .select_related("party", "venue")
        .order_by("seat")
    )
    progress = _progress(committee, members)
    method = method_in_force(committee.section)
    state = {
        "seq": seq,
        "now": stamp(now()),
        "section": _section(committee),
        "phase": committee.phase,
        "window": [stamp(committee.window_from), stamp(committee.window_until)],
        "chair": committee.chair.seat if committee.chair else None,
        "ballot": {"number": committee.ballot, "tied": committee.tied},
        "members": [_member(each, progress[each.seat], names) for each in members],
        "waiting": [{"who": w.who, "what": w.what} for w in _waiting(committee, members, progress)],
        "method": _method(method),
        "roll_back": _roll_back(committee),
        "me": _me(member) if member else None,
    }
    # The bids lie before the members and the supervisor; the host sees how far the room is, not what it reads.
    ready = member is None or member.undertaken_at is not None
    if inside and ready and committee.phase in STARTED:
        state["bids"] = _bids(committee, method)
    if inside and committee.phase in OPEN_PHASES:
        state["matrix"] = _matrix(committee, members, method)
        state["summary"] = _summary(committee)
        state["report"] = _report(committee)
    return state


def _section(committee: Committee) -> dict[str, Any]:
    section = committee.section
    return {
        "code": section.code,
        "name": section.name,
        "round": committee.round,
        "regime": section.regime,
        "kind": section.kind,
    }


def _progress(committee: Committee, members: Sequence[CommitteeMember]) -> dict[int, Progress]:
    keys = [member.pk for member in members]
    voted = set(ChairVote.objects.filter(voter_id__in=keys, ballot=committee.ballot).values_list("voter_id", flat=True))
    handed_in = set(HandIn.objects.filter(member_id__in=keys, voided_at=None).values_list("member_id", flat=True))
    signed = set(
        ReportSignature.objects.filter(report__committee=committee, report__voided_at=None).values_list(
            "member_id", flat=True
        )
    )
    return {
        member.seat: Progress(
            seat=member.seat,
            signed_in=member.signed_in_at is not None,
            undertaken=member.undertaken_at is not None,
            voted=member.pk in voted,
            review_finished=member.review_finished_at is not None,
            handed_in=member.pk in handed_in,
            signed_report=member.pk in signed,
        )
        for member in members
    }


def _waiting(committee: Committee, members: Sequence[CommitteeMember], progress: Mapping[int, Progress]) -> list[Any]:
    experts = committee.size - committee.tenderer_members
    vacant = set(range(1, committee.size + 1)) - {member.seat for member in members}
    matters = Matters(
        chair=committee.chair.seat if committee.chair else None,
        vacant={seat for seat in vacant if seat <= experts},
        vacant_tenderer={seat for seat in vacant if seat > experts},
        summarised=Summary.objects.filter(committee=committee, voided_at=None).exists(),
        roll_back_open=RollBack.objects.filter(committee=committee, decided_at=None).exists(),
    )
    return waiting(committee.phase, list(progress.values()), matters)


def _member(member: CommitteeMember, progress: Progress, names: bool) -> dict[str, Any]:
    return {
        "seat": member.seat,
        "kind": member.kind,
        "name": member.party.name if names else None,
        "venue": member.venue.name,
        "signed_in": progress.signed_in,
        "undertaken": progress.undertaken,
        "voted": progress.voted,
        "review_finished": progress.review_finished,
        "handed_in": progress.handed_in,
        "signed_report": progress.signed_report,
    }


def _method(method: Method) -> dict[str, Any]:
    return {
        "kind": method.kind.value,
        "price_weight": str(method.price_weight),
        "price_hidden": method.price_hidden,
        "review": [{"key": i.key, "title": i.title, "group": i.group.value, "note": i.note} for i in method.review],
        "items": [
            {
                "key": item.key,
                "title": item.title,
                "group": item.group.value,
                "max": str(item.max),
                "step": str(item.step),
                "objective": item.objective,
                "note": item.note,
            }
            for item in method.items
        ],
        "deductions": [{"key": d.key, "title": d.title, "percent": str(d.percent)} for d in method.deductions],
    }


def _bids(committee: Committee, method: Method) -> list[dict[str, Any]]:
    hidden = method.price_hidden and committee.phase not in OPEN_PHASES
    titles = document_in_force(committee.section).content.get("opening_items", [])
    gate = said_about(f"section:{committee.section.code}", "evaluate", committee.started_at or committee.formed_at)
    rows = []
    for row in standings(committee):
        bid = row.bid.bid
        shown: dict[str, Any] = {
            "bid": bid.public_id,
            "bidder": bid.bidder.number,
            "name": bid.bidder.name,
            "rejected": row.rejected,
            "gate": gate.get(bid.bidder_id),
            "files": files_of(row.bid, frozenset(method.priced_parts) if hidden else frozenset()),
        }
        if not hidden:
            opening = row.bid.opening.get("items", {})
            shown |= {"opening": opening, "read_out": _read_out(opening, titles)}
            shown["findings"] = row.findings
        rows.append(shown)
    return rows


def _read_out(opening: Mapping[str, Any], titles: Sequence[Mapping[str, str]]) -> list[dict[str, str]]:
    """The announced items in the document's order and words: {title, value with its unit}."""
    return [
        {"title": item["title"], "value": f"{opening[item['key']]}{item.get('unit', '')}"}
        for item in titles
        if item["key"] in opening
    ]


def _me(member: CommitteeMember) -> dict[str, Any]:
    """The reader's own verdicts and drafts: what a reconnect shows again."""
    hand_in = HandIn.objects.filter(member=member, voided_at=None).first()
    verdicts = member.verdicts.select_related("bid__bid")
    return {
        "seat": member.seat,
        "verdicts": [
            {"bid": v.bid.bid.public_id, "item": v.item, "passed": v.passed, "reason": v.reason, "version": v.version}
            for v in verdicts
        ],
        "drafts": [
            {
                "bid": draft.bid.bid.public_id,
                "item": draft.item,
                "score": None if draft.score is None else spell_score(draft.score),
                "version": draft.version,
                "at": stamp(draft.at),
            }
            for draft in drafts_of(member.pk)
        ],
        "hand_in": {"number": hand_in.number, "sha256": hand_in.sha256, "at": stamp(hand_in.at)} if hand_in else None,
    }


def _matrix(committee: Committee, members: Sequence[CommitteeMember], method: Method) -> list[dict[str, Any]]:
    """Each bid and item with every member's score, and whose stands out. Empty where nothing is scored."""
    keys = [member.pk for member in members]
    rows = HandIn.objects.filter(member_id__in=keys, voided_at=None).select_related("member").order_by("member__seat")
    contents = {row.member.seat: json.loads(bytes(row.content))["scores"] for row in rows}
    bidders = sorted({bidder for scores in contents.values() for bidder in scores})
    matrix = []
    for bidder in bidders:
        for item in method.items:
            scores = {seat: scores[bidder][item.key] for seat, scores in contents.items()}
            odd = outliers({evaluator(seat): Decimal(score) for seat, score in scores.items()}, item.max)
            matrix.append(
                {
                    "bidder": bidder,
                    "item": item.key,
                    "scores": {str(seat): score for seat, score in scores.items()},
                    "outliers": [seat for seat in scores if evaluator(seat) in odd],
                }
            )
    return matrix


def _summary(committee: Committee) -> dict[str, Any] | None:
    row = Summary.objects.filter(committee=committee, voided_at=None).first()
    return {"number": row.number, "at": stamp(row.at), "result": row.result} if row else None


def _report(committee: Committee) -> dict[str, Any] | None:
    row = Report.objects.filter(committee=committee, voided_at=None).first()
    if row is None:
        return None
    signed = ReportSignature.objects.filter(report=row).select_related("member").order_by("member__seat")
    return {
        "number": row.number,
        "sha256": row.sha256,
        "at": stamp(row.at),
        "remarks": row.remarks,
        "signatures": [{"seat": s.member.seat, "kind": s.kind, "at": stamp(s.at)} for s in signed],
        "pdf_sha256": row.pdf_sha256,
    }


def _roll_back(committee: Committee) -> dict[str, Any] | None:
    row = RollBack.objects.filter(committee=committee, decided_at=None).first()
    return {"target": row.target, "reason": row.reason, "at": stamp(row.asked_at)} if row else None
