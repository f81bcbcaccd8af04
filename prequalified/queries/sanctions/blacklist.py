"""Entries of lists as the public may read them, and as staff and supervisors do."""

import datetime as dt
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from prequalified.models import CaseStep, ListKind, Sanction
from prequalified.rules.timing import day_of
from runtime.clock import now, stamp
from runtime.listing import Listing

STATES = ("in_force", "past")


def public_sanctions(day: dt.date | None = None) -> QuerySet[Sanction]:
    """Published and still to be shown: not after `public_until`, not repaired, not undone, not retracted (48)."""
    day = day or day_of(now())
    retracted = CaseStep.objects.filter(case=OuterRef("case"), kind="retracted")
    gone = Q(end__kind="undone") | Q(end__kind="repaired", end__effective__lte=day)
    rows = Sanction.objects.filter(Q(public_until=None) | Q(public_until__gte=day), published_at__isnull=False)
    return rows.exclude(gone).exclude(Exists(retracted)).select_related("kind", "end", "case", "party")


def state_of(row: Sanction, day: dt.date) -> str:
    """in_force, ahead, record (no ban), expired, repaired, overturned, undone."""
    end = getattr(row, "end", None)
    if end is not None and end.effective <= day:
        return str(end.kind)
    if not row.bans:
        return "record"
    if row.starts > day:
        return "ahead"
    return "in_force" if row.covers(day) else "expired"


def state_words(state: str) -> str:
    return {
        "in_force": _("限制期内"),
        "ahead": _("尚未生效"),
        "record": _("仅记录"),
        "expired": _("已届满"),
        "repaired": _("已修复"),
        "overturned": _("已撤销"),
        "undone": _("导入已撤销"),
    }[state]


def kind_name(kind: ListKind) -> str:
    return kind.name_en if (get_language() or "").startswith("en") and kind.name_en else kind.name


def narrowed(rows: QuerySet[Sanction], state: str, kind: str, day: dt.date) -> QuerySet[Sanction]:
    if kind:
        rows = rows.filter(kind__code=kind)
    running = Q(bans=True, starts__lte=day) & (Q(ends=None) | Q(ends__gte=day))
    running &= Q(end=None) | Q(end__effective__gt=day)
    if state == "in_force":
        return rows.filter(running)
    return rows.exclude(pk__in=Sanction.objects.filter(running).values("pk")) if state == "past" else rows


def blacklist_listing(request: HttpRequest) -> Listing:
    """`?state=in_force|past`, `?kind=`; everybody's."""
    day = day_of(now())
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")[:40].replace("\x00", "")
    rows = narrowed(public_sanctions(day), state, kind, day)
    return Listing(
        request,
        rows,
        orders={
            "starts": ["-starts"],
            "name": ["name"],
            "number": ["number"],
            "kind": ["kind__code"],
            "ends": ["ends"],
            "published": ["-published_at"],
        },
        search=["name__icontains", "number__icontains", "decision__icontains", "authority__icontains"],
        columns=[
            (_("名称"), lambda row: row.name),
            (_("统一社会信用代码"), lambda row: row.number),
            (_("名单"), lambda row: kind_name(row.kind)),
            (_("名单依据"), lambda row: row.kind.ground),
            (_("失信行为"), lambda row: row.conduct),
            (_("依据"), lambda row: row.basis),
            (_("决定机关"), lambda row: row.authority),
            (_("决定文号"), lambda row: row.decision),
            (_("决定日期"), lambda row: row.decided_on),
            (_("生效日期"), lambda row: row.starts),
            (_("届满日期"), lambda row: row.ends),
            (_("状态"), lambda row: state_words(state_of(row, day))),
        ],
        record=sanction_record,
    )


def sanction_record(row: Sanction) -> dict[str, Any]:
    """A public entry as JSON."""
    return {
        "id": row.pk,
        "list": row.kind.code,
        "ground": row.kind.ground,
        "name": row.name,
        "number": row.number,
        "conduct": row.conduct,
        "basis": row.basis,
        "authority": row.authority,
        "decision": row.decision,
        "decided_on": row.decided_on.isoformat(),
        "starts": row.starts.isoformat(),
        "ends": row.ends.isoformat() if row.ends else None,
        "bans": row.bans,
        "published_at": stamp(row.published_at) if row.published_at else None,
        "public_until": row.public_until.isoformat() if row.public_until else None,
        "state": state_of(row, day_of(now())),
    }


def line_of_sanction(row: Sanction) -> list[dict[str, Any]]:
    """The facts of an entry in their order, each with its day or moment: {title, day | at, text}."""
    found: list[dict[str, Any]] = [
        {"title": _("作出决定"), "day": row.decided_on, "text": f"{row.authority} {row.decision}"},
        {"title": _("生效"), "day": row.starts, "text": ""},
    ]
    if row.published_at:
        found.append({"title": _("公布"), "day": day_of(row.published_at), "text": ""})
    if row.ends:
        found.append({"title": _("届满"), "day": row.ends, "text": ""})
    if row.public_until:
        found.append({"title": _("公布至"), "day": row.public_until, "text": ""})
    end = getattr(row, "end", None)
    if end is not None:
        found.append({"title": end.get_kind_display(), "day": end.effective, "text": end.reason})
    return sorted(found, key=lambda fact: fact["day"])
