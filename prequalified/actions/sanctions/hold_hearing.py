"""Staff notify a hearing at least seven working days ahead, and put its record on file (行政处罚法 64)."""

import datetime as dt

from django.db import transaction

from prequalified.actions.sanctions.lock_case import add_step, lock_case
from prequalified.models import CaseStep
from prequalified.rules.holidays import national_calendar
from prequalified.rules.sanctions.cases import (
    fault,
    heard_blockers,
    hearing_set_blockers,
    step_blockers,
    text_blockers,
)
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Refusal, gettext_noop, refuse_if


def set_hearing(*, number: str, held_at: dt.datetime | None, venue: str, actor: Actor) -> CaseStep:
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "hearing_set"))
        found = text_blockers(venue, "venue", gettext_noop("请写明听证的地点。"))
        if held_at is None:
            found.append(fault("no_time", gettext_noop("请填写听证的时间。"), place="held_at"))
            raise Refusal(found, 422)
        refuse_if(found + hearing_set_blockers(held_at, now(), national_calendar()), 422)
        return add_step(case, "hearing_set", {"held_at": stamp(held_at), "venue": venue.strip()}, actor, until=held_at)


def record_hearing(*, number: str, minutes: str, actor: Actor) -> CaseStep:
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "heard") or heard_blockers(facts, now()))
        refuse_if(text_blockers(minutes, "minutes", gettext_noop("请写明听证笔录。")), 422)
        return add_step(case, "heard", {"minutes": minutes.strip()}, actor)
