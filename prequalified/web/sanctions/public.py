"""What everybody reads: the lists, who stands on them and why, decision papers, the feed, the check of an answer."""

from typing import Any

from django.conf import settings
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prequalified.actions.sanctions.print_papers import print_answer, print_decision
from prequalified.models import CaseStep, GateAnswer, ListKind, Sanction
from prequalified.queries.sanctions.answers import answers_seen, said_answer
from prequalified.queries.sanctions.blacklist import (
    blacklist_listing,
    kind_name,
    line_of_sanction,
    public_sanctions,
    state_of,
    state_words,
)
from prequalified.rules.sanctions.lists import GATES
from prequalified.rules.timing import day_of
from prequalified.web.sanctions.forms import REGIME_NAMES, kind_choices
from runtime.clock import now

FEED_LENGTH = 50


@require_safe
def blacklist(request: HttpRequest) -> HttpResponseBase:
    listing = blacklist_listing(request)
    if listing.wants_file:
        return listing.file("blacklist")
    rows: list[Any] = list(listing.page)
    _word(rows)
    context = {
        "listing": listing, "rows": rows, "kinds": kind_choices(), "kind": request.GET.get("kind", ""),
        "state": request.GET.get("state", ""),
    }  # fmt: skip
    return render(request, "prequalified/sanctions/blacklist.html", context)


def _word(rows: list[Sanction]) -> None:
    """Each row with its state and the list's name in words."""
    day = day_of(now())
    for row in rows:
        row.state = state_of(row, day)  # type: ignore[attr-defined]
        row.words = state_words(row.state)  # type: ignore[attr-defined]
        row.list_name = kind_name(row.kind)  # type: ignore[attr-defined]


@require_safe
def lists(request: HttpRequest) -> HttpResponse:
    """The kinds of list: their ground, what they bar, for how long."""
    rows = list(ListKind.objects.all())
    gates = dict(GateAnswer.Gate.choices)
    for row in rows:
        row.shown = kind_name(row)  # type: ignore[attr-defined]
        row.bars = [  # type: ignore[attr-defined]
            (gates[gate], [REGIME_NAMES[regime] for regime in row.data["bars"][gate]])
            for gate in GATES
            if gate in row.data["bars"]
        ]
    return render(request, "prequalified/sanctions/lists.html", {"rows": rows})


@require_safe
def sanction(request: HttpRequest, number: int) -> HttpResponse:
    row = _public(number)
    _word([row])
    return render(request, "prequalified/sanctions/sanction.html", {"row": row, "line": line_of_sanction(row)})


@require_safe
def decision_paper(request: HttpRequest, number: int) -> FileResponse:
    row = _public(number)
    step = CaseStep.objects.filter(case=row.case_id or 0, kind="decided").last()
    if step is None:
        raise Http404
    return FileResponse(print_decision(step).open("rb"), content_type="application/pdf", filename=f"{row.decision}.pdf")


@require_safe
def decision(request: HttpRequest, number: str) -> HttpResponse:
    """Where the QR code of a decision paper leads: to its entry, as long as it is public."""
    row = get_object_or_404(public_sanctions(), case__number=number)
    return redirect("sanction", row.pk)


def _public(number: int) -> Sanction:
    return get_object_or_404(public_sanctions(), pk=number)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom: the newest entries."""
    made = Atom1Feed(
        title=_("黑名单"), link=f"{settings.PUBLIC_URL}/blacklist/", description=_("新公布的名单记录"),
        feed_url=f"{settings.PUBLIC_URL}/blacklist/feed/",
    )  # fmt: skip
    rows = list(public_sanctions().order_by("-published_at", "-pk")[:FEED_LENGTH])
    _word(rows)
    for row in rows:
        made.add_item(
            title=f"{row.name} · {row.list_name}",  # type: ignore[attr-defined]
            link=f"{settings.PUBLIC_URL}/blacklist/{row.pk}/",
            description=f"{row.conduct}\n{row.authority} {row.decision}\n{row.words}",  # type: ignore[attr-defined]
            pubdate=row.published_at,
            updateddate=row.published_at,
        )
    return HttpResponse(made.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")


@require_safe
def answer(request: HttpRequest, key: str) -> HttpResponse:
    """One archived answer: whoever holds its paper may check it, once it may be shown at all (20号令 21)."""
    row = _answer(request, key)
    return render(request, "prequalified/sanctions/answer.html", {"row": row, "answer": said_answer(row)})


@require_safe
def answer_paper(request: HttpRequest, key: str) -> FileResponse:
    row = _answer(request, key)
    return FileResponse(print_answer(row).open("rb"), content_type="application/pdf", filename=f"{key}.pdf")


def _answer(request: HttpRequest, key: str) -> GateAnswer:
    row = GateAnswer.objects.select_related("party", "asked_by__party").filter(public_id=key).first()
    if row is None:
        raise Http404
    secret = row.shown_from is not None and row.shown_from > now()
    if secret and not answers_seen(request.actor).filter(pk=row.pk).exists():  # type: ignore[attr-defined]
        raise Http404
    return row
