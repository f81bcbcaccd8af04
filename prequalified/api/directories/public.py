"""Directories for everybody: lists, conditions, calls, publicity, one admission."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from prequalified.actions.directories.expire_admissions import expire_admission
from prequalified.actions.directories.file_objection import file_objection
from prequalified.actions.directories.settle_request import settle_request
from prequalified.api.directories.asking import AskingAdmissions, AskingCalls, AskingDirectories, AskingPublicity
from prequalified.api.directories.schemas import (
    AdmissionList,
    AdmissionOut,
    CallList,
    CallOut,
    CategoryOut,
    ChangeOut,
    ConditionsOut,
    DirectoryList,
    ObjectionIn,
    ObjectionOut,
    PublicityList,
    PublicityOut,
)
from prequalified.api.directories.shown import conditions_out, listed, objection_out
from prequalified.models import Admission, Call, Category, ConditionSet, Directory
from prequalified.permissions import Asked, act
from prequalified.queries.directories.listings import (
    admission_record,
    admissions_listing,
    call_record,
    calls_listing,
    directories_listing,
    directory_record,
    publicity_listing,
    publicity_record,
)
from prequalified.queries.directories.requests import public_requests

router = Router(tags=["directories"])


@router.get("/directories/categories", response=list[CategoryOut], summary="名录类别")
def categories(request: HttpRequest) -> list[dict[str, Any]]:
    rows = Category.objects.filter(active=True).select_related("parent")
    names = ("code", "kind", "name", "name_en", "path")
    return [
        {**{name: getattr(row, name) for name in names}, "parent": row.parent.code if row.parent else ""}
        for row in rows
    ]


@router.get("/directories", response=DirectoryList, summary="预选名录（检索、排序、分页、下载）")
def directories(request: HttpRequest, asking: Query[AskingDirectories]) -> Any:
    return listed(directories_listing(request), directory_record, "directories")


@router.get("/directories/calls", response=CallList, summary="征集公告（检索、排序、分页、下载）")
def calls(request: HttpRequest, asking: Query[AskingCalls]) -> Any:
    return listed(calls_listing(request), call_record, "calls")


@router.get("/directories/calls/{slug:number}", response=CallOut, summary="一份征集公告")
def call(request: HttpRequest, number: str) -> dict[str, Any]:
    return call_record(get_object_or_404(Call.objects.select_related("directory", "condition_set"), number=number))


@router.get("/directories/publicity", response=PublicityList, summary="入库公示（检索、排序、分页、下载）")
def publicity(request: HttpRequest, asking: Query[AskingPublicity]) -> Any:
    return listed(publicity_listing(request), publicity_record, "publicity")


@router.get("/directories/publicity/{slug:number}", response=PublicityOut, summary="一份入库公示")
def one_publicity(request: HttpRequest, number: str) -> dict[str, Any]:
    settle_request(number)
    return publicity_record(get_object_or_404(public_requests(), number=number))


@router.get("/directories/publicity/{slug:number}/objections", response=list[ObjectionOut], summary="公示异议和答复")
def objections(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    return [objection_out(row) for row in get_object_or_404(public_requests(), number=number).objections.all()]


@router.post("/directories/publicity/{slug:number}/objections", response={201: ObjectionOut}, summary="提出公示异议")
@act()
def object_to(request: Asked, number: str, body: ObjectionIn) -> Status:
    return Status(201, objection_out(file_objection(number=number, text=body.text, actor=request.actor)))


@router.get("/directories/admissions/{slug:number}", response=AdmissionOut, summary="一家单位的在册状态")
def admission(request: HttpRequest, number: str) -> dict[str, Any]:
    row = get_object_or_404(Admission.objects.select_related("party", "directory"), number=number)
    expire_admission(row)
    return admission_record(row)


@router.get("/directories/admissions/{slug:number}/changes", response=list[ChangeOut], summary="在册状态的变更")
def changes(request: HttpRequest, number: str) -> list[dict[str, Any]]:
    row = get_object_or_404(Admission, number=number)
    names = ("before", "after", "reason", "basis", "until", "at")
    return [{name: getattr(one, name) for name in names} for one in row.changes.all()]


@router.get("/directories/{slug:code}/admissions", response=AdmissionList, summary="入库单位（检索、排序、分页、下载）")
def admissions(request: HttpRequest, code: str, asking: Query[AskingAdmissions]) -> Any:
    row = get_object_or_404(Directory, code=code)
    return listed(admissions_listing(request, row), admission_record, f"{code}-admissions")


@router.get("/directories/{slug:code}/conditions", response=list[ConditionsOut], summary="入库条件的各版本")
def conditions(request: HttpRequest, code: str) -> list[dict[str, Any]]:
    rows = ConditionSet.objects.filter(directory__code=code).exclude(published_at=None).select_related("directory")
    return [conditions_out(row) for row in rows]
