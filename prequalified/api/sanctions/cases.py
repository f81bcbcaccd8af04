"""Cases and repairs by the API: every step that a page offers."""

from typing import Any

from django.http import Http404, HttpResponse
from ninja import Query, Router, Status

from prequalified.actions.sanctions.decide_case import Decision, decide_case, decision_text, drop_case
from prequalified.actions.sanctions.defend_case import ask_hearing, defend_case
from prequalified.actions.sanctions.file_case import file_case
from prequalified.actions.sanctions.hold_hearing import record_hearing, set_hearing
from prequalified.actions.sanctions.repair_sanction import ask_repair, decide_repair, repair_text
from prequalified.actions.sanctions.serve_case import overturn_case, publish_case, retract_case, serve_case
from prequalified.actions.sanctions.tell_case import Telling, tell_case
from prequalified.api.directories.shown import listed
from prequalified.api.sanctions.schemas import (
    Asking,
    CaseList,
    CaseWhole,
    DecideIn,
    DecideRepairIn,
    DefenceIn,
    FileIn,
    HearingIn,
    MinutesIn,
    ReasonIn,
    RepairIn,
    RepairList,
    RepairOut,
    RepairTextIn,
    Short,
    StepOut,
    TellIn,
    WayIn,
)
from prequalified.models import CaseStep, Repair, SanctionCase
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.cases import cases_seen, facts_of
from prequalified.queries.sanctions.listings import cases_listing, repairs_listing
from prequalified.rules.encoding import decoded
from prequalified.rules.sanctions.cases import next_steps

router = Router(tags=["cases"])
OFFICE = {"staff", "supervisor"}


def case_out(row: SanctionCase) -> dict[str, Any]:
    return {
        "number": row.number, "list": row.kind.code, "name": row.party.name, "party": row.party.number,
        "source": row.source, "state": row.state, "act_on": row.act_on, "filed_at": row.filed_at,
    }  # fmt: skip


def step_out(step: CaseStep) -> dict[str, Any]:
    names = ("kind", "body", "at", "until", "sha256", "certificate")
    return {name: getattr(step, name) for name in names}


def repair_out(row: Repair) -> dict[str, Any]:
    names = ("state", "statement", "reasons", "asked_at", "decided_at")
    told = {name: getattr(row, name) for name in names}
    return {"id": row.pk, "sanction": row.sanction_id, "name": row.sanction.name, **told}


@router.get("/cases", response=CaseList, summary="失信行为案件（检索、分页、CSV）")
@act()
def cases(request: Asked, asking: Query[Asking]) -> Any:
    return listed(cases_listing(request), case_out, "cases")


@router.get("/cases/{slug:number}", response=CaseWhole, summary="一个案件及其经过")
@act()
def case(request: Asked, number: Short) -> dict[str, Any]:
    row = cases_seen(request.actor).filter(number=number).first()
    if row is None:
        raise Http404
    steps = [step_out(step) for step in row.steps.order_by("id")]
    return {**case_out(row), "steps": steps, "may": list(next_steps(facts_of(row, request.actor)))}


@router.post("/cases", response={201: CaseWhole}, summary="立案")
@act(roles=OFFICE, certificate=True)
def file(request: Asked, body: FileIn) -> Status:
    return Status(201, case(request, file_case(actor=request.actor, **body.dict()).number))


@router.post("/cases/{slug:number}/telling", response={201: StepOut}, summary="告知事实、理由、依据和权利")
@act(roles=OFFICE, certificate=True)
def tell(request: Asked, number: Short, body: TellIn) -> Status:
    made = tell_case(number=number, telling=Telling(**body.dict()), actor=request.actor)
    return Status(201, step_out(made))


@router.post("/cases/{slug:number}/defence", response={201: StepOut}, summary="陈述和申辩")
@act(certificate=True)
def defend(request: Asked, number: Short, body: DefenceIn) -> Status:
    return Status(201, step_out(defend_case(number=number, actor=request.actor, **body.dict())))


@router.post("/cases/{slug:number}/hearing-request", response={201: StepOut}, summary="要求听证")
@act(certificate=True)
def hear(request: Asked, number: Short, body: ReasonIn) -> Status:
    return Status(201, step_out(ask_hearing(number=number, reason=body.reason, actor=request.actor)))


@router.post("/cases/{slug:number}/hearing", response={201: StepOut}, summary="通知听证")
@act(roles=OFFICE, certificate=True)
def hearing(request: Asked, number: Short, body: HearingIn) -> Status:
    return Status(201, step_out(set_hearing(number=number, actor=request.actor, **body.dict())))


@router.post("/cases/{slug:number}/minutes", response={201: StepOut}, summary="听证笔录")
@act(roles=OFFICE, certificate=True)
def minutes(request: Asked, number: Short, body: MinutesIn) -> Status:
    return Status(201, step_out(record_hearing(number=number, minutes=body.minutes, actor=request.actor)))


@router.post("/cases/{slug:number}/decision-text", response=None, summary="待签名的决定（规范 JSON）")
@act(roles={"supervisor"}, certificate=True)
def text(request: Asked, number: Short, body: TellIn) -> HttpResponse:
    data = decision_text(number=number, decision=Decision(**body.dict()), actor=request.actor)
    return HttpResponse(data, content_type="application/json")


@router.post("/cases/{slug:number}/decision", response={201: StepOut}, summary="作出决定")
@act(roles={"supervisor"}, certificate=True)
def decide(request: Asked, number: Short, body: DecideIn) -> Status:
    given = body.dict()
    signature = decoded(given.pop("signature"))
    made = decide_case(number=number, decision=Decision(**given), signature=signature, actor=request.actor)
    return Status(201, step_out(made))


@router.post("/cases/{slug:number}/closing", response={201: StepOut}, summary="不予认定，结案")
@act(roles={"supervisor"}, certificate=True)
def drop(request: Asked, number: Short, body: ReasonIn) -> Status:
    return Status(201, step_out(drop_case(number=number, reason=body.reason, actor=request.actor)))


@router.post("/cases/{slug:number}/service", response={201: StepOut}, summary="送达")
@act(roles=OFFICE, certificate=True)
def serve(request: Asked, number: Short, body: WayIn) -> Status:
    return Status(201, step_out(serve_case(number=number, way=body.way, actor=request.actor)))


@router.post("/cases/{slug:number}/publication", response={201: StepOut}, summary="公布")
@act(roles=OFFICE, certificate=True)
def publish(request: Asked, number: Short) -> Status:
    return Status(201, step_out(publish_case(number=number, actor=request.actor)))


@router.post("/cases/{slug:number}/overturning", response={201: StepOut}, summary="撤销决定")
@act(roles={"supervisor"}, certificate=True)
def overturn(request: Asked, number: Short, body: ReasonIn) -> Status:
    return Status(201, step_out(overturn_case(number=number, reason=body.reason, actor=request.actor)))


@router.post("/cases/{slug:number}/retraction", response={201: StepOut}, summary="撤下公布")
@act(roles=OFFICE, certificate=True)
def retract(request: Asked, number: Short) -> Status:
    return Status(201, step_out(retract_case(number=number, actor=request.actor)))


@router.post("/sanctions/{int:number}/repair-text", response=None, summary="待签名的信用修复申请（规范 JSON）")
@act(certificate=True)
def repair_words(request: Asked, number: int, body: RepairTextIn) -> HttpResponse:
    data = repair_text(sanction_id=number, actor=request.actor, **body.dict())
    return HttpResponse(data, content_type="application/json")


@router.post("/sanctions/{int:number}/repairs", response={201: RepairOut}, summary="申请信用修复")
@act(certificate=True)
def repair(request: Asked, number: int, body: RepairIn) -> Status:
    given = body.dict()
    signature = decoded(given.pop("signature"))
    return Status(201, repair_out(ask_repair(sanction_id=number, signature=signature, actor=request.actor, **given)))


@router.get("/repairs", response=RepairList, summary="信用修复申请")
@act(roles={"supervisor"})
def repairs(request: Asked, asking: Query[Asking]) -> Any:
    return listed(repairs_listing(request), repair_out, "repairs")


@router.post("/repairs/{int:number}/decision", response=RepairOut, summary="审核信用修复申请")
@act(roles={"supervisor"}, certificate=True)
def settle(request: Asked, number: int, body: DecideRepairIn) -> dict[str, Any]:
    made = decide_repair(repair_id=number, granted=body.granted, reasons=body.reasons, actor=request.actor)
    return repair_out(made)
