"""A member closes the own preliminary review; with the last one the machine counts (少数服从多数) and the room moves on."""

from collections.abc import Sequence

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import REVIEWED, room_name
from evaluation.models import BidStanding, Committee, CommitteeMember, HandIn, PreliminaryVerdict
from evaluation.permissions import demand_chair, demand_member
from evaluation.queries.facts import member_facts, method_in_force, room_facts
from evaluation.queries.rooms import handed_in, standings
from evaluation.rules.phases import Phase
from evaluation.rules.review import failed_items, missing
from evaluation.rules.sitting import act_blockers, verdict_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if
from tendering.rules.methods import Method

FEWEST = 3


def finish_review(*, committee: Committee, actor: Actor) -> Committee:
    """Raises Refusal with every item on which the member has not said anything."""
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        method = method_in_force(locked.section)
        refuse_if(_blockers(locked, member, method))
        member.review_finished_at = now()
        member.save(update_fields=["review_finished_at"])
        write_journal(locked, "evaluation.reviewed", seat_of(member), actor)
        announce(room_name(locked.section.code), REVIEWED, {"seat": member.seat})
        members = standing_members(locked)
        if len(members) == locked.size and all(each.review_finished_at for each in members):
            _conclude(locked, members, method, actor)
    return locked


def _blockers(committee: Committee, member: CommitteeMember, method: Method) -> list[Blocker]:
    found = verdict_blockers(room_facts(committee), member_facts(member))
    given = set(member.verdicts.values_list("bid__bid__public_id", "item"))
    names = {row.bid.bid.public_id: row.bid.bid.bidder.name for row in standings(committee)}
    titles = {item.key: item.title for item in method.review}
    for bid, item in missing(list(titles), list(names), given):
        message = gettext_noop("还没有给“%(bidder)s”的“%(title)s”写评审意见")
        params = {"bidder": names[bid], "title": titles[item]}
        found.append(Blocker("review.missing", message, params=params, place=f"{bid}.{item}"))
    return found


def _conclude(committee: Committee, members: Sequence[CommitteeMember], method: Method, actor: Actor) -> None:
    rows = list(standings(committee))
    verdicts = PreliminaryVerdict.objects.filter(member__in=members).values_list(
        "bid_id", "item", "member__seat", "passed"
    )
    by_bid: dict[int, dict[tuple[str, int], bool]] = {}
    for bid, item, seat, passed in verdicts:
        by_bid.setdefault(bid, {})[(item, seat)] = passed
    titles = {item.key: item.title for item in method.review}
    seats = [member.seat for member in members]
    before = {row.pk for row in rows if row.rejected}
    for row in rows:
        failed = failed_items(list(titles), seats, by_bid.get(row.bid_id, {}))
        row.rejected = "；".join(f"{titles[f.item]}（{f.against}/{f.members}人不通过）" for f in failed)
        row.at = now()
    BidStanding.objects.bulk_update(rows, ["rejected", "at"])
    if before != {row.pk for row in rows if row.rejected}:
        # After a replacement the count may come out differently: forms about other bids than these are no longer whole.
        HandIn.objects.filter(member__in=members, voided_at=None).update(voided_at=now())
    left = sum(not row.rejected for row in rows)
    body = {
        "rejected": [{"bidder": r.bid.bid.bidder.number, "reason": r.rejected} for r in rows if r.rejected],
        "left": left,
    }
    write_journal(committee, "evaluation.review_concluded", body, actor)
    move_phase(committee, Phase.SCORING if left >= FEWEST else Phase.FEW, "finish_review")
    if committee.phase == Phase.SCORING and len(handed_in([member.pk for member in members])) == committee.size:
        move_phase(committee, Phase.SUMMARY, "hand_in")


def decide_few(*, committee: Committee, go_on: bool, reason: str, actor: Actor) -> Committee:
    """Fewer than three bids are left. Procurement stops (87号令 43); in ENG the committee judges the competition.

    The chair records the decision and its reasons.
    """
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        demand_chair(member, locked)
        refuse_if(_few_blockers(locked, member, go_on, reason))
        body = {**seat_of(member), "go_on": go_on, "reason": reason.strip()}
        write_journal(locked, "evaluation.few_decided", body, actor)
        if not go_on:
            locked.ended_at = now()
            locked.save(update_fields=["ended_at"])
        move_phase(locked, Phase.SCORING if go_on else Phase.STOPPED, "decide_few", reason.strip())
    return locked


def _few_blockers(committee: Committee, member: CommitteeMember, go_on: bool, reason: str) -> list[Blocker]:
    found = act_blockers(room_facts(committee), member_facts(member), Phase.FEW)
    if not reason.strip():
        found.append(Blocker("review.no_reason", gettext_noop("请写明理由"), "招标投标法 42", place="reason"))
    if go_on and committee.section.regime == "GP":
        message = gettext_noop("有效投标不足三家，应予废标，不得继续评审")
        found.append(Blocker("review.below_three", message, "87号令 43", gettext_noop("请选择停止评审")))
    if go_on and not any(not row.rejected for row in standings(committee)):
        found.append(Blocker("review.none_left", gettext_noop("全部投标已被否决，不能继续评审"), "招标投标法 42"))
    return found
