"""The document editor, its preview, attachments, trustees and the signature (CTS A-59 to A-67)."""

import base64
import binascii
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from prequalified.permissions import act
from runtime.clock import read_stamp
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken
from signing.rules.canonical import canonical
from signing.rules.statements import RecipientStatement, read_signed
from tendering.actions.attach_file import attach_file
from tendering.actions.detach_file import detach_file
from tendering.actions.draft_document import draft_document
from tendering.actions.edit_document import edit_document
from tendering.actions.name_trustees import name_trustees
from tendering.actions.prepare_document import blockers, prepare_document
from tendering.actions.register_trustee import register_trustee
from tendering.actions.sign_document import sign_document
from tendering.actions.submit_for_review import submit_for_review
from tendering.models import Section, TenderDocument
from tendering.permissions import demand, is_trustee, runs
from tendering.queries.documents_seen import attachment_seen
from tendering.queries.sections import draft_of
from tendering.queries.shown import Asked, visible_section
from tendering.rules.drafting import package_manifest
from tendering.rules.lifecycle import State, state_blockers
from tendering.rules.templates import fitting, written_chapters
from tendering.web.document_form import DocumentEditor
from tendering.web.document_words import in_words

RUNNERS = {"tenderer", "agency"}


def own_draft(request: Asked, code: str) -> tuple[Section, TenderDocument | None]:
    section = visible_section(request, code)
    demand(runs(request.actor, section))
    document = draft_of(section)
    if document is not None:
        document.section = section
    return section, document


def needed(document: TenderDocument | None) -> TenderDocument:
    if document is None:
        raise Refusal(Blocker("document.no_draft", gettext_noop("现在没有正在编制的招标文件")), status=404)
    return document


@require_http_methods(["GET", "POST"])
@act(roles=RUNNERS, certificate=True)
def edit(request: Asked, code: str) -> HttpResponse:
    section, document = own_draft(request, code)
    if document is None:
        return _start(request, section)
    trustees = list(section.trustees.order_by("place").values_list("party__number", flat=True))
    asked = trustees if document.version == 1 else None
    editor = DocumentEditor(document.content, document.plan, asked, request.POST or None)
    refusal: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            if editor.is_valid():
                return _saved(request, section, document, editor, trustees)
        except Refusal as refused:
            refusal = spoken(refused)
    found = blockers(section, document, document.content)
    context = {
        "section": section,
        "document": document,
        "editor": editor,
        "faults": editor.blame(found) if request.method == "GET" else [],
        "refusal": refusal,
        "attachments": document.attachments.all(),
        "registered": section.trustees.select_related("party").order_by("place"),
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "tendering/document_edit.html", context, status=status)


def _start(request: Asked, section: Section) -> HttpResponse:
    choices = fitting(section.regime, section.kind)
    refusal: list[dict[str, Any]] = spoken(state_blockers(section.state, {State.DRAFT}))
    if request.method == "POST":
        try:
            draft_document(section=section, template=request.POST.get("template", ""), actor=request.actor)
            return redirect("edit_document", section.code)
        except Refusal as refused:
            refusal = spoken(refused)
    context = {"section": section, "templates": choices, "refusal": refusal, "may_start": section.state == State.DRAFT}
    status = 422 if refusal and request.method == "POST" else 200
    return render(request, "tendering/document_start.html", context, status=status)


def _saved(
    request: Asked, section: Section, document: TenderDocument, editor: DocumentEditor, trustees: list[str]
) -> HttpResponse:
    edit_document(document=document, patch=editor.patch(), plan=editor.plan(), actor=request.actor)
    if "trustees" in editor.lists and editor.trustees() != trustees:
        name_trustees(section=section, numbers=editor.trustees(), actor=request.actor)
    if "prepare" in request.POST:
        try:
            prepare_document(document=document, actor=request.actor)
        except Refusal as refused:
            count = len(refused.blockers)
            messages.error(request, _("草稿已保存，还有 %(count)s 处需要改正，见下。") % {"count": count})
            return redirect("edit_document", section.code)
        return redirect("sign_document", section.code)
    messages.success(request, _("草稿已保存。"))
    return redirect("edit_document", section.code)


@require_safe
@act(roles=RUNNERS)
def preview(request: Asked, code: str) -> HttpResponse:
    section, found = own_draft(request, code)
    document = needed(found)
    content = in_words({**document.content, "text": written_chapters(document.content)})
    context = {"section": section, "document": document, "content": content, "attachments": document.attachments.all()}
    return render(request, "tendering/document.html", {**context, "preview": True})


@require_POST
@act(roles=RUNNERS, certificate=True)
def attach(request: Asked, code: str) -> HttpResponse:
    section, found = own_draft(request, code)
    document = needed(found)
    file = request.FILES.get("file")
    if "detach" in request.POST:
        detach_file(attachment=attachment_seen(document, request.POST["detach"]), actor=request.actor)
        messages.success(request, _("附件已删除。"))
        return redirect("edit_document", section.code)
    try:
        attach_file(
            document=document,
            name=str(file.name) if file else "",
            title=request.POST.get("title", ""),
            data=file.read() if file else b"",
            bill="bill" in request.POST,
            actor=request.actor,
        )
        messages.success(request, _("附件已添加。"))
    except Refusal as refusal:
        for reason in spoken(refusal):
            messages.error(request, str(reason["message"]))
    return redirect("edit_document", section.code)


@require_http_methods(["GET", "POST"])
@act(roles=RUNNERS, certificate=True)
def sign(request: Asked, code: str) -> HttpResponse:
    section, found = own_draft(request, code)
    document = needed(found)
    refusal: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            return _signed(request, section, document)
        except Refusal as refused:
            refusal = spoken(refused)
    if document.state != TenderDocument.State.PREPARED:
        return redirect("edit_document", code)
    context = {
        "section": section,
        "document": document,
        "content": in_words(document.content),
        "deadline": read_stamp(document.content["times"]["deadline"]),
        "attachments": document.attachments.all(),
        "refusal": refusal,
        "tender_json": base64.b64encode(canonical(document.content)).decode(),
        "manifest": base64.b64encode(package_manifest(document.content)).decode(),
    }
    return render(request, "tendering/document_sign.html", context, status=409 if refusal else 200)


def _signed(request: Asked, section: Section, document: TenderDocument) -> HttpResponse:
    sign_document(
        document=document,
        signature=decoded(request.POST.get("signature", ""), "signature"),
        package_signature=decoded(request.POST.get("package_signature", ""), "package_signature"),
        actor=request.actor,
    )
    if document.version > 1:
        messages.success(request, _("变更文件已签名，可以发布。"))
        return redirect("amendment", section.code)
    submit_for_review(section=section, actor=request.actor)
    messages.success(request, _("招标文件已签名并打包，已提交内部审核。"))
    return redirect("review", section.code)


def decoded(text: str, place: str) -> bytes:
    """Base64 from a hidden field; refuses what is none."""
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        message = gettext_noop("没有收到签名")
        raise Refusal(Blocker("signature.missing", message, place=place), status=422) from None


@require_http_methods(["GET", "POST"])
@act(roles={"trustee"}, certificate=True)
def trustee(request: Asked, code: str) -> HttpResponse:
    """Registers a recipient: by the file that `yangguang trustee recipient` wrote, or signed here in the browser."""
    section = visible_section(request, code)
    demand(is_trustee(request.actor, section))
    refusal: list[dict[str, Any]] = []
    if request.method == "POST":
        try:
            statement, signature = _statement(request)
            register_trustee(section=section, statement=statement, signature=signature, actor=request.actor)
            messages.success(request, _("公钥已登记。请妥善保管密钥文件，开标时使用。"))
            return redirect("trustee", code)
        except Refusal as refused:
            refusal = spoken(refused)
    row = section.trustees.get(party__number=request.actor.number)
    recipient = request.GET.get("recipient", "").strip()[:120]
    tender = section.tendering_project.code
    statement = RecipientStatement(tender, recipient, request.actor.number).as_bytes() if recipient else b""
    context = {
        "section": section,
        "row": row,
        "recipient": recipient,
        "statement": base64.b64encode(statement).decode(),
        "refusal": refusal,
    }
    return render(request, "tendering/trustee.html", context, status=409 if refusal else 200)


def _statement(request: Asked) -> tuple[bytes, bytes]:
    file = request.FILES.get("file")
    if file:
        signed = read_signed(file.read(64 * 1024))
        return signed.statement, signed.signature
    return decoded(request.POST.get("statement", ""), "statement"), decoded(
        request.POST.get("signature", ""), "signature"
    )
