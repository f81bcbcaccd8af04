"""A member signs in: identity by certificate, within the hours of the evaluation (A-133, A-156)."""

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee
from evaluation.actions.write_journal import seat_of, write_journal
from evaluation.events import SIGNED_IN, room_name
from evaluation.models import Committee, CommitteeMember
from evaluation.permissions import demand_member
from evaluation.queries.facts import member_facts, room_facts
from evaluation.rules.phases import ENDED, Phase, phase_blockers
from evaluation.rules.sitting import membership_blockers, window_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if

OPEN = tuple(phase for phase in Phase if phase not in ENDED and phase is not Phase.FORMING)


def sign_in(*, committee: Committee, actor: Actor) -> CommitteeMember:
    """Idempotent: signing in twice keeps the first time. Replacements sign in later than the others."""
    member = demand_member(actor, committee)
    refuse_if(_blockers(committee, member, actor))
    with transaction.atomic():
        locked = lock_committee(committee)
        member = demand_member(actor, locked)
        refuse_if(_blockers(locked, member, actor))
        if member.signed_in_at:
            return member
        member.signed_in_at = now()
        member.address, member.certificate = actor.source.address, actor.source.certificate
        member.save(update_fields=["signed_in_at", "address", "certificate"])
        write_journal(locked, "evaluation.signed_in", seat_of(member), actor)
        announce(room_name(locked.section.code), SIGNED_IN, {"seat": member.seat})
    return member


def _blockers(committee: Committee, member: CommitteeMember, actor: Actor) -> list[Blocker]:
    facts = room_facts(committee)
    found = [
        *membership_blockers(member_facts(member)),
        *window_blockers(facts),
        *phase_blockers(committee.phase, *OPEN),
    ]
    if not actor.source.certificate:
        message = gettext_noop("请用数字证书登录后签到")
        found.append(Blocker("login.certificate_needed", message, "电子签名法 13"))
    return found
