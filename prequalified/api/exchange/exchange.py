"""The exchange port: other platforms send signed records here; staff decide about them (CTS A-10, A-11)."""

import datetime as dt
from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router, Schema
from pydantic import StringConstraints

from prequalified.actions.exchange.decide_record import confirm_record, reject_record
from prequalified.actions.exchange.platform_certificate import platform_certificate
from prequalified.actions.exchange.push_records import push_records
from prequalified.actions.exchange.take_record import take_record
from prequalified.api.schemas import Reasons, Text
from prequalified.models import IncomingRecord
from prequalified.permissions import Asked, act
from prequalified.queries.exchange.records import demand_top, incoming_listing, incoming_of
from prequalified.rules.encoding import decoded
from prequalified.rules.exchange.records import LARGEST
from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.rules.canonical import read_strict

router = Router(tags=["exchange"])
Short = Annotated[str, StringConstraints(pattern=r"^[^\x00]*$", max_length=200)]


class Asking(Schema):
    q: Short = ""
    sort: Short = ""
    page: Short = "1"
    format: Short = ""
    state: Short = ""


class ReceiptOut(Schema):
    """`signature`: Base64 of this platform's detached CAdES over the canonical JSON (RFC 8785) of `receipt`."""

    receipt: dict[str, str]
    signature: str


class DifferenceOut(Schema):
    field: str
    ours: str
    theirs: str
    fixed: bool


class RecordOut(Schema):
    id: int
    peer: str
    record: str
    key: str
    state: str
    differences: list[DifferenceOut]
    corrected: dict[str, str] | None
    reasons: str
    received_at: dt.datetime
    decided_at: dt.datetime | None


class RecordList(Schema):
    count: int
    page: int
    pages: int
    items: list[RecordOut]


class Corrections(Schema):
    """By field; what is not named is taken as the peer has it."""

    values: dict[Short, Text] = {}


class PushIn(Schema):
    peer: int | None = None


class PushOut(Schema):
    acknowledged: int


@router.get("/exchange/certificate", summary="本平台签名证书（PEM），供对端登记")
def certificate(request: HttpRequest) -> HttpResponse:
    return HttpResponse(platform_certificate(), content_type="application/x-pem-file")


@router.post("/exchange/records", response=ReceiptOut, summary="接收对端推送的记录")
def receive(request: HttpRequest) -> dict[str, Any]:
    """Body: `{"record": …, "signature": Base64 of a detached CAdES over the canonical JSON of record}`, 256 KB at most."""
    if len(request.body) > LARGEST:
        raise Refusal(Blocker("record.large", gettext_noop("记录超过 256 KB。"), "CTS-EBS01 A-11"), 413)
    record, signature = _read(request.body)
    address = str(request.META.get("REMOTE_ADDR", ""))
    return take_record(record=record, signature=decoded(signature), address=address)


def _read(body: bytes) -> tuple[dict[str, Any], str]:
    try:
        given = read_strict(body)
        record, signature = given["record"], given["signature"]
        fits = isinstance(record, dict) and isinstance(signature, str)
    except (ValueError, KeyError, TypeError, RecursionError):
        fits = False
    if not fits:
        message = gettext_noop("记录的格式不符合交换规范。")
        raise Refusal(Blocker("record.form", message, "CTS-EBS01 A-11", place="record"), 422)
    return record, signature


@router.get("/staff/exchange/records", response=RecordList, summary="外来数据（检索、排序、分页、CSV）")
@act(roles={"staff"}, certificate=True)
def records(request: Asked, asking: Query[Asking]) -> Any:
    listing = incoming_listing(request, incoming_of(request.actor))
    if listing.wants_csv:
        return listing.csv("incoming")
    page: Any = listing.page
    pages, count = page.paginator.num_pages, page.paginator.count
    return {"count": count, "page": page.number, "pages": pages, "items": [_out(row) for row in page]}


@router.post("/staff/exchange/records/{int:number}/confirmation", response=RecordOut, summary="确认入库")
@act(roles={"staff"}, certificate=True)
def confirm(request: Asked, number: int, body: Corrections) -> dict[str, Any]:
    return _out(confirm_record(record_id=number, values=body.values, actor=request.actor))


@router.post("/staff/exchange/records/{int:number}/rejection", response=RecordOut, summary="不予采纳")
@act(roles={"staff"}, certificate=True)
def reject(request: Asked, number: int, body: Reasons) -> dict[str, Any]:
    return _out(reject_record(record_id=number, reasons=body.reasons, actor=request.actor))


@router.post("/staff/exchange/push", response=PushOut, summary="立即推送")
@act(roles={"staff"}, certificate=True)
def push(request: Asked, body: PushIn) -> dict[str, int]:
    demand_top(request.actor)
    return {"acknowledged": push_records(peer_id=body.peer, hurry=True)}


def _out(row: IncomingRecord) -> dict[str, Any]:
    kept = ("id", "record", "key", "state", "differences", "corrected", "reasons", "received_at", "decided_at")
    return {**{key: getattr(row, key) for key in kept}, "peer": row.peer.code}
