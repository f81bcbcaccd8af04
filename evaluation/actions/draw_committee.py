"""Venue, experts, the float K and ties are drawn by the verifiable draw (protocol §6); nobody picks (A-130, A-131, 条例 46)."""

import secrets
from collections.abc import Sequence
from decimal import Decimal

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee
from evaluation.actions.seat_experts import vacant_seats
from evaluation.actions.write_journal import write_journal
from evaluation.models import Committee, CommitteeDraw, Expert, Summary, Venue
from evaluation.permissions import demand_host
from evaluation.queries.draws import draw_parties, trustee_recipients
from evaluation.queries.experts import admitted_experts, venues_for_remote
from evaluation.queries.facts import candidate_of, method_in_force, surroundings
from evaluation.rules.conflicts import split
from evaluation.rules.phases import ENDED, Phase
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.freeze_draw import Candidate, freeze_draw
from signing.models import DrawState
from signing.rules.draws import Step
from tendering.queries import document_in_force
from tendering.rules.methods.schema import FloatRange

Purpose = CommitteeDraw.Purpose


def draw_venue(*, committee: Committee, actor: Actor, reason: str = "") -> CommitteeDraw:
    """The sub venue, before the experts (rules.md §4)."""
    demand_host(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        refuse_if(_running_blockers(locked, Purpose.VENUE) + _venue_blockers(locked))
        pool = [
            Candidate({"code": venue.code, "name": venue.name}, {"venue": venue.code, "region": venue.region})
            for venue in venues_for_remote(locked.main_venue)
        ]
        return _freeze(locked, Purpose.VENUE, pool, [Step(1)], actor, reason)


def _venue_blockers(committee: Committee) -> list[Blocker]:
    if committee.phase == Phase.FORMING and committee.sub_seats and committee.sub_venue_id is None:
        return []
    return [Blocker("draw.no_venue_needed", gettext_noop("本委员会不需要抽取副场，或副场已经抽出"))]


def draw_experts(*, committee: Committee, actor: Actor, reason: str = "") -> CommitteeDraw:
    """One draw for the vacant expert seats of both venues. Who is in conflict with bidders or buyer is left out, with reasons."""
    demand_host(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        refuse_if(_running_blockers(locked, Purpose.EXPERTS) + _expert_blockers(locked))
        venues = [locked.main_venue, *([locked.sub_venue] if locked.sub_venue else [])]
        wanted = {venue: len(vacant_seats(locked, venue)) for venue in venues}
        pool, excluded = _pool(locked, [venue for venue in venues if wanted[venue]])
        plan = [Step(number, {"venue": venue.code}) for venue, number in wanted.items() if number]
        row = _freeze(locked, Purpose.EXPERTS, pool, plan, actor, reason)
        row.excluded = excluded
        row.save(update_fields=["excluded"])
        write_journal(locked, "committee.excluded", {"draw": row.draw.number, "excluded": excluded}, actor)
    return row


def _expert_blockers(committee: Committee) -> list[Blocker]:
    found = []
    if committee.phase in ENDED:
        found.append(Blocker("room.ended", gettext_noop("评标已经结束")))
    if committee.sub_seats and committee.sub_venue_id is None:
        message = gettext_noop("请先抽取副场，再抽取专家")
        found.append(Blocker("draw.venue_first", message, "公共资源交易远程异地评标 指引"))
    venues = [committee.main_venue, *([committee.sub_venue] if committee.sub_venue else [])]
    if not any(vacant_seats(committee, venue) for venue in venues):
        found.append(Blocker("draw.no_vacant_seat", gettext_noop("没有空缺的专家席位")))
    return found


def _pool(committee: Committee, venues: Sequence[Venue]) -> tuple[list[Candidate], dict[str, list[dict[str, object]]]]:
    """Shuffled in secret before it is numbered: a number must not tell the name to somebody who knows the base."""
    experts = {expert.party.number: expert for expert in admitted_experts()}
    taken = set(committee.members.values_list("party__number", flat=True))
    candidates = [candidate_of(expert) for number, expert in experts.items() if number not in taken]
    around = surroundings(committee.section)
    pool: list[Candidate] = []
    excluded: dict[str, list[dict[str, object]]] = {}
    placed: set[str] = set()
    for venue in venues:
        numbers, left_out = split(candidates, around, committee.specialties, [venue.region])
        pool += [_candidate(experts[number], venue) for number in numbers if number not in placed]
        placed |= set(numbers)
        excluded |= {number: [reason.as_data() for reason in reasons] for number, reasons in left_out.items()}
    secrets.SystemRandom().shuffle(pool)
    return pool, excluded


def _candidate(expert: Expert, venue: Venue) -> Candidate:
    return Candidate({"number": expert.party.number, "name": expert.party.name}, {"venue": venue.code})


def draw_float(*, committee: Committee, actor: Actor, reason: str = "") -> CommitteeDraw:
    """The float K of the benchmark, out of the values the tender document allows; after the opening."""
    demand_host(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        terms = method_in_force(locked.section).benchmark
        if terms is None or not isinstance(terms.k, FloatRange):
            raise Refusal(Blocker("draw.no_float", gettext_noop("评标办法没有需要抽取的下浮系数")))
        refuse_if(_running_blockers(locked, Purpose.FLOAT))
        count = int((terms.k.most - terms.k.least) / terms.k.step) + 1
        values = [f"{terms.k.least + terms.k.step * Decimal(place):.2f}" for place in range(count)]
        pool = [Candidate({"k": value}, {"k": value}) for value in values]
        return _freeze(locked, Purpose.FLOAT, pool, [Step(1)], actor, reason)


def draw_tie(*, committee: Committee, actor: Actor, reason: str = "") -> CommitteeDraw:
    """The order among bids that are equal after every step of the tie rule (87号令 68)."""
    demand_host(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        refuse_if(_running_blockers(locked, Purpose.TIE))
        summary = Summary.objects.filter(committee=locked, voided_at=None).first()
        tied = [row for row in summary.result["standings"] if row["tied"]] if summary else []
        if not tied or "draw" not in document_in_force(locked.section).content["method"].get("tie", []):
            message = gettext_noop("没有并列的投标，或者招标文件没有规定以抽签决定次序")
            raise Refusal(Blocker("draw.no_tie", message, "87号令 68"))
        pool = [Candidate({"bidder": row["bidder"], "name": row["name"]}, {"bidder": row["bidder"]}) for row in tied]
        return _freeze(locked, Purpose.TIE, pool, [Step(1)], actor, reason)


def _running_blockers(committee: Committee, purpose: CommitteeDraw.Purpose) -> list[Blocker]:
    """One draw of a kind at a time; the float and the sub venue are drawn once."""
    rows = CommitteeDraw.objects.filter(committee=committee, purpose=purpose).exclude(draw__state=DrawState.FAILED)
    again = purpose in (Purpose.EXPERTS, Purpose.TIE)
    standing = rows.filter(applied_at=None) if again else rows
    if not standing.exists():
        return []
    message = gettext_noop("已有同类抽取%(number)s，不能再抽")
    params = {"number": standing[0].draw.number}
    return [Blocker("draw.running", message, "条例 46", params=params)]


def _freeze(
    committee: Committee,
    purpose: CommitteeDraw.Purpose,
    pool: Sequence[Candidate],
    plan: Sequence[Step],
    actor: Actor,
    reason: str,
) -> CommitteeDraw:
    recipients, k = trustee_recipients(committee.section)
    failed = CommitteeDraw.objects.filter(committee=committee, purpose=purpose, draw__state=DrawState.FAILED)
    before = failed.select_related("draw").order_by("-pk").first()
    draw = freeze_draw(
        purpose=f"{purpose.label} {committee.section.code}",
        subject=f"section:{committee.section.code}",
        candidates=pool,
        plan=plan,
        actor=actor,
        parties=draw_parties(committee.section),
        recipients=recipients,
        k=k,
        replaces=before.draw if before and not before.draw.replaced_by.exists() else None,
        reason=reason,
    )
    return CommitteeDraw.objects.create(committee=committee, purpose=purpose, draw=draw, at=now())
