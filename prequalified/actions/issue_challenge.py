"""Hand out a fresh text to be signed."""

import secrets
import uuid

from django.conf import settings

from prequalified.models import Challenge
from prequalified.rules import challenge
from runtime.clock import now


def issue_challenge(*, purpose: str, account_id: int | None = None) -> Challenge:
    """A challenge good for two minutes and one use; the beat clears old ones away."""
    moment = now()
    words = challenge.text(purpose, settings.PUBLIC_URL, secrets.token_hex(32), moment)
    return Challenge.objects.create(
        id=uuid.uuid4(), purpose=purpose, text=words, account_id=account_id, issued_at=moment
    )
