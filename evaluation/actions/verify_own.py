"""Checks that a member really signed something with an own certificate. Slow (path, revocation): never inside a transaction."""

from evaluation.models import CommitteeMember
from runtime.clock import now
from signing.actions.verify_signature import verify_signature


def verify_own(member: CommitteeMember, data: bytes, signature: bytes) -> str:
    """The fingerprint of the member's certificate. Raises Refusal: invalid, other content, expired, revoked, wrong holder."""
    verdict = verify_signature(data, signature, at=now(), party_number=member.party.number)
    return verdict.holder_fingerprint
