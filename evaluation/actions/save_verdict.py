"""A member's pass or fail for one item of one bid in the preliminary review, kept on every change."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee
from evaluation.models import Committee, CommitteeMember, PreliminaryVerdict
from evaluation.permissions import demand_member
from evaluation.queries.facts import member_facts, method_in_force, room_facts
from evaluation.queries.rooms import standings
from evaluation.rules.sitting import verdict_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if


def save_verdict(
    *, committee: Committee, bid: str, item: str, passed: bool, reason: str, version: int, actor: Actor
) -> PreliminaryVerdict:
    """`bid` is the bid's public id, `version` the one this was made from (0: none). Raises Refusal `review.conflict`."""
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        bids = {row.bid.bid.public_id: row.bid for row in standings(locked)}
        refuse_if(_blockers(locked, member, bid in bids, item, passed, reason))
        opened = bids[bid]
        row = PreliminaryVerdict.objects.filter(member=member, bid=opened, item=item).first()
        if version != (row.version if row else 0):
            raise Refusal(_conflict(row))
        row = row or PreliminaryVerdict(member=member, bid=opened, item=item, version=0)
        row.passed, row.reason = passed, "" if passed else reason.strip()
        row.version, row.at = row.version + 1, now()
        row.save()
    return row


def _conflict(row: PreliminaryVerdict | None) -> Blocker:
    message = gettext_noop("这一项已在另一个窗口改为不通过，请核对后再改")
    if row is None or row.passed:
        message = gettext_noop("这一项已在另一个窗口改为通过，请核对后再改")
    params = {"version": str(row.version if row else 0)}
    return Blocker("review.conflict", message, params=params)


def _blockers(
    committee: Committee, member: CommitteeMember, known: bool, item: str, passed: bool, reason: str
) -> list[Blocker]:
    found = verdict_blockers(room_facts(committee), member_facts(member))
    if not known:
        found.append(Blocker("score.unknown_bid", gettext_noop("没有这个投标，或者它已被否决"), place="bid"))
    if item not in {row.key for row in method_in_force(committee.section).review}:
        message = gettext_noop("评标办法没有评审项“%(item)s”")
        found.append(Blocker("review.unknown_item", message, params={"item": item[:40]}, place="item"))
    if not passed and not reason.strip():
        found.append(Blocker("review.no_reason", gettext_noop("不通过应写明理由"), "招标投标法 42", place="reason"))
    return found
