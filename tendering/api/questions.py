"""Questions, answers, objections, amendments and holders by the API (CTS A-80 to A-86, A-195, A-196)."""

from typing import Any

from ninja import Router, Schema, Status

from prequalified.permissions import act
from runtime.clock import stamp
from tendering.actions.answer_question import answer_question
from tendering.actions.ask_question import ask_question
from tendering.actions.draft_amendment import draft_amendment
from tendering.actions.drop_amendment import drop_amendment
from tendering.actions.file_objection import file_objection
from tendering.actions.publish_amendment import publish_amendment
from tendering.actions.reply_objection import reply_objection
from tendering.models import Amendment
from tendering.queries.amendments import amendment_seen
from tendering.queries.notices import notice_seen
from tendering.queries.questions import (
    holders_seen,
    objection_data,
    objection_seen,
    objections_seen,
    question_data,
    question_seen,
    questions_seen,
)
from tendering.queries.shown import Asked, document_data, moment, notice_data, visible_section

router = Router(tags=["questions"])
RUNNERS = {"tenderer", "agency"}


class TextIn(Schema):
    text: str


class AnswerIn(Schema):
    answer: str
    restated: str = ""
    affects_bids: bool = False


class ObjectionIn(Schema):
    about: str
    text: str


class ReplyIn(Schema):
    answer: str
    upheld: bool


class AmendmentIn(Schema):
    reason: str
    content: dict[str, Any] = {}
    plan: dict[str, Any] = {}
    affects_bids: bool = True


@router.post("/sections/{code}/questions", response={201: dict[str, Any]}, summary="提问")
@act(roles={"bidder"}, certificate=True)
def ask(request: Asked, code: str, body: TextIn) -> Status[dict[str, Any]]:
    question = ask_question(section=visible_section(request, code), text=body.text, actor=request.actor)
    return Status(201, question_data(question, request.actor))


@router.get("/sections/{code}/questions", response=list[dict[str, Any]], summary="问题")
@act()
def questions(request: Asked, code: str) -> list[dict[str, Any]]:
    section = visible_section(request, code)
    return [question_data(each, request.actor) for each in questions_seen(section, request.actor)]


@router.post("/questions/{key}/answer", response=dict[str, Any], summary="答复")
@act(roles=RUNNERS, certificate=True)
def answer(request: Asked, key: str, body: AnswerIn) -> dict[str, Any]:
    notice = answer_question(question=question_seen(key, request.actor), actor=request.actor, **body.dict())
    return notice_data(notice_seen(notice.public_id, request.actor), full=True)


@router.post("/sections/{code}/objections", response={201: dict[str, Any]}, summary="提出异议")
@act(roles={"bidder"}, certificate=True)
def file(request: Asked, code: str, body: ObjectionIn) -> Status[dict[str, Any]]:
    section = visible_section(request, code)
    about = body.about if body.about in ("document", "result") else "document"
    return Status(
        201,
        objection_data(
            file_objection(section=section, about=about, text=body.text, actor=request.actor), request.actor
        ),
    )


@router.get("/sections/{code}/objections", response=list[dict[str, Any]], summary="异议")
@act()
def objections(request: Asked, code: str) -> list[dict[str, Any]]:
    section = visible_section(request, code)
    return [objection_data(each, request.actor) for each in objections_seen(section, request.actor)]


@router.post("/objections/{key}/answer", response=dict[str, Any], summary="答复异议")
@act(roles=RUNNERS, certificate=True)
def reply(request: Asked, key: str, body: ReplyIn) -> dict[str, Any]:
    objection = objection_seen(key, request.actor)
    reply_objection(objection=objection, answer=body.answer, upheld=body.upheld, actor=request.actor)
    return objection_data(objection, request.actor)


@router.get("/sections/{code}/holders", response=list[dict[str, Any]], summary="下载和回执记录(截止后)")
@act(roles={"tenderer", "agency", "staff", "supervisor"})
def holders(request: Asked, code: str) -> list[dict[str, Any]]:
    return holders_seen(visible_section(request, code), request.actor)


def amendment_data(amendment: Amendment) -> dict[str, Any]:
    return {
        "id": amendment.public_id,
        "reason": amendment.reason,
        "affects_bids": amendment.affects_bids,
        "old_deadline": moment(amendment.old_deadline),
        "new_deadline": moment(amendment.new_deadline),
        "published_at": stamp(amendment.published_at) if amendment.published_at else None,
        "changes": amendment.changes,
        "document": document_data(amendment.document),
    }


@router.post("/sections/{code}/amendments", response={201: dict[str, Any]}, summary="编制变更")
@act(roles=RUNNERS, certificate=True)
def amend(request: Asked, code: str, body: AmendmentIn) -> Status[dict[str, Any]]:
    amendment = draft_amendment(
        section=visible_section(request, code),
        reason=body.reason,
        patch=body.content,
        plan=body.plan,
        affects_bids=body.affects_bids,
        actor=request.actor,
    )
    return Status(201, amendment_data(amendment))


@router.delete("/amendments/{key}", response={204: None}, summary="放弃变更")
@act(roles=RUNNERS, certificate=True)
def drop(request: Asked, key: str) -> Status[None]:
    drop_amendment(amendment=amendment_seen(key, request.actor), actor=request.actor)
    return Status(204, None)


@router.get("/amendments/{key}", response=dict[str, Any], summary="变更")
def one_amendment(request: Asked, key: str) -> dict[str, Any]:
    return amendment_data(amendment_seen(key, request.actor))


@router.post("/amendments/{key}/publication", response=dict[str, Any], summary="发布变更")
@act(roles=RUNNERS, certificate=True)
def publish(request: Asked, key: str) -> dict[str, Any]:
    return amendment_data(publish_amendment(amendment=amendment_seen(key, request.actor), actor=request.actor))
