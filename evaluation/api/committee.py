"""The committee and its draws over HTTP, for the centre's staff and the tenderer."""

from typing import Any

from django.http import HttpRequest
from ninja import Router

from evaluation.actions import draw_committee as draws
from evaluation.actions.appoint_tenderer_member import appoint_tenderer_member
from evaluation.actions.finish_committee_draw import (
    close_committee_draw,
    finish_committee_draw,
    void_committee_draw,
)
from evaluation.actions.form_committee import Layout, form_committee
from evaluation.api import schemas
from evaluation.api.parsing import moment_of, person_of
from evaluation.models import Committee, CommitteeDraw, Venue
from evaluation.permissions import demand_host, sees_names
from evaluation.queries.draws import committee_draw
from evaluation.queries.rooms import committee_by_code
from prequalified.permissions import act
from runtime.clock import stamp
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.permissions import runs, supervises
from tendering.queries import section_by_code

router = Router(tags=["evaluation"])
DRAWS = {
    "venue": draws.draw_venue,
    "experts": draws.draw_experts,
    "float": draws.draw_float,
    "tie": draws.draw_tie,
}


@router.post("/sections/{code}/committee", response={201: dict[str, Any]}, summary="组建评标委员会")
@act({"staff"})
def do_form(request: HttpRequest, code: str, body: schemas.LayoutIn) -> tuple[int, dict[str, Any]]:
    venue = Venue.objects.filter(code=body.main_venue, active=True).first()
    if venue is None:
        raise Refusal(Blocker("venue.not_found", gettext_noop("没有这个评标场所"), place="main_venue"), status=404)
    layout = Layout(
        size=body.size,
        tenderer_members=body.tenderer_members,
        specialties=tuple(body.specialties),
        sub_seats=body.sub_seats,
        complex_matter=body.complex_matter,
        water_works=body.water_works,
        window_from=moment_of(body.window_from, "window_from"),
        window_until=moment_of(body.window_until, "window_until"),
    )
    actor = request.actor  # type: ignore[attr-defined]
    committee = form_committee(section=section_by_code(code), layout=layout, main_venue=venue, actor=actor)
    return 201, committee_data(committee, names=False)


@router.get("/sections/{code}/committee", response=dict[str, Any], summary="评标委员会组成（姓名在结果公布前保密）")
@act({"staff", "supervisor", "tenderer", "agency"})
def show(request: HttpRequest, code: str) -> dict[str, Any]:
    committee, actor = committee_by_code(code), request.actor  # type: ignore[attr-defined]
    if not (runs(actor, committee.section) or supervises(actor, committee.section)):
        demand_host(actor, committee.section)
    return committee_data(committee, names=sees_names(actor, committee))


@router.post("/sections/{code}/committee/tenderer-members", response={201: dict[str, Any]}, summary="委派招标人代表")
@act({"tenderer"}, certificate=True)
def do_appoint(request: HttpRequest, code: str, body: schemas.PersonIn) -> tuple[int, dict[str, Any]]:
    committee = committee_by_code(code)
    member = appoint_tenderer_member(committee=committee, person=person_of(body.number), actor=request.actor)  # type: ignore[attr-defined]
    return 201, {"seat": member.seat}


@router.post("/sections/{code}/committee/draws", response={201: dict[str, Any]}, summary="发起抽取")
@act({"staff"})
def do_draw(request: HttpRequest, code: str, body: schemas.DrawIn) -> tuple[int, dict[str, Any]]:
    committee = committee_by_code(code)
    row = DRAWS[body.purpose](committee=committee, actor=request.actor, reason=body.reason)  # type: ignore[attr-defined]
    return 201, draw_data(row)


@router.post("/sections/{code}/committee/draws/{number}/close", response=dict[str, Any], summary="结束承诺阶段")
@act({"staff"})
def do_close(request: HttpRequest, code: str, number: str) -> dict[str, Any]:
    row = committee_draw(committee_by_code(code), number)
    close_committee_draw(row=row, actor=request.actor)  # type: ignore[attr-defined]
    return draw_data(committee_draw(row.committee, number))


@router.post("/sections/{code}/committee/draws/{number}/finish", response=dict[str, Any], summary="完成抽取并生效")
@act({"staff"})
def do_finish(request: HttpRequest, code: str, number: str) -> dict[str, Any]:
    row = committee_draw(committee_by_code(code), number)
    return draw_data(finish_committee_draw(row=row, actor=request.actor))  # type: ignore[attr-defined]


@router.post("/sections/{code}/committee/draws/{number}/void", response=dict[str, Any], summary="作废抽取")
@act({"staff"})
def do_void(request: HttpRequest, code: str, number: str, body: schemas.ReasonIn) -> dict[str, Any]:
    row = committee_draw(committee_by_code(code), number)
    void_committee_draw(row=row, reason=body.reason, actor=request.actor)  # type: ignore[attr-defined]
    return draw_data(committee_draw(row.committee, number))


def draw_data(row: CommitteeDraw) -> dict[str, Any]:
    """Never the outcome's names: who was drawn is secret until the result (A-134)."""
    return {
        "number": row.draw.number,
        "purpose": row.purpose,
        "state": row.draw.state,
        "pool": len(row.draw.pool),
        "pool_sha256": row.draw.pool_sha256,
        "excluded": len(row.excluded),
        "applied_at": stamp(row.applied_at) if row.applied_at else None,
    }


def committee_data(committee: Committee, *, names: bool) -> dict[str, Any]:
    members = committee.members.select_related("party", "venue").order_by("seat", "pk")
    return {
        "number": committee.number,
        "phase": committee.phase,
        "size": committee.size,
        "tenderer_members": committee.tenderer_members,
        "specialties": committee.specialties,
        "main_venue": committee.main_venue.code,
        "sub_venue": committee.sub_venue.code if committee.sub_venue else None,
        "sub_seats": committee.sub_seats,
        "window": [stamp(committee.window_from), stamp(committee.window_until)],
        "members": [
            {
                "seat": member.seat,
                "kind": member.kind,
                "status": member.status,
                "venue": member.venue.code,
                "name": member.party.name if names else None,
            }
            for member in members
        ],
        "draws": [draw_data(row) for row in committee.draws.select_related("draw")],
    }
