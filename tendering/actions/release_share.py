"""What opens a bid is handed over: a trustee's share, or the bidder's own identity (20号令 30; protocol §4).

Everything that comes with a good signature is kept, good or bad, for it is the evidence of who is to blame.
"""

from dataclasses import dataclass
from hashlib import sha256

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules import bid_faults
from signing.rules.bid_identity import Fault, check_identity, judge_release
from signing.rules.statements import Bidding, IdentityRelease, ShareRelease, SignedStatement, read_release
from tendering.actions.advance_opening import advance_opening
from tendering.actions.decide_bid import ask_to_open, decide_failures, is_ready
from tendering.actions.lock_opening import lock_opening
from tendering.events import RELEASED, hall_room
from tendering.models import Bid, OpenedBid, Opening, Release, TenderTrustee
from tendering.queries.openings import seal_of, share_file, terms_of_opening
from tendering.rules.opening import Mode, window_blockers

VERDICTS = {
    Fault.NOBODY: Release.Verdict.GOOD,
    Fault.BIDDER: Release.Verdict.BIDDER,
    Fault.TRUSTEE: Release.Verdict.TRUSTEE,
    Fault.UNPROVED: Release.Verdict.UNPROVED,
}
RETRIED = frozenset({"share.posted_otherwise", "share.unproved"})  # the trustee's own fault: it hears a refusal


@dataclass(frozen=True, slots=True)
class _Given:
    kind: str
    trustee: TenderTrustee | None
    verdict: str
    blocker: Blocker | None


def release_share(*, opening: Opening, bid: Bid, signed: SignedStatement, actor: Actor) -> Release:
    """A trustee's share of one bid. A good one counts once; posted again, the first stands.

    Raises Refusal: `opening.window_*`, `release.*` (another bid, another place), `signature.*`, `certificate.*`,
    `share.posted_otherwise`, `share.unproved` (kept all the same). A share that the bidder spoilt is accepted as such.
    """
    _demand_window(opening)
    trustee = opening.section.trustees.select_related("party").filter(party__number=actor.number).first()
    if trustee is None or terms_of_opening(opening).mode is Mode.BIDDER:
        raise Refusal(_no_trustee(), 403)
    release = read_release(signed.statement, Bidding.of(seal_of(bid), bid.sha256))
    if not isinstance(release, ShareRelease) or release.place != trustee.place:
        raise bid_faults.refusal("release.foreign", field="place")
    verdict = judge_release(release, seal_of(bid), share_file(bid, trustee.place))
    given = _Given(Release.Kind.SHARE, trustee, VERDICTS[verdict.fault], verdict.blocker)
    return _keep(opening, bid, signed, given, actor)


def release_identity(*, opening: Opening, bid: Bid, signed: SignedStatement, actor: Actor) -> Release:
    """The bidder's identity of its own bid. Raises Refusal as above, and `identity.mismatch` (kept all the same)."""
    _demand_window(opening)
    if bid.bidder_id != actor.party_id or terms_of_opening(opening).mode is Mode.TRUSTEES:
        raise Refusal(_not_by_bidder(), 403)
    release = read_release(signed.statement, Bidding.of(seal_of(bid), bid.sha256))
    if not isinstance(release, IdentityRelease):
        raise bid_faults.refusal("release.unreadable", field="identity")
    blocker = None
    try:
        check_identity(release.identity, seal_of(bid))
    except Refusal as refusal:
        blocker = refusal.blockers[0]
    verdict = Release.Verdict.BIDDER if blocker else Release.Verdict.GOOD
    return _keep(opening, bid, signed, _Given(Release.Kind.IDENTITY, None, verdict, blocker), actor)


def _demand_window(opening: Opening) -> None:
    refuse_if(window_blockers(opening.state, now(), opening.decrypt_until))


def _keep(opening: Opening, bid: Bid, signed: SignedStatement, given: _Given, actor: Actor) -> Release:
    signature = verify_signature(signed.statement, signed.signature, None, actor.number, place="signature")
    with transaction.atomic(durable=True):
        locked = lock_opening(opening)
        _demand_window(locked)
        same = bid.releases.filter(kind=given.kind, trustee=given.trustee, verdict=Release.Verdict.GOOD).first()
        if same:
            return same
        release = Release.objects.create(
            opening=locked,
            bid=bid,
            kind=given.kind,
            trustee=given.trustee,
            party=given.trustee.party if given.trustee else bid.bidder,
            verdict=given.verdict,
            reason=given.blocker.code if given.blocker else "",
            statement=signed.statement,
            signature=signed.signature,
            certificate=signature.holder_fingerprint,
            received_at=now(),
        )
        _tell(locked, release, actor)
        if is_ready(locked, bid):
            ask_to_open(bid)
        elif not OpenedBid.objects.filter(bid=bid).exists():
            decide_failures(locked, release.received_at, [bid])
    advance_opening(opening.section)
    if given.blocker and (given.blocker.code in RETRIED or given.kind == Release.Kind.IDENTITY):
        raise Refusal(given.blocker)
    return release


def _tell(opening: Opening, release: Release, actor: Actor) -> None:
    bid = release.bid
    good = bid.releases.filter(kind=Release.Kind.SHARE, verdict=Release.Verdict.GOOD).count()
    body = {
        "bid": bid.public_id,
        "kind": release.kind,
        "place": release.trustee.place if release.trustee else 0,
        "verdict": release.verdict,
        "reason": release.reason,
    }
    about = {"round": bid.round, "sha256": bid.sha256, "certificate": release.certificate}
    statement = sha256(bytes(release.statement)).hexdigest()
    append_entry(
        kind="bid.released",
        subject=f"section:{opening.section.code}",
        body={**body, **about, "statement": statement},
        actor=actor,
    )
    announce(hall_room(opening.section.code, opening.round), RELEASED, {**body, "good": good})


def _no_trustee() -> Blocker:
    return Blocker("opening.no_trustee", gettext_noop("您不是本标段的开标受托人"), "protocol §4")


def _not_by_bidder() -> Blocker:
    return Blocker(
        "opening.not_by_bidder", gettext_noop("招标文件没有约定由投标人解密，或这不是您的投标文件"), "20号令 30"
    )
