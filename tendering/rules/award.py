"""From the committee's result to the award: candidates, publicity, who wins, letters (T53-T55; 87-68, 69)."""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from prequalified.rules.holidays import Calendar
from prequalified.rules.timing import beijing
from runtime.refusal import Blocker, gettext_noop
from tendering.rules.rulesets import RegimeRules

# Why a candidate may be passed over (条例 55).
GROUNDS = ("abandoned", "force_majeure", "no_performance_bond", "violation")


def fault(code: str, message: str, place: str = "", rule: str = "", remedy: str = "", **params: str) -> Blocker:
    return Blocker(f"award.{code}", message, rule=rule, remedy=remedy, params=params, place=place)


@dataclass(frozen=True, slots=True)
class RankedBid:
    """A row of the committee's result. `rank` None: rejected, with its reason."""

    bidder: str
    name: str
    rank: int | None
    price: Decimal
    total: str
    reason: str = ""


def read_ranking(rows: Sequence[Mapping[str, Any]]) -> list[RankedBid]:
    """Raises ValueError on a row that is none: evaluation hands over its own result, so that is a bug of ours."""
    found = []
    for row in rows:
        try:
            price = Decimal(str(row["price"]))
        except InvalidOperation as error:
            raise ValueError(f"no price: {row}") from error
        rank = row.get("rank")
        ranked = rank if isinstance(rank, int) and not isinstance(rank, bool) else None
        found.append(
            RankedBid(
                str(row["bidder"]),
                str(row["name"]),
                ranked,
                price,
                str(row.get("total", "")),
                str(row.get("reason", "")),
            )
        )
    return found


def ranking_blockers(ranking: Sequence[RankedBid], opened: Iterable[str]) -> list[Blocker]:
    """What is ranked is what was opened, each once, and the ranks run from 1 without a gap (CTS A-145, B-023)."""
    found = []
    if sorted(row.bidder for row in ranking) != sorted(opened):
        found.append(fault("other_bids", gettext_noop("评标结果与解密成功的投标文件不一致"), "", "CTS B-023"))
    ranks = sorted(row.rank for row in ranking if row.rank is not None)
    if ranks != list(range(1, len(ranks) + 1)):
        found.append(fault("bad_ranks", gettext_noop("名次应当从1起连续且不重复"), "", "条例 53"))
    return found


def candidate_rows(ranking: Sequence[RankedBid], most: int) -> list[tuple[int, RankedBid]]:
    """(rank, row) of the first `most`, in order."""
    found = [(row.rank, row) for row in ranking if row.rank is not None and row.rank <= most]
    return sorted(found, key=lambda pair: pair[0])


def publicity_blockers(candidates: int, rules: RegimeRules) -> list[Blocker]:
    if not rules.says("publicity_before_award"):
        flag = rules.flags["publicity_before_award"]
        message = gettext_noop("此交易制度不公示中标候选人，定标后直接公告中标结果")
        return [fault("no_publicity", message, "", flag.rule)]
    if not candidates:
        message = gettext_noop("没有中标候选人")
        return [fault("no_candidates", message, "", "招标投标法 42", gettext_noop("请宣布流标后重新招标"))]
    return []


def started_late(reported: dt.datetime, at: dt.datetime, rules: RegimeRules, calendar: Calendar) -> bool:
    """Whether the publicity starts later than the rule wants; it is published all the same, and said so."""
    rule = rules.term("publicity_start")
    return rule is not None and at >= rule.end(reported, calendar)


@dataclass(frozen=True, slots=True)
class AwardFacts:
    """`out` tells for each rank above the chosen one whether that candidate is out on a lawful ground."""

    rank: int
    standing: bool
    above_out: Sequence[bool]
    publicity_ends: dt.datetime | None
    unanswered: int
    state_controlled: bool


def award_blockers(facts: AwardFacts, reason: str, at: dt.datetime, rules: RegimeRules) -> list[Blocker]:
    found = []
    publicity = rules.flags.get("publicity_before_award")
    if publicity and publicity.value and (facts.publicity_ends is None or at < facts.publicity_ends):
        ends = beijing(facts.publicity_ends) if facts.publicity_ends else "—"
        message = gettext_noop("中标候选人公示期尚未届满，届满时间：%(ends)s")
        found.append(fault("publicity_runs", message, "", publicity.rule, ends=ends))
    if facts.unanswered:
        message = gettext_noop("还有%(count)s件异议未答复，答复前应当暂停")
        remedy = gettext_noop("请先答复异议")
        found.append(fault("objection_open", message, "", "条例 54", remedy, count=str(facts.unanswered)))
    if not facts.standing:
        found.append(fault("candidate_out", gettext_noop("该候选人已失去中标资格"), "rank", "条例 55"))
    first = rules.flags.get("first_candidate_wins")
    if first and first.value and facts.state_controlled and not all(facts.above_out):
        message = gettext_noop("应当确定排名第一的中标候选人为中标人，不能越过排名在前的候选人")
        remedy = gettext_noop(
            "只有排名在前的候选人放弃中标、因不可抗力不能履行合同、不提交履约保证金或者查实有违法行为的，才可以确定下一名"
        )
        found.append(fault("not_first", message, "rank", first.rule, remedy))
    if not reason.strip():
        found.append(fault("no_reason", gettext_noop("请写明定标理由"), "reason", "CTS A-166"))
    return found


def winner_barred(name: str) -> Blocker:
    message = gettext_noop("“%(name)s”在定标之日不得参加，不能确定为中标人")
    remedy = gettext_noop("请以“查实有违法行为”为由取消该候选人资格后确定下一名候选人，或者重新招标")
    return fault("winner_barred", message, "rank", "条例 55", remedy, name=name)


def silence_blockers(reported: dt.datetime, at: dt.datetime, rules: RegimeRules, calendar: Calendar) -> list[Blocker]:
    """The system decides only where the law takes silence for the first candidate (87-68)."""
    rule = rules.term("award_decision")
    if rule is None:
        return [fault("no_silence", gettext_noop("此交易制度没有逾期视同定标的规定"))]
    if at < rule.end(reported, calendar):
        message = gettext_noop("采购人确定中标人的期限尚未届满：%(ends)s")
        return [fault("term_runs", message, "", rule.rule, ends=beijing(rule.end(reported, calendar)))]
    return []


def drop_blockers(ground: str, reason: str, out: bool) -> list[Blocker]:
    found = []
    if ground not in GROUNDS:
        message = gettext_noop("候选人失去资格的事由应当是下列之一：%(choices)s")
        found.append(fault("bad_ground", message, "ground", "条例 55", choices=" ".join(GROUNDS)))
    if not reason.strip():
        found.append(fault("no_reason", gettext_noop("请写明事实和依据"), "reason", "条例 55"))
    if out:
        found.append(fault("candidate_out", gettext_noop("该候选人已失去中标资格"), "", "条例 55"))
    return found


def letter_blockers(verified: bool, issued: bool, result_published: bool, regime: str) -> list[Blocker]:
    found = []
    if issued:
        found.append(fault("letter_issued", gettext_noop("此通知书已经发出")))
    if not verified:
        message = gettext_noop("通知书尚未核验")
        found.append(fault("letter_not_verified", message, "", "CTS A-172", gettext_noop("请先由核验人核验")))
    if regime == "GP" and not result_published:
        message = gettext_noop("应当在公告中标结果的同时发出中标通知书")
        found.append(fault("result_not_published", message, "", "87号令 69", gettext_noop("请先发布中标结果公告")))
    return found
