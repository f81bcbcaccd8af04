"""Newer revocation lists, from the addresses that staff entered."""

import logging

import httpx

from signing.actions.refresh_crls import refresh_crls
from signing.models import TrustedAuthority
from signing.rules.certificates import read_crls

LARGEST_LIST = 64 * 1024 * 1024
SECONDS = 20.0
_log = logging.getLogger(__name__)


def fetch_crls() -> int:
    """Fetch the lists of every CA that has addresses; returns how many were new. Slow I/O: a task, never in a request.

    Delivered twice it fetches twice and changes nothing the second time. A CA that does not answer is logged; its old
    lists stay, and signatures are refused once those expire (`certificate.crl_expired`), never waved through.
    """
    count = 0
    for authority in TrustedAuthority.objects.exclude(crl_urls=""):
        for url in authority.crl_urls.split():
            try:
                count += refresh_crls(authority=authority, crls=_fetch(url))
            except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
                _log.warning("revocation list of %s at %s: %s", authority.name, url, error)
    return count


def _fetch(url: str) -> list[bytes]:
    data = bytearray()
    with httpx.stream("GET", url, timeout=SECONDS, follow_redirects=True) as answer:
        answer.raise_for_status()
        for part in answer.iter_bytes():
            data += part
            if len(data) > LARGEST_LIST:
                raise ValueError("larger than 64 MiB")
    return read_crls(bytes(data))
