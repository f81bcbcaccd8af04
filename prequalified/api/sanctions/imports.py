"""Outside lists by the API."""

from typing import Any

from django.shortcuts import get_object_or_404
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile

from prequalified.actions.sanctions.confirm_list import confirm_list, drop_list, undo_list
from prequalified.actions.sanctions.take_list import upload_list
from prequalified.api.directories.shown import listed
from prequalified.api.sanctions.schemas import Asking, ImportList, ImportOut, ReasonIn, RowList, Short
from prequalified.models import ImportedRow, SanctionImport
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.listings import imports_listing, rows_listing

router = Router(tags=["imports"])
OFFICE = {"staff", "supervisor"}


class UploadIn(Schema):
    kind: Short
    source: Short


def import_out(row: SanctionImport) -> dict[str, Any]:
    names = ("name", "source", "state", "rows", "total", "good", "bad", "taken", "sha256", "error", "at")
    return {"id": row.pk, "list": row.kind.code, **{name: getattr(row, name) for name in names}}


def row_out(row: ImportedRow) -> dict[str, Any]:
    number = row.party.number if row.party else ""
    told = {"place": row.place, "said": row.said, "errors": row.errors, "duplicate": row.duplicate}
    return {**told, "party": number}


@router.get("/imports", response=ImportList, summary="外部名单导入")
@act(roles=OFFICE)
def imports(request: Asked, asking: Query[Asking]) -> Any:
    return listed(imports_listing(request), import_out, "imports")


@router.post("/imports", response={202: ImportOut}, summary="上传外部名单（CSV、XLSX、JSON）")
@act(roles=OFFICE, certificate=True)
def upload(request: Asked, body: Form[UploadIn], file: File[UploadedFile]) -> Status:
    made = upload_list(
        kind=body.kind, name=file.name or "", source=body.source, pieces=file.chunks(), actor=request.actor
    )
    return Status(202, import_out(made))


@router.get("/imports/{int:number}", response=ImportOut, summary="导入的进度")
@act(roles=OFFICE)
def one(request: Asked, number: int) -> dict[str, Any]:
    return import_out(_taken(number))


@router.get("/imports/{int:number}/rows", response=RowList, summary="导入的各行（问题、重复、主体）")
@act(roles=OFFICE)
def rows(request: Asked, number: int, asking: Query[Asking]) -> Any:
    return listed(rows_listing(request, _taken(number)), row_out, f"import-{number}")


@router.post("/imports/{int:number}/confirmation", response=ImportOut, summary="确认导入")
@act(roles=OFFICE, certificate=True)
def confirm(request: Asked, number: int) -> dict[str, Any]:
    return import_out(confirm_list(import_id=number, actor=request.actor))


@router.post("/imports/{int:number}/dropping", response=ImportOut, summary="放弃导入")
@act(roles=OFFICE, certificate=True)
def drop(request: Asked, number: int) -> dict[str, Any]:
    return import_out(drop_list(import_id=number, actor=request.actor))


@router.post("/imports/{int:number}/undoing", response=ImportOut, summary="撤销导入")
@act(roles=OFFICE, certificate=True)
def undo(request: Asked, number: int, body: ReasonIn) -> dict[str, Any]:
    return import_out(undo_list(import_id=number, reason=body.reason, actor=request.actor))


def _taken(number: int) -> SanctionImport:
    return get_object_or_404(SanctionImport.objects.select_related("kind"), pk=number)
