"""Asking an RFC 3161 authority over HTTP (`--tsa URL`)."""

from functools import partial

import httpx

from signing.rules import verdicts
from signing.rules.timestamps import obtain

LARGEST_ANSWER = 1024 * 1024


def timestamp_from(url: str, digest: bytes, seconds: float = 20.0) -> bytes:
    """DER token over a SHA-256 digest. Raises Refusal `timestamp.unreachable|refused|unreadable|other_content`."""
    return obtain(digest, partial(_post, url, seconds))


def _post(url: str, seconds: float, request: bytes) -> bytes:
    headers = {"Content-Type": "application/timestamp-query"}
    try:
        answer = httpx.post(url, content=request, headers=headers, timeout=seconds)
        answer.raise_for_status()
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise verdicts.refusal("timestamp.unreachable", detail=str(error)) from error
    if len(answer.content) > LARGEST_ANSWER:
        raise verdicts.refusal("timestamp.unreadable")
    return answer.content
