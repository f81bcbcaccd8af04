"""From the trustees' shares back to a bid's identity, and whose fault it is where that fails (protocol §4).

Too few or wrong shares give a wrong secret without any error, so every share is compared with what the bidder committed
to, and the rebuilt identity with its hash, before anything is done with it.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256

from runtime.refusal import Blocker, Refusal
from signing.rules import bid_faults as faults
from signing.rules.age_file import NotAge, is_identity, open_small
from signing.rules.seal import Seal, SealedShare, identity_hash
from signing.rules.shamir import combine
from signing.rules.statements import ShareRelease


class Fault(StrEnum):
    NOBODY = "nobody"
    BIDDER = "bidder"
    TRUSTEE = "trustee"
    UNPROVED = "unproved"


@dataclass(frozen=True, slots=True)
class ShareVerdict:
    """`share` is good when `fault` is NOBODY; otherwise it is empty and `blocker` says why."""

    place: int
    share: bytes
    fault: Fault
    blocker: Blocker | None = None


def judge_release(release: ShareRelease, seal: Seal, share_file: bytes) -> ShareVerdict:
    """Whether a posted share is the one committed to, and if not, at whose fault.

    `share_file` is the member `shares/<slug>.age` of the bid. The posted file key opens it before everybody's eyes: what
    comes out is what the bidder sealed. Raises Refusal `share.no_place` for a place that the bid does not have.
    """
    committed = seal.share_at(release.place)
    if committed is None:
        raise faults.refusal("share.no_place", trustee=str(release.place))
    if sha256(release.share).hexdigest() == committed.sha256:
        return ShareVerdict(release.place, release.share, Fault.NOBODY)
    fault, code = _whose(release, committed, share_file)
    blocker = faults.blocker(code, committed.member, slug=committed.trustee.slug)
    return ShareVerdict(release.place, b"", fault, blocker)


def _whose(release: ShareRelease, committed: SealedShare, share_file: bytes) -> tuple[Fault, str]:
    """For a posted share that is not the one committed to. An empty one states that it cannot be read."""
    try:
        sealed = open_small(share_file, release.file_key)
    except NotAge:
        if not release.share:
            return Fault.UNPROVED, "share.unreadable"
        return (Fault.TRUSTEE, "share.posted_otherwise") if release.file_key else (Fault.UNPROVED, "share.unproved")
    if sha256(sealed).hexdigest() != committed.sha256:
        return Fault.BIDDER, "share.committed_wrongly"
    return Fault.TRUSTEE, "share.posted_otherwise"


def cause_of_failure(verdicts: Iterable[ShareVerdict], seal: Seal) -> Fault:
    """Why a bid below its threshold cannot be opened: BIDDER (revoked, 撤销) or TRUSTEE (withdrawn, 撤回).

    The bidder's, if the shares it spoilt leave fewer than k. What k trustees or more say of their shares without proof
    is believed, for fewer than k of them are taken to collude; that is what sealing to k of n rests on.
    """
    faults_found = [verdict.fault for verdict in verdicts]
    unproved = faults_found.count(Fault.UNPROVED)
    spoilt = faults_found.count(Fault.BIDDER) + (unproved if unproved >= seal.k else 0)
    return Fault.BIDDER if spoilt > seal.n - seal.k else Fault.TRUSTEE


def rebuild_identity(shares: Mapping[int, bytes] | Iterable[bytes], seal: Seal) -> str:
    """The bid's identity (`AGE-SECRET-KEY-1…`) from at least k good shares, given by place or in any order.

    Raises Refusal: `share.damaged` / `share.foreign` for each share that is not one committed to, `share.too_few`,
    `identity.committed_wrongly` where all shares are right and the identity is not (the bidder's fault).
    """
    good, blockers = _sort(shares, seal)
    if len(good) < seal.k or not good:
        few = faults.blocker("share.too_few", found=str(len(good)), expected=str(seal.k))
        raise Refusal([*blockers, few])
    if blockers:
        raise Refusal(blockers)
    try:
        identity = combine([good[place] for place in sorted(good)][: seal.k]).decode("ascii")
        return check_identity(identity, seal)
    except (ValueError, Refusal) as error:
        raise faults.refusal("identity.committed_wrongly") from error


def _sort(shares: Mapping[int, bytes] | Iterable[bytes], seal: Seal) -> tuple[dict[int, bytes], list[Blocker]]:
    given = list(shares.items()) if isinstance(shares, Mapping) else [(0, share) for share in shares]
    good: dict[int, bytes] = {}
    blockers: list[Blocker] = []
    for place, share in given:
        digest = sha256(share).hexdigest()
        match = [known for known in seal.shares if known.sha256 == digest and place in (0, known.trustee.place)]
        if match:
            good[match[0].trustee.place] = share
        else:
            blockers.append(_stranger(seal.share_at(place)))
    return good, blockers


def _stranger(expected: SealedShare | None) -> Blocker:
    if expected is None:
        return faults.blocker("share.foreign")
    return faults.blocker("share.damaged", expected.member, slug=expected.trustee.slug)


def check_identity(identity: str, seal: Seal) -> str:
    """The identity itself if it is the one committed to; raises Refusal `identity.mismatch`."""
    text = identity.strip()
    if identity_hash(text) != seal.identity_sha256 or not is_identity(text):
        raise faults.refusal("identity.mismatch")
    return text
