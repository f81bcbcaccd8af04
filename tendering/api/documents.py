"""Tender documents by the API: draft, attachments, trustees, signature, download (CTS A-59 to A-69, A-86)."""

import base64
from typing import Any

from django.http import FileResponse, HttpResponse
from ninja import File, Form, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import Base64Bytes

from prequalified.permissions import act
from runtime.spoken import spoken
from signing.rules.canonical import canonical
from tendering.actions.attach_file import attach_file
from tendering.actions.confirm_download import confirm_download
from tendering.actions.detach_file import detach_file
from tendering.actions.download_document import download_document, tender_file, tender_json
from tendering.actions.draft_document import draft_document
from tendering.actions.edit_document import edit_document
from tendering.actions.name_trustees import name_trustees
from tendering.actions.prepare_document import blockers, prepare_document
from tendering.actions.register_trustee import register_trustee
from tendering.actions.sign_document import sign_document
from tendering.models import TenderDocument
from tendering.permissions import demand, runs
from tendering.queries.documents_seen import attachment_seen, document_seen, documents_seen
from tendering.queries.drafts import attachment_path
from tendering.queries.shown import Asked, document_data, moment, visible_section
from tendering.rules.drafting import package_manifest
from tendering.rules.templates import fitting

router = Router(tags=["documents"])
RUNNERS = {"tenderer", "agency"}


class DraftIn(Schema):
    template: str
    content: dict[str, Any] = {}
    plan: dict[str, Any] = {}
    trustees: list[str] | None = None


class EditIn(Schema):
    content: dict[str, Any] = {}
    plan: dict[str, Any] | None = None


class SignatureIn(Schema):
    """Base64 of DER. `package_signature` is over the manifest of the tender file."""

    signature: Base64Bytes
    package_signature: Base64Bytes


class TrusteesIn(Schema):
    trustees: list[str]


class RegistrationIn(Schema):
    statement: Base64Bytes
    signature: Base64Bytes


@router.get("/templates", response=list[dict[str, Any]], summary="招标文件范本")
def templates(request: Asked, regime: str, kind: str) -> list[dict[str, Any]]:
    keys = ("code", "title", "source", "fields", "content", "bill")
    return [{key: each.get(key) for key in keys} for each in fitting(regime, kind)]


@router.post("/sections/{code}/documents", response={201: dict[str, Any]}, summary="编制招标文件")
@act(roles=RUNNERS, certificate=True)
def draft(request: Asked, code: str, body: DraftIn) -> Status[dict[str, Any]]:
    document = draft_document(
        section=visible_section(request, code),
        template=body.template,
        patch=body.content,
        plan=body.plan,
        trustees=body.trustees,
        actor=request.actor,
    )
    return Status(201, with_faults(document))


@router.get("/sections/{code}/documents", response=list[dict[str, Any]], summary="招标文件各版本")
def versions(request: Asked, code: str) -> list[dict[str, Any]]:
    section = visible_section(request, code)
    return [document_data(each) for each in documents_seen(section, request.actor)]


@router.get("/sections/{code}/documents/{int:version}", response=dict[str, Any], summary="招标文件的一个版本")
def version(request: Asked, code: str, version: int) -> dict[str, Any]:
    document = document_seen(visible_section(request, code), version, request.actor)
    if document.state in ("published", "superseded"):
        return {**document_data(document), "content": document.content}
    return with_faults(document)


@router.put("/sections/{code}/documents/{int:version}", response=dict[str, Any], summary="修改招标文件")
@act(roles=RUNNERS, certificate=True)
def edit(request: Asked, code: str, version: int, body: EditIn) -> dict[str, Any]:
    document = document_seen(visible_section(request, code), version, request.actor)
    return with_faults(edit_document(document=document, patch=body.content, plan=body.plan, actor=request.actor))


@router.post("/sections/{code}/documents/{int:version}/attachments", response={201: dict[str, Any]}, summary="添加附件")
@act(roles=RUNNERS, certificate=True)
def attach(
    request: Asked,
    code: str,
    version: int,
    title: Form[str],
    file: File[UploadedFile],
    bill: Form[bool] = False,
) -> Status[dict[str, Any]]:
    document = document_seen(visible_section(request, code), version, request.actor)
    attach_file(document=document, name=file.name or "", title=title, data=file.read(), bill=bill, actor=request.actor)
    return Status(201, document_data(document))


@router.delete("/sections/{code}/documents/{int:version}/attachments/{key}", response={204: None}, summary="删除附件")
@act(roles=RUNNERS, certificate=True)
def detach(request: Asked, code: str, version: int, key: str) -> Status[None]:
    document = document_seen(visible_section(request, code), version, request.actor)
    detach_file(attachment=attachment_seen(document, key), actor=request.actor)
    return Status(204, None)


@router.post("/sections/{code}/documents/{int:version}/preparation", response=dict[str, Any], summary="定稿待签名")
@act(roles=RUNNERS, certificate=True)
def prepare(request: Asked, code: str, version: int) -> dict[str, Any]:
    """`to_sign`: base64 of the two byte strings that the certificate must sign, detached (CAdES)."""
    document = document_seen(visible_section(request, code), version, request.actor)
    return prepared(prepare_document(document=document, actor=request.actor))


@router.get("/sections/{code}/documents/{int:version}/preparation", response=dict[str, Any], summary="待签名的内容")
@act(roles=RUNNERS)
def to_sign(request: Asked, code: str, version: int) -> dict[str, Any]:
    section = visible_section(request, code)
    demand(runs(request.actor, section))
    return prepared(document_seen(section, version, request.actor))


def prepared(document: TenderDocument) -> dict[str, Any]:
    content = document.content
    return {
        **document_data(document),
        "times": content["times"],
        "to_sign": {
            "tender.json": base64.b64encode(canonical(content)).decode(),
            "ASiCManifest.xml": base64.b64encode(package_manifest(content)).decode(),
        },
    }


@router.post("/sections/{code}/documents/{int:version}/signature", response=dict[str, Any], summary="签名并打包")
@act(roles=RUNNERS, certificate=True)
def sign(request: Asked, code: str, version: int, body: SignatureIn) -> dict[str, Any]:
    document = document_seen(visible_section(request, code), version, request.actor)
    return document_data(
        sign_document(
            document=document,
            signature=body.signature,
            package_signature=body.package_signature,
            actor=request.actor,
        )
    )


@router.put("/sections/{code}/trustees", response=list[dict[str, Any]], summary="指定开标受托人")
@act(roles=RUNNERS, certificate=True)
def name(request: Asked, code: str, body: TrusteesIn) -> list[dict[str, Any]]:
    section = visible_section(request, code)
    name_trustees(section=section, numbers=body.trustees, actor=request.actor)
    return trustee_rows(request, code)


@router.get("/sections/{code}/trustees", response=list[dict[str, Any]], summary="开标受托人")
@act()
def trustees(request: Asked, code: str) -> list[dict[str, Any]]:
    return trustee_rows(request, code)


def trustee_rows(request: Asked, code: str) -> list[dict[str, Any]]:
    section = visible_section(request, code)
    return [
        {
            "place": each.place,
            "slug": each.slug,
            "name": each.party.name,
            "number": each.party.number,
            "recipient": each.recipient,
            "registered_at": moment(each.registered_at),
        }
        for each in section.trustees.select_related("party").order_by("place")
    ]


@router.post("/sections/{code}/trustees/registration", response=dict[str, Any], summary="受托人登记公钥")
@act(roles={"trustee"}, certificate=True)
def register(request: Asked, code: str, body: RegistrationIn) -> dict[str, Any]:
    trustee = register_trustee(
        section=visible_section(request, code),
        statement=body.statement,
        signature=body.signature,
        actor=request.actor,
    )
    return {"place": trustee.place, "slug": trustee.slug, "recipient": trustee.recipient}


@router.get("/sections/{code}/tender.json", summary="招标文件(结构化)")
def download_json(request: Asked, code: str, version: int = 0) -> HttpResponse:
    """The canonical JSON that was signed. A bidder who is logged in is recorded as a holder, visible to nobody else."""
    document = document_seen(visible_section(request, code), version, request.actor)
    download_document(document=document, actor=request.actor)
    return HttpResponse(tender_json(document), content_type="application/json")


@router.get("/sections/{code}/tender", summary="招标文件(签名的打包文件)")
def download_package(request: Asked, code: str, version: int = 0) -> FileResponse:
    document = document_seen(visible_section(request, code), version, request.actor)
    download_document(document=document, actor=request.actor)
    name = f"{code}-{document.round}-{document.version}.tender"
    return FileResponse(tender_file(document).open("rb"), as_attachment=True, filename=name)


@router.get("/sections/{code}/documents/{int:version}/attachments/{key}", summary="附件")
def download_attachment(request: Asked, code: str, version: int, key: str) -> FileResponse:
    document = document_seen(visible_section(request, code), version, request.actor)
    attachment = attachment_seen(document, key)
    download_document(document=document, actor=request.actor)
    return FileResponse(attachment_path(attachment).open("rb"), as_attachment=True, filename=attachment.name)


@router.post("/sections/{code}/documents/{int:version}/receipt", response=dict[str, Any], summary="确认收到")
@act(roles={"bidder"})
def confirm(request: Asked, code: str, version: int) -> dict[str, Any]:
    document = document_seen(visible_section(request, code), version, request.actor)
    download = confirm_download(document=document, actor=request.actor)
    return {
        "id": download.public_id,
        "version": document.version,
        "downloaded_at": moment(download.downloaded_at),
        "confirmed_at": moment(download.confirmed_at),
    }


def with_faults(document: TenderDocument) -> dict[str, Any]:
    """A draft with everything that stands against preparing it now."""
    found = blockers(document.section, document, document.content)
    return {**document_data(document), "content": document.content, "plan": document.plan, "blockers": spoken(found)}
