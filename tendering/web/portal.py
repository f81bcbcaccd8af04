"""What everybody reads without a log-in: the first page, the notices, the feed."""

import datetime as dt
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from prequalified.rules.timing import beijing, day_begins, day_over
from runtime.clock import now
from runtime.listing import Listing
from tendering.models import Notice, SectionState, TenderingProject
from tendering.queries.candidates import candidates_of
from tendering.queries.notices import ORDERS, Wanted, find_notices, notice_seen, published_notices
from tendering.queries.portal import figures_of_the_year, newest_notices, openings_today
from tendering.queries.shown import Asked, notice_data

CALLS = (Notice.Kind.TENDER, Notice.Kind.PREQUALIFICATION, Notice.Kind.AMENDMENT, Notice.Kind.CLARIFICATION)
RESULTS = (Notice.Kind.CANDIDATES, Notice.Kind.RESULT, Notice.Kind.FAILURE, Notice.Kind.TERMINATION)
FEED_LENGTH = 50


@require_safe
def first_page(request: HttpRequest) -> HttpResponse:
    at = now()
    context = {
        "calls": newest_notices(CALLS, 12),
        "results": newest_notices(RESULTS, 8),
        "figures": figures_of_the_year(at),
        "openings": list(openings_today(at)),
    }
    return render(request, "tendering/portal.html", context)


@require_safe
def openings(request: HttpRequest) -> HttpResponse:
    """Today's openings alone: the first page asks for them again while it stands open."""
    return render(request, "tendering/_openings.html", {"openings": list(openings_today(now()))})


@require_safe
def notices(request: HttpRequest) -> HttpResponseBase:
    """`?q=&kind=&regime=&category=&region=&state=&since=&until=&sort=&page=`, `format=csv|json` for all that was found."""
    wanted = _wanted(request)
    listing = Listing(request, find_notices(wanted), ORDERS, columns=_columns())
    if listing.wants_csv:
        return listing.csv("notices")
    if request.GET.get("format") == "json":
        return JsonResponse({"notices": [notice_data(each) for each in listing.rows[:2000]]})
    context = {
        "listing": listing,
        "wanted": wanted,
        "kinds": Notice.Kind.choices,
        "regimes": TenderingProject.Regime.choices,
        "categories": TenderingProject.Kind.choices,
        "states": [choice for choice in SectionState.choices if choice[0] not in ("draft", "review")],
    }
    return render(request, "tendering/notices.html", context)


def _wanted(request: HttpRequest) -> Wanted:
    given = {
        key: request.GET.get(key, "").strip()[:200] for key in ("q", "kind", "regime", "category", "region", "state")
    }
    since, until = _day(request.GET.get("since")), _day(request.GET.get("until"))
    return Wanted(
        given["q"],
        given["kind"],
        given["regime"],
        given["category"],
        given["region"],
        given["state"],
        day_begins(since) if since else None,
        day_over(until) if until else None,
    )


def _day(text: str | None) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text) if text else None
    except ValueError:
        return None


def _columns() -> list[tuple[str, Any]]:
    return [
        (_("公告类型"), lambda notice: notice.get_kind_display()),
        (_("标题"), lambda notice: notice.title),
        (_("标段编号"), lambda notice: notice.section.code),
        (_("招标人"), lambda notice: notice.section.tendering_project.project.tenderer.name),
        (_("发布时间"), lambda notice: beijing(notice.published_at)),
        (_("投标截止时间"), lambda notice: beijing(notice.section.deadline) if notice.section.deadline else ""),
        ("SHA-256", lambda notice: notice.sha256),
    ]


@require_safe
def notice(request: Asked, key: str) -> HttpResponse:
    row = notice_seen(key, request.actor)
    shows_candidates = row.kind in (Notice.Kind.CANDIDATES, Notice.Kind.RESULT)
    context = {
        "notice": row,
        "section": row.section,
        "candidates": candidates_of(row.section) if shows_candidates else [],
        "deliveries": row.deliveries.all(),
    }
    return render(request, "tendering/notice.html", context)


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom: the newest notices, with the same filters as the list."""
    rows = (
        find_notices(_wanted(request))[:FEED_LENGTH]
        if request.GET
        else published_notices().order_by("-published_at")[:FEED_LENGTH]
    )
    base = settings.PUBLIC_URL
    atom = Atom1Feed(
        title=_("阳光公共资源交易平台公告"),
        link=f"{base}/notices/",
        description="",
        feed_url=base + request.get_full_path(),
    )
    for row in rows:
        atom.add_item(
            title=row.title,
            link=f"{base}/notices/{row.public_id}/",
            description="\n".join(f"{part['title']}：{part['text']}" for part in row.body),
            unique_id=f"{base}/notices/{row.public_id}/",
            pubdate=row.published_at,
            updateddate=row.published_at,
            categories=[row.get_kind_display()],
        )
    return HttpResponse(atom.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
