"""Staff decide a yearly review; a failed one is reported as conduct, which proposes a suspension and never makes one."""

from django.db import transaction

from prequalified.actions.conduct.report_conduct import report_conduct
from prequalified.models import YearlyReview
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.reviews import decision_blockers
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("review.unknown", gettext_noop("没有这次复核。"), "预选名录管理办法 年度复核")


def decide_review(*, review_id: int, outcome: str, reasons: str, actor: Actor) -> YearlyReview:
    """`outcome`: passed or failed. Raises Refusal `review.decided` for the second of two."""
    with transaction.atomic():
        rows = YearlyReview.objects.select_for_update(of=("self",)).select_related(
            "admission__directory", "admission__party"
        )
        row = rows.filter(pk=review_id, admission__directory__centre__in=centres_of(actor)).first()
        if row is None:
            raise Refusal(UNKNOWN, 404)
        faults = [one for one in row.findings if one["blockers"]]
        handed_in, over = row.submitted_at is not None, day_of(now()) > row.due
        own = row.admission.party_id == actor.party_id
        refuse_if(decision_blockers(outcome, reasons, row.decided_at is not None, handed_in, over, faults, own))
        row.outcome, row.reasons = outcome, reasons.strip()[:20_000]
        row.decided_by_id, row.decided_at = actor.account_id, now()
        row.save()
        append_entry(
            kind=f"yearly_review.{outcome}",
            subject=f"admission:{row.admission.number}",
            body={"year": row.year, "reasons": row.reasons, "handed_in": handed_in},
            actor=actor,
        )
        if row.outcome == YearlyReview.Outcome.FAILED:
            _propose(row, actor)
    return row


def _propose(row: YearlyReview, actor: Actor) -> None:
    report_conduct(
        key=f"yearly_review:{row.pk}",
        kind="yearly_review_failed",
        party=row.admission.party,
        subject=f"admission:{row.admission.number}",
        facts={"year": row.year, "reasons": row.reasons, "proposes": "suspended"},
        source="directories",
        actor=actor,
    )
