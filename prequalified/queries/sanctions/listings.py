"""Lists behind the log-in: cases, answers of the gate, imports and their rows, repairs. Page, API and files alike."""

from typing import Any

from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import GateAnswer, ImportedRow, Repair, SanctionCase, SanctionImport
from prequalified.queries.sanctions.answers import answers_seen
from prequalified.queries.sanctions.cases import cases_seen
from prequalified.rules.sanctions.gate import read_blocker
from prequalified.rules.sanctions.outside import COLUMNS, TITLES
from runtime.clock import BEIJING
from runtime.listing import Listing
from runtime.spoken import spoken


def cases_listing(request: HttpRequest) -> Listing:
    """`?state=`; what the actor may see, newest first."""
    rows = cases_seen(request.actor)  # type: ignore[attr-defined]
    state = request.GET.get("state", "")
    if state in SanctionCase.State.values:
        rows = rows.filter(state=state)
    return Listing(
        request,
        rows,
        orders={"filed": ["-filed_at"], "number": ["number"], "name": ["party__name"], "state": ["state"]},
        search=["number__icontains", "party__name__icontains", "party__number__icontains"],
        columns=[
            (_("案号"), lambda row: row.number),
            (_("当事人"), lambda row: row.party.name),
            (_("统一社会信用代码"), lambda row: row.party.number),
            (_("名单"), lambda row: row.kind.name),
            (_("来源"), lambda row: row.get_source_display()),
            (_("状态"), lambda row: row.get_state_display()),
            (_("立案时间（北京时间）"), lambda row: _beijing(row.filed_at)),
        ],
    )


def answers_listing(request: HttpRequest) -> Listing:
    """`?gate=`, `?allowed=yes|no`; newest first."""
    rows = answers_seen(request.actor)  # type: ignore[attr-defined]
    gate, allowed = request.GET.get("gate", ""), request.GET.get("allowed", "")
    if gate in GateAnswer.Gate.values:
        rows = rows.filter(gate=gate)
    if allowed in ("yes", "no"):
        rows = rows.filter(allowed=allowed == "yes")
    return Listing(
        request,
        rows,
        orders={"at": ["-at"], "name": ["name"], "gate": ["gate"], "day": ["-day"]},
        search=["name__icontains", "number__icontains", "subject__icontains"],
        columns=[
            (_("查询时间（北京时间）"), lambda row: _beijing(row.at)),
            (_("名称"), lambda row: row.name),
            (_("统一社会信用代码"), lambda row: row.number),
            (_("环节"), lambda row: row.get_gate_display()),
            (_("交易制度"), lambda row: row.regime),
            (_("事项"), lambda row: row.subject),
            (_("查询日期"), lambda row: row.day),
            (_("结果"), lambda row: _("可以参加") if row.allowed else _("不得参加")),
            (_("原因"), lambda row: "；".join(str(each["message"]) for each in _said(row.reasons))),
        ],
    )


def imports_listing(request: HttpRequest) -> Listing:
    rows = SanctionImport.objects.select_related("kind", "by", "confirmed_by", "undone_by")
    return Listing(
        request, rows, orders={"at": ["-at"], "name": ["name"], "state": ["state"]},
        search=["name__icontains", "source__icontains"],
    )  # fmt: skip


def rows_listing(request: HttpRequest, taken: SanctionImport) -> Listing:
    """`?show=bad|duplicate|matched`; in the file's order."""
    rows: QuerySet[ImportedRow] = taken.imported.select_related("party")
    show = request.GET.get("show", "")
    rows = {
        "bad": rows.exclude(errors=[]),
        "duplicate": rows.filter(duplicate=True, errors=[]),
        "matched": rows.filter(party__isnull=False),
    }.get(show, rows)
    return Listing(
        request,
        rows,
        orders={"place": ["place"]},
        columns=[
            (_("行号"), lambda row: row.place),
            *((TITLES[key], lambda row, key=key: row.said.get(key, "")) for key in COLUMNS),
            (_("问题"), lambda row: "；".join(str(each["message"]) for each in _said(row.errors))),
            (_("重复"), lambda row: _("重复") if row.duplicate else ""),
        ],
        per_page=50,
    )


def repairs_listing(request: HttpRequest) -> Listing:
    rows = Repair.objects.select_related("sanction__kind", "sanction__party", "decided_by")
    state = request.GET.get("state", "")
    if state in Repair.State.values:
        rows = rows.filter(state=state)
    orders = {"asked": ["asked_at"], "name": ["sanction__name"], "state": ["state"]}
    return Listing(request, rows, orders=orders, search=["sanction__name__icontains", "sanction__number__icontains"])


def _said(data: list[dict[str, Any]]) -> list[dict[str, object]]:
    return spoken(read_blocker(each) for each in data)


def _beijing(moment: Any) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
