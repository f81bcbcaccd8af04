"""Conduct by the API: leads, cases, defence, published rules."""

from typing import Annotated, Any

from django.http import HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Query, Router, Schema, Status
from pydantic import StringConstraints

from prequalified.actions.conduct.decide_case import decide_case
from prequalified.actions.conduct.defend_case import defend_case
from prequalified.actions.conduct.dismiss_report import dismiss_report
from prequalified.actions.conduct.lift_suspension import lift_suspension
from prequalified.actions.conduct.notify_case import notify_case
from prequalified.actions.conduct.propose_case import propose_case
from prequalified.actions.conduct.rules_in_force import publish_conduct_rules
from prequalified.api.schemas import Text
from prequalified.models import ConductCase, ConductReport, Directory
from prequalified.permissions import Asked, act
from prequalified.queries.conduct.cases import cases_of_party, cases_of_staff
from prequalified.queries.conduct.listings import cases_listing, leads_listing
from prequalified.queries.conduct.shown import ledgers_of, scheme_shown
from prequalified.rules.encoding import decoded
from runtime.clock import stamp
from runtime.listing import Listing

router = Router(tags=["conduct"])
Short = Annotated[str, StringConstraints(max_length=60)]
Long = Annotated[str, StringConstraints(max_length=4000)]


class Asking(Schema):
    q: Text = ""
    sort: Short = ""
    page: Short = "1"
    format: Short = ""
    state: Short = ""


class ProposalIn(Schema):
    """`evidence`: public ids of papers."""

    admission: Short
    rule: Short
    facts: Long
    report: int | None = None
    evidence: list[Short] = []


class ReasonsIn(Schema):
    reasons: Long


class DecisionIn(Schema):
    upheld: bool
    reasons: Long


class DefenceIn(Schema):
    """`signature`: Base64 of a detached CAdES over the canonical JSON {case, format: yangguang-defence/1, text}."""

    text: Long
    signature: Annotated[str, StringConstraints(max_length=200_000)]


class RulesIn(Schema):
    rules: dict[str, Any]


def case_out(row: ConductCase) -> dict[str, Any]:
    return {
        "number": row.number, "admission": row.admission.number, "party": row.admission.party.number,
        "directory": row.admission.directory.code, "rule": row.rule, "measure": row.measure, "points": row.points,
        "state": row.state, "facts": row.facts, "defence": row.defence, "reasons": row.reasons,
        "proposed_at": stamp(row.proposed_at), "notified_at": stamp(row.notified_at) if row.notified_at else None,
        "defence_until": stamp(row.defence_until) if row.defence_until else None,
        "decided_at": stamp(row.decided_at) if row.decided_at else None,
        "until": row.until.isoformat() if row.until else None,
    }  # fmt: skip


def lead_out(row: ConductReport) -> dict[str, Any]:
    return {
        "id": row.pk, "key": row.key, "kind": row.kind, "party": row.party.number, "name": row.party.name,
        "subject": row.subject, "facts": row.facts, "source": row.source, "at": stamp(row.at),
        "dismissed_at": stamp(row.dismissed_at) if row.dismissed_at else None, "dismissal": row.dismissal,
    }  # fmt: skip


def listed(listing: Listing, shown: Any, name: str) -> Any:
    if listing.wants_csv:
        return listing.csv(name)
    page = listing.page
    return {
        "count": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages,
        "items": [shown(row) for row in page],
    }  # fmt: skip


@router.get("/staff/conduct/leads", summary="履约线索（检索、排序、分页、CSV）")
@act(roles={"staff"}, certificate=True)
def leads(request: Asked, asking: Query[Asking]) -> Any:
    return listed(leads_listing(request), lead_out, "leads")


@router.post("/staff/conduct/leads/{int:number}/dismissal", summary="不予处理线索")
@act(roles={"staff"}, certificate=True)
def dismiss(request: Asked, number: int, body: ReasonsIn) -> dict[str, Any]:
    return lead_out(dismiss_report(report_id=number, reasons=body.reasons, actor=request.actor))


@router.get("/staff/conduct/cases", summary="认定案件（检索、排序、分页、CSV）")
@act(roles={"staff"}, certificate=True)
def cases(request: Asked, asking: Query[Asking]) -> Any:
    return listed(cases_listing(request), case_out, "cases")


@router.post("/conduct/cases", response={201: dict[str, Any]}, summary="提出认定")
@act(roles={"staff", "supervisor", "tenderer"}, certificate=True)
def propose(request: Asked, body: ProposalIn) -> Status:
    row = propose_case(
        admission_number=body.admission, rule=body.rule, facts=body.facts, report_id=body.report,
        evidence=body.evidence, actor=request.actor,
    )  # fmt: skip
    return Status(201, case_out(row))


@router.post("/conduct/cases/{number}/notice", summary="告知当事人")
@act(roles={"staff"}, certificate=True)
def notify(request: Asked, number: str) -> dict[str, Any]:
    return case_out(notify_case(number=number, actor=request.actor))


@router.post("/conduct/cases/{number}/defence", summary="陈述申辩（签名）")
@act(roles={"bidder", "agency"}, certificate=True)
def defend(request: Asked, number: str, body: DefenceIn) -> dict[str, Any]:
    signature = decoded(body.signature, "signature")
    return case_out(defend_case(number=number, text=body.text, signature=signature, actor=request.actor))


@router.post("/conduct/cases/{number}/decision", summary="认定或不予认定")
@act(roles={"staff"}, certificate=True)
def decide(request: Asked, number: str, body: DecisionIn) -> dict[str, Any]:
    return case_out(decide_case(number=number, upheld=body.upheld, reasons=body.reasons, actor=request.actor))


@router.get("/conduct/cases/{number}", summary="一个案件")
@act(roles={"staff", "bidder", "agency"})
def case(request: Asked, number: str) -> dict[str, Any]:
    staff = request.actor.role == "staff"
    rows = cases_of_staff(request.actor) if staff else cases_of_party(request.actor.party_id)
    return case_out(get_object_or_404(rows, number=number))


@router.get("/conduct/ledgers", summary="本单位的积分台账")
@act(roles={"bidder", "agency"})
def ledgers(request: Asked) -> list[dict[str, Any]]:
    return [
        {
            "admission": one["admission"].number, "directory": one["admission"].directory.code,
            "points": one["admission"].points, "rating": one["admission"].rating, "state": one["admission"].state,
            "running": one["admission"].running, "capacity": one["capacity"],
            "entries": [
                {"at": stamp(row.at), "points": row.points, "balance": row.balance, "reason": row.reason}
                for row in one["entries"]
            ],
        }
        for one in ledgers_of(request.actor.party_id)
    ]  # fmt: skip


@router.post("/staff/admissions/{number}/lifting", summary="提前恢复在册")
@act(roles={"staff"}, certificate=True)
def lift(request: Asked, number: str, body: ReasonsIn) -> dict[str, Any]:
    change = lift_suspension(admission_number=number, reasons=body.reasons, actor=request.actor)
    return {"admission": number, "state": change.after}


@router.get("/directories/{code}/conduct-rules", summary="积分规则（yangguang-conduct/1）")
def rules(request: HttpRequest, code: str) -> dict[str, Any]:
    return scheme_shown(get_object_or_404(Directory, code=code))[1]


@router.post("/directories/{code}/conduct-rules", response={201: dict[str, Any]}, summary="发布积分规则的下一版")
@act(roles={"staff"}, certificate=True)
def publish(request: Asked, code: str, body: RulesIn) -> Status:
    row = publish_conduct_rules(directory_code=code, rules=body.rules, actor=request.actor)
    return Status(201, {"version": row.version, "sha256": row.sha256})
