"""Staff check whether a commitment was kept; a broken one is reported as conduct, which proposes removal and never makes it."""

from django.db import transaction

from prequalified.actions.conduct.report_conduct import report_conduct
from prequalified.models import Admission, Commitment
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.reviews import commitment_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("commitment.unknown", gettext_noop("没有这项承诺。"), "预选名录管理办法 告知承诺")


def check_commitment(*, commitment_id: int, outcome: str, note: str, actor: Actor) -> Commitment:
    """`outcome`: kept or broken. Raises Refusal `commitment.checked` for the second of two."""
    with transaction.atomic():
        rows = Commitment.objects.select_for_update(of=("self",)).select_related(
            "request__party", "request__call__directory"
        )
        row = rows.filter(pk=commitment_id, request__call__directory__centre__in=centres_of(actor)).first()
        if row is None:
            raise Refusal(UNKNOWN, 404)
        refuse_if(commitment_blockers(outcome, note, row.checked_at is not None))
        row.outcome, row.note = outcome, note.strip()[:20_000]
        row.checked_by_id, row.checked_at = actor.account_id, now()
        row.save()
        append_entry(
            kind=f"commitment.{outcome}",
            subject=f"admission_request:{row.request.number}",
            body={"condition": row.key, "note": row.note, "party": row.request.party.number},
            actor=actor,
        )
        if row.outcome == Commitment.Outcome.BROKEN:
            _propose(row, actor)
    return row


def _propose(row: Commitment, actor: Actor) -> None:
    admission = Admission.objects.filter(party=row.request.party, directory=row.request.call.directory).first()
    report_conduct(
        key=f"commitment:{row.pk}",
        kind="commitment_broken",
        party=row.request.party,
        subject=f"admission:{admission.number}" if admission else f"admission_request:{row.request.number}",
        facts={"condition": row.key, "committed": row.text, "found": row.note, "proposes": "removed"},
        source="directories",
        actor=actor,
    )
