"""Who may deliver what, until when: the reasons against a delivery, a withdrawal, an upload (20号令 26, 27; 招标投标法 28, 29, 36)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from runtime.clock import stamp
from runtime.refusal import Blocker, gettext_noop
from tendering.rules.lifecycle import State, state_blockers

WITHDRAWAL_FORMAT = "yangguang-withdrawal/1"
UPLOADS_AT_ONCE = 4  # a replaced bid and an interrupted try beside it; more is somebody filling the disk
UPLOAD_LIFE = dt.timedelta(days=7)


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """What the section's row and its document in force say at the moment that counts."""

    code: str
    round: int
    state: str
    deadline: dt.datetime | None
    now: dt.datetime
    sellers: frozenset[str] = frozenset()  # USCC of the tenderer, its agency and the trustees


def too_late(facts: SectionFacts) -> bool:
    """The deadline's own instant is already too late: opening and deadline are the same moment (招标投标法 34)."""
    return facts.deadline is None or facts.now >= facts.deadline


def late(facts: SectionFacts) -> list[Blocker]:
    if not too_late(facts):
        return []
    return [
        Blocker(
            "bid.late",
            gettext_noop("投标截止时间 %(deadline)s 已过，现在是 %(now)s：不再接收、替换或撤回投标文件"),
            "招标投标法 36; 20号令 27",
            gettext_noop("截止时未传输完成的视为撤回，逾期送达的拒收"),
            {"deadline": stamp(facts.deadline) if facts.deadline else "-", "now": stamp(facts.now)},
        )
    ]


def own_tender(facts: SectionFacts, number: str) -> list[Blocker]:
    if number not in facts.sellers:
        return []
    return [
        Blocker(
            "bid.own_tender",
            gettext_noop("招标人、代理机构和本标段的开标受托人不得投标"),
            "条例 34; 20号令 23",
        )
    ]


def upload_blockers(facts: SectionFacts, number: str, under_way: int) -> list[Blocker]:
    """Against beginning an upload: wrong state, too late, own tender, too many at once."""
    found = (late(facts) if facts.deadline else []) or state_blockers(facts.state, {State.PUBLISHED})
    found += own_tender(facts, number)
    if under_way >= UPLOADS_AT_ONCE:
        found.append(
            Blocker(
                "upload.too_many",
                gettext_noop("同一标段同时最多 %(limit)s 个未完成的上传"),
                remedy=gettext_noop("请继续或取消已有的上传"),
                params={"limit": str(UPLOADS_AT_ONCE)},
            )
        )
    return found


def delivery_blockers(facts: SectionFacts, number: str) -> list[Blocker]:
    """Against a delivery or a withdrawal, asked before the slow checks and again inside the lock."""
    late_now = late(facts)
    return late_now or (state_blockers(facts.state, {State.PUBLISHED}) + own_tender(facts, number))


def incomplete(received: int, length: int) -> Blocker:
    return Blocker(
        "upload.incomplete",
        gettext_noop("文件尚未传完：已收到 %(received)s 字节，共 %(length)s 字节"),
        "20号令 27",
        gettext_noop("请继续上传，传完后再递交"),
        {"received": str(received), "length": str(length)},
    )


def same_again() -> Blocker:
    return Blocker(
        "bid.same_again",
        gettext_noop("这份投标文件已经递交，回执有效，无需重复递交"),
        remedy=gettext_noop("请在“我的投标”中查看回执"),
    )


def withdrawal_statement(*, section: str, round_: int, bid: str, bidder: str, sha256: str) -> dict[str, Any]:
    """What a bidder signs to withdraw: it names the one bid, so the signature cannot be used for another."""
    return {
        "format": WITHDRAWAL_FORMAT,
        "section": section,
        "round": round_,
        "bid": bid,
        "bidder": bidder,
        "sha256": sha256,
    }


def other_statement(given: object, expected: Mapping[str, Any]) -> list[Blocker]:
    """A signed statement says exactly what it must, or is refused: extra keys could mean something to somebody else."""
    if given == dict(expected):
        return []
    return [
        Blocker(
            "statement.other",
            gettext_noop("签名的内容不是这项操作要求的内容"),
            remedy=gettext_noop("请重新取得待签内容并签名"),
        )
    ]
