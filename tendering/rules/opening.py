"""The opening as pure decisions: its stages, its clock, the reasons against its acts (招标投标法 34-36; 条例 44; 20号令 29-32)."""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from runtime.clock import stamp
from runtime.refusal import Blocker, gettext_noop

MINIMUM = 3  # 招标投标法 28; 条例 44; 87号令 41: where a rule set says nothing


class Stage(StrEnum):
    SIGN_IN = "sign_in"
    DECRYPTING = "decrypting"
    READ_OUT = "read_out"
    RECORD = "record"
    CLOSED = "closed"
    NOT_OPENED = "not_opened"


class Mode(StrEnum):
    TRUSTEES = "trustees"
    BIDDER = "bidder"
    BOTH = "both"


FINISHED = frozenset({Stage.CLOSED, Stage.NOT_OPENED})


@dataclass(frozen=True, slots=True)
class Terms:
    """The tender document's `decryption` object. Seconds; `record_seconds` defaults to the time for objections."""

    mode: Mode
    k: int
    n: int
    sign_in_seconds: int
    window_seconds: int
    objection_seconds: int
    record_seconds: int
    below_three: str

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Terms":
        objection = int(data["objection_seconds"])
        return cls(
            mode=Mode(data["mode"]),
            k=int(data.get("k", 0)),
            n=int(data.get("n", 0)),
            sign_in_seconds=int(data["sign_in_seconds"]),
            window_seconds=int(data["window_seconds"]),
            objection_seconds=objection,
            record_seconds=int(data.get("record_seconds", objection)),
            below_three=str(data["below_three"]),
        )


@dataclass(frozen=True, slots=True)
class Windows:
    sign_in_until: dt.datetime
    decrypt_until: dt.datetime


def windows(terms: Terms, started: dt.datetime) -> Windows:
    """Counted from when the platform really opened the hall: a platform that was down takes no time from anybody."""
    sign_in = started + dt.timedelta(seconds=terms.sign_in_seconds)
    return Windows(sign_in, sign_in + dt.timedelta(seconds=terms.window_seconds))


def too_few_bids(count: int, *, first_round: bool, minimum: int = MINIMUM) -> Blocker | None:
    """条例 44, CTS A-109: a first tender with fewer than three bids is not opened. None where it may be."""
    if count >= minimum or (not first_round and count > 0):
        return None
    return Blocker(
        "opening.too_few_bids",
        gettext_noop("投标人少于 %(minimum)s 个，不得开标，招标人应当重新招标"),
        "招标投标法 28; 条例 44; 87号令 41",
        gettext_noop("请重新招标"),
        {"minimum": str(minimum)},
    )


def too_few_signed_in(minimum: int) -> Blocker:
    return Blocker(
        "opening.too_few_signed_in",
        gettext_noop("由投标人解密的首次招标，签到的投标人少于 %(minimum)s 个，不予开标"),
        "CTS-EBS01-2016 A-109",
        gettext_noop("请重新招标"),
        {"minimum": str(minimum)},
    )


def too_few_opened(minimum: int) -> Blocker:
    return Blocker(
        "opening.too_few_opened",
        gettext_noop("成功解密的投标文件少于 %(minimum)s 份，按招标文件的约定终止开标"),
        "20号令 31",
        gettext_noop("请重新招标"),
        {"minimum": str(minimum)},
    )


@dataclass(frozen=True, slots=True)
class Progress:
    """Everything that decides the next stage, read from the rows under the section's lock."""

    stage: Stage
    now: dt.datetime
    mode: Mode
    below_three: str
    first_round: bool
    minimum: int
    sign_in_until: dt.datetime
    decrypt_until: dt.datetime
    object_until: dt.datetime | None = None
    sign_until: dt.datetime | None = None
    bids: int = 0
    signed_in: int = 0
    undecided: int = 0
    opened: int = 0
    confirmed: int = 0
    unanswered: int = 0
    signed: int = 0


@dataclass(frozen=True, slots=True)
class Step:
    entered: Stage
    cause: Blocker | None = None


def next_step(progress: Progress) -> Step | None:
    """The move that is due now, or None. Asking again after making it gives the one after; there are at most five."""
    p = progress
    if p.stage is Stage.SIGN_IN:
        return _after_sign_in(p)
    if p.stage is Stage.DECRYPTING and p.undecided == 0:
        return _after_decryption(p)
    everybody_confirmed = 0 < p.signed_in == p.confirmed
    if p.stage is Stage.READ_OUT and not p.unanswered and (everybody_confirmed or _passed(p.object_until, p.now)):
        return Step(Stage.RECORD)
    everybody_signed = p.signed_in == p.signed
    if p.stage is Stage.RECORD and (everybody_signed or _passed(p.sign_until, p.now)):
        return Step(Stage.CLOSED)
    return None


def _passed(limit: dt.datetime | None, now: dt.datetime) -> bool:
    return limit is not None and now >= limit


def _after_sign_in(p: Progress) -> Step | None:
    if p.signed_in < p.bids and p.now < p.sign_in_until:
        return None
    if p.mode is Mode.BIDDER and p.first_round and p.signed_in < p.minimum:
        return Step(Stage.NOT_OPENED, too_few_signed_in(p.minimum))
    return Step(Stage.DECRYPTING)


def _after_decryption(p: Progress) -> Step:
    if p.opened == 0 or (p.opened < p.minimum and p.below_three == "fail"):
        return Step(Stage.NOT_OPENED, too_few_opened(p.minimum))
    return Step(Stage.READ_OUT)


def window_blockers(stage: str, now: dt.datetime, decrypt_until: dt.datetime) -> list[Blocker]:
    """Against a release: before the window nobody may, after it nobody can (20号令 30; CTS A-110)."""
    if stage == Stage.SIGN_IN:
        return [
            Blocker(
                "opening.window_not_open",
                gettext_noop("签到尚未结束，解密还没有开始"),
                "20号令 30",
                gettext_noop("请等待解密开始"),
            )
        ]
    if stage == Stage.DECRYPTING and now < decrypt_until:
        return []
    return [
        Blocker(
            "opening.window_closed",
            gettext_noop("解密时限已于 %(until)s 截止，不再接受解密"),
            "20号令 30, 31; CTS A-110",
            gettext_noop("未能解密的投标文件按招标文件的约定处理"),
            {"until": stamp(decrypt_until)},
        )
    ]


def stage_blockers(stage: str, allowed: Stage) -> list[Blocker]:
    if stage == allowed:
        return []
    return [
        Blocker(
            "opening.wrong_stage",
            gettext_noop("开标现在处于“%(stage)s”环节，此操作属于“%(allowed)s”环节"),
            "招标投标法 36; 条例 44",
            gettext_noop("请刷新页面查看当前环节"),
            {"stage": str(stage), "allowed": str(allowed)},
        )
    ]


def sign_in_blockers(stage: str, now: dt.datetime, until: dt.datetime, delivered: bool) -> list[Blocker]:
    if not delivered:
        return [
            Blocker(
                "opening.no_bid",
                gettext_noop("只有递交了投标文件的投标人可以签到"),
                "20号令 29; CTS A-106",
            )
        ]
    if stage == Stage.SIGN_IN and now < until:
        return []
    return [
        Blocker(
            "opening.sign_in_closed",
            gettext_noop("签到已于 %(until)s 截止"),
            "20号令 29",
            params={"until": stamp(until)},
        )
    ]


def objection_blockers(stage: str, now: dt.datetime, until: dt.datetime | None) -> list[Blocker]:
    """条例 44: an objection to the opening is raised at the opening."""
    wrong = stage_blockers(stage, Stage.READ_OUT)
    if wrong or until is None or now < until:
        return wrong
    return [
        Blocker(
            "opening.objections_closed",
            gettext_noop("对开标的异议应当当场提出，异议时间已于 %(until)s 截止"),
            "条例 44",
            params={"until": stamp(until)},
        )
    ]
