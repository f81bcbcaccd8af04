"""Reads of the opening: where it stands, what is still wanting, what everybody in the hall sees."""

import datetime as dt
from collections.abc import Iterable, Sequence

from django.db.models import Count, Q

from runtime.store import in_store
from signing.rules import bid_faults
from signing.rules.bid_identity import Fault, ShareVerdict
from signing.rules.canonical import canonical, read_strict
from signing.rules.container_index import read_small
from signing.rules.seal import Seal, read_seal
from signing.rules.statements import IdentityRelease, ShareRelease, read_release
from tendering.models import Bid, OpenedBid, Opening, Release, Section
from tendering.queries.bids import standing_bids
from tendering.rules.opening import Mode, Progress, Stage, Terms


def opening_of(section: Section) -> Opening | None:
    """The opening of the section's present round, or None before it began."""
    return section.openings.filter(round=section.round).select_related("section").first()


def terms_of_opening(opening: Opening) -> Terms:
    return Terms.read(opening.terms["decryption"])


def seal_of(bid: Bid) -> Seal:
    """The bid's seal as it was received and checked."""
    return read_seal(canonical(bid.seal))


def undecided(opening: Opening) -> list[Bid]:
    """Standing bids without an outcome, in the order of their arrival."""
    return list(standing_bids(opening.section, opening.round).filter(opened=None))


def latest_releases(bid: Bid) -> list[Release]:
    """Of each trustee the good release, else the newest; of the bidder the same."""
    chosen: dict[int | None, Release] = {}
    for release in bid.releases.select_related("trustee").order_by("received_at", "pk"):
        standing = chosen.get(release.trustee_id)
        if standing is None or standing.verdict != Release.Verdict.GOOD:
            chosen[release.trustee_id] = release
    return list(chosen.values())


def share_verdicts(releases: Iterable[Release]) -> list[ShareVerdict]:
    """What rules/decryption.py judges by."""
    faults = {"good": Fault.NOBODY, "bidder": Fault.BIDDER, "trustee": Fault.TRUSTEE, "unproved": Fault.UNPROVED}
    found = []
    for release in releases:
        if release.trustee is not None:
            share = _share(release) if release.verdict == Release.Verdict.GOOD else b""
            found.append(ShareVerdict(release.trustee.place, share, faults[release.verdict]))
    return found


def _share(release: Release) -> bytes:
    statement = read_release(bytes(release.statement))
    return statement.share if isinstance(statement, ShareRelease) else b""


def released_identity(releases: Iterable[Release]) -> str:
    """The identity that the bidder itself released and that is the committed one; "" for none."""
    for release in releases:
        if release.trustee_id is None and release.verdict == Release.Verdict.GOOD:
            statement = read_release(bytes(release.statement))
            return statement.identity if isinstance(statement, IdentityRelease) else ""
    return ""


def share_file(bid: Bid, place: int) -> bytes:
    """The sealed share of one place as it lies in the stored container."""
    share = seal_of(bid).share_at(place)
    if share is None:
        return b""
    return read_small(in_store(bid.path), [share.member])[share.member]


def progress_of(opening: Opening, now: dt.datetime) -> Progress:
    """Everything that decides the next stage, in three queries."""
    terms = terms_of_opening(opening)
    bids = standing_bids(opening.section, opening.round).aggregate(
        all=Count("pk"),
        undecided=Count("pk", filter=Q(opened=None)),
        opened=Count("pk", filter=Q(opened__outcome=OpenedBid.Outcome.OPENED)),
    )
    present = opening.attendances.aggregate(
        all=Count("pk"), confirmed=Count("pk", filter=Q(confirmed_at__isnull=False))
    )
    said = Opening.objects.filter(pk=opening.pk).aggregate(
        unanswered=Count("objections", filter=Q(objections__answered_at=None), distinct=True),
        signed=Count("signatures", distinct=True),
    )
    return Progress(
        stage=Stage(opening.state),
        now=now,
        mode=Mode(terms.mode),
        below_three=terms.below_three,
        first_round=opening.round == 1,
        minimum=int(opening.terms["minimum"]),
        sign_in_until=opening.sign_in_until,
        decrypt_until=opening.decrypt_until,
        object_until=opening.object_until,
        sign_until=opening.sign_until,
        bids=bids["all"],
        undecided=bids["undecided"],
        opened=bids["opened"],
        signed_in=present["all"],
        confirmed=present["confirmed"],
        unanswered=said["unanswered"],
        signed=said["signed"],
    )


def prices(opened: Sequence[OpenedBid], key: str) -> list[str]:
    """The read-out prices in the order of arrival, for the picture of their spread."""
    return [str(bid.opening["items"][key]) for bid in opened if key in bid.opening.get("items", {})]


def bid_named(opening: Opening, statement: bytes) -> Bid:
    """The bid that a release names by its digest; raises Refusal `release.foreign`."""
    try:
        named = read_strict(statement)
    except ValueError:
        named = None
    digest = named.get("bid") if isinstance(named, dict) else None
    bid = standing_bids(opening.section, opening.round).filter(sha256=str(digest)).first()
    if bid is None:
        raise bid_faults.refusal("release.foreign", field="bid")
    return bid
