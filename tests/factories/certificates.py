"""Authorities and holders for tests: real keys, made once a run."""

import datetime as dt
from functools import cache

from signing.rules import demo_ca
from signing.rules.certificates import TrustStore
from signing.rules.demo_numbers import organisation_number
from signing.rules.signing_key import SigningKey
from signing.rules.timestamps import issue_timestamp, obtain

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)
NUMBER = organisation_number(1)


@cache
def authority(suite: str = "rsa") -> demo_ca.DemoCA:
    """Shared by the whole run: revoke nothing in it (make one of your own with `demo_ca.make_ca`)."""
    return demo_ca.make_ca(f"测试机构 {suite}", suite)


@cache
def holder(suite: str = "rsa", name: str = "甲建设有限公司", number: str = NUMBER) -> SigningKey:
    return authority(suite).issue(name, number)


@cache
def trust() -> TrustStore:
    """Both shared authorities."""
    return TrustStore(tuple(authority(suite).authority(NOW - DAY) for suite in ("rsa", "ecdsa")))


def stamper(tsa: SigningKey, at: dt.datetime = NOW):
    """What `sign_detached` takes as its timestamper."""
    return lambda digest: obtain(digest, lambda request: issue_timestamp(request, tsa, 20261121, at))
