"""Lists of leads and cases, the same on the page, in the API and as CSV."""

from typing import Any

from django.db.models import Exists, OuterRef
from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import ConductCase
from prequalified.queries.conduct.cases import cases_of_party, cases_of_staff
from prequalified.queries.conduct.leads import leads_of
from runtime.clock import BEIJING
from runtime.listing import Listing

LEAD_STATES = ("waiting", "used", "dismissed")


def leads_listing(request: HttpRequest) -> Listing:
    """Narrowed by `?state=`: waiting, used, dismissed."""
    rows = leads_of(request.actor)  # type: ignore[attr-defined]
    rows = rows.annotate(led=Exists(ConductCase.objects.filter(report=OuterRef("pk"))))
    state = request.GET.get("state", "")
    if state == "waiting":
        rows = rows.filter(dismissed_at=None, cases=None)
    elif state == "used":
        rows = rows.filter(led=True)
    elif state == "dismissed":
        rows = rows.filter(dismissed_at__isnull=False)
    return Listing(
        request,
        rows,
        orders={"at": ["-at"], "party": ["party__name"], "kind": ["kind"]},
        search=["party__name__icontains", "party__number__icontains", "subject__icontains", "kind__icontains"],
        columns=[
            (_("时间（北京时间）"), lambda row: beijing(row.at)),
            (_("单位"), lambda row: row.party.name),
            (_("代码"), lambda row: row.party.number),
            (_("线索"), lambda row: row.kind),
            (_("事项"), lambda row: row.subject),
            (_("来源"), lambda row: row.source),
            (_("办理"), lambda row: _("已不予处理") if row.dismissed_at else _("已立案") if row.led else _("待办理")),
        ],
    )


def cases_listing(request: HttpRequest, own: bool = False) -> Listing:
    """Narrowed by `?state=`; staff those of their centres, a firm its own from the notice on."""
    actor = request.actor  # type: ignore[attr-defined]
    rows = cases_of_party(actor.party_id) if own else cases_of_staff(actor)
    state = request.GET.get("state", "")
    if state in ConductCase.State.values:
        rows = rows.filter(state=state)
    return Listing(
        request,
        rows,
        orders={
            "proposed": ["-proposed_at"], "number": ["number"], "party": ["admission__party__name"],
            "state": ["state"], "until": ["defence_until"],
        },
        search=["number__icontains", "admission__party__name__icontains", "admission__party__number__icontains", "rule__icontains"],
        columns=[
            (_("编号"), lambda row: row.number),
            (_("单位"), lambda row: row.admission.party.name),
            (_("名录"), lambda row: row.admission.directory.name),
            (_("规则"), lambda row: row.rule),
            (_("措施"), lambda row: row.get_measure_display()),
            (_("分值"), lambda row: row.points),
            (_("状态"), lambda row: row.get_state_display()),
            (_("申辩截止（北京时间）"), lambda row: beijing(row.defence_until)),
            (_("提出时间（北京时间）"), lambda row: beijing(row.proposed_at)),
        ],
    )  # fmt: skip


def beijing(moment: Any) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
