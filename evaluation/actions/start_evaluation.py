"""The evaluation starts: the section is being evaluated from now on, by the method of the document in force (A-136, A-137)."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_with_section, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.write_journal import write_journal
from evaluation.models import BidStanding, Committee
from evaluation.permissions import demand_host, member_of
from evaluation.queries.facts import method_in_force, method_sha256, room_facts
from evaluation.rules import composition
from evaluation.rules.phases import Phase, phase_blockers
from evaluation.rules.sitting import window_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop, refuse_if
from tendering.actions.ask_bidders import ask_bidders
from tendering.actions.move_section import move_section
from tendering.models import SectionState
from tendering.queries import opened_bids


def start_evaluation(*, committee: Committee, actor: Actor) -> Committee:
    """By the host, or by the chair. What is evaluated is what was decrypted at the opening, and nothing else (B-023)."""
    member = member_of(actor, committee)
    if member is None or committee.chair_id != member.pk:
        demand_host(actor, committee.section)
    refuse_if(_blockers(committee))
    with transaction.atomic(durable=True):
        locked = lock_with_section(committee)
        refuse_if(_blockers(locked))
        bids = opened_bids(locked.section)
        method = method_in_force(locked.section)
        locked.started_at, locked.method_sha256 = now(), method_sha256(locked.section)
        locked.save(update_fields=["started_at", "method_sha256"])
        BidStanding.objects.bulk_create(BidStanding(committee=locked, bid=bid, at=locked.started_at) for bid in bids)
        # Shown in the review of qualifications, where the committee decides (条例 20; 87号令 44).
        ask_bidders(gate="evaluate", section=locked.section, bidders=[bid.bid.bidder for bid in bids], actor=actor)
        if locked.section.state == SectionState.OPENED:
            move_section(locked.section, SectionState.EVALUATING, actor=actor)
        body = {
            "method_sha256": locked.method_sha256,
            "bids": [{"bidder": bid.bid.bidder.number, "inner_sha256": bid.inner_sha256} for bid in bids],
        }
        write_journal(locked, "evaluation.started", body, actor)
        move_phase(locked, Phase.PRELIMINARY if method.review else Phase.SCORING, "start_evaluation")
    return locked


def _blockers(committee: Committee) -> list[Blocker]:
    found = [*phase_blockers(committee.phase, Phase.READY), *window_blockers(room_facts(committee))]
    members = standing_members(committee)
    if len(members) != committee.size:
        message = gettext_noop("评标委员会应有%(size)s人，现在席%(here)s人")
        params = {"size": str(committee.size), "here": str(len(members))}
        found.append(
            Blocker(
                "committee.incomplete", message, composition.RULES[committee.section.regime].citation, params=params
            )
        )
    if committee.section.state not in (SectionState.OPENED, SectionState.EVALUATING):
        found.append(Blocker("section.not_opened", gettext_noop("开标结束后才能评标"), "招标投标法 38"))
    bids = opened_bids(committee.section)
    if not bids:
        found.append(Blocker("evaluation.no_bids", gettext_noop("没有解密成功的投标"), "CTS B-023"))
    return found
