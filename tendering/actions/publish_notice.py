"""The centre verifies the tender notice and publishes it: terms and times are frozen, the tender begins (CTS A-53, A-54)."""

from django.db import transaction

from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now, read_stamp, stamp
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.open_section import open_section
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.actions.release_notice import release_notice
from tendering.models import Notice, Section, SectionState, TenderDocument
from tendering.permissions import demand, hosts
from tendering.queries.rule_sets import calendar, rule_set_in_force
from tendering.rules import lifecycle
from tendering.rules.notices import publication_blockers, review_blockers
from tendering.rules.rulesets import read_regime

State = TenderDocument.State


def publish_notice(*, notice: Notice, actor: Actor) -> Section:
    """By staff of the section's centre. Refuses with the article and what would be allowed where a term is not kept."""
    section = notice.section
    demand(hosts(actor, section))
    at = now()
    rule_set = rule_set_in_force(section.tendering_project.project.centre, day_of(at))
    rules = read_regime(rule_set.data, section.regime)
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        notice.refresh_from_db()
        document = TenderDocument.objects.get(notices=notice)
        times = document.content["times"] or {}
        refuse_if(
            [
                *lifecycle.blockers(locked.state, SectionState.PUBLISHED),
                *review_blockers(notice.state, Notice.State.APPROVED, None, None, False),
            ]
        )
        refuse_if(publication_blockers(times, at, locked.round, document.state, rules, calendar()))
        locked.rule_set, locked.terms = rule_set, rules.frozen
        locked.published_at, locked.deadline = at, read_stamp(times["deadline"])
        locked.sale_until, locked.questions_until = (
            read_stamp(times["sale_until"]),
            read_stamp(times["questions_until"]),
        )
        locked.save(update_fields=["rule_set", "terms", "published_at", "deadline", "sale_until", "questions_until"])
        document.state, document.published_at = State.PUBLISHED, at
        document.save(update_fields=["state", "published_at"])
        notice.section = locked
        release_notice(notice, actor=actor, at=at)
        move_section(locked, SectionState.PUBLISHED, actor=actor)
        open_section(locked.code)
        append_entry(
            kind="notice.published",
            subject=f"section:{locked.code}",
            body={
                "notice": notice.public_id,
                "sha256": notice.sha256,
                "round": locked.round,
                "document": {
                    "version": document.version,
                    "sha256": document.sha256,
                    "package": document.package_sha256,
                },
                "times": times,
                "published": stamp(at),
                "rule_set": {"code": rule_set.code, "sha256": rule_set.sha256},
            },
            actor=actor,
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state, "deadline": stamp(locked.deadline)})
    section.refresh_from_db()
    return section
