"""Open a case of misconduct (立案): by staff or a supervisor, never about their own party, never after the limitation."""

import datetime as dt
import secrets

from django.db import transaction

from prequalified.actions.sanctions.lock_case import add_step
from prequalified.models import ListKind, Party, SanctionCase
from prequalified.queries.sanctions.cases import parties_in_reach
from prequalified.queries.sanctions.held import rule_of
from prequalified.rules.holidays import national_calendar
from prequalified.rules.sanctions.cases import filing_blockers, term_end
from prequalified.rules.timing import day_of
from prequalified.rules.uscc import normal
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if


def file_case(
    *, kind: str, number: str, source: str, conduct: str, act_on: dt.date | None, actor: Actor, subject: str = ""
) -> SanctionCase:
    """`number` is the party's; `source` one of SanctionCase.Source. Raises Refusal with every fault at once."""
    moment = now()
    listed = ListKind.objects.filter(code=kind).first()
    party = parties_in_reach(actor).filter(number=normal(number)).first()
    found = filing_blockers(
        rule_of(listed) if listed else None, conduct, act_on, day_of(moment), _is_own(party, actor)
    )  # fmt: skip
    if party is None:
        found.append(Blocker("case.no_party", gettext_noop("没有这个主体。"), place="number"))
    if source not in SanctionCase.Source.values:
        found.append(Blocker("case.source", gettext_noop("请选择案件来源。"), place="source"))
    refuse_if(found, 422)
    if listed is None or party is None:  # said by the blockers
        raise Refusal(found)
    with transaction.atomic():
        case = SanctionCase.objects.create(
            number=_number(moment), kind=listed, party=party, source=source, subject=subject.strip()[:120],
            act_on=act_on, filed_by_id=actor.account_id or 0, filed_at=moment,
        )  # fmt: skip
        until = term_end("decided", moment, national_calendar())
        add_step(case, "filed", {"conduct": conduct.strip()}, actor, until=until)
    return case


def _is_own(party: Party | None, actor: Actor) -> bool:
    return party is not None and party.pk == actor.party_id


def _number(moment: dt.datetime) -> str:
    """How many cases there are is nobody's business before they are published."""
    return f"AJ{day_of(moment):%Y%m%d}-{secrets.token_hex(4).upper()}"
