"""A party's signature, checked against the authorities that the platform trusts."""

import datetime as dt

from runtime import clock
from runtime.refusal import Refusal
from signing.queries.trust import trust_store
from signing.rules import verdicts
from signing.rules.cades import Content, SignatureVerdict, verify_detached


def verify_signature(
    data: Content | None,
    signature: bytes,
    at: dt.datetime | None = None,
    party_number: str | None = None,
    *,
    digest: bytes | None = None,
    place: str = "",
) -> SignatureVerdict:
    """The good verdict; raises Refusal with the first reason otherwise (codes of `signing.rules.verdicts`).

    The certificate is judged at `at`; None means the signature's timestamp, or for one without it the present, for that
    is when the platform received it. Whoever must not accept an old signature (log-in) passes the present himself.
    `party_number` demands that the certificate is this holder's, by its authority's rule. `place` is the form field.
    """
    trust = trust_store()
    verdict = verify_detached(data, signature, trust, at, digest=digest)
    if verdict.code == "signature.no_moment":
        verdict = verify_detached(data, signature, trust, clock.now(), digest=digest)
    verdict.demand(place)
    if party_number is not None:
        demand_holder(verdict, party_number, place)
    return verdict


def demand_holder(verdict: SignatureVerdict, party_number: str, place: str = "") -> None:
    """Refusal `certificate.wrong_holder` or `certificate.no_number` unless the signer's certificate bears the number."""
    holder = verdict.holder
    if not holder.number:
        raise Refusal(verdicts.blocker("certificate.no_number", place, subject=holder.name))
    if holder.number != party_number.strip().upper():
        raise Refusal(verdicts.blocker("certificate.wrong_holder", place, found=holder.number, expected=party_number))
