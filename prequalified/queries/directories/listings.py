"""The lists of directories, the same on the page, in the API and as files."""

import datetime as dt
import re
from typing import Any

from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.db.models.functions import Substr
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from prequalified.models import Admission, AdmissionRequest, Call, Category, Commitment, Directory, YearlyReview
from prequalified.queries.directories.requests import public_requests, requests_of_staff
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.lifecycle import Status
from runtime.actor import Actor
from runtime.clock import BEIJING, now, stamp
from runtime.listing import Listing

State = Admission.State


def named(row: Any) -> str:
    """A directory's or category's name in the reader's language."""
    return row.name_en if get_language() == "en" and row.name_en else row.name


def open_calls() -> QuerySet[Call]:
    moment = now()
    ended = Q(closed_at__isnull=False) | Q(closes_at__lte=moment)
    return Call.objects.filter(opens_at__lte=moment).exclude(ended)


def directories_listing(request: HttpRequest) -> Listing:
    """Directories in use, narrowed by `?kind=`, `?category=` (with all below it) and `?centre=`."""
    rows = Directory.objects.filter(active=True).select_related("centre", "category")
    kind, category, centre = (request.GET.get(key, "")[:40] for key in ("kind", "category", "centre"))
    if kind in Category.Kind.values:
        rows = rows.filter(category__kind=kind)
    if re.fullmatch(r"[a-z0-9-]+", category):
        rows = rows.filter(Q(category__path__startswith=f"{category}/") | Q(category__path__contains=f"/{category}/"))
    if centre:
        rows = rows.filter(centre__code=centre)
    rows = rows.annotate(
        standing=Count("admissions", filter=Q(admissions__state=State.ACTIVE)),
        calling=Exists(open_calls().filter(directory=OuterRef("pk"))),
    )
    return Listing(
        request,
        rows,
        orders={"name": ["name"], "category": ["category__path"], "standing": ["standing"]},
        search=["name__icontains", "name_en__icontains", "centre__name__icontains", "category__name__icontains"],
        columns=[
            (_("代码"), lambda row: row.code),
            (_("名录"), named),
            (_("类别"), lambda row: named(row.category)),
            (_("交易中心"), lambda row: row.centre.name),
            (_("在册单位数"), lambda row: row.standing),
            (_("正在征集"), lambda row: _("是") if row.calling else _("否")),
        ],
        record=directory_record,
    )


def directory_record(row: Directory) -> dict[str, object]:
    return {
        "code": row.code, "name": row.name, "name_en": row.name_en, "category": row.category.code,
        "centre": row.centre.code, "active": row.active, "standing": getattr(row, "standing", None),
        "calling": getattr(row, "calling", None),
    }  # fmt: skip


def admissions_listing(request: HttpRequest, directory: Directory | None = None) -> Listing:
    """Firms in directories, narrowed by `?grade=`, `?state=`, `?rating=` and `?region=` (GB/T 2260, from the USCC)."""
    rows = Admission.objects.select_related("party", "directory__category", "directory__centre")
    if directory is not None:
        rows = rows.filter(directory=directory)
    for key in ("grade", "rating"):
        if value := request.GET.get(key, "")[:40]:
            rows = rows.filter(**{key: value})
    state, region = request.GET.get("state", ""), request.GET.get("region", "")
    if state in State.values:
        rows = rows.filter(state=state)
    if re.fullmatch(r"\d{1,6}", region):
        rows = rows.annotate(region=Substr("party__number", 3, 6)).filter(region__startswith=region)
    return Listing(
        request,
        rows,
        orders={
            "name": ["party__name"], "number": ["number"], "grade": ["grade"], "rating": ["rating"], "points": ["points"],
            "until": ["valid_until"], "state": ["state"], "admitted": ["admitted_at"],
        },
        search=["party__name__icontains", "party__number__icontains", "number__icontains"],
        columns=admission_columns(),
        record=admission_record,
    )  # fmt: skip


def admission_columns() -> list[tuple[str, Any]]:
    return [
        (_("入库编号"), lambda row: row.number),
        (_("单位名称"), lambda row: row.party.name),
        (_("统一社会信用代码"), lambda row: row.party.number),
        (_("名录"), lambda row: named(row.directory)),
        (_("等级"), lambda row: row.grade),
        (_("状态"), lambda row: row.get_state_display()),
        (_("信用评价"), lambda row: row.rating),
        (_("积分"), lambda row: row.points),
        (_("登记地区"), lambda row: region_of(row)),
        (_("入库时间（北京时间）"), lambda row: _beijing(row.admitted_at)),
        (_("有效期至"), lambda row: row.valid_until.isoformat()),
    ]


def admission_record(row: Admission) -> dict[str, object]:
    return {
        "number": row.number, "directory": row.directory.code,
        "party": {"name": row.party.name, "number": row.party.number}, "grade": row.grade, "state": row.state,
        "rating": row.rating, "points": row.points, "region": region_of(row), "admitted_at": stamp(row.admitted_at),
        "valid_until": row.valid_until.isoformat(),
        "suspended_until": row.suspended_until.isoformat() if row.suspended_until else None,
        "waits_until": row.waits_until.isoformat() if row.waits_until else None,
        "certificate_sha256": row.certificate_sha256,
    }  # fmt: skip


def region_of(row: Admission) -> str:
    return row.party.number[2:8] if len(row.party.number) == 18 else ""


def calls_listing(request: HttpRequest, directory: Directory | None = None) -> Listing:
    """Calls, the newest first; `?open=1` only those that take requests now."""
    rows = open_calls() if request.GET.get("open") else Call.objects.all()
    if directory is not None:
        rows = rows.filter(directory=directory)
    moment = now()
    return Listing(
        request,
        rows.select_related("directory__centre", "directory__category", "condition_set"),
        orders={"published": ["-published_at"], "title": ["title"], "closes": ["closes_at"]},
        search=["title__icontains", "number__icontains", "directory__name__icontains"],
        columns=[
            (_("编号"), lambda row: row.number),
            (_("标题"), lambda row: row.title),
            (_("名录"), lambda row: named(row.directory)),
            (_("交易中心"), lambda row: row.directory.centre.name),
            (_("状态"), lambda row: call_state(row, moment)),
            (_("开始受理（北京时间）"), lambda row: _beijing(row.opens_at)),
            (_("截止受理（北京时间）"), lambda row: _beijing(row.closed_at or row.closes_at) or _("全年受理")),
        ],
        record=call_record,
    )


def call_record(row: Call) -> dict[str, object]:
    return {
        "number": row.number, "directory": row.directory.code, "title": row.title, "text": row.text,
        "opens_at": stamp(row.opens_at), "closes_at": stamp(row.closes_at) if row.closes_at else None,
        "published_at": stamp(row.published_at), "closed_at": stamp(row.closed_at) if row.closed_at else None,
        "close_reason": row.close_reason, "conditions_version": row.condition_set.version,
        "conditions_sha256": row.condition_set.sha256,
    }  # fmt: skip


def call_state(row: Call, moment: dt.datetime) -> str:
    ends = [end for end in (row.closes_at, row.closed_at) if end is not None]
    if ends and min(ends) <= moment:
        return _("已截止")
    return _("正在受理") if row.opens_at <= moment else _("尚未开始")


def publicity_listing(request: HttpRequest) -> Listing:
    """What was made public: `?status=` publicity, admitted, refused; `?directory=` a code."""
    rows = public_requests()
    status, code = request.GET.get("status", ""), request.GET.get("directory", "")[:40]
    if status in (Status.PUBLICITY, Status.ADMITTED, Status.REFUSED):
        rows = rows.filter(status=status)
    if code:
        rows = rows.filter(call__directory__code=code)
    return Listing(
        request,
        rows,
        orders={"from": ["-publicity_from"], "until": ["publicity_until"], "name": ["party__name"]},
        search=["party__name__icontains", "party__number__icontains", "number__icontains"],
        columns=[
            (_("编号"), lambda row: row.number),
            (_("单位名称"), lambda row: row.party.name),
            (_("名录"), lambda row: named(row.call.directory)),
            (_("等级"), lambda row: row.grade),
            (_("状态"), lambda row: row.get_status_display()),
            (_("公示开始（北京时间）"), lambda row: _beijing(row.publicity_from)),
            (_("公示截止（北京时间）"), lambda row: _beijing(row.publicity_until)),
        ],
        record=publicity_record,
    )


def publicity_record(row: AdmissionRequest) -> dict[str, object]:
    return {
        "number": row.number, "directory": row.call.directory.code, "call": row.call.number,
        "party": {"name": row.party.name, "number": row.party.number}, "grade": row.grade, "status": row.status,
        "renewal": row.renews_id is not None,
        "publicity_from": stamp(row.publicity_from) if row.publicity_from else None,
        "publicity_until": stamp(row.publicity_until) if row.publicity_until else None,
        "reasons": row.reasons if row.status == Status.REFUSED else "",
    }  # fmt: skip


def staff_requests_listing(request: HttpRequest) -> Listing:
    """Requests at the staff's centres, by clock: what runs out first at the top. `?status=`."""
    rows = requests_of_staff(request.actor)  # type: ignore[attr-defined]
    status = request.GET.get("status", "")
    if status in AdmissionRequest.Status.values:
        rows = rows.filter(status=status)
    return Listing(
        request,
        rows,
        orders={
            "clock": ["review_until"], "submitted": ["submitted_at"], "name": ["party__name"], "status": ["status"],
            "directory": ["call__directory__name"],
        },
        search=["party__name__icontains", "party__number__icontains", "number__icontains", "call__directory__name__icontains"],
        columns=[
            (_("编号"), lambda row: row.number),
            (_("单位名称"), lambda row: row.party.name),
            (_("代码"), lambda row: row.party.number),
            (_("名录"), lambda row: named(row.call.directory)),
            (_("等级"), lambda row: row.grade),
            (_("状态"), lambda row: row.get_status_display()),
            (_("提交时间（北京时间）"), lambda row: _beijing(row.submitted_at)),
            (_("审核期限（北京时间）"), lambda row: _beijing(row.review_until)),
            (_("办理人"), lambda row: row.reviewed_by.get_full_name() if row.reviewed_by else ""),
        ],
    )  # fmt: skip


def staff_directories(actor: Actor) -> QuerySet[Directory]:
    return Directory.objects.filter(centre__in=centres_of(actor)).select_related("centre", "category")


def staff_directories_listing(request: HttpRequest) -> Listing:
    rows = staff_directories(request.actor).annotate(  # type: ignore[attr-defined]
        standing=Count("admissions", filter=Q(admissions__state=State.ACTIVE)),
        calling=Exists(open_calls().filter(directory=OuterRef("pk"))),
    )
    return Listing(
        request, rows, orders={"name": ["name"], "category": ["category__path"]},
        search=["name__icontains", "code__icontains"],
    )  # fmt: skip


def commitments_listing(request: HttpRequest) -> Listing:
    """Commitments whose check is due, the earliest first; `?done=1`: those that were checked."""
    rows = Commitment.objects.filter(
        request__call__directory__centre__in=centres_of(request.actor),  # type: ignore[attr-defined]
        checked_at__isnull=not request.GET.get("done"),
    )
    return Listing(
        request,
        rows.select_related("request__party", "request__call__directory", "checked_by"),
        orders={"due": ["due"], "name": ["request__party__name"]},
        search=["request__party__name__icontains", "request__number__icontains"],
    )


def reviews_listing(request: HttpRequest) -> Listing:
    """Yearly reviews at the staff's centres that are not decided; `?done=1`: those that are."""
    rows = YearlyReview.objects.filter(
        admission__directory__centre__in=centres_of(request.actor),  # type: ignore[attr-defined]
        decided_at__isnull=not request.GET.get("done"),
    )
    return Listing(
        request,
        rows.select_related("admission__party", "admission__directory", "decided_by"),
        orders={"due": ["due"], "name": ["admission__party__name"], "submitted": ["submitted_at"]},
        search=["admission__party__name__icontains", "admission__number__icontains"],
    )


def _beijing(moment: dt.datetime | None) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
