"""One active role at a time: switching it, for a browser's session with all its tabs, or for one bearer token."""

from django.db import transaction
from django.http import HttpRequest

from prequalified.actions.admission import choose_role
from prequalified.models import AccessToken
from prequalified.queries.actors import ROLE, bearer_digest
from prequalified.rules.log_in import ROLE_NOT_HELD
from runtime.refusal import Refusal
from signing.actions.append_entry import append_entry


def switch_role(*, request: HttpRequest, role: str) -> None:
    """Raises Refusal `role.not_held` or, after a password, `login.certificate_needed`."""
    actor = request.actor  # type: ignore[attr-defined]
    if not role:
        raise Refusal(ROLE_NOT_HELD, 403)
    role = choose_role(actor.party_id, role, actor.source.certificate)
    digest = bearer_digest(request.headers.get("Authorization", ""))
    with transaction.atomic():
        if digest:
            AccessToken.objects.filter(sha256=digest, revoked_at=None).update(role=role)
        else:
            request.session[ROLE] = role
        append_entry(
            kind="account.switched_role",
            subject=f"account:{actor.account_id}",
            body={"from": actor.role, "to": role},
            actor=actor,
            readers="supervisor",
        )
