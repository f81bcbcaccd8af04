"""Bids by the API: delivery, receipts, withdrawal. Everybody sees their own and nobody else's (20号令 21, 27)."""

import base64
import json
import uuid
from typing import Any

from django.http import FileResponse, HttpResponse
from ninja import Router, Schema

from prequalified.models import Party
from prequalified.permissions import act
from prequalified.rules.encoding import decoded
from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.queries.journal import sealed_proof
from signing.rules.canonical import canonical
from tendering.actions.issue_receipt import issue_receipt
from tendering.actions.print_receipt import print_receipt
from tendering.actions.submit_bid import submit_bid
from tendering.actions.withdraw_bid import statement_of, withdraw_bid
from tendering.models import Bid, Receipt, Upload
from tendering.queries.bids import own_bids, own_upload
from tendering.queries.shown import Asked, moment, visible_section
from tendering.rules import tus

router = Router(tags=["bids"])
BIDDER = {"bidder"}


class Finished(Schema):
    """`upload`: the key of a complete upload, or its address as tus gave it."""

    upload: str


class Signed(Schema):
    """Both in Base64: the statement exactly as it was signed, and the detached CMS over it."""

    statement: str
    signature: str


def bid_data(bid: Bid, receipt: Receipt | None = None) -> dict[str, Any]:
    receipt = receipt or getattr(bid, "receipt", None)
    return {
        "id": bid.public_id,
        "section": bid.section.code,
        "round": bid.round,
        "status": bid.status,
        "sha256": bid.sha256,
        "size": bid.size,
        "received_at": moment(bid.received_at),
        "ended_at": moment(bid.ended_at),
        "receipt": receipt_data(receipt) if receipt else None,
    }


def receipt_data(receipt: Receipt) -> dict[str, Any]:
    """`text` is the signed bytes in Base64; `content` the same for reading."""
    text = bytes(receipt.text)
    return {
        "number": receipt.public_id,
        "sha256": receipt.sha256,
        "content": json.loads(text),
        "text": base64.b64encode(text).decode(),
        "signature": base64.b64encode(bytes(receipt.signature)).decode(),
        "issued_at": moment(receipt.issued_at),
    }


@router.post("/sections/{code}/bids", response={201: dict[str, Any]}, summary="递交投标文件")
@act(roles=BIDDER, certificate=True)
def deliver(request: Asked, code: str, body: Finished) -> tuple[int, dict[str, Any]]:
    section = visible_section(request, code)
    upload = _upload(request, body.upload)
    if upload.section_id != section.pk:
        raise tus.unknown()
    bidder = Party.objects.get(pk=request.actor.party_id or 0)
    receipt = submit_bid(section=section, bidder=bidder, package=upload, actor=request.actor)
    return 201, bid_data(receipt.bid, receipt)


@router.get("/sections/{code}/bids/mine", response=list[dict[str, Any]], summary="我的投标")
@act(roles=BIDDER)
def mine(request: Asked, code: str) -> list[dict[str, Any]]:
    section = visible_section(request, code)
    return [bid_data(bid) for bid in own_bids(section, request.actor.party_id or 0)]


@router.get("/sections/{code}/bids/{key}", response=dict[str, Any], summary="我的一份投标")
@act(roles=BIDDER)
def one(request: Asked, code: str, key: str) -> dict[str, Any]:
    bid = _own(request, code, key)
    return bid_data(bid, issue_receipt(bid))


@router.get("/sections/{code}/bids/{key}/receipt.json", summary="投标回执(签名的数据)")
@act(roles=BIDDER)
def receipt_text(request: Asked, code: str, key: str) -> HttpResponse:
    return _file(bytes(issue_receipt(_own(request, code, key)).text), "application/json", "receipt.json")


@router.get("/sections/{code}/bids/{key}/receipt.p7s", summary="投标回执的平台签名")
@act(roles=BIDDER)
def receipt_signature(request: Asked, code: str, key: str) -> HttpResponse:
    receipt = issue_receipt(_own(request, code, key))
    return _file(bytes(receipt.signature), "application/pkcs7-signature", "receipt.p7s")


@router.get("/sections/{code}/bids/{key}/receipt.pdf", summary="投标回执(签名PDF)")
@act(roles=BIDDER)
def receipt_pdf(request: Asked, code: str, key: str) -> FileResponse:
    path = print_receipt(issue_receipt(_own(request, code, key)))
    return FileResponse(path.open("rb"), content_type="application/pdf", filename=f"receipt-{key}.pdf")


@router.get("/sections/{code}/bids/{key}/proof", response=dict[str, Any], summary="投标记录在日志中的证明")
@act(roles=BIDDER)
def proof(request: Asked, code: str, key: str) -> dict[str, Any]:
    """Before the deadline the signed promise, after it the place in the public journal with its proof."""
    return sealed_proof(_own(request, code, key).entry_id)


@router.get("/sections/{code}/bids/{key}/withdrawal", summary="撤回投标待签名的内容")
@act(roles=BIDDER)
def withdrawal_text(request: Asked, code: str, key: str) -> HttpResponse:
    return _file(canonical(statement_of(_own(request, code, key))), "application/json", "withdrawal.json")


@router.post("/sections/{code}/bids/{key}/withdrawal", response=dict[str, Any], summary="撤回投标")
@act(roles=BIDDER, certificate=True)
def withdraw(request: Asked, code: str, key: str, body: Signed) -> dict[str, Any]:
    bid = _own(request, code, key)
    statement, signature = decoded(body.statement, "statement"), decoded(body.signature, "signature")
    return bid_data(withdraw_bid(bid=bid, statement=statement, signature=signature, actor=request.actor))


def _own(request: Asked, code: str, key: str) -> Bid:
    section = visible_section(request, code)
    bid = own_bids(section, request.actor.party_id or 0).filter(public_id=key).first()
    if bid is None:
        raise Refusal(Blocker("bid.unknown", gettext_noop("没有这份投标文件")), 404)
    return bid


def _upload(request: Asked, text: str) -> Upload:
    try:
        found = own_upload(uuid.UUID(text.rstrip("/").rpartition("/")[2]), request.actor.party_id)
    except ValueError:
        found = None
    if found is None:
        raise tus.unknown()
    return found


def _file(data: bytes, media: str, name: str) -> HttpResponse:
    answer = HttpResponse(data, content_type=media)
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer
