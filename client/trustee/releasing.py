"""`trustee release`: decrypt one's share of a bid here, and sign what comes out. The trustee's identity never leaves."""

import datetime as dt
from dataclasses import dataclass

import pyrage

from client.bidding.tender_file import Tender
from runtime.clock import read_stamp, stamp
from runtime.refusal import Refusal
from signing.rules import bid_faults as faults
from signing.rules.age_file import NotAge, file_key, open_small
from signing.rules.bid_identity import ShareVerdict, judge_release
from signing.rules.cades import SigningKey, sign_detached
from signing.rules.seal import Seal, SealedShare
from signing.rules.statements import LONGEST_SHARE, Bidding, IdentityRelease, ShareRelease, SignedStatement


@dataclass(frozen=True, slots=True)
class Released:
    """`verdict` is what anybody will say of the release; a share that the bidder spoilt is released all the same."""

    release: ShareRelease
    signed: SignedStatement
    verdict: ShareVerdict


def demand_deadline_passed(tender: Tender, now: dt.datetime) -> None:
    """An honest trustee is not to be talked into an early release. Raises Refusal `release.too_early`."""
    try:
        deadline = read_stamp(tender.content["times"]["deadline"])
    except (KeyError, TypeError, ValueError) as error:
        raise faults.refusal("release.foreign", field="times.deadline") from error
    if now < deadline:
        raise faults.refusal("release.too_early", deadline=stamp(deadline))


def place_of(seal: Seal, identity: str) -> SealedShare:
    """The share sealed to this identity's recipient. Raises Refusal `share.no_place`."""
    recipient = str(pyrage.x25519.Identity.from_str(identity).to_public())
    for share in seal.shares:
        if share.trustee.recipient == recipient:
            return share
    raise Refusal(faults.blocker("share.no_place", trustee=recipient))


def release_share(seal: Seal, sha256: str, share_file: bytes, identity: str, signer: SigningKey) -> Released:
    """The trustee's share of the bid `sha256`, with the file key that proves it, signed.

    `share_file` is the bid's member for this trustee. What cannot be read is stated as such: an empty share.
    """
    place = place_of(seal, identity).trustee.place
    share, key = _open(share_file, identity)
    release = ShareRelease(Bidding.of(seal, sha256), place, share, key)
    signed = SignedStatement(release.as_bytes(), sign_detached(release.as_bytes(), signer))
    return Released(release, signed, judge_release(release, seal, share_file))


def _open(share_file: bytes, identity: str) -> tuple[bytes, bytes]:
    try:
        key = file_key(share_file, identity)
    except NotAge:
        return b"", b""
    try:
        share = open_small(share_file, key)
    except NotAge:
        return b"", key
    return (share if len(share) <= LONGEST_SHARE else b""), key


def release_identity(seal: Seal, sha256: str, identity: str, signer: SigningKey) -> SignedStatement:
    """A bidder's own identity, signed (modes bidder and both)."""
    statement = IdentityRelease(Bidding.of(seal, sha256), identity).as_bytes()
    return SignedStatement(statement, sign_detached(statement, signer))
