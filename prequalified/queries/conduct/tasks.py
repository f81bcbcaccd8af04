"""What waits for whom about conduct."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from prequalified.queries.conduct.cases import cases_of_party, cases_of_staff
from prequalified.queries.conduct.leads import waiting_leads
from prequalified.rules.conduct.case import DEFENDED, NOTIFIED, PROPOSED
from runtime.actor import Actor
from runtime.clock import now
from runtime.todo import Task


def tasks(actor: Actor) -> Iterator[Task]:
    """At most four queries, whatever waits."""
    if actor.role == "staff":
        yield from _of_staff(actor)
    if actor.role in ("bidder", "agency"):
        yield from _of_firm(actor)


def _of_staff(actor: Actor) -> Iterator[Task]:
    leads = waiting_leads(actor).count()
    if leads:
        yield Task(
            _("待办理的履约线索：%(count)d 条") % {"count": leads}, "/staff/conduct/leads/?state=waiting",
            otherwise=_("不产生任何扣分"),
        )  # fmt: skip
    open_ones = cases_of_staff(actor).filter(state__in=[PROPOSED, NOTIFIED, DEFENDED]).order_by("pk")[:20]
    for case in open_ones:
        address = f"/staff/conduct/cases/{case.number}/"
        about = {"number": case.number, "name": case.admission.party.name}
        over = case.defence_until is not None and now() >= case.defence_until
        if case.state == PROPOSED:
            yield Task(_("拟认定待告知：%(name)s（%(number)s）") % about, address, otherwise=_("不能作出认定"))
        elif (case.state == DEFENDED or over) and case.proposed_by_id != actor.account_id:
            yield Task(_("待认定：%(name)s（%(number)s）") % about, address)


def _of_firm(actor: Actor) -> Iterator[Task]:
    for case in cases_of_party(actor.party_id).filter(state=NOTIFIED).order_by("defence_until")[:20]:
        if case.defence_until and now() < case.defence_until:
            about = {"number": case.number, "measure": case.get_measure_display()}
            title = _("拟认定告知（%(measure)s）：%(number)s，可以陈述申辩") % about
            yield Task(title, f"/conduct/cases/{case.number}/", case.defence_until, _("视为放弃陈述申辩"))
