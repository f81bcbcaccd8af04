"""Papers, as far as an actor may see them: the party itself, staff of its centre, supervisors."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import Paper
from prequalified.queries.directory import centres_of
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import BEIJING, now
from runtime.listing import Listing


def papers_seen_by(actor: Actor) -> QuerySet[Paper]:
    """One's own; for staff those of the parties at their centres; for a supervisor all. Nothing for anybody else."""
    rows = Paper.objects.select_related("party", "added_by")
    if actor.role == "supervisor":
        return rows
    seen = Q(party_id=actor.party_id or 0)
    if actor.role == "staff":
        seen |= Q(party__centre__in=centres_of(actor))
    return rows.filter(seen)


def good_papers(party_id: int, day: dt.date) -> QuerySet[Paper]:
    """The party's papers that have not run out on `day`."""
    return Paper.objects.filter(party_id=party_id).exclude(valid_until__lt=day)


def papers_listing(request: HttpRequest, rows: QuerySet[Paper]) -> Listing:
    """Narrowed by `?kind=` and `?valid=` (yes, no); the newest first."""
    kind, valid = request.GET.get("kind", ""), request.GET.get("valid", "")
    if kind in Paper.Kind.values:
        rows = rows.filter(kind=kind)
    if valid in ("yes", "no"):
        over = Q(valid_until__lt=day_of(now()))
        rows = rows.filter(over) if valid == "no" else rows.exclude(over)
    return Listing(
        request,
        rows,
        orders={
            "added": ["-added_at"], "title": ["title"], "kind": ["kind"], "until": ["valid_until"],
            "party": ["party__name"],
        },
        search=["title__icontains", "number__icontains", "issuer__icontains", "party__name__icontains"],
        columns=[
            (_("主体"), lambda row: row.party.name),
            (_("种类"), lambda row: row.get_kind_display()),
            (_("名称"), lambda row: row.title),
            (_("证书编号"), lambda row: row.number),
            (_("签发机关"), lambda row: row.issuer),
            (_("有效期自"), lambda row: row.valid_from),
            (_("有效期至"), lambda row: row.valid_until),
            (_("SHA-256"), lambda row: row.sha256),
            (_("添加时间（北京时间）"), lambda row: row.added_at.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")),
        ],
    )  # fmt: skip
