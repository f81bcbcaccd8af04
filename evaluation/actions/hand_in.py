"""A member hands in: all own verdicts and scores as one file, signed by certificate (A-140, A-146).

`hand_in_content` is what the browser or the client echoes and signs; `hand_in` builds it again and checks the signature
over exactly those bytes, so that what was changed meanwhile in another tab cannot slip in.
"""

from decimal import Decimal
from typing import Any

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.verify_own import verify_own
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import HANDED_IN, room_name
from evaluation.models import Committee, CommitteeMember, HandIn
from evaluation.permissions import demand_member
from evaluation.queries.facts import member_facts, method_in_force, room_facts
from evaluation.queries.rooms import handed_in, valid_bids
from evaluation.rules import hand_in as form
from evaluation.rules.phases import Phase
from evaluation.rules.sitting import draft_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if


def hand_in_content(committee: Committee, member: CommitteeMember) -> dict[str, Any]:
    """The file as it would be signed now; the same drafts always give the same bytes. Raises Refusal for gaps."""
    refuse_if(_blockers(committee, member))
    return _content(committee, member)


def hand_in(*, committee: Committee, signature: bytes, actor: Actor) -> HandIn:
    """Raises Refusal: gaps, a bad certificate, a signature over something else, handed in already."""
    member = demand_member(actor, committee)
    signed = form.signed_bytes(hand_in_content(committee, member))
    try:
        fingerprint = verify_own(member, signed, signature)
    except Refusal:
        refuse_if(_blockers(committee, member))  # another tab handed in meanwhile: that is the reason to be told
        raise
    with transaction.atomic():
        locked = lock_committee(committee)
        # The member's row too: a draft on its way in either is in what was signed, or comes too late.
        member = CommitteeMember.objects.select_for_update().get(pk=member.pk)
        member.committee = locked
        refuse_if(_blockers(locked, member))
        content = _content(locked, member)
        if form.signed_bytes(content) != signed:
            raise Refusal(_changed())
        row = HandIn.objects.create(
            member=member,
            number=content["number"],
            content=signed,
            sha256=form.sha256_of(content),
            signature=signature,
            certificate=fingerprint,
            at=now(),
        )
        body = {**seat_of(member), "sha256": row.sha256, "number_of_hand_in": row.number, "certificate": fingerprint}
        write_journal(locked, "evaluation.handed_in", body, actor)
        announce(room_name(locked.section.code), HANDED_IN, {"seat": member.seat})
        members = standing_members(locked)
        if len(members) == locked.size == len(handed_in([each.pk for each in members])):
            move_phase(locked, Phase.SUMMARY, "hand_in")
    return row


def _content(committee: Committee, member: CommitteeMember) -> dict[str, Any]:
    verdicts: dict[str, dict[str, dict[str, Any]]] = {}
    for verdict in member.verdicts.select_related("bid__bid__bidder"):
        row = {"passed": verdict.passed, "reason": verdict.reason}
        verdicts.setdefault(verdict.bid.bid.bidder.number, {})[verdict.item] = row
    return form.content(
        section=committee.section.code,
        round=committee.round,
        method_sha256=committee.method_sha256,
        member={"name": member.party.name, "number": member.party.number, "seat": str(member.seat)},
        number=member.hand_ins.count() + 1,
        verdicts=verdicts,
        scores=_scores(committee, member),
    )


def _scores(committee: Committee, member: CommitteeMember) -> dict[str, dict[str, Decimal]]:
    bids = {bid.pk: bid.bid.bidder.number for bid in valid_bids(committee)}
    scores: dict[str, dict[str, Decimal]] = {number: {} for number in bids.values()}
    given = member.drafts.filter(bid_id__in=bids, score__isnull=False)
    for bid, item, score in given.values_list("bid_id", "item", "score"):
        if score is not None:
            scores[bids[bid]][item] = score
    return scores


def _blockers(committee: Committee, member: CommitteeMember) -> list[Blocker]:
    found = draft_blockers(room_facts(committee), member_facts(member))
    method = method_in_force(committee.section)
    scores = _scores(committee, member)
    return found + form.blockers(method, list(scores), scores)


def _changed() -> Blocker:
    message = gettext_noop("签名之后评分又有改动，没有提交")
    return Blocker("hand_in.changed", message, "电子签名法 13", gettext_noop("请重新核对评分后再签名"))
