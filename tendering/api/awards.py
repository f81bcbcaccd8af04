"""Candidates, award, letters and exceptions by the API (CTS A-163 to A-175, A-197, A-198)."""

from typing import Any

from django.http import FileResponse
from ninja import Router, Schema, Status

from prequalified.permissions import act
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.actions.decide_award import decide_award
from tendering.actions.draft_candidates import draft_candidates
from tendering.actions.drop_candidate import drop_candidate
from tendering.actions.edit_letter import edit_letter
from tendering.actions.fail_section import fail_section
from tendering.actions.fetch_letter import fetch_letter
from tendering.actions.reevaluate_section import reevaluate_section
from tendering.actions.retender_section import retender_section
from tendering.actions.send_award_letter import send_award_letter
from tendering.actions.terminate_section import terminate_section
from tendering.actions.verify_letter import verify_letter
from tendering.models import Candidate, Letter, Notice, Section, SectionException
from tendering.permissions import sees_drafts
from tendering.queries.candidates import candidates_of
from tendering.queries.letters import letter_seen, letters_seen
from tendering.queries.notices import notice_seen
from tendering.queries.objections import newest
from tendering.queries.shown import Asked, document_data, moment, notice_data, section_data, visible_section

router = Router(tags=["award"])
RUNNERS = {"tenderer", "agency"}


class CandidatesIn(Schema):
    body: list[dict[str, str]] | None = None


class AwardIn(Schema):
    rank: int
    reason: str


class DropIn(Schema):
    ground: str
    reason: str


class LetterIn(Schema):
    text: str
    reasons: str = ""


class ExceptionIn(Schema):
    reason: str
    basis: str = ""
    other_method: str = ""


def candidate_data(candidate: Candidate) -> dict[str, Any]:
    return {
        "rank": candidate.rank,
        "name": candidate.party.name,
        "number": candidate.party.number,
        "price": f"{candidate.price:.2f}",
        "total": candidate.total,
        "out_at": moment(candidate.out_at),
        "out_reason": candidate.out_reason,
    }


def letter_data(letter: Letter) -> dict[str, Any]:
    return {
        "id": letter.public_id,
        "kind": letter.kind,
        "party": letter.party.name,
        "text": letter.text,
        "reasons": letter.reasons,
        "verified_at": moment(letter.verified_at),
        "issued_at": moment(letter.issued_at),
        "received_at": moment(letter.received_at),
        "sha256": letter.sha256,
    }


def exception_data(exception: SectionException) -> dict[str, Any]:
    return {
        "kind": exception.kind,
        "round": exception.round,
        "reason": exception.reason,
        "basis": exception.basis,
        "result": exception.result,
        "at": moment(exception.at),
        "by": exception.by_name,
    }


@router.post("/sections/{code}/candidates", response={201: dict[str, Any]}, summary="编制候选人公示")
@act(roles=RUNNERS, certificate=True)
def draft(request: Asked, code: str, body: CandidatesIn) -> Status[dict[str, Any]]:
    notice = draft_candidates(section=visible_section(request, code), body=body.body, actor=request.actor)
    return Status(201, notice_data(notice_seen(notice.public_id, request.actor), full=True))


@router.get("/sections/{code}/candidates", response=list[dict[str, Any]], summary="中标候选人")
def candidates(request: Asked, code: str) -> list[dict[str, Any]]:
    """For everybody once they are published; before that for those who work on the section."""
    section = visible_section(request, code)
    known = newest(section, Notice.Kind.CANDIDATES) or newest(section, Notice.Kind.RESULT)
    if not known and not sees_drafts(request.actor, section):
        return []
    return [candidate_data(each) for each in candidates_of(section)]


@router.post("/sections/{code}/candidates/{int:rank}/exclusion", response=dict[str, Any], summary="候选人失去资格")
@act(roles={"tenderer", "staff"}, certificate=True)
def exclude(request: Asked, code: str, rank: int, body: DropIn) -> dict[str, Any]:
    section = visible_section(request, code)
    chosen = next((each for each in candidates_of(section) if each.rank == rank), None)
    if chosen is None:
        message = gettext_noop("没有排名第%(rank)s的中标候选人")
        raise Refusal(Blocker("award.no_candidate", message, params={"rank": str(rank)}), status=404)
    chosen.section = section
    return candidate_data(drop_candidate(candidate=chosen, ground=body.ground, reason=body.reason, actor=request.actor))


@router.post("/sections/{code}/award", response={201: dict[str, Any]}, summary="定标")
@act(roles={"tenderer"}, certificate=True)
def decide(request: Asked, code: str, body: AwardIn) -> Status[dict[str, Any]]:
    section = visible_section(request, code)
    made = decide_award(section=section, rank=body.rank, reason=body.reason, actor=request.actor)
    return Status(
        201,
        {
            **section_data(section),
            "winner": made.candidate.party.name,
            "amount": f"{made.amount:.2f}",
            "notice": made.notice.public_id if made.notice else None,
            "letters": [letter_data(each) for each in letters_seen(section, request.actor)],
        },
    )


@router.get("/sections/{code}/letters", response=list[dict[str, Any]], summary="通知书")
@act()
def letters(request: Asked, code: str) -> list[dict[str, Any]]:
    return [letter_data(each) for each in letters_seen(visible_section(request, code), request.actor)]


@router.put("/letters/{key}", response=dict[str, Any], summary="修改通知书")
@act(roles=RUNNERS, certificate=True)
def edit(request: Asked, key: str, body: LetterIn) -> dict[str, Any]:
    letter = letter_seen(key, request.actor)
    return letter_data(edit_letter(letter=letter, text=body.text, reasons=body.reasons, actor=request.actor))


@router.post("/letters/{key}/verification", response=dict[str, Any], summary="核验通知书")
@act(roles={"tenderer", "staff"}, certificate=True)
def verify(request: Asked, key: str) -> dict[str, Any]:
    return letter_data(verify_letter(letter=letter_seen(key, request.actor), actor=request.actor))


@router.post("/letters/{key}/issue", response=dict[str, Any], summary="发出通知书")
@act(roles={"tenderer", "agency", "staff"}, certificate=True)
def issue(request: Asked, key: str) -> dict[str, Any]:
    return letter_data(send_award_letter(letter=letter_seen(key, request.actor), actor=request.actor))


@router.get("/letters/{key}/pdf", summary="通知书(签名PDF)")
@act()
def pdf(request: Asked, key: str) -> FileResponse:
    path = fetch_letter(letter=letter_seen(key, request.actor), actor=request.actor)
    return FileResponse(path.open("rb"), content_type="application/pdf", filename=path.name)


def shown(section: Section, exception: SectionException) -> dict[str, Any]:
    return {**section_data(section), "exception": exception_data(exception)}


@router.get("/sections/{code}/exceptions", response=list[dict[str, Any]], summary="异常记录")
def exceptions(request: Asked, code: str) -> list[dict[str, Any]]:
    return [exception_data(each) for each in visible_section(request, code).exceptions.all()]


@router.post("/sections/{code}/failure", response=dict[str, Any], summary="流标")
@act(roles={"staff"}, certificate=True)
def fail(request: Asked, code: str, body: ExceptionIn) -> dict[str, Any]:
    section = visible_section(request, code)
    return shown(section, fail_section(section=section, reason=body.reason, basis=body.basis, actor=request.actor))


@router.post("/sections/{code}/termination", response=dict[str, Any], summary="终止招标")
@act(roles={"tenderer", "staff"}, certificate=True)
def terminate(request: Asked, code: str, body: ExceptionIn) -> dict[str, Any]:
    section = visible_section(request, code)
    made = terminate_section(
        section=section, reason=body.reason, basis=body.basis, other_method=body.other_method, actor=request.actor
    )
    return shown(section, made)


@router.post("/sections/{code}/re-evaluation", response=dict[str, Any], summary="重新评标")
@act(roles={"staff"}, certificate=True)
def reevaluate(request: Asked, code: str, body: ExceptionIn) -> dict[str, Any]:
    section = visible_section(request, code)
    made = reevaluate_section(section=section, reason=body.reason, basis=body.basis, actor=request.actor)
    return shown(section, made)


@router.post("/sections/{code}/re-tender", response={201: dict[str, Any]}, summary="重新招标")
@act(roles=RUNNERS, certificate=True)
def retender(request: Asked, code: str, body: ExceptionIn) -> Status[dict[str, Any]]:
    section = visible_section(request, code)
    document = retender_section(section=section, reason=body.reason, actor=request.actor)
    return Status(201, {**section_data(section), "document": document_data(document)})
