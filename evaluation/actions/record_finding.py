"""The chair records what the committee found out about a bid's price: deductions, omissions, corrections and their answer."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import FINDING, room_name
from evaluation.models import BidStanding, Committee, CommitteeMember
from evaluation.permissions import demand_chair, demand_member
from evaluation.queries.facts import member_facts, method_in_force, room_facts
from evaluation.queries.rooms import standings
from evaluation.rules.phases import Phase
from evaluation.rules.sitting import act_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if
from tendering.rules.methods import finding_blockers

PHASES = (Phase.PRELIMINARY, Phase.FEW, Phase.SCORING, Phase.SUMMARY)


def record_finding(*, committee: Committee, bid: str, findings: Mapping[str, Any], actor: Actor) -> BidStanding:
    """`findings` replaces what stood; it holds the optional fields of a score file's bid (docs/methods.md)."""
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        demand_chair(member, locked)
        rows = {row.bid.bid.public_id: row for row in standings(locked)}
        refuse_if(_blockers(locked, member, bid in rows, findings))
        row = rows[bid]
        row.findings, row.found_by, row.at = dict(findings), member, now()
        row.save(update_fields=["findings", "found_by", "at"])
        body = {**seat_of(member), "bidder": row.bid.bid.bidder.number, "findings": row.findings}
        write_journal(locked, "evaluation.found", body, actor)
        announce(room_name(locked.section.code), FINDING, {"bid": bid})
    return row


def _blockers(committee: Committee, member: CommitteeMember, known: bool, findings: Mapping[str, Any]) -> list[Blocker]:
    found = act_blockers(room_facts(committee), member_facts(member), *PHASES)
    if not known:
        found.append(Blocker("score.unknown_bid", gettext_noop("没有这个投标，或者它已被否决"), place="bid"))
    method = method_in_force(committee.section)
    allowed = {row.key for row in method.deductions} | {"omitted", "quotes", "statement"}
    for name in sorted(set(findings) - allowed):
        message = gettext_noop("投标数据中有不认识的字段“%(name)s”")
        found.append(Blocker("bid.unknown_field", message, params={"name": name}, place="findings"))
    return found or finding_blockers(findings, method)
