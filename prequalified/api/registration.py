"""Registration by the API: a party's own applications."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from prequalified.actions.delete_application import delete_application
from prequalified.actions.edit_application import edit_application
from prequalified.actions.open_citizen_account import open_citizen_account
from prequalified.actions.recall_application import recall_application
from prequalified.actions.register_party import Registration, register_party
from prequalified.actions.start_application import start_application
from prequalified.actions.submit_application import submit_application
from prequalified.api.schemas import (
    AccountOut,
    ApplicationOut,
    CitizenIn,
    DetailsIn,
    NewApplication,
    RegistrationIn,
    application_out,
)
from prequalified.models import Application
from prequalified.permissions import Asked, act
from runtime.actor import Source

router = Router(tags=["registration"])


def _source(request: HttpRequest) -> Source:
    return Source(address=str(request.META.get("REMOTE_ADDR", "")))


@router.post("/registrations", response={201: ApplicationOut}, summary="注册主体")
def register(request: HttpRequest, body: RegistrationIn) -> Status:
    row = register_party(registration=Registration(**body.dict()), source=_source(request))
    return Status(201, application_out(row))


@router.post("/accounts", response={201: AccountOut}, summary="注册个人账户（只能查看）")
def open_account(request: HttpRequest, body: CitizenIn) -> Status:
    account = open_citizen_account(**body.dict(), source=_source(request))
    return Status(201, {"username": account.username})


@router.get("/applications", response=list[ApplicationOut], summary="我的申请")
@act()
def mine(request: Asked) -> list[dict[str, Any]]:
    rows = Application.objects.filter(party_role__party_id=request.actor.party_id or 0)
    return [application_out(row) for row in rows.select_related("party_role__party", "applied_by", "decided_by")]


@router.post("/applications", response={201: ApplicationOut}, summary="申请新身份或变更资料")
@act()
def start(request: Asked, body: NewApplication) -> Status:
    return Status(201, application_out(start_application(role=body.role, actor=request.actor)))


@router.put("/applications/{int:number}", response=ApplicationOut, summary="修改申请")
@act()
def edit(request: Asked, number: int, body: DetailsIn) -> dict[str, Any]:
    row = edit_application(application_id=number, details=body.details, name=body.name, actor=request.actor)
    return application_out(row)


@router.delete("/applications/{int:number}", response={204: None}, summary="删除申请")
@act()
def delete(request: Asked, number: int) -> Status:
    delete_application(application_id=number, actor=request.actor)
    return Status(204, None)


@router.post("/applications/{int:number}/submission", response=ApplicationOut, summary="提交核验")
@act()
def submit(request: Asked, number: int) -> dict[str, Any]:
    return application_out(submit_application(application_id=number, actor=request.actor))


@router.delete("/applications/{int:number}/submission", response=ApplicationOut, summary="撤回待核验的申请")
@act()
def recall(request: Asked, number: int) -> dict[str, Any]:
    return application_out(recall_application(application_id=number, actor=request.actor))
