"""Evaluation hands its result over: the ranking, the report it stands in, the candidates (T53; CTS A-145, B-026)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from django.db import transaction

from prequalified.models import Party
from runtime.actor import Actor
from runtime.clock import stamp
from runtime.outbox import announce
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.lock_section import lock_section
from tendering.actions.move_section import move_section
from tendering.models import Candidate, Ranking, Section, SectionState
from tendering.queries.bids import opened_bids
from tendering.queries.rule_sets import rules_for
from tendering.rules import award, lifecycle


def record_ranking(
    *,
    section: Section,
    ranking: Sequence[Mapping[str, Any]],
    report_sha256: str,
    reported_at: dt.datetime,
    actor: Actor,
) -> Ranking:
    """`ranking`: for every opened bid `{"bidder": number, "name", "rank": 1… or None for a rejected one, "price", "total",
    "reason"}` with money and totals as strings. May run inside evaluation's own transaction. Raises Refusal.
    """
    rows = award.read_ranking(ranking)
    with transaction.atomic():
        locked = lock_section(section)
        refuse_if(lifecycle.blockers(locked.state, SectionState.EVALUATED))
        refuse_if(award.ranking_blockers(rows, [each.bid.bidder.number for each in opened_bids(locked)]))
        made = Ranking.objects.create(
            section=locked,
            round=locked.round,
            number=locked.rankings.filter(round=locked.round).count() + 1,
            rows=[dict(row) for row in ranking],
            report_sha256=report_sha256,
            reported_at=reported_at,
        )
        figure = rules_for(locked, reported_at).figure("candidates")
        chosen = award.candidate_rows(rows, int(figure.value) if figure else 3)
        parties = {party.number: party for party in Party.objects.filter(number__in=[row.bidder for _, row in chosen])}
        for rank, row in chosen:
            Candidate.objects.create(
                ranking=made, section=locked, party=parties[row.bidder], rank=rank, price=row.price, total=row.total
            )
        move_section(locked, SectionState.EVALUATED, actor=actor)
        append_entry(
            kind="ranking.recorded",
            subject=f"section:{locked.code}",
            body={"number": made.number, "report": report_sha256, "reported": stamp(reported_at), "rows": made.rows},
            actor=actor,
            readers="party",
        )
        announce(f"section:{locked.code}", "moved", {"state": locked.state})
    section.state = locked.state
    return made
