"""Papers by the API."""

import datetime as dt
import json
from typing import Annotated, Any

from django.http import FileResponse
from ninja import File, Form, Query, Router, Schema, Status
from ninja.files import UploadedFile
from pydantic import StringConstraints

from prequalified.actions.people.add_paper import add_paper
from prequalified.api.people.schemas import PaperList, PaperOut, Short, paper_out
from prequalified.api.schemas import Text
from prequalified.models import Party
from prequalified.permissions import LOGIN_NEEDED, Asked, act
from prequalified.queries.people.papers import papers_listing, papers_seen_by
from prequalified.rules.encoding import decoded
from prequalified.rules.people.papers import ENDINGS, LARGEST
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.store import in_store

router = Router(tags=["papers"])


class PaperIn(Schema):
    """`signature`: Base64 of a detached CAdES over the file; `facts`: a JSON object of what the paper states."""

    kind: Short
    title: Text
    number: Text = ""
    issuer: Text = ""
    facts: Text = "{}"
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    signature: Annotated[str, StringConstraints(max_length=200_000)]


class Asking(Schema):
    q: Short = ""
    sort: Short = ""
    page: Short = "1"
    format: Short = ""
    kind: Short = ""
    valid: Short = ""


@router.get("/papers", response=PaperList, summary="证明材料（检索、排序、分页、CSV）")
@act()
def papers(request: Asked, asking: Query[Asking]) -> Any:
    listing = papers_listing(request, papers_seen_by(request.actor))
    if listing.wants_csv:
        return listing.csv("papers")
    page: Any = listing.page
    pages, count = page.paginator.num_pages, page.paginator.count
    return {"count": count, "page": page.number, "pages": pages, "items": [paper_out(row) for row in page]}


@router.post("/papers", response={201: PaperOut}, summary="添加证明材料（须本单位证书签名）")
@act(certificate=True)
def add(request: Asked, body: Form[PaperIn], file: File[UploadedFile]) -> Status:
    party = Party.objects.filter(pk=request.actor.party_id or 0).first()
    if party is None:
        raise Refusal(LOGIN_NEEDED, 401)
    told = body.dict()
    told["facts"] = _facts(body.facts)
    told["signature"] = decoded(body.signature)
    data = file.read(LARGEST + 1)  # one more than is taken: enough to see that it is too large
    return Status(201, paper_out(add_paper(party=party, data=data, name=file.name or "", actor=request.actor, **told)))


@router.get("/papers/{public_id}", response=PaperOut, summary="一份证明材料")
@act()
def paper(request: Asked, public_id: str) -> dict[str, Any]:
    return paper_out(_seen(request, public_id))


@router.get("/papers/{public_id}/file", summary="下载证明材料")
@act()
def paper_file(request: Asked, public_id: str) -> FileResponse:
    row = _seen(request, public_id)
    name = f"{row.public_id}{ENDINGS[row.media]}"
    return FileResponse(in_store(row.path).open("rb"), as_attachment=True, filename=name, content_type=row.media)


def _seen(request: Asked, public_id: str) -> Any:
    row = papers_seen_by(request.actor).filter(public_id=public_id).first()
    if row is None:
        raise Refusal(Blocker("paper.unknown", gettext_noop("没有这份材料，或您无权查看。")), 404)
    return row


def _facts(text: str) -> dict[str, Any]:
    try:
        facts = json.loads(text)
    except (ValueError, RecursionError):
        facts = None
    if not isinstance(facts, dict):
        raise Refusal(Blocker("paper.facts_form", gettext_noop("载明事项须为 JSON 对象。"), place="facts"), 422)
    return facts
