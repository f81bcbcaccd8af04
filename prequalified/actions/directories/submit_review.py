"""The firm brings its facts up to date for the yearly review, confirms and signs them; every condition is checked again."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from prequalified.actions.directories.state_request import Stated, state_review
from prequalified.models import ConditionSet, YearlyReview
from prequalified.rules.directories.requests import fact_blockers
from prequalified.rules.directories.reviews import hand_in_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.canonical import canonical

NOT_YOURS = Blocker("review.unknown", gettext_noop("没有这次复核，或它不属于您。"), "预选名录管理办法 年度复核")
NO_CONDITIONS = Blocker("conditions.not_published", gettext_noop("名录还没有公布入库条件。"), "预选名录管理办法")


def conditions_of(review: YearlyReview) -> ConditionSet:
    """The newest published conditions: a firm must meet what is asked today. Refusal where there are none."""
    rows = ConditionSet.objects.filter(directory=review.admission.directory).exclude(published_at=None)
    newest = rows.order_by("-version").first()
    if newest is None:
        raise Refusal(NO_CONDITIONS)
    return newest


def edit_review(*, review_id: int, facts: dict[str, Any], committed: Sequence[str], actor: Actor) -> YearlyReview:
    """Keeps what was filled in; as `edit_request`."""
    with transaction.atomic():
        row = _lock(review_id, actor)
        keys = frozenset(one["key"] for one in conditions_of(row).conditions["conditions"])
        kept = {key: fact for key, fact in facts.items() if key in keys} if isinstance(facts, dict) else facts
        refuse_if(fact_blockers(kept, keys), 422)
        row.facts, row.committed = kept, sorted(set(committed) & keys)
        row.save(update_fields=["facts", "committed"])
    return row


def stated_review(review: YearlyReview) -> Stated:
    return state_review(review, conditions_of(review))


def submit_review(*, review_id: int, signature: bytes, actor: Actor) -> YearlyReview:
    """Handed in with whatever the check finds: the staff decide, and a firm that fell short can still say so truthfully.

    Raises Refusal where the signature does not hold, or it was handed in or decided already.
    """
    with transaction.atomic():
        row = _lock(review_id, actor)
        stated = stated_review(row)
        verdict = verify_signature(
            canonical(stated.statement), signature, now(), party_number=row.admission.party.number, place="signature"
        )
        row.statement, row.signature, row.certificate = stated.statement, signature, verdict.holder_fingerprint
        row.findings = stated.data
        row.submitted_by_id, row.submitted_at = actor.account_id, now()
        row.save()
        append_entry(
            kind="yearly_review.submitted",
            subject=f"admission:{row.admission.number}",
            body={
                "year": row.year, "statement": stated.statement,
                "verdicts": {one.key: one.verdict.value for one in stated.findings},
            },
            actor=actor,
            readers="supervisor",
        )  # fmt: skip
    return row


def _lock(review_id: int, actor: Actor) -> YearlyReview:
    rows = YearlyReview.objects.select_for_update(of=("self",)).select_related(
        "admission__directory__centre", "admission__party"
    )
    row = rows.filter(pk=review_id, admission__party_id=actor.party_id or 0).first()
    if row is None:
        raise Refusal(NOT_YOURS, 404)
    refuse_if(hand_in_blockers(row.submitted_at is not None, row.decided_at is not None))
    return row
