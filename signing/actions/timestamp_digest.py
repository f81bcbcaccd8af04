"""A trusted timestamp over a digest: from the configured RFC 3161 authority, or from the platform's own."""

import secrets

import httpx
from django.conf import settings

from runtime import clock
from signing.actions.open_platform_authority import open_platform_authority
from signing.rules import verdicts
from signing.rules.timestamps import issue_timestamp, obtain

SECONDS = 10.0


def timestamp_digest(sha256: bytes) -> bytes:
    """DER token over a SHA-256 digest. With settings.TIMESTAMP_URL this is slow I/O: keep it outside a transaction.

    Raises Refusal `timestamp.unreachable|refused|unreadable|other_content`.
    """
    return obtain(sha256, _from_network if settings.TIMESTAMP_URL else answer_timestamp_request)


def answer_timestamp_request(request_der: bytes) -> bytes:
    """What the platform's own authority answers (DER TimeStampResp); a rejection for a bad request, never an error."""
    identity = open_platform_authority()
    # 159 random bits never repeat, and need no counter that two processes would have to share (RFC 3161 2.4.2).
    return issue_timestamp(request_der, identity.tsa, secrets.randbits(159) | 1, clock.now())


def _from_network(request_der: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        answer = httpx.post(settings.TIMESTAMP_URL, content=request_der, headers=headers, timeout=SECONDS)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise verdicts.refusal("timestamp.unreachable", detail=str(error)) from error
    return answer.content
