"""Who was let in by which proof, and the role they get: what all ways of logging in have in common."""

from dataclasses import dataclass

from prequalified.models import Account
from prequalified.permissions import CERTIFICATE_NEEDED
from prequalified.queries.actors import actor_of, verified_roles
from prequalified.rules.log_in import READING_ROLES, ROLE_NOT_HELD
from runtime.actor import Source
from runtime.refusal import Refusal
from signing.actions.append_entry import append_entry


@dataclass(frozen=True)
class Admission:
    """Who may come in, and the certificate (SHA-256, hex) that proved it; empty after a password."""

    account: Account
    certificate: str


def choose_role(party_id: int | None, wanted: str, certificate: str) -> str:
    """The wanted role if it is verified; without a wish the first that may be had so; "" for who has none.

    After a password only reading roles may be had: Refusal `login.certificate_needed` for the others.
    """
    held = verified_roles(party_id) if party_id else []
    if wanted and wanted not in held:
        raise Refusal(ROLE_NOT_HELD, 403)
    open_ones = [role for role in held if certificate or role in READING_ROLES]
    if wanted and wanted not in open_ones:
        raise Refusal(CERTIFICATE_NEEDED, 403)
    return wanted or (open_ones[0] if open_ones else "")


def record_log_in(admission: Admission, role: str, source: Source) -> None:
    """Every log-in stands in the journal (20号令 49), readable by supervisors."""
    account = admission.account
    body = {"way": "certificate" if admission.certificate else "password", "role": role}
    append_entry(
        kind="account.logged_in",
        subject=f"account:{account.pk}",
        body=body,
        actor=actor_of(account, role, source),
        readers="supervisor",
    )
