"""The centre verifies the result notice and publishes it on all media (87-69; CTS A-169 to A-171)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.release_notice import release_notice
from tendering.models import Notice
from tendering.permissions import demand, hosts
from tendering.queries.rule_sets import calendar, rules_for
from tendering.rules.notices import review_blockers


def publish_result(*, notice: Notice, actor: Actor) -> Notice:
    """After `decide_award` and `approve_notice`. Raises Refusal."""
    section = notice.section
    demand(hosts(actor, section))
    at = now()
    with transaction.atomic(durable=True):
        lock_section(section)
        notice.refresh_from_db()
        refuse_if(review_blockers(notice.state, Notice.State.APPROVED, None, None, False))
        rules = rules_for(section, at)
        period, limit = rules.term("result_notice_period"), rules.term("result_notice")
        notice.ends_at = period.end(at, calendar()) if period else None
        release_notice(notice, actor=actor, at=at)
        decided = notice.award.decided_at
        append_entry(
            kind="result.published",
            subject=f"section:{section.code}",
            body={
                "notice": notice.public_id,
                "sha256": notice.sha256,
                "ends": stamp(notice.ends_at) if notice.ends_at else "",
                "late": limit is not None and at >= limit.end(decided, calendar()),
            },
            actor=actor,
        )
        announce(f"section:{section.code}", "notice", {"notice": notice.public_id, "kind": notice.kind})
    return notice
