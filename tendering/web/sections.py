"""One page per section: its life as a line, its papers, what can be done. The same page for all, each seeing what it may."""

from typing import Any

from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from prequalified.permissions import act
from tendering.actions.confirm_download import confirm_download
from tendering.actions.fetch_letter import fetch_letter
from tendering.models import Notice, Section, SectionState
from tendering.permissions import sees_drafts
from tendering.queries.acts import acts_for
from tendering.queries.amendments import amendments_of
from tendering.queries.candidates import candidates_of
from tendering.queries.documents_seen import document_seen
from tendering.queries.letters import letter_seen
from tendering.queries.life import life_of
from tendering.queries.papers import holding_of, papers_of
from tendering.queries.sections import published_document
from tendering.queries.shown import Asked, visible_section
from tendering.web.document_words import in_words

LOOKS = {"published": "open", "opening": "live", "failed": "warn", "terminated": "warn", "awarded": "done"}


@require_safe
def section(request: Asked, code: str) -> HttpResponse:
    row = visible_section(request, code)
    document = published_document(row)
    context = {
        "section": row,
        "look": LOOKS.get(row.state, "waiting" if row.published_at is None else "plain"),
        "project": row.tendering_project.project,
        "steps": life_of(row),
        "acts": acts_for(request.actor, row),
        "papers": papers_of(row, request.actor),
        "document": document,
        "holding": holding_of(row, request.actor, document),
        "amendments": amendments_of(row),
        "exceptions": row.exceptions.all(),
        "works_here": sees_drafts(request.actor, row),
        **_outcome(request, row),
    }
    return render(request, "tendering/section.html", context)


def _outcome(request: Asked, row: Section) -> dict[str, Any]:
    """The candidates and the award, once they are public or for who works on the section."""
    late = row.state in (SectionState.EVALUATED, SectionState.PUBLICITY, SectionState.AWARDED)
    if not late:
        return {}
    kinds = (Notice.Kind.CANDIDATES, Notice.Kind.RESULT)
    known = row.notices.filter(round=row.round, kind__in=kinds, state=Notice.State.PUBLISHED).exists()
    if not known and not sees_drafts(request.actor, row):
        return {}
    award = row.awards.filter(round=row.round).select_related("candidate__party", "notice").first()
    announced = award is not None and award.notice is not None and award.notice.state == Notice.State.PUBLISHED
    return {"candidates": candidates_of(row), "award": award if announced or sees_drafts(request.actor, row) else None}


@require_safe
def document(request: Asked, code: str) -> HttpResponse:
    """The tender document to read; `?version=` for another than the one in force."""
    row = visible_section(request, code)
    asked = request.GET.get("version", "0")
    version = document_seen(row, int(asked) if asked.isdigit() else 0, request.actor)
    context = {
        "section": row,
        "document": version,
        "content": in_words(version.content),
        "attachments": version.attachments.all(),
    }
    return render(request, "tendering/document.html", context)


@require_POST
@act(roles={"bidder"})
def confirm(request: Asked, code: str, version: int) -> HttpResponse:
    confirm_download(
        document=document_seen(visible_section(request, code), version, request.actor), actor=request.actor
    )
    messages.success(request, _("已确认收到第%(version)s版招标文件。") % {"version": version})
    return redirect("section", code)


@require_safe
@act()
def letter(request: Asked, key: str) -> FileResponse:
    path = fetch_letter(letter=letter_seen(key, request.actor), actor=request.actor)
    return FileResponse(path.open("rb"), content_type="application/pdf", filename=path.name)
