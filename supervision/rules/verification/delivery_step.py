"""Sealed bids and receipts: every delivery accounted for, received before the deadline, signed by the bidder, unaltered."""

from typing import Any

from runtime.clock import read_stamp, stamp
from runtime.refusal import gettext_noop
from signing.rules.sealed_bid import check_container, verifier
from signing.rules.tender_terms import terms_of
from supervision.rules.verification.acts import SLACK, Entry
from supervision.rules.verification.case import Case, SealedBid
from supervision.rules.verification.findings import Step
from tendering.rules.delivery import withdrawal_statement

RECEIPT = "yangguang-receipt/1"


def check_receipts(case: Case, step: Step) -> None:
    """Each delivery of the journal has its receipt and each receipt its delivery; what stands at the end is what was opened."""
    for entry in case.acts.of("bid.delivered", round=case.round):
        bid = _receipt(case, step, entry)
        _replace(case, step, bid)
        message = gettext_noop("同一份投标文件有两条递交记录。")
        step.demand(bid.id not in case.bids, "receipt.twice", message, entry.place)
        case.bids[bid.id] = bid
    for entry in case.acts.of("bid.withdrawn"):
        _withdrawal(case, step, entry)
    for name in case.bundle.names("bids/", "/receipt.json"):
        message = gettext_noop("日志中没有这份回执的递交记录。")
        step.demand(name.split("/")[1] in case.bids, "receipt.without_act", message, name)
    _one_each(case, step)
    _published_list(case, step)


def _receipt(case: Case, step: Step, entry: Entry) -> SealedBid:
    """Raises Refusal where the receipt is missing."""
    body = entry.body
    name = f"bids/{body['bid']}/receipt.json"
    receipt: dict[str, Any] = case.json(name)
    bid = SealedBid(str(body["bid"]), entry, receipt)
    expected = {
        "format": RECEIPT,
        "platform": case.bundle.about["platform"],
        "centre": case.bundle.about["centre"]["code"],
        "tender": case.about["tender"],
        "section": case.code,
        "round": case.round,
        "bidder": body["bidder"],
        "certificate": body["certificate"],
        "replaces": body["replaces"],
    }
    for key, value in expected.items():
        message = gettext_noop("回执的 %(key)s 与日志不符。")
        step.demand(receipt[key] == value, "receipt.foreign", message, name, key=key)
    said = {key: receipt["bid"][key] for key in ("id", "sha256", "size")}
    noted = {"id": body["bid"], "sha256": body["sha256"], "size": body["size"]}
    message = gettext_noop("回执所写的投标文件不是日志记下的那一份。")
    step.demand(said == noted, "receipt.other_bid", message, name)
    stamped = case.by_platform(step, name)
    message = gettext_noop("收到时间 %(received)s 不早于投标截止时间 %(deadline)s。")
    moments = {"received": receipt["received_at"], "deadline": stamp(case.deadline)}
    step.demand(bid.received_at < case.deadline, "receipt.late", message, name, **moments)
    message = gettext_noop("回执所写的收到时间不是日志记下的时间。")
    step.demand(entry.is_about(bid.received_at), "receipt.other_time", message, name)
    if stamped:
        message = gettext_noop("回执的时间戳早于收到时间。")
        step.demand(stamped >= bid.received_at - SLACK, "receipt.stamped_before", message, name)
    message = gettext_noop("回执所写的投标截止时间不是招标文件的任何一版所写。")
    deadlines = {version.deadline for version in case.tenders}
    step.demand(read_stamp(receipt["deadline"]) in deadlines, "receipt.other_deadline", message, name)
    return bid


def _replace(case: Case, step: Step, bid: SealedBid) -> None:
    """A newer bid names the standing one of the same bidder, and only that."""
    before = [one for one in case.bids.values() if one.standing and one.bidder == bid.bidder]
    gone = _withdrawn(case, before[-1], bid.entry) if before else True
    expected = "" if gone else before[-1].sha256
    message = gettext_noop("这次递交替换的不是该投标人此前有效的投标文件。")
    step.demand(bid.receipt["replaces"] == expected, "receipt.replaces_other", message, bid.entry.place)
    for one in before:
        one.standing = False


def _withdrawn(case: Case, bid: SealedBid, until: Entry) -> bool:
    return any(one.index < until.index for one in case.acts.of("bid.withdrawn", bid=bid.id))


def _withdrawal(case: Case, step: Step, entry: Entry) -> None:
    """Signed by the bidder and by nobody else, before the deadline, of a bid that then no longer stands."""
    body = entry.body
    bid = case.bids.get(str(body["bid"]))
    message = gettext_noop("撤回的不是本轮次有效的投标文件。")
    known = bid is not None and (bid.sha256, bid.bidder) == (body["sha256"], body["bidder"])
    if not step.demand(known, "withdrawal.foreign", message, entry.place) or bid is None:
        return
    name = f"bids/{bid.id}/withdrawal.json"
    expected = withdrawal_statement(
        section=case.code, round_=case.round, bid=bid.id, bidder=bid.bidder, sha256=bid.sha256
    )
    message = gettext_noop("撤回声明的内容与日志不符。")
    step.demand(case.json(name) == expected, "withdrawal.other_content", message, name)
    case.by_party(step, name, f"bids/{bid.id}/withdrawal.p7s", bid.bidder, entry)
    message = gettext_noop("撤回时间 %(at)s 不早于投标截止时间。")
    step.demand(entry.time < case.deadline + SLACK, "withdrawal.late", message, name, at=stamp(entry.time))
    bid.standing = False


def _one_each(case: Case, step: Step) -> None:
    bidders = [bid.bidder for bid in case.standing]
    message = gettext_noop("同一投标人有两份有效的投标文件。")
    step.demand(len(set(bidders)) == len(bidders), "receipt.two_standing", message, "bids/")


def _published_list(case: Case, step: Step) -> None:
    """The list of bidders that the platform published at the deadline is the one that the deliveries come to."""
    entry = case.acts.one(step, "opening.started", "bids/", round=case.round)
    if entry is None:
        return
    expected = [
        {
            "bid": bid.id,
            "name": bid.name,
            "number": bid.bidder,
            "received_at": bid.receipt["received_at"],
            "sha256": bid.sha256,
        }
        for bid in case.standing
    ]
    message = gettext_noop("开标时公布的投标人名单与递交记录不符。")
    step.demand(entry.body["bids"] == expected, "opening.other_list", message, entry.place)
    message = gettext_noop("投标截止之前已开标。")
    step.demand(entry.time >= case.deadline, "opening.early", message, entry.place)
    message = gettext_noop("开标所依据的投标截止时间不是招标文件所写。")
    step.demand(entry.body["deadline"] == stamp(case.deadline), "opening.other_deadline", message, entry.place)


def check_sealed(case: Case, step: Step) -> None:
    """Every standing bid is here as it came: form, digests, the bidder's signature and the seal hold; no other bid is here."""
    for bid in case.bids.values():
        name = f"bids/{bid.id}/bid.bid"
        if bid.standing:
            _sealed(case, step, bid, name)
        else:
            message = gettext_noop("已替换或撤回的投标文件应当已经销毁。")
            step.demand(not case.bundle.has(name), "bid.kept", message, name)


def _sealed(case: Case, step: Step, bid: SealedBid, name: str) -> None:
    message = gettext_noop("投标文件与回执不符。")
    if not step.demand(case.sha256(name) == bid.sha256, "bid.without_receipt", message, name):
        return
    terms = terms_of(case.in_force_at(bid.received_at).content)
    path = case.copy(name, f"{bid.id}.bid")
    bid.checked = check_container(path, verifier(case.trust, bid.received_at), terms, bid.bidder)
    found = bid.checked.signature.holder_fingerprint
    message = gettext_noop("签名所用的证书不是日志记下的那一张。")
    step.demand(found == bid.entry.body["certificate"], "bid.other_certificate", message, name)
    said = bid.receipt["bid"]
    seal = bid.checked.seal
    message = gettext_noop("回执所写的内容与投标文件的密封说明不符。")
    agrees = (said["payload_sha256"], said["document"]) == (seal.payload_sha256, seal.document)
    step.demand(agrees, "receipt.other_seal", message, name)
