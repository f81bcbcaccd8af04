"""A bearer token of the API for an admitted person, with one role active in it."""

import datetime as dt
import secrets

from django.db import transaction

from prequalified.actions.admission import Admission, choose_role, record_log_in
from prequalified.models import AccessToken
from prequalified.queries.actors import token_digest, token_name
from runtime.actor import Source
from runtime.clock import now

__all__ = ["Admission", "open_access"]
LIFE = dt.timedelta(hours=12)


def open_access(*, admission: Admission, role: str, address: str) -> tuple[str, AccessToken]:
    """A new token (its text is shown once, only the hash is kept) and its row. Journalled.

    `role`: the one to act in; the first that may be had when empty. Raises Refusal `role.not_held` or
    `login.certificate_needed`.
    """
    text = secrets.token_urlsafe(32)
    account, digest = admission.account, token_digest(text)
    role = choose_role(account.party_id, role, admission.certificate)
    with transaction.atomic():
        AccessToken.objects.filter(account=account, expires_at__lt=now()).delete()
        row = AccessToken.objects.create(
            sha256=digest, account=account, role=role, certificate=admission.certificate,
            created_at=now(), expires_at=now() + LIFE,
        )  # fmt: skip
        record_log_in(admission, role, Source(address, token_name(digest), admission.certificate))
    return text, row
