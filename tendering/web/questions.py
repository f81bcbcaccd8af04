"""Questions, answers, objections and amendments (CTS A-80 to A-86, A-195, A-196)."""

from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.permissions import act
from runtime.clock import now, read_stamp
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken
from tendering.actions.answer_question import answer_question
from tendering.actions.ask_question import ask_question
from tendering.actions.draft_amendment import draft_amendment
from tendering.actions.drop_amendment import drop_amendment
from tendering.actions.file_objection import file_objection
from tendering.actions.publish_amendment import publish_amendment
from tendering.actions.reply_objection import reply_objection
from tendering.models import Amendment, Section, SectionState
from tendering.permissions import demand, runs
from tendering.queries.documents import document_in_force
from tendering.queries.objections import objection_window
from tendering.queries.questions import (
    holders_seen,
    objection_data,
    objection_seen,
    objections_seen,
    question_data,
    question_seen,
    questions_seen,
    sees_names,
)
from tendering.queries.sections import own_tender
from tendering.queries.shown import Asked, visible_section
from tendering.rules.differences import differences
from tendering.rules.objections import DOCUMENT, RESULT, file_blockers
from tendering.rules.questions import ask_blockers
from tendering.web.forms import AmendmentForm, AnswerForm, ObjectionForm, QuestionForm, ReplyForm, blame

READERS = {"bidder", "tenderer", "agency", "staff", "supervisor"}


@require_http_methods(["GET", "POST"])
@act(roles=READERS)
def questions(request: Asked, code: str) -> HttpResponse:
    """A bidder asks and objects; who runs the tender answers; after the deadline those who work here see names."""
    section = visible_section(request, code)
    actor = request.actor
    question, objection = QuestionForm(prefix="question"), ObjectionForm(prefix="objection")
    if request.method == "POST":
        form = QuestionForm(request.POST, prefix="question") if "ask" in request.POST else None
        form = form or ObjectionForm(request.POST, prefix="objection")  # type: ignore[assignment]
        try:
            return _filed(request, section, form)
        except Refusal as refusal:
            blame(form, refusal)  # type: ignore[arg-type]
        question, objection = (form, objection) if "ask" in request.POST else (question, form)  # type: ignore[assignment]
    about = DOCUMENT if section.state == SectionState.PUBLISHED else RESULT
    window = objection_window(section, about, actor.party_id)
    own = own_tender(section, actor.party_id)
    context = {
        "section": section,
        "runs": runs(actor, section),
        "questions": [(each, question_data(each, actor)) for each in questions_seen(section, actor)],
        "objections": [(each, objection_data(each, actor)) for each in objections_seen(section, actor)],
        "question_form": question,
        "objection_form": objection,
        "about": about,
        "window": window,
        "no_question": spoken(ask_blockers(section.state, section.questions_until, now(), own)),
        "no_objection": spoken(file_blockers(section.state, about, window, now(), own)),
        "holders": _holders(section, request) if sees_names(actor, section) else None,
    }
    return render(request, "tendering/questions.html", context, status=422 if request.method == "POST" else 200)


def _holders(section: Section, request: Asked) -> list[dict[str, Any]]:
    moments = ("downloaded_at", "confirmed_at")
    return [
        {**row, **{key: read_stamp(row[key]) if row[key] else None for key in moments}}
        for row in holders_seen(section, request.actor)
    ]


@act(roles={"bidder"}, certificate=True)
def _filed(request: Asked, section: Section, form: Any) -> HttpResponse:
    text = form.cleaned_data["text"] if form.is_valid() else ""
    if "ask" in request.POST:
        ask_question(section=section, text=text, actor=request.actor)
        messages.success(request, _("问题已提交。答复将公开发布，不透露提问人。"))
    else:
        about = DOCUMENT if section.state == SectionState.PUBLISHED else RESULT
        file_objection(section=section, about=about, text=text, actor=request.actor)
        messages.success(request, _("异议已提交。"))
    return redirect("questions", section.code)


@require_http_methods(["GET", "POST"])
@act(roles={"tenderer", "agency"}, certificate=True)
def answer(request: Asked, key: str) -> HttpResponse:
    question = question_seen(key, request.actor)
    form = AnswerForm(request.POST or None, initial={"restated": question.restated or question.text})

    def send(data: dict[str, Any]) -> HttpResponse:
        notice = answer_question(question=question, actor=request.actor, **data)
        messages.success(request, _("答复已公开发布。"))
        return redirect("notice", notice.public_id)

    shown = {"section": question.section, "text": question.text, "at": question.asked_at}
    return _reply(request, form, send, {"title": _("答复问题"), **shown})


@require_http_methods(["GET", "POST"])
@act(roles={"tenderer", "agency"}, certificate=True)
def reply(request: Asked, key: str) -> HttpResponse:
    objection = objection_seen(key, request.actor)
    form = ReplyForm(request.POST or None)

    def send(data: dict[str, Any]) -> HttpResponse:
        reply_objection(objection=objection, actor=request.actor, **data)
        messages.success(request, _("异议已答复。"))
        return redirect("questions", objection.section.code)

    shown = {
        "section": objection.section,
        "text": objection.text,
        "at": objection.filed_at,
        "until": objection.answer_by,
    }
    return _reply(request, form, send, {"title": _("答复异议"), "rule": objection.rule, **shown})


def _reply(request: Asked, form: forms.Form, send: Any, context: dict[str, Any]) -> HttpResponse:
    if request.method == "POST" and form.is_valid():
        try:
            return send(form.cleaned_data)
        except Refusal as refusal:
            blame(form, refusal)
    return render(request, "tendering/reply.html", {**context, "form": form}, status=422 if form.errors else 200)


@require_http_methods(["GET", "POST"])
@act(roles={"tenderer", "agency"}, certificate=True)
def amendment(request: Asked, code: str) -> HttpResponse:
    """Begin, compare, publish or give up an amendment; its document is edited and signed on the document's own pages."""
    section = visible_section(request, code)
    demand(runs(request.actor, section))
    row = section.amendments.filter(published_at=None).select_related("document").first()
    form = AmendmentForm(request.POST if "start" in request.POST else None)
    refusal: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            return _amended(request, section, row, form)
        except Refusal as refused:
            refusal = spoken(refused)
    context = {"section": section, "amendment": row, "form": form, "refusal": refusal}
    if row is not None:
        context["changes"] = differences(document_in_force(section).content, row.document.content)
    return render(request, "tendering/amendment.html", context, status=409 if refusal else 200)


def _amended(request: Asked, section: Section, row: Amendment | None, form: AmendmentForm) -> HttpResponse:
    if "start" in request.POST:
        form.is_valid()
        draft_amendment(section=section, actor=request.actor, **form.cleaned_data)
        return redirect("edit_document", section.code)
    if row is None:
        raise Refusal(Blocker("amendment.not_found", gettext_noop("没有这份变更")), status=404)
    if "drop" in request.POST:
        drop_amendment(amendment=row, actor=request.actor)
        messages.success(request, _("变更已放弃。"))
        return redirect("amendment", section.code)
    publish_amendment(amendment=row, actor=request.actor)
    messages.success(request, _("变更已发布，已通知所有文件持有人。"))
    return redirect("section", section.code)
