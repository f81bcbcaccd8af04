"""What failure, termination, re-tender and re-evaluation have in common: the exception's row and its public notice."""

from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, gettext_noop
from tendering.actions.release_notice import release_notice
from tendering.models import Notice, Section, SectionException


def record_exception(
    section: Section, kind: str, *, reason: str, basis: str, actor: Actor, result: str = ""
) -> SectionException:
    demand_transaction()
    return SectionException.objects.create(
        section=section,
        round=section.round,
        kind=kind,
        reason=reason.strip(),
        basis=basis.strip(),
        result=result.strip(),
        by_id=actor.account_id,
        by_name=actor.name or actor.role,
        at=now(),
    )


def exception_notice(section: Section, kind: str, exception: SectionException, actor: Actor) -> Notice:
    """Published at once: nobody may wait for the news that a tender is over."""
    name = Notice.Kind(kind).label
    rows = [("标段", f"{section.name}({section.code})"), ("原因", exception.reason), ("依据", exception.basis)]
    rows.append(("结果", exception.result))
    notice = Notice(
        section=section,
        round=section.round,
        kind=kind,
        title=f"{section.name}{name}",
        body=[{"title": title, "text": text} for title, text in rows if text],
        submitted_at=now(),
        submitted_by_id=actor.account_id,
    )
    return release_notice(notice, actor=actor, at=now())


def reason_blockers(reason: str) -> list[Blocker]:
    if reason.strip():
        return []
    return [Blocker("exception.no_reason", gettext_noop("请写明原因"), rule="CTS A-197", place="reason")]
