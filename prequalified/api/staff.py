"""The centre's staff by the API: lists, verification, status, appointments."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponseBase
from ninja import Query, Router, Schema, Status

from prequalified.actions.appoint_staff import Appointment, appoint_staff
from prequalified.actions.refuse_application import refuse_application
from prequalified.actions.release_registration import release_registration
from prequalified.actions.set_role_status import set_role_status
from prequalified.actions.verify_application import verify_application
from prequalified.api.schemas import (
    ApplicationList,
    ApplicationOut,
    AppointmentIn,
    PartyRoleList,
    PartyRoleOut,
    Reason,
    Reasons,
    StatusIn,
    Text,
    application_out,
    party_role_out,
)
from prequalified.permissions import Asked, act
from prequalified.queries.listings import applications_listing, roles_listing
from runtime.listing import Listing

router = Router(tags=["staff"])


class Asking(Schema):
    """Documented here; `runtime.listing` reads them from the address."""

    q: Text = ""
    sort: Text = ""
    page: Text = "1"
    format: Text = ""
    status: Text = ""
    role: Text = ""


@router.get("/staff/applications", response=ApplicationList, summary="注册申请（检索、排序、分页、CSV）")
@act(roles={"staff"}, certificate=True)
def applications(request: Asked, asking: Query[Asking]) -> Any:
    return _listed(applications_listing(request), application_out, "applications")


@router.get("/staff/roles", response=PartyRoleList, summary="主体与身份（检索、排序、分页、CSV）")
@act(roles={"staff"}, certificate=True)
def roles(request: Asked, asking: Query[Asking]) -> Any:
    return _listed(roles_listing(request), party_role_out, "parties")


def _listed(listing: Listing, shown: Callable[[Any], dict[str, Any]], name: str) -> dict[str, Any] | HttpResponseBase:
    if listing.wants_csv:
        return listing.csv(name)
    page = listing.page
    return {
        "count": page.paginator.count,
        "page": page.number,
        "pages": page.paginator.num_pages,
        "items": [shown(row) for row in page],
    }


@router.post("/applications/{int:number}/verification", response=ApplicationOut, summary="核验通过")
@act(roles={"staff"}, certificate=True)
def verify(request: Asked, number: int) -> dict[str, Any]:
    return application_out(verify_application(application_id=number, actor=request.actor))


@router.post("/applications/{int:number}/refusal", response=ApplicationOut, summary="退回申请")
@act(roles={"staff"}, certificate=True)
def refuse(request: Asked, number: int, body: Reasons) -> dict[str, Any]:
    return application_out(refuse_application(application_id=number, reasons=body.reasons, actor=request.actor))


@router.put("/roles/{int:number}/status", response=PartyRoleOut, summary="暂停或恢复主体身份")
@act(roles={"staff"}, certificate=True)
def status(request: Asked, number: int, body: StatusIn) -> dict[str, Any]:
    row = set_role_status(role_id=number, status=body.status, reason=body.reason, actor=request.actor)
    return party_role_out(row)


@router.post("/staff/appointments", response={201: PartyRoleOut}, summary="任命工作人员")
@act(roles={"staff"}, certificate=True)
def appoint(request: Asked, body: AppointmentIn) -> Status:
    wanted = Appointment(**{**body.dict(), "centre": body.centre or request.actor.centre})
    return Status(201, party_role_out(appoint_staff(appointment=wanted, actor=request.actor)))


@router.post("/parties/{int:number}/release", response={204: None}, summary="注销从未通过核验的注册")
@act(roles={"staff"}, certificate=True)
def release(request: Asked, number: int, body: Reason) -> Status:
    release_registration(party_id=number, reason=body.reason, actor=request.actor)
    return Status(204, None)
