"""The blacklist for everybody; the gate's question, its answers and the relations for those who ask it."""

from typing import Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Status

from prequalified.actions.sanctions.ask_by_hand import ask_by_hand
from prequalified.actions.sanctions.print_papers import answer_data
from prequalified.api.directories.shown import listed
from prequalified.api.sanctions.schemas import (
    AnswerList,
    AnswerOut,
    AskIn,
    Asking,
    KindOut,
    PictureOut,
    SanctionList,
    SanctionOut,
    Short,
)
from prequalified.models import ListKind, Party
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.answers import ASKERS, answers_seen
from prequalified.queries.sanctions.blacklist import blacklist_listing, public_sanctions, sanction_record
from prequalified.queries.sanctions.listings import answers_listing
from prequalified.queries.sanctions.relations import picture_of

router = Router(tags=["blacklist"])


@router.get("/blacklist", response=SanctionList, summary="黑名单（检索、筛选、排序、分页、下载）")
def blacklist(request: HttpRequest, asking: Query[Asking]) -> Any:
    return listed(blacklist_listing(request), sanction_record, "blacklist")


@router.get("/blacklist/lists", response=list[KindOut], summary="名单种类和依据")
def lists(request: HttpRequest) -> Any:
    return ListKind.objects.all()


@router.get("/blacklist/{int:number}", response=SanctionOut, summary="一条名单记录")
def sanction(request: HttpRequest, number: int) -> dict[str, Any]:
    return sanction_record(get_object_or_404(public_sanctions(), pk=number))


@router.post("/gate", response={201: AnswerOut}, summary="资格查询（结果存档）")
@act(roles=ASKERS)
def ask(request: Asked, body: AskIn) -> Status:
    return Status(201, answer_data(ask_by_hand(actor=request.actor, **body.dict())))


@router.get("/gate/answers", response=AnswerList, summary="存档的查询结果（检索、分页、下载）")
@act()
def answers(request: Asked, asking: Query[Asking]) -> Any:
    return listed(answers_listing(request), answer_data, "gate-answers")


@router.get("/gate/answers/{slug:key}", response=AnswerOut, summary="一份查询结果")
@act()
def answer(request: Asked, key: Short) -> dict[str, Any]:
    return answer_data(get_object_or_404(answers_seen(request.actor), public_id=key))


@router.get("/gate/relations/{slug:number}", response=PictureOut, summary="关联关系图")
@act(roles=ASKERS)
def relations(request: Asked, number: Short) -> dict[str, Any]:
    return picture_of(get_object_or_404(Party, number=number))
