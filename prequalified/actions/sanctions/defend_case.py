"""The party speaks: defence at any time before the decision, a hearing within five working days (行政处罚法 45, 63, 64)."""

from collections.abc import Sequence

from django.db import transaction

from prequalified.actions.sanctions.lock_case import add_step, lock_case, papers_of
from prequalified.models import CaseStep
from prequalified.rules.holidays import national_calendar
from prequalified.rules.sanctions.cases import hearing_asked_blockers, step_blockers, text_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import gettext_noop, refuse_if


def defend_case(*, number: str, statement: str, actor: Actor, papers: Sequence[str] = ()) -> CaseStep:
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "defended"))
        refuse_if(text_blockers(statement, "statement", gettext_noop("请写明陈述和申辩的内容。")), 422)
        return add_step(case, "defended", {"statement": statement.strip()}, actor, papers=papers_of(case, papers))


def ask_hearing(*, number: str, reason: str, actor: Actor) -> CaseStep:
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "hearing_asked"))
        refuse_if(hearing_asked_blockers(facts, now(), national_calendar()))
        refuse_if(text_blockers(reason, "reason", gettext_noop("请写明要求听证的理由。")), 422)
        return add_step(case, "hearing_asked", {"reason": reason.strip()}, actor)
