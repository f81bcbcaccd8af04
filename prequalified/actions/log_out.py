"""Go out: the token or session ends at once."""

from django.contrib.auth import logout
from django.db import transaction
from django.http import HttpRequest

from prequalified.models import AccessToken
from prequalified.queries.actors import bearer_digest
from runtime.clock import now
from signing.actions.append_entry import append_entry


def log_out(*, request: HttpRequest) -> None:
    """For who is not logged in nothing happens."""
    actor = request.actor  # type: ignore[attr-defined]
    if actor.account_id is None:
        return
    digest = bearer_digest(request.headers.get("Authorization", ""))
    with transaction.atomic():
        if digest:
            AccessToken.objects.filter(sha256=digest).update(revoked_at=now())
        else:
            logout(request)
        subject = f"account:{actor.account_id}"
        append_entry(kind="account.logged_out", subject=subject, body={}, actor=actor, readers="supervisor")
