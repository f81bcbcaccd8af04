"""Checks a sealed bid (`*.bid`) before anybody can open it: form, digests, signature, seal, and whether it belongs here.

On arrival a server feeds a `ContainerHasher` and hands the result to `check_received`; from a file `check_container` does
both. Nothing is read twice. Protocol §2; unsealed, altered, unsigned or foreign bids are refused (20号令 26).
"""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import rsa

from runtime.refusal import Blocker, refuse_if
from signing.rules import bid_faults as faults
from signing.rules.age_file import VERSION, NotAge, read_header
from signing.rules.asic_manifest import MANIFEST, SIGNATURE, check_manifest
from signing.rules.cades import SignatureVerdict, verify_detached
from signing.rules.certificates import TrustStore
from signing.rules.containers import Container, Limits, read_container
from signing.rules.seal import PAYLOAD, SEAL, Seal, read_seal
from signing.rules.tender_terms import TenderTerms
from signing.rules.zip_profile import MIMETYPE_NAME

Verify = Callable[[bytes, bytes], SignatureVerdict]  # content, detached signature → verdict

__all__ = ["CheckedBid", "Verify", "check_container", "check_received", "verifier"]


@dataclass(frozen=True, slots=True)
class CheckedBid:
    """A bid that may be accepted. `sha256` (hex) is over the whole container; it names the bid from now on."""

    seal: Seal
    sha256: str
    size: int
    signature: SignatureVerdict
    container: Container


def verifier(trust: TrustStore, at: dt.datetime | None = None) -> Verify:
    """Signatures against a trust store at a moment (None: the signature's own timestamp)."""
    return lambda content, signature: verify_detached(content, signature, trust, at)


def check_container(
    path: Path,
    verify: Verify,
    terms: TenderTerms | None = None,
    bidder: str = "",
    progress: Callable[[int], object] = lambda size: None,
) -> CheckedBid:
    """Read and check a bid from a file; see `check_received`."""
    limits = Limits(size=terms.size_limit) if terms else Limits()
    return check_received(read_container(path, limits, progress=progress), verify, terms, bidder)


def check_received(
    container: Container, verify: Verify, terms: TenderTerms | None = None, bidder: str = ""
) -> CheckedBid:
    """Check a bid whose bytes were read: every digest, the signature, the seal, and against the tender's terms.

    `bidder`: USCC of the party that delivers it. Raises Refusal with every reason of the first stage that fails:
    `container.*`, `signature.*`/`certificate.*`/`timestamp.*`, `seal.*`, `bid.*`.
    """
    manifest = check_manifest(container)
    refuse_if(list(_unsealed(container)))
    signature = verify(manifest, container.content(SIGNATURE)).demand(SIGNATURE)
    seal = read_seal(container.content(SEAL))
    refuse_if([*_inconsistent(container, seal), *_signer_differs(seal, signature)])
    refuse_if([*(_foreign(seal, terms) if terms else ()), *_wrong_bidder(seal, bidder)])
    return CheckedBid(seal, container.sha256, container.size, signature, container)


def _unsealed(container: Container) -> Iterator[Blocker]:
    """A payload that is no age file lies open to everybody."""
    payload = container.members.get(PAYLOAD)
    if payload is None or payload.head != VERSION[: len(payload.head)] or payload.size <= len(VERSION):
        yield faults.blocker("bid.unsealed", PAYLOAD)
    for name in container.members:
        if name.startswith("shares/") and not _sealed_share(container.content(name)):
            yield faults.blocker("bid.unsealed", name)


def _sealed_share(data: bytes) -> bool:
    try:
        header = read_header(data)
    except NotAge:
        return False
    return sum(stanza.arguments[0] == "X25519" for stanza in header.stanzas) == 1


def _inconsistent(container: Container, seal: Seal) -> Iterator[Blocker]:
    """The seal speaks of exactly these members and this payload."""
    expected = {MIMETYPE_NAME, SEAL, PAYLOAD, MANIFEST, SIGNATURE, *(share.member for share in seal.shares)}
    for name in container.members:
        if name not in expected:
            yield faults.blocker("bid.unexpected_member", name)
    for name in expected - container.members.keys():
        yield faults.blocker("bid.missing_member", name)
    payload = container.members[PAYLOAD]
    if (payload.size, payload.sha256) != (seal.payload_size, seal.payload_sha256):
        yield faults.blocker("bid.payload_differs", PAYLOAD)


def _signer_differs(seal: Seal, signature: SignatureVerdict) -> Iterator[Blocker]:
    holder = signature.holder
    if holder.number != seal.bidder_number:
        yield faults.blocker("bid.signer_differs", SEAL, found=holder.number, expected=seal.bidder_number)
    if suite_of(signature.signer_cert_der) != seal.suite:
        yield faults.blocker("bid.suite_differs", SEAL, found=seal.suite)


def suite_of(cert_der: bytes) -> str:
    """The suite that a signer's key stands for."""
    key = x509.load_der_x509_certificate(cert_der).public_key()
    return "rsa-sha256" if isinstance(key, rsa.RSAPublicKey) else "ecdsa-p256-sha256"


def _foreign(seal: Seal, terms: TenderTerms) -> Iterator[Blocker]:
    pairs = {
        "bid.wrong_tender": (seal.tender, terms.tender),
        "bid.wrong_section": (seal.section, terms.section),
        "bid.wrong_round": (str(seal.round), str(terms.round)),
        "bid.wrong_mode": (f"{seal.mode} {seal.k}/{seal.n}", f"{terms.mode} {terms.k}/{terms.n}"),
    }
    for code, (found, expected) in pairs.items():
        if found != expected:
            yield faults.blocker(code, SEAL, found=found, expected=expected)
    if tuple(share.trustee for share in seal.shares) != terms.trustees:
        yield faults.blocker("bid.wrong_trustees", SEAL)


def _wrong_bidder(seal: Seal, bidder: str) -> Iterator[Blocker]:
    if bidder and seal.bidder_number != bidder:
        yield faults.blocker("bid.wrong_bidder", SEAL, found=seal.bidder_number, expected=bidder)
