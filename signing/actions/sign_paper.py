"""The platform signs: receipts, records, tree heads of sections."""

from signing.actions.open_platform_authority import open_platform_authority
from signing.actions.timestamp_digest import timestamp_digest
from signing.rules.cades import Content, sign_detached


def sign_detached_as_platform(content: Content | None, *, digest: bytes | None = None) -> bytes:
    """Detached CAdES-B-T (DER) by the platform's certificate over `content`, or over content whose SHA-256 is `digest`.

    Raises Refusal `timestamp.…` when a configured authority does not answer; nothing is signed without a timestamp.
    """
    signer = open_platform_authority().signer
    return sign_detached(content, signer, timestamp_digest, digest=digest)
