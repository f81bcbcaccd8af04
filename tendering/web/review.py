"""The review page: document and notice side by side, approve, send back, verify and publish (CTS A-52, A-53, A-164)."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.permissions import act
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken
from tendering.actions.approve_notice import approve_notice
from tendering.actions.draft_notice import draft_notice
from tendering.actions.publish_by_kind import publish_by_kind
from tendering.actions.return_notice import return_notice
from tendering.models import Notice, Section, TenderDocument
from tendering.permissions import demand, hosts, is_agency, is_tenderer, runs, sees_drafts
from tendering.queries.sections import draft_of
from tendering.queries.shown import Asked, visible_section
from tendering.web.document_words import in_words
from tendering.web.forms import NoticeForm, ReasonForm, blame

State = Notice.State
WORKERS = {"tenderer", "agency", "staff", "supervisor"}


def waiting_notice(section: Section) -> Notice | None:
    """The notice of this round that is under review, or was sent back."""
    states = (State.DRAFT, State.SUBMITTED, State.APPROVED, State.RETURNED)
    return section.notices.filter(round=section.round, state__in=states).order_by("-pk").first()


@require_http_methods(["GET", "POST"])
@act(roles=WORKERS)
def review(request: Asked, code: str) -> HttpResponse:
    section = visible_section(request, code)
    demand(sees_drafts(request.actor, section))
    notice = waiting_notice(section)
    refusal: list[dict[str, Any]] = []
    form = ReasonForm(request.POST or None)
    if request.method == "POST":
        try:
            return _decided(request, section, notice, form)
        except Refusal as refused:
            refusal = spoken(refused)
    document = draft_of(section) if notice is not None and notice.kind == Notice.Kind.TENDER else None
    actor = request.actor
    context = {
        "section": section,
        "notice": notice,
        "document": document,
        "content": in_words(document.content) if document else {},
        "attachments": document.attachments.all() if document else [],
        "form": form,
        "refusal": refusal,
        "may_approve": notice is not None and notice.state == State.SUBMITTED and _may_approve(request, section),
        "may_publish": notice is not None and notice.state == State.APPROVED and hosts(actor, section),
        "may_write": runs(actor, section) and document is not None and document.state == TenderDocument.State.SIGNED,
    }
    return render(request, "tendering/review.html", context, status=409 if refusal else 200)


def _may_approve(request: Asked, section: Section) -> bool:
    own = section.tendering_project.project.agency_id is None
    return is_tenderer(request.actor, section) or (own and is_agency(request.actor, section))


@act(roles=WORKERS, certificate=True)
def _decided(request: Asked, section: Section, notice: Notice | None, form: ReasonForm) -> HttpResponse:
    if notice is None:
        raise Refusal(Blocker("notice.not_found", gettext_noop("没有待审核的公告")), status=404)
    notice.section = section
    if "approve" in request.POST:
        approve_notice(notice=notice, actor=request.actor)
        messages.success(request, _("审核通过，等待中心核验。"))
    elif "publish" in request.POST:
        publish_by_kind(notice=notice, actor=request.actor)
        messages.success(request, _("已核验并发布。"))
        return redirect("section", section.code)
    else:
        form.is_valid()
        return_notice(notice=notice, reason=form.cleaned_data.get("reason", ""), actor=request.actor)
        messages.success(request, _("已退回。"))
    return redirect("review", section.code)


@require_http_methods(["GET", "POST"])
@act(roles={"tenderer", "agency"}, certificate=True)
def write_notice(request: Asked, code: str) -> HttpResponse:
    """The tender notice in its standard form, to be reworded before the review."""
    section = visible_section(request, code)
    demand(runs(request.actor, section))
    notice = waiting_notice(section)
    if notice is None or request.method == "GET":
        notice = notice or draft_notice(section=section, actor=request.actor)
    form = NoticeForm(notice.body, request.POST or None, initial={"title": notice.title})
    if request.method == "POST" and form.is_valid():
        try:
            draft_notice(section=section, title=form.cleaned_data["title"], body=form.body(), actor=request.actor)
            messages.success(request, _("公告已保存。"))
            return redirect("write_notice", code)
        except Refusal as refusal:
            blame(form, refusal)
    context = {"form": form, "title": _("编制招标公告"), "back": f"/sections/{code}/"}
    return render(request, "tendering/new.html", context, status=422 if form.errors else 200)
