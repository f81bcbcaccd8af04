"""Service, publication, overturning, retraction: each a fact of its own (行政处罚法 48, 61)."""

import datetime as dt

from django.db import transaction

from prequalified.actions.sanctions.lock_case import add_step, lock_case
from prequalified.models import CaseStep, Sanction, SanctionCase, SanctionEnd
from prequalified.queries.sanctions.held import rule_of
from prequalified.rules.holidays import national_calendar
from prequalified.rules.sanctions.cases import (
    Effect,
    effect_of,
    published_until,
    step_blockers,
    term_end,
    text_blockers,
)
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import gettext_noop, refuse_if


def serve_case(*, number: str, way: str, actor: Actor) -> CaseStep:
    """Served, so in effect from today: the entry of the list is made in the same transaction."""
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "served"))
        refuse_if(text_blockers(way, "way", gettext_noop("请写明送达的方式。")), 422)
        decided = CaseStep.objects.filter(case=case, kind="decided").latest("id")
        rule, moment = rule_of(case.kind), now()
        effect = effect_of(rule, int(decided.body["months"]), day_of(moment))
        _enter(case, decided, effect)
        body = {
            "way": way.strip(), "starts": effect.starts.isoformat(),
            "ends": effect.ends.isoformat() if effect.ends else "",
        }  # fmt: skip
        return add_step(case, "served", body, actor, until=published_until(rule, decided.at, national_calendar()))


def _enter(case: SanctionCase, decided: CaseStep, effect: Effect) -> Sanction:
    content = decided.body
    return Sanction.objects.create(
        kind=case.kind, case=case, party=case.party, name=case.party.name, number=case.party.number,
        conduct=content["facts"], basis=content["basis"], authority=content["authority"]["name"],
        decision=case.number, decided_on=dt.date.fromisoformat(content["decided_on"]), starts=effect.starts,
        ends=effect.ends, bans=effect.bans,
    )  # fmt: skip


def publish_case(*, number: str, actor: Actor) -> CaseStep:
    """From now on the public reads it, at least as long as the list says and as long as the ban runs."""
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "published"))
        sanction = Sanction.objects.select_for_update().get(case=case)
        moment = now()
        least = effect_of(rule_of(case.kind), 0, day_of(moment)).public_until
        sanction.published_at, sanction.public_until = moment, max(least, sanction.ends or least)
        sanction.save(update_fields=["published_at", "public_until"])
        return add_step(case, "published", {"until": sanction.public_until.isoformat()}, actor)


def overturn_case(*, number: str, reason: str, actor: Actor) -> CaseStep:
    """The decision falls: from today the entry bars nobody; what was published is to be retracted within three days."""
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "overturned"))
        refuse_if(text_blockers(reason, "reason", gettext_noop("请写明撤销的理由和依据。")), 422)
        sanction = Sanction.objects.filter(case=case, end=None).first()
        if sanction is not None:
            SanctionEnd.objects.create(
                sanction=sanction, kind=SanctionEnd.Kind.OVERTURNED, effective=day_of(now()), reason=reason.strip(),
                by_id=actor.account_id or 0, at=now(),
            )  # fmt: skip
        until = term_end("retracted", now(), national_calendar()) if facts.last("published") else None
        return add_step(case, "overturned", {"reason": reason.strip()}, actor, until=until)


def retract_case(*, number: str, actor: Actor) -> CaseStep:
    """The public page no longer shows what was published (48)."""
    with transaction.atomic():
        case, facts = lock_case(number, actor)
        refuse_if(step_blockers(facts, "retracted"))
        return add_step(case, "retracted", {}, actor)
