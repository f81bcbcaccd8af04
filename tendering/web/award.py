"""Candidates, publicity, award, letters; failure, termination, re-tender, re-evaluation (CTS A-163 to A-175, A-197, A-198)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.permissions import act
from runtime.refusal import Refusal
from runtime.spoken import spoken
from tendering.actions.decide_award import decide_award
from tendering.actions.draft_candidates import draft_candidates
from tendering.actions.drop_candidate import drop_candidate
from tendering.actions.edit_letter import edit_letter
from tendering.actions.fail_section import fail_section
from tendering.actions.reevaluate_section import reevaluate_section
from tendering.actions.retender_section import retender_section
from tendering.actions.send_award_letter import send_award_letter
from tendering.actions.terminate_section import terminate_section
from tendering.actions.verify_letter import verify_letter
from tendering.models import Notice, Section, SectionState
from tendering.permissions import demand, hosts, is_tenderer, runs, sees_drafts
from tendering.queries.candidates import candidates_of
from tendering.queries.letters import letter_seen, letters_seen
from tendering.queries.objections import newest
from tendering.queries.questions import objection_data, objections_seen
from tendering.queries.rule_sets import rules_for
from tendering.queries.shown import Asked, visible_section
from tendering.rules.lifecycle import moves_from
from tendering.rules.objections import RESULT
from tendering.web.forms import AwardForm, DropForm, ExceptionForm, LetterForm, blame
from tendering.web.review import waiting_notice

WORKERS = {"tenderer", "agency", "staff", "supervisor"}
EXCEPTIONS = ("fail_section", "terminate_section", "retender_section", "reevaluate_section")


@require_http_methods(["GET", "POST"])
@act(roles=WORKERS)
def award(request: Asked, code: str) -> HttpResponse:
    section = visible_section(request, code)
    actor = request.actor
    demand(sees_drafts(actor, section))
    candidates = candidates_of(section)
    decided = AwardForm(candidates, request.POST if "decide" in request.POST else None)
    dropped = DropForm(request.POST if "drop" in request.POST else None)
    refusal: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            return _done(request, section, decided, dropped)
        except Refusal as refused:
            form = decided if "decide" in request.POST else dropped if "drop" in request.POST else None
            if form is None or not form.is_valid():
                refusal = spoken(refused)
            else:
                blame(form, refused)
    made = section.awards.filter(round=section.round).select_related("candidate__party", "notice").first()
    context = {
        "section": section,
        "candidates": candidates,
        "award": made,
        "award_form": decided,
        "drop_form": dropped,
        "refusal": refusal,
        "publicity": newest(section, Notice.Kind.CANDIDATES),
        "waiting": waiting_notice(section),
        "objections": [objection_data(each, actor) for each in objections_seen(section, actor).filter(about=RESULT)],
        "letters": letters_seen(section, actor),
        "needs_publicity": rules_for(section, section.published_at or section.created_at).says(
            "publicity_before_award"
        ),
        "runs": runs(actor, section),
        "decides": is_tenderer(actor, section),
        "hosts": hosts(actor, section),
        "open": section.state in (SectionState.EVALUATED, SectionState.PUBLICITY),
    }
    return render(request, "tendering/award.html", context, status=409 if request.method == "POST" else 200)


@act(roles=WORKERS - {"supervisor"}, certificate=True)
def _done(request: Asked, section: Section, decided: AwardForm, dropped: DropForm) -> HttpResponse:
    actor, posted = request.actor, request.POST
    if "candidates" in posted:
        draft_candidates(section=section, actor=actor)
        messages.success(request, _("公示已编制，等待审核。"))
        return redirect("review", section.code)
    if "decide" in posted:
        rank, reason = (decided.cleaned_data[key] if decided.is_valid() else "" for key in ("rank", "reason"))
        decide_award(section=section, rank=int(rank or 0), reason=str(reason), actor=actor)
        messages.success(request, _("已定标。结果公告等待审核和发布，通知书已起草。"))
    elif "drop" in posted:
        chosen = next((each for each in candidates_of(section) if str(each.rank) == posted["drop"]), None)
        if chosen is not None and dropped.is_valid():
            chosen.section = section
            drop_candidate(candidate=chosen, actor=actor, **dropped.cleaned_data)
            messages.success(request, _("已记录。"))
    elif "verify" in posted:
        verify_letter(letter=letter_seen(posted["verify"], actor), actor=actor)
        messages.success(request, _("通知书已核验。"))
    elif "send" in posted:
        send_award_letter(letter=letter_seen(posted["send"], actor), actor=actor)
        messages.success(request, _("通知书已签名发出。"))
    return redirect("award", section.code)


@require_http_methods(["GET", "POST"])
@act(roles={"tenderer", "agency"}, certificate=True)
def letter(request: Asked, key: str) -> HttpResponse:
    row = letter_seen(key, request.actor)
    form = LetterForm(request.POST or None, initial={"text": row.text, "reasons": row.reasons})
    if request.method == "POST" and form.is_valid():
        try:
            edit_letter(letter=row, actor=request.actor, **form.cleaned_data)
            messages.success(request, _("已保存，需要重新核验。"))
            return redirect("award", row.section.code)
        except Refusal as refusal:
            blame(form, refusal)
    context = {
        "form": form,
        "title": f"{row.get_kind_display()} · {row.party.name}",
        "back": f"/sections/{row.section.code}/award/",
    }
    return render(request, "tendering/new.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@act(roles={"tenderer", "agency", "staff"}, certificate=True)
def exceptions(request: Asked, code: str) -> HttpResponse:
    """What goes otherwise than planned; only the acts that the state allows are offered."""
    section = visible_section(request, code)
    demand(sees_drafts(request.actor, section))
    form = ExceptionForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            return _excepted(request, section, form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
    possible = {move.act for move in moves_from(section.state)}
    acts = [each for each in EXCEPTIONS if each in possible and _may(request, section, each)]
    context = {"section": section, "form": form, "acts": acts, "exceptions": section.exceptions.all()}
    return render(request, "tendering/exceptions.html", context, status=422 if form.errors else 200)


def _may(request: Asked, section: Section, name: str) -> bool:
    if name == "retender_section":
        return runs(request.actor, section)
    if name == "terminate_section":
        return is_tenderer(request.actor, section) or hosts(request.actor, section)
    return hosts(request.actor, section)


def _excepted(request: Asked, section: Section, data: dict[str, str]) -> HttpResponse:
    actor, name = request.actor, request.POST.get("act", "")
    if name == "fail_section":
        fail_section(section=section, reason=data["reason"], basis=data["basis"], actor=actor)
    elif name == "terminate_section":
        terminate_section(section=section, actor=actor, **data)
    elif name == "reevaluate_section":
        reevaluate_section(section=section, reason=data["reason"], basis=data["basis"], actor=actor)
    elif name == "retender_section":
        retender_section(section=section, reason=data["reason"], actor=actor)
        messages.success(request, _("已开始新一轮招标，请补充招标文件。"))
        return redirect("edit_document", section.code)
    messages.success(request, _("已记录并公告。"))
    return redirect("section", section.code)
