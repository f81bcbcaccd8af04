"""Staff: reports about firms, each turned into a case or dismissed; supervisors and tenderers propose where the rules let them."""

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.actions.conduct.dismiss_report import dismiss_report
from prequalified.actions.conduct.propose_case import propose_case
from prequalified.models import Admission, ConductReport, Paper
from prequalified.permissions import Asked, act
from prequalified.queries.conduct.cases import admissions_for_proposal
from prequalified.queries.conduct.leads import leads_of
from prequalified.queries.conduct.listings import LEAD_STATES, leads_listing
from prequalified.queries.conduct.shown import scheme_shown
from prequalified.web.conduct.forms import ProposalForm, ReasonsForm
from runtime.refusal import Refusal


@require_safe
@act(roles={"staff"}, certificate=True)
def leads(request: Asked) -> HttpResponseBase:
    listing = leads_listing(request)
    if listing.wants_csv:
        return listing.csv("leads")
    words = {"waiting": _("待办理"), "used": _("已立案"), "dismissed": _("已不予处理")}
    states = [(state, words[state]) for state in LEAD_STATES]
    context = {"listing": listing, "states": states, "state": request.GET.get("state", "")}
    return render(request, "prequalified/conduct/leads.html", context)


@require_http_methods(["GET", "POST"])
@act(roles={"staff"}, certificate=True)
def lead(request: Asked, number: int) -> HttpResponse:
    row = leads_of(request.actor).filter(pk=number).first()
    if row is None:
        raise Http404
    form = ReasonsForm(request.POST or None)
    if request.method == "POST":
        try:
            dismiss_report(report_id=row.pk, reasons=request.POST.get("reasons", ""), actor=request.actor)
            messages.success(request, _("已不予处理，理由已记录。"))
            return redirect("conduct_leads")
        except Refusal as refusal:
            form.is_valid()
            form.blame(refusal)
    context = {
        "lead": row, "form": form, "cases": row.cases.select_related("admission__directory"),
        "admissions": admissions_for_proposal(request.actor).filter(party=row.party_id),
        "open": row.dismissed_at is None and not row.cases.exists(),
    }  # fmt: skip
    return render(request, "prequalified/conduct/lead.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@act(roles={"staff", "supervisor", "tenderer"}, certificate=True)
def propose(request: Asked, number: str) -> HttpResponse:
    """`?report=`: the lead that the case comes from."""
    admission = admissions_for_proposal(request.actor).filter(number=number).first()
    if admission is None:
        raise Http404
    report = _report(request, admission)
    form = _form(request, admission, report)
    if request.method == "POST":
        try:
            case = propose_case(
                admission_number=number, rule=request.POST.get("rule", ""), facts=request.POST.get("facts", ""),
                report_id=report.pk if report else None, evidence=request.POST.getlist("evidence"), actor=request.actor,
            )  # fmt: skip
            messages.success(
                request, _("已提出，编号 %(number)s；告知并听取陈述申辩后才能认定。") % {"number": case.number}
            )
            return redirect(
                "conduct_case" if request.actor.role == "staff" else "home",
                *([case.number] if request.actor.role == "staff" else []),
            )
        except Refusal as refusal:
            form.is_valid()
            form.blame(refusal)
    context = {"admission": admission, "report": report, "form": form}
    return render(request, "prequalified/conduct/propose.html", context, status=422 if form.errors else 200)


def _report(request: Asked, admission: Admission) -> ConductReport | None:
    asked = request.GET.get("report", "")
    return leads_of(request.actor).filter(pk=asked, party=admission.party_id).first() if asked.isdecimal() else None


def _form(request: Asked, admission: Admission, report: ConductReport | None) -> ProposalForm:
    scheme = scheme_shown(admission.directory)[2]
    rules = [rule for rule in scheme.rules if request.actor.role in rule.proposers]
    if report:
        rules.sort(key=lambda rule: report.kind not in rule.reports)
    papers = Paper.objects.filter(party__in=[request.actor.party_id or 0, admission.party_id])[:50]
    return ProposalForm(rules, list(papers), request.POST or None)
