"""Cases: the list, filing, one page a case where each seeing what the role and the moment allow, the decision to be signed."""

import base64
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.actions.sanctions.decide_case import Decision, decide_case, decision_text, drop_case
from prequalified.actions.sanctions.defend_case import ask_hearing, defend_case
from prequalified.actions.sanctions.file_case import file_case
from prequalified.actions.sanctions.hold_hearing import record_hearing, set_hearing
from prequalified.actions.sanctions.print_papers import print_decision
from prequalified.actions.sanctions.serve_case import overturn_case, publish_case, retract_case, serve_case
from prequalified.actions.sanctions.tell_case import Telling, tell_case
from prequalified.models import Paper, SanctionCase
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.cases import cases_seen, facts_of, line_of
from prequalified.queries.sanctions.listings import cases_listing
from prequalified.rules.encoding import decoded
from prequalified.rules.holidays import national_calendar
from prequalified.rules.sanctions.cases import next_steps, running_term, speaking_until
from prequalified.web.forms import Blamable
from prequalified.web.sanctions.forms import (
    FileForm,
    HearingForm,
    MinutesForm,
    ReasonForm,
    StatementForm,
    TellForm,
    WayForm,
)
from runtime.refusal import Refusal
from runtime.spoken import spoken

OFFICE = {"staff", "supervisor"}
FORMS: dict[str, Callable[..., Blamable]] = {
    "told": TellForm, "defended": StatementForm, "hearing_asked": ReasonForm, "hearing_set": HearingForm,
    "heard": MinutesForm, "decided": TellForm, "dropped": ReasonForm, "served": WayForm, "published": Blamable,
    "overturned": ReasonForm, "retracted": Blamable,
}  # fmt: skip


@act()
@require_safe
def cases(request: Asked) -> HttpResponseBase:
    listing = cases_listing(request)
    if listing.wants_file:
        return listing.file("cases")
    context = {
        "listing": listing, "states": SanctionCase.State.choices, "state": request.GET.get("state", ""),
        "office": request.actor.role in OFFICE,
    }  # fmt: skip
    return render(request, "prequalified/sanctions/cases.html", context)


@act(roles=OFFICE, certificate=True)
@require_http_methods(["GET", "POST"])
def new(request: Asked) -> HttpResponse:
    form = FileForm(request.POST or None, initial={"number": request.GET.get("number", "")[:40]})
    if request.method == "POST" and form.is_valid():
        try:
            made = file_case(actor=request.actor, **form.cleaned_data)
            messages.success(request, _("已立案。"))
            return redirect("case", made.number)
        except Refusal as refusal:
            form.blame(refusal)
    context = {"form": form, "title": _("立案"), "button": _("立案")}
    return render(request, "prequalified/sanctions/form.html", context, status=422 if form.errors else 200)


@act()
@require_http_methods(["GET", "POST"])
def case(request: Asked, number: str) -> HttpResponse:
    row = _seen(request, number)
    step, form, refusal = "", None, None
    if request.method == "POST":
        step = next((kind for kind in FORMS if kind in request.POST), "")
        form = _form(step, request, row) if step else None
        if form is not None and form.is_valid():
            try:
                return _take(request, row, step, form)
            except Refusal as refused:
                if refused.status in (401, 403):
                    raise
                form.blame(refused)
                refusal = refused
    return _page(request, row, step, form, status=(refusal.status if refusal else 422) if form else 200)


def _page(request: Asked, row: SanctionCase, step: str, form: Blamable | None, status: int) -> HttpResponse:
    row = _seen(request, row.number)
    facts, calendar = facts_of(row, request.actor), national_calendar()
    clock = running_term(facts, calendar)
    told = facts.last("told")
    forms = [(kind, form if kind == step and form else _form(kind, request, row)) for kind in next_steps(facts)]
    context = {
        "case": row, "steps": row.steps.select_related("by__party").prefetch_related("papers").order_by("id"),
        "line": line_of(row), "forms": [(kind, *_words(kind), each) for kind, each in forms],
        "clock": clock[1] if clock else None, "speak_until": speaking_until(facts, calendar),
        "speaking": row.state in ("told", "hearing"), "party": facts.concerns,
        "months": told.body.get("months") if told else None,
        "sanction": getattr(row, "sanction", None), "decided": facts.last("decided") is not None,
        "named": request.actor.role in OFFICE,
    }  # fmt: skip
    return render(request, "prequalified/sanctions/case.html", context, status=status)


def _words(kind: str) -> tuple[str, str]:
    """(title, what the button says)"""
    return {
        "told": (_("告知事实、理由、依据和权利"), _("告知当事人")),
        "defended": (_("陈述和申辩"), _("提交陈述申辩")),
        "hearing_asked": (_("要求听证"), _("要求听证")),
        "hearing_set": (_("通知听证"), _("通知当事人")),
        "heard": (_("听证笔录"), _("记录在案")),
        "decided": (_("作出决定"), _("核对并签名")),
        "dropped": (_("不予认定"), _("结案")),
        "served": (_("送达决定"), _("已送达")),
        "published": (_("公布"), _("公布")),
        "overturned": (_("撤销决定"), _("撤销决定")),
        "retracted": (_("撤下公布"), _("撤下")),
    }[kind]


def _form(kind: str, request: Asked, row: SanctionCase) -> Blamable:
    """Bound only to the step that was posted; the decision begins with what was told."""
    data = request.POST if kind in request.POST else None
    prefix: dict[str, Any] = {"prefix": kind}
    if kind == "defended":
        papers = Paper.objects.filter(party=row.party_id).order_by("-id")[:50]
        return StatementForm(data, papers=[(paper.public_id, paper.title) for paper in papers], **prefix)
    if kind == "decided":
        told = row.steps.filter(kind="told").last()
        return TellForm(data, initial=told.body if told else {}, **prefix)
    return FORMS[kind](data, **prefix)


def _take(request: Asked, row: SanctionCase, step: str, form: Blamable) -> HttpResponse:
    given, actor, number = form.cleaned_data, request.actor, row.number
    if step == "decided":
        return _sign(request, row, given)
    if actor.role in OFFICE or step in ("defended", "hearing_asked"):
        _certified(request, row)
    acts: dict[str, Callable[[], object]] = {
        "told": lambda: tell_case(number=number, telling=Telling(**_telling(given)), actor=actor),
        "defended": lambda: defend_case(
            number=number, statement=given["statement"], papers=given.get("papers", ()), actor=actor
        ),
        "hearing_asked": lambda: ask_hearing(number=number, reason=given["reason"], actor=actor),
        "hearing_set": lambda: set_hearing(number=number, actor=actor, **given),
        "heard": lambda: record_hearing(number=number, minutes=given["minutes"], actor=actor),
        "dropped": lambda: drop_case(number=number, reason=given["reason"], actor=actor),
        "served": lambda: serve_case(number=number, way=given["way"], actor=actor),
        "published": lambda: publish_case(number=number, actor=actor),
        "overturned": lambda: overturn_case(number=number, reason=given["reason"], actor=actor),
        "retracted": lambda: retract_case(number=number, actor=actor),
    }
    acts[step]()
    messages.success(request, _("已办理。"))
    return redirect("case", number)


def _telling(given: dict[str, Any]) -> dict[str, Any]:
    return {**given, "months": given["months"] or 0}


@act(certificate=True)
def _certified(request: Asked, row: SanctionCase) -> None:
    """Looking takes a log-in, acting a certificate."""


@act(roles={"supervisor"}, certificate=True)
def _sign(request: Asked, row: SanctionCase, given: dict[str, Any]) -> HttpResponse:
    """First the words as they will be signed; with a signature over them, the decision."""
    decision = Decision(**_telling(given))
    refusal: list[dict[str, object]] = []
    if "signature" in request.POST:
        try:
            signature = decoded(request.POST["signature"])
            decide_case(number=row.number, decision=decision, signature=signature, actor=request.actor)
            messages.success(request, _("决定已签名。请在七日内送达。"))
            return redirect("case", row.number)
        except Refusal as refused:
            refusal = spoken(refused)
    text = decision_text(number=row.number, decision=decision, actor=request.actor)
    context = {
        "case": row, "decision": decision, "to_sign": base64.b64encode(text).decode(), "refusal": refusal,
    }  # fmt: skip
    return render(request, "prequalified/sanctions/sign_decision.html", context, status=409 if refusal else 200)


@act()
@require_safe
def paper(request: Asked, number: str) -> FileResponse:
    """The decision's PDF, for whoever may see the case."""
    step = _seen(request, number).steps.filter(kind="decided").last()
    if step is None:
        raise Http404
    return FileResponse(print_decision(step).open("rb"), content_type="application/pdf", filename=f"{number}.pdf")


def _seen(request: Asked, number: str) -> SanctionCase:
    row = cases_seen(request.actor).select_related("sanction").filter(number=number).first()
    if row is None:
        raise Http404
    return row
