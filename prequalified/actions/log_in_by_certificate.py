"""Log in with a CA certificate: a signature over a fresh challenge, by a certificate that is bound to a party."""

from prequalified.actions.admission import Admission
from prequalified.actions.answer_challenge import answer_challenge
from prequalified.models import Account, PartyCertificate
from prequalified.rules.log_in import NOT_BOUND
from runtime.refusal import Refusal

__all__ = ["Admission", "log_in_by_certificate"]


def log_in_by_certificate(*, challenge_id: str, signature: bytes) -> Admission:
    """Raises Refusal: `challenge.*` (stale, used, unknown), `signature.*`, `certificate.*` (expired, revoked, not bound)."""
    verdict = answer_challenge(challenge_id=challenge_id, purpose="log-in", signature=signature)
    bound = PartyCertificate.objects.filter(fingerprint=verdict.holder_fingerprint, unbound_at=None)
    row = bound.select_related("bound_by").first()
    account = _account(row) if row else None
    if account is None:
        raise Refusal(NOT_BOUND, 401)
    return Admission(account, verdict.holder_fingerprint)


def _account(bound: PartyCertificate) -> Account | None:
    """Who bound it; of a party whose binder is gone, the oldest account that is left."""
    who = bound.bound_by
    if who is not None and who.is_active and who.party_id == bound.party_id:
        return who
    return Account.objects.filter(party_id=bound.party_id, is_active=True).order_by("id").first()
