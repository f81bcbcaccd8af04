"""A member declares that there is no ground for recusal and signs the undertaking (A-133)."""

from typing import Any

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee, standing_members
from evaluation.actions.move_phase import move_phase
from evaluation.actions.verify_own import verify_own
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import UNDERTAKEN, room_name
from evaluation.models import Committee, CommitteeMember, Undertaking
from evaluation.permissions import demand_member
from evaluation.queries.facts import member_facts, room_facts
from evaluation.rules import undertaking
from evaluation.rules.phases import Phase
from evaluation.rules.sitting import membership_blockers, window_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.rules.canonical import canonical
from tendering.queries import standing_bids


def undertaking_for(member: CommitteeMember) -> dict[str, Any]:
    """What this member is to sign, with the organisations to be recused from in full."""
    section = member.committee.section
    project = section.tendering_project.project
    parties = [project.tenderer, *([project.agency] if project.agency else [])]
    parties += [bid.bidder for bid in standing_bids(section)]
    return undertaking.content(
        section=section.code,
        round=member.committee.round,
        member={"name": member.party.name, "number": member.party.number, "seat": member.seat},
        organisations=[{"name": party.name, "number": party.number} for party in parties],
    )


def sign_undertaking(*, committee: Committee, signature: bytes, actor: Actor) -> Undertaking:
    """With the last undertaking of a full committee the election of the chair begins."""
    member = demand_member(actor, committee)
    refuse_if(_blockers(committee, member))
    text = canonical(undertaking_for(member))
    fingerprint = verify_own(member, text, signature)
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        refuse_if(_blockers(locked, member))
        member.undertaken_at = now()
        member.save(update_fields=["undertaken_at"])
        row = Undertaking.objects.create(
            member=member, text=text, signature=signature, certificate=fingerprint, at=member.undertaken_at
        )
        write_journal(locked, "evaluation.undertaken", {**seat_of(member), "certificate": fingerprint}, actor)
        announce(room_name(locked.section.code), UNDERTAKEN, {"seat": member.seat})
        _move_on(locked)
    return row


def _move_on(committee: Committee) -> None:
    members = standing_members(committee)
    everybody = len(members) == committee.size and all(member.undertaken_at for member in members)
    if everybody and committee.phase == Phase.GATHERING:
        move_phase(committee, Phase.CHAIR, "sign_undertaking")


def _blockers(committee: Committee, member: CommitteeMember) -> list[Blocker]:
    facts = member_facts(member)
    found = [*membership_blockers(facts), *window_blockers(room_facts(committee))]
    if facts.standing and not facts.signed_in:
        found.append(Blocker("room.not_signed_in", gettext_noop("请先签到"), remedy=gettext_noop("在评标室页面签到")))
    if facts.undertaken:
        found.append(Blocker("room.undertaken", gettext_noop("承诺书已经签署")))
    return found
