"""What opened the bids: each trustee's share and each bidder's identity, signed by its holder, in the decryption window."""

from collections.abc import Iterator
from dataclasses import dataclass

from runtime.clock import read_stamp, stamp
from runtime.refusal import Refusal, gettext_noop
from signing.rules.bid_identity import Fault, ShareVerdict, check_identity, judge_release
from signing.rules.seal import Seal
from signing.rules.statements import Bidding, IdentityRelease, ShareRelease, read_release
from supervision.rules.verification import stages
from supervision.rules.verification.acts import SLACK, Entry
from supervision.rules.verification.case import Case, SealedBid
from supervision.rules.verification.findings import Step
from tendering.rules.opening import Mode, Terms

# The platform's words for whose fault a bad release is (tendering: Release.Verdict).
VERDICTS = {Fault.NOBODY: "good", Fault.BIDDER: "bidder", Fault.TRUSTEE: "trustee", Fault.UNPROVED: "unproved"}


@dataclass(frozen=True, slots=True)
class Released:
    """A release as judged here. `share` for a trustee's, `identity` for the bidder's own ("" where it is another)."""

    entry: Entry
    place: int
    share: ShareVerdict | None
    identity: str
    verdict: str
    reason: str


def check(case: Case, step: Step) -> None:
    """Each entry of a release has its signed statement, and each statement its entry, with the same judgement."""
    stated = 0
    for bid in case.standing:
        for number, entry in enumerate(case.acts.of("bid.released", sha256=bid.sha256), 1):
            _release(case, step, bid, entry, f"opening/releases/{bid.id}/{number}.json")
            stated += 1
    files = case.bundle.names("opening/releases/", ".json")
    message = gettext_noop("日志记有 %(stated)s 次释放，证据包有 %(files)s 份。")
    same = len(files) == stated == len(case.acts.of("bid.released", round=case.round))
    step.demand(same, "release.count", message, "opening/releases/", stated=stated, files=len(files))


def _release(case: Case, step: Step, bid: SealedBid, entry: Entry, name: str) -> None:
    message = gettext_noop("释放的内容不是日志记下的那一份。")
    content = case.content(name)
    if not step.demand(case.sha256(name) == entry.body["statement"], "release.other_content", message, name):
        return
    if bid.checked is None:
        return
    statement = read_release(content, Bidding.of(bid.checked.seal, bid.sha256))
    case.by_party(step, name, f"{name.removesuffix('.json')}.p7s", _holder(case, bid, statement), entry)
    _in_window(case, step, entry, name)
    judged = judge(bid, entry, statement)
    noted = (entry.body["place"], entry.body["verdict"], entry.body["reason"])
    message = gettext_noop("日志对这次释放的判断与重新判断的不同。")
    step.demand(noted == (judged.place, judged.verdict, judged.reason), "release.other_verdict", message, name)


def _holder(case: Case, bid: SealedBid, statement: ShareRelease | IdentityRelease) -> str:
    """Whose signature it must be; nobody's where the tender document knows no such release."""
    mode = Mode(case.tender["decryption"]["mode"])
    if isinstance(statement, IdentityRelease):
        return bid.bidder if mode is not Mode.TRUSTEES else "-"
    places = {each["place"]: str(each["number"]) for each in case.tender["trustees"]}
    return places.get(statement.place, "-") if mode is not Mode.BIDDER else "-"


def _in_window(case: Case, step: Step, entry: Entry, name: str) -> None:
    message = gettext_noop("在投标截止时间 %(deadline)s 之前（%(at)s）已释放。")
    moments = {"at": stamp(entry.time), "deadline": stamp(case.deadline)}
    step.demand(entry.time >= case.deadline, "release.early", message, name, **moments)
    begun = stages.moved(case, "decrypting")
    message = gettext_noop("不在解密时段之内释放（%(at)s）。")
    within = (
        begun is not None
        and begun.index < entry.index
        and entry.time <= read_stamp(begun.body["decrypt_until"]) + SLACK
    )
    step.demand(within, "release.outside_window", message, name, at=stamp(entry.time))


def judge(bid: SealedBid, entry: Entry, statement: ShareRelease | IdentityRelease) -> Released:
    """Judged against the seal alone, as the platform had to."""
    assert bid.checked is not None  # noqa: S101  (only checked bids come here)
    seal = bid.checked.seal
    if isinstance(statement, IdentityRelease):
        return _judge_identity(entry, statement, seal)
    share = seal.share_at(statement.place)
    file = bid.checked.container.content(share.member) if share else b""
    verdict = judge_release(statement, seal, file)
    reason = verdict.blocker.code if verdict.blocker else ""
    return Released(entry, statement.place, verdict, "", VERDICTS[verdict.fault], reason)


def _judge_identity(entry: Entry, statement: IdentityRelease, seal: Seal) -> Released:
    try:
        identity, reason = check_identity(statement.identity, seal), ""
    except Refusal as refusal:
        identity, reason = "", refusal.blockers[0].code
    return Released(entry, 0, None, identity, "bidder" if reason else "good", reason)


def releases_before(case: Case, bid: SealedBid, decided: Entry) -> list[Released]:
    """Of each trustee, and of the bidder, the good release or else the newest, of those that came before the decision."""
    latest: dict[int, Released] = {}
    for released in _all(case, bid, decided):
        standing = latest.get(released.place)
        if standing is None or standing.verdict != "good":
            latest[released.place] = released
    return list(latest.values())


def _all(case: Case, bid: SealedBid, decided: Entry) -> Iterator[Released]:
    for number, entry in enumerate(case.acts.of("bid.released", sha256=bid.sha256), 1):
        if entry.index < decided.index:
            content = case.content(f"opening/releases/{bid.id}/{number}.json")
            yield judge(bid, entry, read_release(content))


def terms(case: Case) -> Terms:
    return Terms.read(case.tender["decryption"])
