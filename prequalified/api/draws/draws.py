"""Draws from directories by the API. Values are committed and opened at `/draws/<number>/…` (signing)."""

from decimal import Decimal
from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import Field, StringConstraints

from prequalified.actions.draws.ask_draw import Wanted, ask_draw
from prequalified.actions.draws.close_directory_draw import close_directory_draw
from prequalified.actions.draws.decline_draw import decline_draw
from prequalified.actions.draws.finish_directory_draw import finish_directory_draw
from prequalified.actions.draws.freeze_directory_draw import freeze_directory_draw
from prequalified.actions.draws.redraw import redraw
from prequalified.actions.draws.void_directory_draw import void_directory_draw
from prequalified.api.conduct.conduct import listed
from prequalified.models import DirectoryDraw
from prequalified.permissions import Asked, act
from prequalified.queries.draws.listings import draws_listing
from prequalified.queries.draws.shown import all_draws, proof, taken
from runtime.clock import stamp

router = Router(tags=["directory draws"])
Short = Annotated[str, StringConstraints(max_length=60)]
Words = Annotated[str, StringConstraints(max_length=200)]
Reason = Annotated[str, StringConstraints(max_length=1000)]


class Asking(Schema):
    q: Words = ""
    sort: Short = ""
    page: Short = "1"
    format: Short = ""
    state: Short = ""
    method: Short = ""
    directory: Short = ""


class AskIn(Schema):
    """`budget`: yuan, a string; `recused`: reasons by the party's number; `tenderer` is for staff."""

    directory: Short
    tenderer: Short = ""
    title: Words
    regime: Short
    budget: Annotated[Decimal, Field(max_digits=18, decimal_places=2)]
    method: Short
    quantity: Annotated[int, Field(ge=1, le=1000)]
    weighted: bool = False
    grades: list[Short] = []
    regions: list[Short] = []
    recused: dict[Short, Reason] = {}


class FreezeIn(Schema):
    """Trustees' age recipients, `k` of which open a value that its party withholds; none by default."""

    recipients: list[Words] = []
    k: Annotated[int, Field(ge=0, le=50)] = 0


class ReasonIn(Schema):
    reason: Reason


def draw_out(row: DirectoryDraw) -> dict[str, Any]:
    return {
        "number": row.number, "directory": row.directory.code, "tenderer": row.tenderer.number, "title": row.title,
        "regime": row.regime, "budget": f"{row.budget:.2f}", "method": row.method, "quantity": row.quantity,
        "weighted": row.weighted, "state": row.state, "draw": row.draw.number if row.draw else None,
        "replaces": row.replaces.number if row.replaces else None, "reason": row.reason,
        "refusal": row.refusal, "eligible_sha256": row.eligible_sha256, "asked_at": stamp(row.asked_at),
        "frozen_at": stamp(row.frozen_at) if row.frozen_at else None,
        "finished_at": stamp(row.finished_at) if row.finished_at else None,
    }  # fmt: skip


def _whole(number: str) -> dict[str, Any]:
    row = get_object_or_404(all_draws(), number=number)
    places = [
        {
            "place": one.place, "admission": one.admission.number, "party": one.admission.party.number,
            "name": one.admission.party.name, "ticket": one.ticket, "standing": one.declined_at is None,
            "passed_over": one.passed_over, "reason": one.decline_reason,
            "instead_of": one.instead_of.admission.number if one.instead_of else None,
        }
        for one in taken(row)
    ]  # fmt: skip
    return {**draw_out(row), "exclusions": row.exclusions, "taken": places}


@router.get("/directory-draws", summary="名录抽取（检索、排序、分页、CSV）")
def draws(request: HttpRequest, asking: Query[Asking]) -> Any:
    return listed(draws_listing(request), draw_out, "draws")


@router.get("/directory-draws/{number}", summary="一次名录抽取")
def draw(request: HttpRequest, number: str) -> dict[str, Any]:
    return _whole(number)


@router.get("/directory-draws/{number}/proof", summary="抽取证明（yangguang-draw/1，供 yangguang draw 重演）")
def one_proof(request: HttpRequest, number: str) -> dict[str, Any]:
    return proof(get_object_or_404(all_draws(), number=number, draw__isnull=False))


@router.post("/directory-draws", response={201: dict[str, Any]}, summary="申请名录抽取")
@act(roles={"staff", "tenderer"}, certificate=True)
def ask(request: Asked, body: AskIn) -> Status:
    row = ask_draw(wanted=Wanted(**body.dict()), actor=request.actor)
    return Status(201, _whole(row.number))


@router.post("/directory-draws/{number}/freezing", summary="冻结名单")
@act(roles={"staff"}, certificate=True)
def freeze(request: Asked, number: str, body: FreezeIn) -> dict[str, Any]:
    freeze_directory_draw(number=number, actor=request.actor, recipients=body.recipients, k=body.k)
    return _whole(number)


@router.post("/directory-draws/{number}/closing", summary="结束承诺阶段")
@act(roles={"staff"}, certificate=True)
def close(request: Asked, number: str) -> dict[str, Any]:
    close_directory_draw(number=number, actor=request.actor)
    return _whole(number)


@router.post("/directory-draws/{number}/outcome", summary="计算并公布结果")
@act(roles={"staff"}, certificate=True)
def finish(request: Asked, number: str) -> dict[str, Any]:
    finish_directory_draw(number=number, actor=request.actor)
    return _whole(number)


@router.post("/directory-draws/{number}/voiding", summary="作废")
@act(roles={"staff"}, certificate=True)
def void(request: Asked, number: str, body: ReasonIn) -> dict[str, Any]:
    void_directory_draw(number=number, reason=body.reason, actor=request.actor)
    return _whole(number)


@router.post("/directory-draws/{number}/redraw", response={201: dict[str, Any]}, summary="重新抽取")
@act(roles={"staff"}, certificate=True)
def again(request: Asked, number: str, body: ReasonIn) -> Status:
    row = redraw(number=number, reason=body.reason, actor=request.actor)
    return Status(201, _whole(row.number))


@router.post("/directory-draws/{number}/declining", summary="放弃")
@act(roles={"bidder", "agency"}, certificate=True)
def decline(request: Asked, number: str, body: ReasonIn) -> dict[str, Any]:
    decline_draw(number=number, reason=body.reason, actor=request.actor)
    return _whole(number)
