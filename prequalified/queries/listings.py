"""The staff's two lists, the same on the page, in the API and as CSV."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import Application, Role, RoleStatus
from prequalified.queries.directory import applications_of, roles_of
from runtime.clock import BEIJING
from runtime.listing import Listing


def applications_listing(request: HttpRequest) -> Listing:
    """Narrowed by `?status=`; the oldest submission first, for it has waited longest."""
    rows = applications_of(request.actor)  # type: ignore[attr-defined]
    status = request.GET.get("status", "")
    if status in Application.Status.values:
        rows = rows.filter(status=status)
    return Listing(
        request,
        rows,
        orders={
            "applied": ["applied_at"],
            "name": ["party_role__party__name"],
            "role": ["party_role__role"],
            "status": ["status"],
        },
        search=["party_role__party__name__icontains", "party_role__party__number__icontains", "name__icontains"],
        columns=[
            (_("名称"), lambda row: row.party_role.party.name),
            (_("代码"), lambda row: row.party_role.party.number),
            (_("身份"), lambda row: row.party_role.get_role_display()),
            (_("状态"), lambda row: row.get_status_display()),
            (_("提交人"), lambda row: row.applied_by.get_full_name() if row.applied_by else ""),
            (_("提交时间（北京时间）"), lambda row: _beijing(row.applied_at)),
            (_("办理人"), lambda row: row.decided_by.get_full_name() if row.decided_by else ""),
            (_("办理时间（北京时间）"), lambda row: _beijing(row.decided_at)),
            (_("退回原因"), lambda row: row.reasons),
        ],
    )


def roles_listing(request: HttpRequest) -> Listing:
    """Narrowed by `?role=` and `?status=`."""
    rows = roles_of(request.actor)  # type: ignore[attr-defined]
    role, status = request.GET.get("role", ""), request.GET.get("status", "")
    if role in Role.values:
        rows = rows.filter(role=role)
    if status in RoleStatus.values:
        rows = rows.filter(status=status)
    return Listing(
        request,
        rows,
        orders={
            "name": ["party__name"],
            "number": ["party__number"],
            "role": ["role"],
            "status": ["status"],
            "verified": ["verified_at"],
        },
        search=["party__name__icontains", "party__number__icontains"],
        columns=[
            (_("名称"), lambda row: row.party.name),
            (_("代码"), lambda row: row.party.number),
            (_("交易中心"), lambda row: row.party.centre.name),
            (_("身份"), lambda row: row.get_role_display()),
            (_("状态"), lambda row: row.get_status_display()),
            (_("核验时间（北京时间）"), lambda row: _beijing(row.verified_at)),
            (_("状态变更原因"), lambda row: row.switch_reason),
        ],
    )


def _beijing(moment: Any) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
