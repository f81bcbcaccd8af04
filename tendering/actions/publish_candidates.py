"""The centre verifies the candidates' publication and publishes it for the rule's term (T54; CTS A-164, B-028, B-029)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.actions.release_notice import release_notice
from tendering.models import Notice, SectionState
from tendering.permissions import demand, hosts
from tendering.queries.candidates import newest_ranking
from tendering.queries.rule_sets import calendar, rules_for
from tendering.rules import award, lifecycle
from tendering.rules.notices import review_blockers


def publish_candidates(*, notice: Notice, actor: Actor) -> Notice:
    """Its end is counted by the rule set and stands in the notice. A late start is published all the same and said so."""
    section = notice.section
    demand(hosts(actor, section))
    at = now()
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        notice.refresh_from_db()
        rules = rules_for(locked, at)
        refuse_if(
            [
                *lifecycle.blockers(locked.state, SectionState.PUBLICITY),
                *review_blockers(notice.state, Notice.State.APPROVED, None, None, False),
            ]
        )
        ranking = newest_ranking(locked)
        rule = rules.term("publicity")
        notice.ends_at = rule.end(at, calendar()) if rule else at
        notice.section = locked
        release_notice(notice, actor=actor, at=at)
        move_section(locked, SectionState.PUBLICITY, actor=actor)
        append_entry(
            kind="candidates.published",
            subject=f"section:{locked.code}",
            body={
                "notice": notice.public_id,
                "sha256": notice.sha256,
                "ends": stamp(notice.ends_at),
                "report": ranking.report_sha256,
                "late": award.started_late(ranking.reported_at, at, rules, calendar()),
            },
            actor=actor,
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state, "ends": stamp(notice.ends_at)})
    section.state = locked.state
    return notice
