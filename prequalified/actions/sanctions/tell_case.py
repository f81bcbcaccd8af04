"""Tell the party the facts, the reasons, the basis, what is intended, and its rights (行政处罚法 44)."""

from dataclasses import asdict, dataclass

from django.db import transaction

from prequalified.actions.sanctions.lock_case import add_step, lock_case
from prequalified.models import CaseStep
from prequalified.queries.sanctions.held import rule_of
from prequalified.rules.holidays import national_calendar
from prequalified.rules.sanctions.cases import ban_blockers, ground_blockers, step_blockers, term_end, text_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, gettext_noop, refuse_if

RIGHTS = "您有权陈述和申辩；自告知之日起五个工作日内可以要求听证。不会因申辩或者要求听证而加重处理。"


@dataclass(frozen=True, slots=True)
class Telling:
    """`months`: the ban intended, 0 for a record without one."""

    facts: str
    reasons: str
    basis: str
    months: int


def tell_case(*, number: str, telling: Telling, actor: Actor) -> CaseStep:
    """Told again (facts have changed), the terms start anew."""
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "told"))
        rule = rule_of(case.kind)
        found = _blockers(telling) + ground_blockers(rule, telling.basis) + ban_blockers(rule, telling.months)
        refuse_if(found, 422)
        calendar, moment = national_calendar(), now()
        until = max(term_end("defence", moment, calendar), term_end("hearing_asked", moment, calendar))
        return add_step(case, "told", {**asdict(telling), "rights": RIGHTS}, actor, until=until)


def _blockers(telling: Telling) -> list[Blocker]:
    return [
        *text_blockers(telling.facts, "facts", gettext_noop("请写明拟认定的事实。")),
        *text_blockers(telling.reasons, "reasons", gettext_noop("请写明理由。")),
        *text_blockers(telling.basis, "basis", gettext_noop("请写明依据的条款。")),
    ]
