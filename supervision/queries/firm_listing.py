"""The list of firms, the same on the page, in the API and as a file; and one firm as data."""

import datetime as dt
from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import Party
from prequalified.rules.timing import day_of
from runtime.clock import now, stamp
from runtime.listing import Listing
from supervision.queries import firms as firms_known


def firms_listing(request: HttpRequest) -> Listing:
    """Narrowed by `?role=`, `?directory=`, `?grade=`, `?region=`, `?awarded=yes`, `?clear=yes`."""
    rows = firms_known.firms(request.GET.get("role", ""), day_of(now()))
    return Listing(
        request,
        firms_known.narrowed(rows, request.GET.dict()),
        orders={"name": ["name"], "number": ["number"], "awards": ["-awards"], "amount": ["-amount"]},
        search=["name__icontains", "number__icontains"],
        columns=[
            (_("名称"), lambda row: row.name),
            (_("统一社会信用代码"), lambda row: row.number),
            (_("交易中心"), lambda row: row.centre.name),
            (_("中标次数"), lambda row: row.awards),
            (_("中标金额（元）"), lambda row: f"{row.amount:.2f}"),
            (_("在公示期内的失信记录"), lambda row: _("有") if row.barred else _("无")),
        ],
        record=firm_out,
    )


def firm_out(row: Any) -> dict[str, Any]:
    """A row of the list as data."""
    return {
        "number": row.number,
        "name": row.name,
        "centre": row.centre.code,
        "region": row.centre.region,
        "awards": row.awards,
        "amount": f"{row.amount:.2f}",
        "sanctioned": row.barred,
    }


def firm_data(party: Party, day: dt.date) -> dict[str, Any]:
    """What the page of a firm shows; money and scores as strings."""
    sanctions = firms_known.public_sanctions(day).filter(party=party).select_related("kind")
    return {
        "number": party.number,
        "name": party.name,
        "centre": party.centre.code,
        "roles": [{"role": row.role, "status": row.status} for row in party.roles.exclude(verified_at=None)],
        "admissions": [
            {"number": row.number, "directory": row.directory.code, "grade": row.grade, "state": row.state,
             "points": row.points, "rating": row.rating, "valid_until": row.valid_until.isoformat()}
            for row in party.admissions.select_related("directory").order_by("-admitted_at")
        ],
        "professionals": [
            {"name": row.name, "duty": row.duty, "qualification": row.qualification, "grade": row.grade,
             "specialty": row.specialty, "certificate": row.certificate_number}
            for row in firms_known.professionals_of(party)
        ],
        "years": [
            {"year": row.year, "tendered": row.tendered, "served": row.served, "bids": row.bids, "won": row.won,
             "amount": f"{row.amount:.2f}"}
            for row in firms_known.years_of(party)
        ],
        "record": [
            {"role": row.role, "section": row.code, "name": row.name, "at": stamp(row.at) if row.at else None,
             "amount": f"{row.amount:.2f}" if row.amount is not None else None}
            for row in firms_known.record_of(party)
        ],
        "sanctions": [
            {"list": row.kind.code, "conduct": row.conduct, "basis": row.basis, "authority": row.authority,
             "decision": row.decision, "starts": row.starts.isoformat(), "ends": row.ends.isoformat() if row.ends else None}
            for row in sanctions
        ],
    }  # fmt: skip
