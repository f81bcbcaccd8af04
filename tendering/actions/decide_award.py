"""The tenderer decides on the winner among the candidates (T55; 87-68; CTS A-166, A-168, B-027)."""

from django.db import transaction

from prequalified.actions.ask_gate import demand_gate
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.draft_letters import draft_letters
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.models import Award, Candidate, Notice, Section, SectionState
from tendering.permissions import demand, is_tenderer
from tendering.queries.candidates import candidates_of, newest_ranking
from tendering.queries.objections import newest
from tendering.queries.rule_sets import calendar, rules_for
from tendering.queries.sections import unanswered_objections
from tendering.rules import award, lifecycle
from tendering.rules.objections import RESULT


def decide_award(*, section: Section, rank: int, reason: str, actor: Actor) -> Award:
    """By the tenderer; by the system for the first candidate where the law takes silence for consent (87-68).

    Writes the result notice (to be approved and published) and the drafts of all letters. Raises Refusal.
    """
    demand(actor.role == "system" or is_tenderer(actor, section))
    at = now()
    _demand_winner(section, rank, actor)
    with transaction.atomic(durable=True):
        locked = lock_section(section)
        refuse_if(lifecycle.blockers(locked.state, SectionState.AWARDED))
        rules = rules_for(locked, at)
        if rules.says("publicity_before_award"):
            refuse_if(lifecycle.state_blockers(locked.state, {lifecycle.State(SectionState.PUBLICITY)}))
        candidate = _candidate(locked, rank)
        facts = _facts(locked, candidate)
        refuse_if(award.award_blockers(facts, reason, at, rules))
        if actor.role == "system":
            refuse_if(award.silence_blockers(newest_ranking(locked).reported_at, at, rules, calendar()))
        made = Award.objects.create(
            section=locked,
            round=locked.round,
            candidate=candidate,
            decided_by_id=actor.account_id,
            decided_at=at,
            reason=reason.strip(),
            amount=candidate.price,
            notice=_notice(locked, candidate, reason, actor),
        )
        draft_letters(award=made, actor=actor)
        move_section(locked, SectionState.AWARDED, actor=actor)
        append_entry(
            kind="award.decided",
            subject=f"section:{locked.code}",
            body={
                "winner": candidate.party.number,
                "name": candidate.party.name,
                "rank": rank,
                "amount": f"{made.amount:.2f}",
                "reason": made.reason,
                "state_controlled": facts.state_controlled,
            },
            actor=actor,
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state})
    section.state = locked.state
    return made


def _demand_winner(section: Section, rank: int, actor: Actor) -> None:
    """Nobody wins who is barred on the day of the award; the refusal says how to go on (条例 55; 政府采购法 77)."""
    if not lifecycle.blockers(section.state, SectionState.AWARDED):
        winner = _candidate(section, rank).party
        subject = f"section:{section.code}"
        try:
            demand_gate(gate="award", party=winner, actor=actor, subject=subject, regime=section.regime)
        except Refusal as refusal:
            raise Refusal([*refusal.blockers, award.winner_barred(winner.name)]) from refusal


def _candidate(section: Section, rank: int) -> Candidate:
    for candidate in candidates_of(section):
        if candidate.rank == rank:
            return candidate
    message = gettext_noop("没有排名第%(rank)s的中标候选人")
    raise Refusal(Blocker("award.no_candidate", message, rule="条例 53", params={"rank": str(rank)}, place="rank"))


def _facts(section: Section, chosen: Candidate) -> award.AwardFacts:
    publicity = newest(section, Notice.Kind.CANDIDATES)
    return award.AwardFacts(
        rank=chosen.rank,
        standing=chosen.out_at is None,
        above_out=[each.out_at is not None for each in candidates_of(section) if each.rank < chosen.rank],
        publicity_ends=publicity.ends_at if publicity else None,
        unanswered=unanswered_objections(section, RESULT).count(),
        state_controlled=section.tendering_project.project.state_controlled or section.regime == "GP",
    )


def _notice(section: Section, candidate: Candidate, reason: str, actor: Actor) -> Notice:
    rows = [
        ("中标人", f"{candidate.party.name}({candidate.party.number})"),
        ("中标金额", f"{candidate.price:.2f}元"),
        ("评标结果", f"第{candidate.rank}名 {candidate.total}"),
        ("定标理由", reason.strip()),
    ]
    return Notice.objects.create(
        section=section,
        round=section.round,
        kind=Notice.Kind.RESULT,
        title=f"{section.name}中标结果公告",
        body=[{"title": title, "text": text} for title, text in rows],
        state=Notice.State.SUBMITTED,
        submitted_at=now(),
        submitted_by_id=actor.account_id,
    )
