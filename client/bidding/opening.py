"""`bid open`: with the bidder's identity or enough trustees' shares, without any server."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from client.bidding.signatures import signature_only
from client.output import Unusable, read_bytes
from runtime.refusal import Refusal
from signing.rules.bid_identity import check_identity, judge_release, rebuild_identity
from signing.rules.containers import Container, copy_members
from signing.rules.inner_bid import Inner, check_inner
from signing.rules.payload import open_payload
from signing.rules.sealed_bid import CheckedBid
from signing.rules.statements import Bidding, ShareRelease, read_release, read_signed

INNER = "inner.asice"
_LARGEST_SHARE = 256 << 10


@dataclass(frozen=True, slots=True)
class Opened:
    folder: Path
    container: Container
    inner: Inner


def identity_from_shares(bid: CheckedBid, paths: Sequence[Path]) -> str:
    """The identity from share files as `trustee release` writes them; a bare share of binary bytes will do too.

    Raises Refusal naming each share that is not for this bid or not as committed, and at whose fault; `share.too_few`.
    """
    good: dict[int, bytes] = {}
    bare: list[bytes] = []
    blockers = []
    for path in paths:
        data = read_bytes(path, _LARGEST_SHARE)
        if not data.lstrip().startswith(b"{"):
            bare.append(data)
            continue
        release = read_release(read_signed(data).statement, Bidding.of(bid.seal, bid.sha256))
        if not isinstance(release, ShareRelease):
            raise Unusable(f"{path}：不是受托人的份额")
        sealed = bid.seal.share_at(release.place)
        verdict = judge_release(release, bid.seal, bid.container.content(sealed.member) if sealed else b"")
        if verdict.blocker:
            blockers.append(verdict.blocker)
        else:
            good[release.place] = verdict.share
    try:
        if bare:
            return rebuild_identity([*good.values(), *bare], bid.seal)
        return rebuild_identity(good, bid.seal)
    except Refusal as refusal:
        raise Refusal([*blockers, *refusal.blockers]) from refusal


def open_bid(
    path: Path, bid: CheckedBid, identity: str, folder: Path, progress: Callable[[int], object] = lambda size: None
) -> Opened:
    """Decrypt into `folder`: `inner.asice` and its members as files below `inner/`. Checks all that is inside.

    Raises Refusal `identity.mismatch`, `payload.*`, `container.*`, `inner.*`, `signature.*`.
    """
    folder.mkdir(parents=True, exist_ok=True)
    target, members = folder / INNER, folder / "inner"
    if target.exists() or members.exists():
        raise Unusable(f"{folder}：已有打开过的内容")
    container = open_payload(path, check_identity(identity, bid.seal), target, bid.seal, bid.sha256, progress=progress)
    try:
        inner = check_inner(container, signature_only, None, bid.seal.bidder_number)
    except Refusal:
        target.unlink()
        raise
    copy_members(target, container, members)
    return Opened(folder, container, inner)
