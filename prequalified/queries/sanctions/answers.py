"""Archived answers of the gate: who may see them, and how they are said."""

import datetime as dt
from typing import Any

from django.db.models import Q, QuerySet

from prequalified.models import GateAnswer, Party
from prequalified.queries.sanctions.standing import answer_for
from prequalified.rules.sanctions.gate import read_blocker
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.spoken import spoken

WATCHERS = frozenset({"staff", "supervisor"})
ASKERS = frozenset({"tenderer", "agency", "staff", "supervisor"})


def answers_seen(actor: Actor) -> QuerySet[GateAnswer]:
    """Staff and supervisors see all, others what they asked and what was answered about themselves.

    Who asks to deliver stays secret until the deadline, from staff and supervisors too (20号令 21).
    """
    own = Q(asked_by=actor.account_id or 0) | Q(party=actor.party_id or 0)
    rows = GateAnswer.objects.select_related("party", "asked_by__party")
    if actor.role in WATCHERS:
        return rows.filter(own | Q(shown_from=None) | Q(shown_from__lte=now()))
    return rows.filter(own)


def said_answer(answer: GateAnswer) -> dict[str, Any]:
    """Its reasons and warnings in the reader's language."""
    return {
        "id": answer.public_id,
        "allowed": answer.allowed,
        "reasons": spoken(read_blocker(reason) for reason in answer.reasons),
        "warnings": spoken(read_blocker(warning) for warning in answer.warnings),
        "day": answer.day.isoformat(),
    }


def said_standing(party: Party, gate: str) -> dict[str, Any]:
    """How things stand today, in the same words and not archived: for a page that shows and decides nothing."""
    found = answer_for(party, gate, "", day_of(now()))
    return {"allowed": found.allowed, "reasons": spoken(found.blockers), "warnings": spoken(found.warnings)}


def said_about(subject: str, gate: str, since: dt.datetime) -> dict[int, dict[str, Any]]:
    """The newest answer about each party at one gate, by party; one query."""
    rows = GateAnswer.objects.filter(subject=subject, gate=gate, at__gte=since, party__isnull=False).order_by("id")
    return {row.party_id: said_answer(row) for row in rows if row.party_id}
