"""What waits for whom around cases, repairs and lists: at most five queries, whatever waits."""

import datetime as dt
from collections.abc import Iterator

from django.utils.translation import gettext as _

from prequalified.models import CaseStep, Repair, Sanction, SanctionImport
from prequalified.queries.sanctions.cases import cases_seen
from prequalified.rules.timing import day_of, day_over
from runtime.actor import Actor
from runtime.clock import now
from runtime.todo import Task

MOST = 30
TOLD = dt.timedelta(days=30)  # how long what was decided about a firm stays on its list


def tasks(actor: Actor) -> Iterator[Task]:
    if actor.role in ("staff", "supervisor"):
        yield from _cases(actor)
        yield from _imports()
        if actor.role == "supervisor":
            yield from _repairs(actor)
    elif actor.party_id is not None:
        yield from _own_cases(actor.party_id)
        yield from _own_sanctions(actor.party_id)


def _cases(actor: Actor) -> Iterator[Task]:
    """The authority's clocks: decide within ninety days, serve, publish, retract."""
    titles = {
        "filed": _("待告知的案件：%(number)s %(name)s"),
        "told": _("待决定的案件：%(number)s %(name)s"),
        "hearing": _("待听证和决定的案件：%(number)s %(name)s"),
        "decided": _("待送达的决定：%(number)s %(name)s"),
        "served": _("待公布的决定：%(number)s %(name)s"),
        "overturned": _("待撤下公布的决定：%(number)s %(name)s"),
    }
    clock = {"filed": "filed", "told": "filed", "hearing": "filed"}
    cases = list(cases_seen(actor).filter(state__in=titles).exclude(party=actor.party_id or 0).order_by("pk")[:MOST])
    steps = CaseStep.objects.filter(case__in=cases).values_list("case", "kind", "until")
    until = {(case, kind): end for case, kind, end in steps}
    for case in cases:
        wanted = (case.pk, clock.get(case.state, case.state))
        if case.state == "overturned" and ((case.pk, "retracted") in until or until.get(wanted) is None):
            continue
        words = titles[case.state] % {"number": case.number, "name": case.party.name}
        yield Task(words, f"/cases/{case.number}/", until.get(wanted), _("超过法定期限"))


def _imports() -> Iterator[Task]:
    count = SanctionImport.objects.filter(state="preview").count()
    if count:
        yield Task(_("待确认的外部名单：%(count)d 份") % {"count": count}, "/imports/", otherwise=_("名单不生效"))


def _repairs(actor: Actor) -> Iterator[Task]:
    rows = Repair.objects.filter(state="asked").exclude(sanction__party=actor.party_id or 0).select_related("sanction")
    for row in rows.order_by("pk")[:MOST]:
        words = _("待审核的信用修复：%(name)s") % {"name": row.sanction.name}
        yield Task(words, f"/repairs/{row.pk}/", otherwise=_("限制继续有效"))


def _own_cases(party_id: int) -> Iterator[Task]:
    """A party's clock: until when it may speak; then what was decided."""
    rows = CaseStep.objects.filter(case__party=party_id, kind="told", case__state__in=("told", "hearing"))
    for row in rows.select_related("case").order_by("pk")[:MOST]:
        words = _("拟将贵单位列入名单，请陈述申辩或要求听证：%(number)s") % {"number": row.case.number}
        yield Task(words, f"/cases/{row.case.number}/", row.until, _("视为放弃陈述、申辩和听证"))


def _own_sanctions(party_id: int) -> Iterator[Task]:
    """In force: until when, and what can be done."""
    today = day_of(now())
    rows = Sanction.objects.filter(party=party_id, bans=True, starts__lte=today, end=None).exclude(ends__lt=today)
    for row in rows.select_related("kind").order_by("pk")[:MOST]:
        words = _("贵单位已列入“%(list)s”，限期整改后可以申请信用修复") % {"list": row.kind.name}
        until = day_over(row.ends) if row.ends else None
        yield Task(words, "/my-record/", until, _("期满前不得参加相应的交易活动"))
