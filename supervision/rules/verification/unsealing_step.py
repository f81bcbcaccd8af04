"""Every bid is opened again from what was released: the same bytes come out, or the same cause of failure."""

import hashlib
from typing import Any

from runtime.clock import read_stamp
from runtime.refusal import Refusal, gettext_noop
from signing.rules import bid_faults
from signing.rules.bid_identity import check_identity, rebuild_identity
from signing.rules.containers import Limits
from signing.rules.inner_bid import check_inner
from signing.rules.payload import open_payload
from signing.rules.seal import Seal, inner_salt
from signing.rules.sealed_bid import verifier
from signing.rules.tender_terms import LARGEST, terms_of
from supervision.rules.verification import stages
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case, SealedBid
from supervision.rules.verification.findings import Step
from supervision.rules.verification.release_step import Released, releases_before, terms
from tendering.rules.decryption import choices, failure, ready
from tendering.rules.opening import Mode

OPENED, REVOKED = "opened", "revoked"
# What the platform says where the opened container is not acceptable (tendering: open_bid).
BY_BIDDER = {"payload.not_openable", "payload.other_content"}


def check(case: Case, step: Step) -> None:
    over = stages.moved(case, "read_out") is not None
    for bid in case.standing:
        entries = [*case.acts.of("bid.opened", sha256=bid.sha256), *case.acts.of("bid.not_opened", sha256=bid.sha256)]
        if not entries and not over:
            step.note(gettext_noop("投标人 %(name)s 的投标文件尚未解密。"), name=bid.name)
            continue
        message = gettext_noop("日志中应有且只有一条开启结果，实有 %(count)s 条。")
        if step.demand(len(entries) == 1, "opening.decided_not_once", message, bid.id, count=len(entries)):
            _judge(case, step, bid, entries[0])


def _judge(case: Case, step: Step, bid: SealedBid, entry: Entry) -> None:
    if bid.checked is None:
        step.demand(False, "opening.no_sealed_bid", gettext_noop("没有可供核对的密封投标文件。"), bid.id)
        return
    _open_again(case, bid, entry)
    bid.decided_at = str(entry.body["at"])
    noted = {key: entry.body[key] for key in ("outcome", "cause", "places", "inner_sha256")}
    found = {key: getattr(bid, key) for key in noted}
    message = gettext_noop("开启结果记为 %(noted)s，重新开启的结果是 %(found)s。")
    what = {"noted": _spelled(noted), "found": _spelled(found)}
    step.demand(noted == found, "opening.other_outcome", message, entry.place, **what)
    kind = "bid.opened" if entry.body["outcome"] == OPENED else "bid.not_opened"
    step.demand(entry.kind == kind, "opening.other_kind", gettext_noop("日志条目的种类与结果不符。"), entry.place)
    moment = read_stamp(bid.decided_at)
    message = gettext_noop("开启结果的时间不是日志记下的时间。")
    step.demand(entry.is_about(moment) and moment >= case.deadline, "opening.other_time", message, entry.place)
    _kept(case, step, bid)


def _spelled(result: dict[str, Any]) -> str:
    return " ".join(str(value)[:16] for value in result.values() if value)


def _kept(case: Case, step: Step, bid: SealedBid) -> None:
    """The opened container may travel along for convenience; then it is the one that comes out here."""
    kept = f"opened/{bid.id}/inner.asice"
    if case.bundle.has(kept):
        message = gettext_noop("保存的开启内容与密封的内容不同。")
        case.claimed.add(kept)
        salted = hashlib.sha256(bid.salt)
        for piece in case.bundle.pieces(kept):
            salted.update(piece)
        step.demand(salted.hexdigest() == bid.inner_sha256, "opening.other_content", message, kept)


def _open_again(case: Case, bid: SealedBid, entry: Entry) -> None:
    """Sets the outcome as it must have been at the time of `entry`."""
    assert bid.checked is not None  # noqa: S101  (`_judge` has seen it)
    released, seal, agreed = releases_before(case, bid, entry), bid.checked.seal, terms(case)
    shares = [one.share for one in released if one.share is not None]
    good = sum(one.verdict == "good" for one in released if one.share is not None)
    identity = next((one.identity for one in released if one.identity), "")
    if ready(agreed, good, bool(identity)):
        _try(case, bid, released, identity if agreed.mode is not Mode.TRUSTEES else "", seal)
        return
    wrong = any(one.share is None for one in released)
    begun = stages.moved(case, "decrypting")
    over = begun is None or entry.time >= read_stamp(begun.body["decrypt_until"])
    found = failure(agreed, shares, seal, identity_wrong=wrong, over=over)
    if found:
        bid.outcome, bid.cause, bid.places = found.outcome.value, found.cause, list(found.places)


def _try(case: Case, bid: SealedBid, released: list[Released], own: str, seal: Seal) -> None:
    try:
        identity = check_identity(own, seal) if own else _rebuilt(released, seal)
        _open(case, bid, identity, seal)
    except Refusal as refusal:
        code = refusal.blockers[0].code
        bid.outcome, bid.opening, bid.inner_sha256 = REVOKED, None, ""
        if code == "identity.committed_wrongly":
            bid.cause = "opening.commitment_wrong"
        else:
            bid.cause = "opening.payload_unreadable" if code in BY_BIDDER else "opening.inner_refused"


def _rebuilt(released: list[Released], seal: Seal) -> str:
    shares = {one.place: one.share.share for one in released if one.share and one.share.share}
    for chosen in choices(shares, seal.k):
        try:
            return rebuild_identity(chosen, seal)
        except Refusal:
            continue
    raise bid_faults.refusal("identity.committed_wrongly")


def _open(case: Case, bid: SealedBid, identity: str, seal: Seal) -> None:
    """Decrypt here; the inner container must be the committed one, signed by the bidder, with what the tender demands."""
    sealed, plain = case.folder / f"{bid.id}.bid", case.folder / f"{bid.id}.asice"
    try:
        container = open_payload(sealed, identity, plain, seal, bid.sha256, Limits(size=LARGEST))
        inner = check_inner(container, verifier(case.trust, bid.received_at), terms_of(case.tender), bid.bidder)
    finally:
        plain.unlink(missing_ok=True)
    sealed.unlink()
    bid.outcome, bid.inner_sha256, bid.salt = OPENED, container.sha256, inner_salt(identity)
    bid.opening = inner.opening.as_data()
