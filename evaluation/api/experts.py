"""The expert base over HTTP."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from evaluation.actions.admit_expert import set_expert_status
from evaluation.actions.nominate_expert import Nomination, TieRow, nominate_expert
from evaluation.api import schemas
from evaluation.api.parsing import day_of, person_of
from evaluation.models import Expert
from evaluation.permissions import demand_expert_base
from evaluation.queries.experts import expert_by_number, experts_below
from prequalified.models import Party
from prequalified.permissions import act
from runtime.clock import stamp

router = Router(tags=["experts"])


@router.get("/experts", response=dict[str, Any], summary="专家库")
@act({"staff"})
def experts(request: HttpRequest, q: str = "", specialty: str = "", status: str = "", page: int = 1) -> dict[str, Any]:
    rows = experts_below(request.actor.centre)  # type: ignore[attr-defined]
    if q:
        rows = rows.filter(party__name__icontains=q[:60])
    if specialty:
        rows = rows.filter(specialties__code=specialty)
    if status:
        rows = rows.filter(status=status)
    start = (max(1, min(page, 10_000)) - 1) * 50
    return {"total": rows.count(), "experts": [expert_data(expert) for expert in rows[start : start + 50]]}


@router.post("/experts", response={201: dict[str, Any]}, summary="申报专家（自荐时不填人员编号）")
@act({"staff", "evaluator"})
def nominate(request: HttpRequest, body: schemas.ExpertIn) -> tuple[int, dict[str, Any]]:
    actor = request.actor  # type: ignore[attr-defined]
    own = actor.role == "evaluator"
    party = Party.objects.get(pk=actor.party_id) if own else person_of(body.number)
    ties = tuple(
        TieRow(t.number.strip().upper(), t.name, t.kind, day_of(t.since, "since"), day_of(t.until, "until"))
        for t in body.ties
    )
    nomination = Nomination(tuple(body.specialties), body.region, body.title, body.years, body.grade, ties)
    return 201, expert_data(nominate_expert(party=party, nomination=nomination, actor=actor))


@router.post("/experts/{number}/status", response=dict[str, Any], summary="审核、暂停、恢复、出库")
@act({"staff"})
def decide(request: HttpRequest, number: str, body: schemas.StatusIn) -> dict[str, Any]:
    actor = request.actor  # type: ignore[attr-defined]
    expert = expert_by_number(number)
    demand_expert_base(actor, expert)
    return expert_data(set_expert_status(expert=expert, status=body.status, reasons=body.reasons, actor=actor))


def expert_data(expert: Expert) -> dict[str, Any]:
    return {
        "number": expert.party.number,
        "name": expert.party.name,
        "centre": expert.centre.code,
        "specialties": sorted(specialty.code for specialty in expert.specialties.all()),
        "region": expert.region,
        "title": expert.title,
        "years": expert.years,
        "status": expert.status,
        "reasons": expert.reasons,
        "self_nominated": expert.self_nominated,
        "nominated_at": stamp(expert.nominated_at),
        "decided_at": stamp(expert.decided_at) if expert.decided_at else None,
    }
