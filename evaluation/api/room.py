"""The evaluation room over HTTP: every act of the room, for programs and for pages without a socket."""

from typing import Any

from django.db import transaction
from django.http import HttpRequest, HttpResponse
from ninja import Router

from evaluation.actions.extend_window import extend_window
from evaluation.actions.finish_review import decide_few, finish_review
from evaluation.actions.hand_in import hand_in, hand_in_content
from evaluation.actions.record_finding import record_finding
from evaluation.actions.recuse_member import recuse_member, replace_member
from evaluation.actions.save_drafts import Change, save_drafts
from evaluation.actions.save_verdict import save_verdict
from evaluation.actions.sign_in import sign_in
from evaluation.actions.sign_undertaking import sign_undertaking, undertaking_for
from evaluation.actions.start_evaluation import start_evaluation
from evaluation.actions.vote_chair import vote_chair
from evaluation.api import schemas
from evaluation.api.parsing import moment_of
from evaluation.events import room_name
from evaluation.permissions import demand_member, may_watch, member_of, not_a_member, sees_inside, sees_names
from evaluation.queries.room_state import room_state
from evaluation.queries.rooms import committee_by_code
from evaluation.rules.hand_in import signed_bytes
from prequalified.permissions import act
from prequalified.rules.encoding import decoded
from runtime import tickets
from runtime.clock import stamp
from runtime.refusal import Refusal
from runtime.spoken import spoken
from signing.rules.canonical import canonical

router = Router(tags=["evaluation"])
MEMBERS = {"evaluator"}
WATCHERS = {"evaluator", "staff", "supervisor"}


def state_of(request: HttpRequest, code: str) -> dict[str, Any]:
    """What the reader sees of the room now; 403 for everybody who has no business there."""
    actor = request.actor  # type: ignore[attr-defined]
    with transaction.atomic():
        committee = committee_by_code(code)
        if not may_watch(actor, committee):
            raise Refusal(not_a_member(), status=403)
        return room_state(
            committee,
            member_of(actor, committee),
            names=sees_names(actor, committee),
            inside=sees_inside(actor, committee),
        )


@router.get("/sections/{code}/room", response=dict[str, Any], summary="评标室当前情况")
@act(WATCHERS)
def room(request: HttpRequest, code: str) -> dict[str, Any]:
    return state_of(request, code)


@router.post("/sections/{code}/room/ticket", response=dict[str, str], summary="取得进入评标室套接字的凭证")
@act(WATCHERS)
def ticket(request: HttpRequest, code: str) -> dict[str, str]:
    committee = committee_by_code(code)
    if not may_watch(request.actor, committee):  # type: ignore[attr-defined]
        raise Refusal(not_a_member(), status=403)
    return {"ticket": tickets.issue(request.actor, room_name(code))}  # type: ignore[attr-defined]


@router.post("/sections/{code}/room/sign-in", response=dict[str, Any], summary="签到")
@act(MEMBERS, certificate=True)
def do_sign_in(request: HttpRequest, code: str) -> dict[str, Any]:
    member = sign_in(committee=committee_by_code(code), actor=request.actor)  # type: ignore[attr-defined]
    return {"seat": member.seat, "at": stamp(member.signed_in_at)} if member.signed_in_at else {}


@router.get("/sections/{code}/room/undertaking", summary="待签署的承诺书（规范JSON，按字节签名）")
@act(MEMBERS)
def undertaking(request: HttpRequest, code: str) -> HttpResponse:
    member = demand_member(request.actor, committee_by_code(code))  # type: ignore[attr-defined]
    return HttpResponse(canonical(undertaking_for(member)), content_type="application/json")


@router.post("/sections/{code}/room/undertaking", response=dict[str, Any], summary="签署承诺书")
@act(MEMBERS, certificate=True)
def do_undertake(request: HttpRequest, code: str, body: schemas.SignatureIn) -> dict[str, Any]:
    signature = decoded(body.signature)
    row = sign_undertaking(committee=committee_by_code(code), signature=signature, actor=request.actor)  # type: ignore[attr-defined]
    return {"at": stamp(row.at)}


@router.post("/sections/{code}/room/recusal", response=dict[str, Any], summary="申请回避")
@act(MEMBERS, certificate=True)
def do_recuse(request: HttpRequest, code: str, body: schemas.GroundIn) -> dict[str, Any]:
    row = recuse_member(committee=committee_by_code(code), ground=body.ground, actor=request.actor)  # type: ignore[attr-defined]
    return {"seat": row.member.seat, "at": stamp(row.at)}


@router.post("/sections/{code}/room/replacements", response=dict[str, Any], summary="更换成员")
@act({"staff"})
def do_replace(request: HttpRequest, code: str, body: schemas.SeatGroundIn) -> dict[str, Any]:
    committee = committee_by_code(code)
    row = replace_member(committee=committee, seat=body.seat, ground=body.ground, actor=request.actor)  # type: ignore[attr-defined]
    return {"seat": row.member.seat, "at": stamp(row.at), "filled": row.successor_id is not None}


@router.post("/sections/{code}/room/votes", response=dict[str, Any], summary="推选组长")
@act(MEMBERS, certificate=True)
def do_vote(request: HttpRequest, code: str, body: schemas.VoteIn) -> dict[str, Any]:
    committee = vote_chair(committee=committee_by_code(code), seat=body.seat, actor=request.actor)  # type: ignore[attr-defined]
    return {
        "ballot": committee.ballot,
        "chair": committee.chair.seat if committee.chair else None,
        "tied": committee.tied,
    }


@router.post("/sections/{code}/room/start", response=dict[str, Any], summary="开始评标")
@act({"staff", "evaluator"})
def do_start(request: HttpRequest, code: str) -> dict[str, Any]:
    committee = start_evaluation(committee=committee_by_code(code), actor=request.actor)  # type: ignore[attr-defined]
    return {"phase": committee.phase}


@router.post("/sections/{code}/room/window", response=dict[str, Any], summary="延长评标时间")
@act({"staff"})
def do_extend(request: HttpRequest, code: str, body: schemas.WindowIn) -> dict[str, Any]:
    until = moment_of(body.until, "until")
    committee = committee_by_code(code)
    committee = extend_window(committee=committee, until=until, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]
    return {"until": stamp(committee.window_until)}


@router.post("/sections/{code}/room/verdicts", response=dict[str, Any], summary="保存一项初步评审意见")
@act(MEMBERS, certificate=True)
def do_verdict(request: HttpRequest, code: str, body: schemas.VerdictIn) -> dict[str, Any]:
    row = save_verdict(
        committee=committee_by_code(code),
        bid=body.bid,
        item=body.item,
        passed=body.passed,
        reason=body.reason,
        version=body.version,
        actor=request.actor,  # type: ignore[attr-defined]
    )
    return {"version": row.version, "at": stamp(row.at)}


@router.post("/sections/{code}/room/review", response=dict[str, Any], summary="提交初步评审意见")
@act(MEMBERS, certificate=True)
def do_finish_review(request: HttpRequest, code: str) -> dict[str, Any]:
    return {"phase": finish_review(committee=committee_by_code(code), actor=request.actor).phase}  # type: ignore[attr-defined]


@router.post("/sections/{code}/room/few", response=dict[str, Any], summary="有效投标不足三家时的决定")
@act(MEMBERS, certificate=True)
def do_decide_few(request: HttpRequest, code: str, body: schemas.FewIn) -> dict[str, Any]:
    committee = committee_by_code(code)
    committee = decide_few(committee=committee, go_on=body.go_on, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]
    return {"phase": committee.phase}


@router.post("/sections/{code}/room/findings", response=dict[str, Any], summary="记录价格评审情况")
@act(MEMBERS, certificate=True)
def do_find(request: HttpRequest, code: str, body: schemas.FindingIn) -> dict[str, Any]:
    committee = committee_by_code(code)
    row = record_finding(committee=committee, bid=body.bid, findings=body.findings, actor=request.actor)  # type: ignore[attr-defined]
    return {"at": stamp(row.at)}


@router.post("/sections/{code}/room/scores", response=dict[str, Any], summary="保存评分草稿")
@act(MEMBERS, certificate=True)
def do_save(request: HttpRequest, code: str, body: schemas.ScoresIn) -> dict[str, Any]:
    """Each change has its own answer: saved, conflict or refused; one bad change spoils no other."""
    member = demand_member(request.actor, committee_by_code(code))  # type: ignore[attr-defined]
    changes = [Change(member.pk, c.bid, c.item, c.score, c.version) for c in body.changes]
    answers = []
    for change, outcome in zip(changes, save_drafts(changes), strict=True):
        kind = "refused" if outcome.blockers else "saved" if outcome.saved else "conflict"
        answer: dict[str, Any] = {"type": kind, "bid": change.bid, "item": change.item}
        if outcome.blockers:
            answer["blockers"] = spoken(outcome.blockers)
        else:
            at = stamp(outcome.at) if outcome.at else None
            answer |= {"score": outcome.score, "version": outcome.version, "at": at}
        answers.append(answer)
    return {"answers": answers}


@router.get("/sections/{code}/room/hand-in", summary="待签署的评分表（规范JSON，按字节签名）")
@act(MEMBERS)
def to_hand_in(request: HttpRequest, code: str) -> HttpResponse:
    committee = committee_by_code(code)
    member = demand_member(request.actor, committee)  # type: ignore[attr-defined]
    return HttpResponse(signed_bytes(hand_in_content(committee, member)), content_type="application/json")


@router.post("/sections/{code}/room/hand-in", response={201: dict[str, Any]}, summary="签名提交评分表")
@act(MEMBERS, certificate=True)
def do_hand_in(request: HttpRequest, code: str, body: schemas.SignatureIn) -> tuple[int, dict[str, Any]]:
    signature = decoded(body.signature)
    row = hand_in(committee=committee_by_code(code), signature=signature, actor=request.actor)  # type: ignore[attr-defined]
    return 201, {"number": row.number, "sha256": row.sha256, "at": stamp(row.at)}
