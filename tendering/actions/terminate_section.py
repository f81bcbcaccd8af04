"""The tender of a section is terminated (终止招标), or goes on by a method that is no tender (T31; GP law 36; CTS A-197-199)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.actions.record_exception import exception_notice, reason_blockers, record_exception
from tendering.models import Notice, Section, SectionException, SectionState
from tendering.permissions import demand, hosts, is_tenderer
from tendering.rules import lifecycle

Kind = SectionException.Kind


def terminate_section(
    *, section: Section, reason: str, basis: str, actor: Actor, other_method: str = ""
) -> SectionException:
    """`other_method`: the method that takes its place and what came of it (变更采购方式). Public where the tender was."""
    demand(is_tenderer(actor, section) or hosts(actor, section))
    found = reason_blockers(reason)
    if not basis.strip():
        message = gettext_noop("请写明终止的依据")
        found.append(Blocker("exception.no_basis", message, rule="条例 31; 政府采购法 36", place="basis"))
    refuse_if(found, status=422)
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        refuse_if(lifecycle.blockers(locked.state, SectionState.TERMINATED))
        known = locked.published_at is not None
        move_section(locked, SectionState.TERMINATED, actor=actor, reason=reason)
        kind = Kind.OTHER_METHOD if other_method.strip() else Kind.TERMINATED
        exception = record_exception(locked, kind, reason=reason, basis=basis, actor=actor, result=other_method)
        notice = exception_notice(locked, Notice.Kind.TERMINATION, exception, actor) if known else None
        append_entry(
            kind="section.terminated",
            subject=f"section:{locked.code}",
            body={
                "round": locked.round,
                "reason": reason,
                "basis": basis,
                "other_method": other_method,
                "notice": notice.public_id if notice else "",
                "sha256": notice.sha256 if notice else "",
            },
            actor=actor,
            readers="public" if known else "party",
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state})
    section.state = locked.state
    return exception
