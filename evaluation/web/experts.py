"""The expert base: list, one expert, nomination by staff or by oneself (A-217..223)."""

from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evaluation.actions.admit_expert import set_expert_status
from evaluation.actions.nominate_expert import Nomination, TieRow, nominate_expert
from evaluation.models import Expert, ExpertStatus, Specialty
from evaluation.permissions import demand_expert_base
from evaluation.queries.experts import expert_by_number, experts_below
from evaluation.rules.admission import MOVES
from evaluation.web.forms import NominationForm, Ties
from prequalified.models import Party
from prequalified.permissions import act
from runtime.clock import BEIJING
from runtime.listing import Listing
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken

ORDERS = {
    "name": ["party__name"],
    "region": ["region"],
    "status": ["status"],
    "years": ["years"],
    "sittings": ["sittings"],
    "decided": ["decided_at"],
}
VERBS = {
    "admitted": gettext_noop("准予入库"),
    "refused": gettext_noop("退回"),
    "suspended": gettext_noop("暂停"),
    "removed": gettext_noop("出库"),
}


def _columns() -> list[Any]:
    return [
        (_("姓名"), lambda row: row.party.name),
        (_("专业"), lambda row: " ".join(sorted(s.code for s in row.specialties.all()))),
        (_("地区"), lambda row: row.region),
        (_("职称"), lambda row: row.title),
        (_("年限"), lambda row: row.years),
        (_("状态"), lambda row: row.get_status_display()),
        (_("参加评标次数"), lambda row: row.sittings),
        (
            _("审核时间（北京时间）"),
            lambda row: row.decided_at and row.decided_at.astimezone(BEIJING).isoformat(" ", "seconds"),
        ),
    ]


@act({"staff"})
def base(request: HttpRequest) -> HttpResponseBase:
    rows = experts_below(request.actor.centre)  # type: ignore[attr-defined]
    status, specialty = request.GET.get("status", ""), request.GET.get("specialty", "")
    if status in ExpertStatus.values:
        rows = rows.filter(status=status)
    if specialty:
        rows = rows.filter(specialties__code=specialty)
    search = ["party__name__icontains", "party__number__icontains", "title__icontains", "region__startswith"]
    listing = Listing(request, rows, orders=ORDERS, search=search, columns=_columns())
    if listing.wants_csv:
        return listing.csv("experts")
    context = {
        "listing": listing,
        "statuses": ExpertStatus.choices,
        "status": status,
        "specialties": Specialty.objects.all(),
        "specialty": specialty,
    }
    return render(request, "evaluation/experts.html", context)


@act({"staff", "evaluator"})
@require_http_methods(["GET", "POST"])
def apply(request: HttpRequest) -> HttpResponse:
    """Staff nominate somebody, an evaluator nominates himself or herself."""
    actor = request.actor  # type: ignore[attr-defined]
    own = actor.role == "evaluator"
    form = NominationForm(request.POST or None, own=own)
    ties = Ties(request.POST or None, prefix="ties")
    refusal: list[dict[str, object]] = []
    if request.method == "POST" and form.is_valid() and ties.is_valid():
        try:
            party = Party.objects.get(pk=actor.party_id) if own else _person(form.cleaned_data["number"])
            expert = nominate_expert(party=party, nomination=_nomination(form, ties), actor=actor)
        except Refusal as refused:
            refusal = spoken(refused)
        else:
            messages.success(request, _("已提交申报，等待审核。"))
            return redirect("home" if own else "expert", *([] if own else [expert.party.number]))
    current = Expert.objects.filter(party_id=actor.party_id).first() if own else None
    context = {"form": form, "ties": ties, "own": own, "refusal": refusal, "current": current}
    failed = bool(refusal or form.errors or any(ties.errors)) and request.method == "POST"
    return render(request, "evaluation/expert_apply.html", context, status=422 if failed else 200)


def _person(number: str) -> Party:
    found = Party.objects.filter(number=number.strip().upper(), kind=Party.Kind.PERSON).first()
    if found is None:
        raise Refusal(Blocker("person.not_found", gettext_noop("没有登记这个人员编号"), place="number"), 404)
    return found


def _nomination(form: NominationForm, ties: Any) -> Nomination:
    data = form.cleaned_data
    rows = [tie.cleaned_data for tie in ties if tie.cleaned_data]
    return Nomination(
        specialties=tuple(specialty.code for specialty in data["specialties"]),
        region=data["region"],
        title=data["title"],
        years=data["years"],
        grade=data["grade"],
        ties=tuple(
            TieRow(row["number"].strip().upper(), row["name"], row["kind"], row["since"], row["until"]) for row in rows
        ),
    )


@act({"staff"})
@require_http_methods(["GET", "POST"])
def one(request: HttpRequest, number: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    expert = expert_by_number(number)
    demand_expert_base(actor, expert)
    refusal: list[dict[str, object]] = []
    if request.method == "POST":
        try:
            reasons = request.POST.get("reasons", "")
            set_expert_status(expert=expert, status=request.POST.get("status", ""), reasons=reasons, actor=actor)
        except Refusal as refused:
            refusal = spoken(refused)
        else:
            messages.success(request, _("已办理。"))
            return redirect("expert", number)
    open_to = [(entered, _verb(left, entered)) for left, entered in MOVES if left == expert.status]
    context = {"expert": expert, "verbs": open_to, "refusal": refusal, "reasons": request.POST.get("reasons", "")}
    return render(request, "evaluation/expert.html", context, status=422 if refusal else 200)


def _verb(left: str, entered: str) -> str:
    if entered == "admitted" and left != "nominated":
        return _("恢复在库")
    return _(VERBS[entered])
