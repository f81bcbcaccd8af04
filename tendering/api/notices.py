"""Notices by the API: search for everybody, review and publication for those who work on them, the port for media."""

from typing import Any

from django.http import HttpResponse
from ninja import Router, Schema

from prequalified.permissions import act
from runtime.clock import read_stamp
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.actions.approve_notice import approve_notice
from tendering.actions.draft_notice import draft_notice
from tendering.actions.publish_by_kind import publish_by_kind
from tendering.actions.return_notice import return_notice
from tendering.actions.submit_for_review import submit_for_review
from tendering.queries.notices import Wanted, find_notices, next_page, notice_seen, published_notices
from tendering.queries.published import notice_text
from tendering.queries.shown import Asked, moment, notice_data, visible_section

router = Router(tags=["notices"])
RUNNERS = {"tenderer", "agency"}


class NoticeIn(Schema):
    title: str = ""
    body: list[dict[str, str]] | None = None


class Reason(Schema):
    reason: str


@router.get("/notices", response=dict[str, Any], summary="检索公告")
def search(
    request: Asked,
    q: str = "",
    kind: str = "",
    regime: str = "",
    category: str = "",
    region: str = "",
    state: str = "",
    limit: int = 20,
    offset: int = 0,
) -> dict[str, Any]:
    rows = find_notices(Wanted(q[:200], kind, regime, category, region, state))
    start = max(offset, 0)
    found = rows[start : start + min(max(limit, 1), 100)]
    return {"count": rows.count(), "items": [notice_data(each) for each in found]}


@router.get("/notices/{key}", response=dict[str, Any], summary="公告")
def one(request: Asked, key: str) -> dict[str, Any]:
    return notice_data(notice_seen(key, request.actor), full=True)


@router.put("/sections/{code}/notice", response=dict[str, Any], summary="编制招标公告")
@act(roles=RUNNERS, certificate=True)
def draft(request: Asked, code: str, body: NoticeIn) -> dict[str, Any]:
    section = visible_section(request, code)
    notice = draft_notice(section=section, title=body.title, body=body.body, actor=request.actor)
    return notice_data(notice_seen(notice.public_id, request.actor), full=True)


@router.post("/sections/{code}/review", response=dict[str, Any], summary="提交内部审核")
@act(roles=RUNNERS, certificate=True)
def submit(request: Asked, code: str) -> dict[str, Any]:
    notice = submit_for_review(section=visible_section(request, code), actor=request.actor)
    return notice_data(notice_seen(notice.public_id, request.actor), full=True)


@router.post("/notices/{key}/approval", response=dict[str, Any], summary="内部审核通过")
@act(roles=RUNNERS, certificate=True)
def approve(request: Asked, key: str) -> dict[str, Any]:
    return notice_data(approve_notice(notice=notice_seen(key, request.actor), actor=request.actor))


@router.post("/notices/{key}/return", response=dict[str, Any], summary="退回")
@act(roles={"tenderer", "staff"}, certificate=True)
def send_back(request: Asked, key: str, body: Reason) -> dict[str, Any]:
    notice = notice_seen(key, request.actor)
    return notice_data(return_notice(notice=notice, reason=body.reason, actor=request.actor))


@router.post("/notices/{key}/publication", response=dict[str, Any], summary="中心核验并发布")
@act(roles={"staff"}, certificate=True)
def publish(request: Asked, key: str) -> dict[str, Any]:
    publish_by_kind(notice=notice_seen(key, request.actor), actor=request.actor)
    return notice_data(notice_seen(key, request.actor))


@router.get("/notices/{key}/text", summary="公告原文(规范JSON，与发布时的散列一致)")
def text(request: Asked, key: str) -> HttpResponse:
    notice = notice_seen(key, request.actor)
    if notice.published_at is None:
        raise Refusal(Blocker("notice.not_found", gettext_noop("没有这份公告，或者尚未发布")), status=404)
    response = HttpResponse(notice_text(notice), content_type="application/json")
    response["Digest"] = f"sha-256={notice.sha256}"
    return response


@router.get("/exchange/notices", response=dict[str, Any], summary="交换接口：公共服务平台和媒介取公告")
def exchange(request: Asked, after: str = "", limit: int = 100) -> dict[str, Any]:
    """`after`: the `next` of the answer before; empty begins with the first notice. Same content for every medium."""
    since = None
    if after:
        at, _, key = after.partition(" ")
        try:
            since = (read_stamp(at), key)
        except ValueError:
            message = gettext_noop("after应当是上一次回答中的next")
            raise Refusal(Blocker("exchange.bad_cursor", message, place="after"), status=422) from None
    rows = next_page(published_notices(), since, min(max(limit, 1), 500))
    last = rows[-1] if rows else None
    cursor = f"{last.published_at.isoformat()} {last.public_id}" if last and last.published_at else after
    items = [
        {"id": each.public_id, "sha256": each.sha256, "published": moment(each.published_at), "body": each.body,
         "title": each.title, "kind": each.kind, "section": each.section.code}
        for each in rows
    ]  # fmt: skip
    return {"items": items, "next": cursor}
