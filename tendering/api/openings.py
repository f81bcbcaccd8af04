"""The opening by the API: what the hall shows, and every act in it."""

import base64
from typing import Any

from django.http import FileResponse, HttpResponse
from ninja import Router, Schema

from prequalified.models import Party
from prequalified.permissions import act
from prequalified.rules.encoding import decoded
from runtime import tickets
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.store import in_store
from signing.rules import bid_faults
from signing.rules.canonical import canonical
from signing.rules.statements import SignedStatement
from tendering.actions.advance_opening import advance_opening
from tendering.actions.object_to_opening import answer_objection, object_to_opening
from tendering.actions.publish_record import publish_record
from tendering.actions.release_share import release_identity, release_share
from tendering.actions.sign_in import confirm_opening, sign_in
from tendering.actions.sign_record import sign_record
from tendering.events import hall_room
from tendering.models import Bid, Opening, OpeningObjection, Release, Section
from tendering.permissions import demand, is_trustee, supervises
from tendering.queries.bids import standing_bids
from tendering.queries.hall import hall_state
from tendering.queries.openings import bid_named, share_file
from tendering.queries.shown import Asked, moment, visible_section

router = Router(tags=["openings"])


class Released(Schema):
    """A file of `yangguang trustee release`, or of the bidder's own identity: `yangguang-signed/1`."""

    format: str
    statement: str
    signature: str


class Said(Schema):
    text: str


class RecordSigned(Schema):
    """Base64 of the detached CAdES signature over record.json."""

    signature: str


@router.get("/sections/{code}/opening", response=dict[str, Any], summary="开标大厅")
def hall(request: Asked, code: str) -> dict[str, Any]:
    section = visible_section(request, code)
    return hall_state(section, advance_opening(section))


@router.get("/sections/{code}/opening/ticket", response=dict[str, str], summary="开标大厅实时通道的入场凭证")
@act()
def ticket(request: Asked, code: str) -> dict[str, str]:
    section = visible_section(request, code)
    return {"ticket": tickets.issue(request.actor, hall_room(section.code, section.round))}


@router.post("/sections/{code}/opening/sign-in", response={201: dict[str, Any]}, summary="签到")
@act(roles={"bidder"}, certificate=True)
def attend(request: Asked, code: str) -> tuple[int, dict[str, Any]]:
    attendance = sign_in(opening=_opening(request, code), bidder=_party(request), actor=request.actor)
    return 201, {"signed_in_at": moment(attendance.signed_in_at)}


@router.post("/sections/{code}/opening/confirmation", response=dict[str, Any], summary="确认唱标内容")
@act(roles={"bidder"}, certificate=True)
def confirm(request: Asked, code: str) -> dict[str, Any]:
    attendance = confirm_opening(opening=_opening(request, code), bidder=_party(request), actor=request.actor)
    return {"confirmed_at": moment(attendance.confirmed_at)}


@router.get("/sections/{code}/opening/bids", response=list[dict[str, Any]], summary="待解密的投标文件")
@act(roles={"trustee", "bidder", "supervisor"})
def bids(request: Asked, code: str) -> list[dict[str, Any]]:
    """For trustees: each bid, its digest, and whether one's own share of it is accepted already."""
    opening = _opening(request, code)
    good = Release.objects.filter(opening=opening, verdict=Release.Verdict.GOOD, party_id=request.actor.party_id or 0)
    released = set(good.values_list("bid_id", flat=True))
    return [
        {
            "id": bid.public_id,
            "bidder": bid.bidder.name,
            "number": bid.bidder.number,
            "sha256": bid.sha256,
            "size": bid.size,
            "released": bid.pk in released,
        }
        for bid in standing_bids(opening.section, opening.round)
    ]


@router.get("/sections/{code}/opening/bids/{key}/seal.json", summary="投标文件的密封说明")
@act(roles={"trustee", "bidder", "supervisor"})
def seal(request: Asked, code: str, key: str) -> HttpResponse:
    """Exactly the member seal.json of the container."""
    bid = _readable(request, code, key)
    return HttpResponse(canonical(bid.seal), content_type="application/json")


@router.get("/sections/{code}/opening/bids/{key}/share/{int:place}", summary="封给受托人的份额")
@act(roles={"trustee", "bidder", "supervisor"})
def share(request: Asked, code: str, key: str, place: int) -> HttpResponse:
    """The sealed share (age), which only its trustee can open."""
    data = share_file(_readable(request, code, key), place)
    if not data:
        raise bid_faults.refusal("share.no_place", place=str(place))
    return HttpResponse(data, content_type="application/octet-stream")


@router.get("/sections/{code}/opening/bids/{key}/container", summary="密封的投标文件")
@act(roles={"trustee", "bidder", "supervisor"})
def container(request: Asked, code: str, key: str) -> FileResponse:
    bid = _readable(request, code, key)
    return FileResponse(in_store(bid.path).open("rb"), content_type="application/vnd.etsi.asic-e+zip")


@router.post("/sections/{code}/opening/releases", response={201: dict[str, Any]}, summary="提交份额或密钥")
@act(roles={"trustee", "bidder"}, certificate=True)
def release(request: Asked, code: str, body: Released) -> tuple[int, dict[str, Any]]:
    opening = _opening(request, code)
    signed = SignedStatement(decoded(body.statement, "statement"), decoded(body.signature, "signature"))
    bid = bid_named(opening, signed.statement)
    give = release_share if request.actor.role == "trustee" else release_identity
    given = give(opening=opening, bid=bid, signed=signed, actor=request.actor)
    return 201, {"bid": bid.public_id, "kind": given.kind, "verdict": given.verdict, "reason": given.reason}


@router.post("/sections/{code}/opening/objections", response={201: dict[str, Any]}, summary="提出开标异议")
@act(roles={"bidder"}, certificate=True)
def objection(request: Asked, code: str, body: Said) -> tuple[int, dict[str, Any]]:
    raised = object_to_opening(
        opening=_opening(request, code), bidder=_party(request), text=body.text, actor=request.actor
    )
    return 201, {"id": raised.public_id, "raised_at": moment(raised.raised_at)}


@router.post("/sections/{code}/opening/objections/{key}/answer", response=dict[str, Any], summary="答复开标异议")
@act(roles={"tenderer", "agency"}, certificate=True)
def answer(request: Asked, code: str, key: str, body: Said) -> dict[str, Any]:
    opening = _opening(request, code)
    found = OpeningObjection.objects.select_related("opening__section").filter(opening=opening, public_id=key).first()
    if found is None:
        raise Refusal(Blocker("opening.no_objection", gettext_noop("没有这项异议")), 404)
    found.opening = opening
    answered = answer_objection(objection=found, answer=body.text, actor=request.actor)
    return {"id": answered.public_id, "answered_at": moment(answered.answered_at)}


@router.get("/sections/{code}/opening/record.json", summary="开标记录(签名的数据)")
def record(request: Asked, code: str) -> HttpResponse:
    return HttpResponse(bytes(_recorded(request, code).record or b""), content_type="application/json")


@router.get("/sections/{code}/opening/record.p7s", summary="开标记录的平台签名")
def record_by_platform(request: Asked, code: str) -> HttpResponse:
    opening = publish_record(_recorded(request, code))
    return HttpResponse(bytes(opening.platform_signature or b""), content_type="application/pkcs7-signature")


@router.get("/sections/{code}/opening/record/signatures", response=list[dict[str, Any]], summary="开标记录的签名")
def record_signatures(request: Asked, code: str) -> list[dict[str, Any]]:
    return [
        {
            "name": each.party.name,
            "number": each.party.number,
            "signed_at": moment(each.signed_at),
            "signature": base64.b64encode(bytes(each.signature)).decode(),
        }
        for each in _recorded(request, code).signatures.select_related("party")
    ]


@router.get("/sections/{code}/opening/record.pdf", summary="开标记录(签名PDF)")
def record_pdf(request: Asked, code: str) -> FileResponse:
    opening = publish_record(_recorded(request, code))
    if not opening.pdf_path:
        raise Refusal(Blocker("opening.not_published", gettext_noop("开标记录尚在签署，签署结束后公布")), 404)
    return FileResponse(in_store(opening.pdf_path).open("rb"), content_type="application/pdf")


@router.post("/sections/{code}/opening/record/signature", response={201: dict[str, Any]}, summary="签署开标记录")
@act(roles={"bidder"}, certificate=True)
def sign(request: Asked, code: str, body: RecordSigned) -> tuple[int, dict[str, Any]]:
    signature = decoded(body.signature, "signature")
    signed = sign_record(
        opening=_opening(request, code), bidder=_party(request), signature=signature, actor=request.actor
    )
    return 201, {"signed_at": moment(signed.signed_at)}


def _party(request: Asked) -> Party:
    return Party.objects.get(pk=request.actor.party_id or 0)


def _opening(request: Asked, code: str) -> Opening:
    """The opening as the clock has it now; 409 before the deadline, the same whatever was delivered."""
    section = visible_section(request, code)
    opening = advance_opening(section)
    if opening is None:
        raise Refusal(_not_begun(section))
    return opening


def _recorded(request: Asked, code: str) -> Opening:
    opening = _opening(request, code)
    if opening.record is None:
        raise Refusal(Blocker("opening.no_record", gettext_noop("开标记录还没有形成")), 404)
    return opening


def _not_begun(section: Section) -> Blocker:
    return Blocker(
        "opening.not_begun",
        gettext_noop("开标尚未开始，开标时间为 %(deadline)s"),
        "招标投标法 34",
        params={"deadline": moment(section.deadline) or "-"},
    )


def _readable(request: Asked, code: str, key: str) -> Bid:
    """Sealed bids are for the trustees who open them, the supervisors, and each for its own bidder."""
    opening = _opening(request, code)
    bid = standing_bids(opening.section, opening.round).filter(public_id=key).first()
    if bid is None:
        raise Refusal(Blocker("bid.unknown", gettext_noop("没有这份投标文件")), 404)
    own = request.actor.role == "bidder" and bid.bidder_id == request.actor.party_id
    demand(own or is_trustee(request.actor, opening.section) or supervises(request.actor, opening.section))
    return bid
