"""Spend a challenge: the signature over its text is checked at this moment, and it can never be spent again."""

import uuid

from django.db import transaction
from django.db.models import QuerySet

from prequalified.models import Challenge
from prequalified.rules import challenge
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.verify_signature import verify_signature
from signing.rules.cades import SignatureVerdict


def answer_challenge(
    *, challenge_id: str, purpose: str, signature: bytes, account_id: int | None = None
) -> SignatureVerdict:
    """The good verdict on the signature; raises Refusal `challenge.*`, `signature.*` or `certificate.*`.

    A challenge is spent by a wrong answer too: nobody tries keys against one text.
    """
    moment = now()
    row = _spend(challenge_id, purpose, account_id)
    return verify_signature(row.text.encode(), signature, moment, place="signature")


def _spend(challenge_id: str, purpose: str, account_id: int | None) -> Challenge:
    with transaction.atomic():
        row = _of(account_id).filter(pk=_key(challenge_id)).first()
        facts = row and challenge.ChallengeFacts(row.purpose, row.issued_at, row.used_at)
        refuse_if(challenge.blockers(facts or None, purpose, now()), 401)
        assert row is not None  # noqa: S101 (blockers refused None)
        row.used_at = now()
        row.save(update_fields=["used_at"])
    return row


def _of(account_id: int | None) -> QuerySet[Challenge]:
    rows = Challenge.objects.select_for_update()
    return rows.filter(account__isnull=True) if account_id is None else rows.filter(account_id=account_id)


def _key(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)
