"""`bid seal`: the inner container is encrypted to a fresh identity, the identity split among the trustees, all of it signed.

Nobody but this client ever holds the identity: no dealer, no platform key. The bidder keeps it in a passphrase-protected
file, written before the bid is, so that no bid exists whose key is lost.
"""

from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import pyrage

from client.bidding.keeping import keep_identity
from client.bidding.machine import CLIENT
from client.bidding.signatures import signature_only, signing_with
from runtime import clock
from runtime.refusal import Refusal
from signing.rules import bid_faults as faults
from signing.rules.cades import SigningKey, Timestamper
from signing.rules.certificates import Holder, holder_of
from signing.rules.container_layout import Limits
from signing.rules.container_writer import ContainerWriter, MemberWriter
from signing.rules.containers import read_container
from signing.rules.inner_bid import check_inner
from signing.rules.payload import encrypt_payload
from signing.rules.seal import PAYLOAD, SEAL, Seal, SealedShare, Trustee, identity_hash
from signing.rules.sealed_bid import CheckedBid, check_container, suite_of
from signing.rules.shamir import split
from signing.rules.tender_terms import LARGEST, TenderTerms

Progress = Callable[[int], object]
SealShare = Callable[[Trustee, bytes], bytes]


@dataclass(frozen=True, slots=True)
class Sealed:
    """`checked`: the finished bid, read again from the disk with the platform's own checks."""

    path: Path
    identity_path: Path
    checked: CheckedBid


def seal_share(trustee: Trustee, share: bytes) -> bytes:
    """One trustee's share, encrypted by age to its recipient."""
    return pyrage.encrypt(share, [pyrage.x25519.Recipient.from_str(trustee.recipient)])


def seal_bid(
    inner: Path,
    terms: TenderTerms,
    signer: SigningKey,
    out: Path,
    identity_path: Path,
    passphrase: str,
    *,
    timestamper: Timestamper | None = None,
    sealing_share: SealShare = seal_share,
    progress: Progress = lambda size: None,
) -> Sealed:
    """Seal an inner container by the tender's terms. `progress` hears of three passes over the inner's size.

    Raises Refusal where the inner container is not what the tender demands or not this signer's own (`inner.*`,
    `bid.signer_differs`), Unusable where the identity cannot be kept. On an error neither file stays behind.
    """
    holder = holder_of(signer.cert_der)
    read = read_container(inner, Limits(size=LARGEST), progress=progress)
    made = check_inner(read, signature_only, terms, holder.number)
    _demand_same_signer(made.signature.holder.number, holder)
    identity, now = str(pyrage.x25519.Identity.generate()), clock.now()
    keep_identity(identity_path, identity, passphrase, f"{terms.tender} {terms.section} {out.name}", now)
    draft = out.with_name(out.name + ".draft")
    try:
        with ContainerWriter(draft, Limits(size=terms.size_limit)) as container:
            with container.member(PAYLOAD) as payload:
                inner_sha256 = encrypt_payload(inner, identity, payload, progress)
            shares = _add_shares(container, identity, terms, sealing_share)
            seal = _seal(terms, holder, suite_of(signer.cert_der), identity, payload, inner_sha256, shares)
            container.add(SEAL, seal.as_bytes())
            container.sign(signing_with(signer, timestamper))
        checked = check_container(draft, signature_only, terms, holder.number, progress)
        draft.replace(out)
    except BaseException:
        identity_path.unlink(missing_ok=True)
        raise
    finally:
        draft.unlink(missing_ok=True)
    return Sealed(out, identity_path, checked)


def _demand_same_signer(found: str, holder: Holder) -> None:
    if not holder.number or found != holder.number:
        raise Refusal(faults.blocker("bid.signer_differs", found=found, expected=holder.number))


def _add_shares(
    container: ContainerWriter, identity: str, terms: TenderTerms, sealing_share: SealShare
) -> tuple[SealedShare, ...]:
    if not terms.trustees:
        return ()
    shares = split(identity.encode("ascii"), terms.k, terms.n)
    sealed = []
    for trustee, share in zip(terms.trustees, shares, strict=True):
        entry = SealedShare(trustee, sha256(share).hexdigest())
        container.add(entry.member, sealing_share(trustee, share))
        sealed.append(entry)
    return tuple(sealed)


def _seal(
    terms: TenderTerms,
    holder: Holder,
    suite: str,
    identity: str,
    payload: MemberWriter,
    inner_sha256: str,
    shares: tuple[SealedShare, ...],
) -> Seal:
    return Seal(
        suite=suite,
        tender=terms.tender,
        section=terms.section,
        round=terms.round,
        document=terms.document,
        bidder_name=holder.name,
        bidder_number=holder.number,
        made_at=clock.stamp(clock.now()),
        client=CLIENT,
        payload_size=payload.size,
        payload_sha256=payload.sha256,
        inner_sha256=inner_sha256,
        identity_sha256=identity_hash(identity),
        mode=terms.mode,
        k=terms.k,
        n=terms.n,
        shares=shares,
    )
