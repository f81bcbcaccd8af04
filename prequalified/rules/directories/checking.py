"""The automatic check: every condition against what a firm has verified, chosen and committed to; all faults at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any

from prequalified.rules.directories.condition_kinds import CHOICES, PAPERS, proofs_of
from prequalified.rules.directories.conditions import conditions_for, money
from runtime.refusal import Blocker, gettext_noop

_RULE = "预选名录管理办法 入库条件"


class Verdict(StrEnum):
    MET = "met"
    COMMITTED = "committed"  # a commitment stands for the proof
    MISSING = "missing"  # a paper is not there yet; may follow where the condition says so
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """`fault`: empty, or why the paper may not be relied on: forged, lost."""

    id: str
    kind: str
    title: str
    sha256: str
    facts: Mapping[str, Any]
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None
    fault: str = ""


@dataclass(frozen=True, slots=True)
class PersonFacts:
    duty: str
    qualification: str = ""
    grade: str = ""
    specialty: str = ""
    valid_until: dt.date | None = None


@dataclass(frozen=True, slots=True)
class Firm:
    """What is verified about a firm on `day` (Beijing's). `bars`: sanctions in force that the gate `admit` names."""

    day: dt.date
    roles: frozenset[str] = frozenset()
    region: str = ""
    capital: Decimal | None = None
    people: Sequence[PersonFacts] = ()
    ratings: frozenset[str] = frozenset()
    bars: Sequence[Blocker] = ()


@dataclass(frozen=True, slots=True)
class Answers:
    """What the firm hands in, by condition: the papers it chose, and the conditions it commits to."""

    grade: str
    papers: Mapping[str, Sequence[PaperFacts]] = field(default_factory=dict)
    committed: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Finding:
    key: str
    verdict: Verdict
    found: str
    blockers: tuple[Blocker, ...] = ()
    supplement: bool = False

    def as_data(self) -> dict[str, Any]:
        return {
            "key": self.key, "verdict": self.verdict.value, "found": self.found, "supplement": self.supplement,
            "blockers": [blocker.as_data() for blocker in self.blockers],
        }  # fmt: skip


def check(document: Mapping[str, Any], firm: Firm, answers: Answers) -> list[Finding]:
    """A finding for every condition that is asked for the grade, in order."""
    return [_check(one, firm, answers) for one in conditions_for(document, answers.grade)]


def grade_blockers(document: Mapping[str, Any], grade: str) -> list[Blocker]:
    grades = document["grades"]
    if (grade in grades) if grades else not grade:
        return []
    message = gettext_noop("请选择申请的等级：%(terms)s。")
    return [Blocker("request.grade", message, _RULE, "", {"terms": "、".join(grades) or "-"}, "grade")]


def faults(findings: Sequence[Finding]) -> list[Blocker]:
    """What stops the request: all but papers that may still follow."""
    return [fault for one in findings if not curable(one) for fault in one.blockers]


def curable(finding: Finding) -> bool:
    return finding.verdict is Verdict.MISSING and finding.supplement


def gaps(findings: Sequence[Finding]) -> list[Finding]:
    """Papers that may still follow (容缺)."""
    return [one for one in findings if curable(one)]


def _check(condition: Mapping[str, Any], firm: Firm, answers: Answers) -> Finding:
    key, kind = condition["key"], condition["kind"]
    chosen = list(answers.papers.get(key, ()))
    bad = [fault for paper in chosen for fault in paper_blockers(paper, condition, firm.day)]
    verdict, found, why = _KINDS[kind](condition, firm, chosen)
    if bad:
        return Finding(key, Verdict.FAILED, found, tuple(bad))
    if verdict is Verdict.MET:
        return Finding(key, verdict, found)
    if key in answers.committed:
        if condition["commitment"] is not None:
            return Finding(key, Verdict.COMMITTED, found)
        why = [*why, _blocker("condition.no_commitment", gettext_noop("这项条件不能以承诺代替证明。"), condition)]
    return Finding(key, verdict, found, tuple(why), verdict is Verdict.MISSING and condition["supplement"])


def paper_blockers(paper: PaperFacts, condition: Mapping[str, Any], day: dt.date) -> list[Blocker]:
    """Forged, lost, expired, not yet in force, or of a kind that proves something else."""
    found = []
    name = {"title": paper.title}
    if paper.fault:
        words = {
            "forged": gettext_noop("材料“%(title)s”与签名不符或签名无效，不能作为证明。"),
            "lost": gettext_noop("材料“%(title)s”的文件不完整，请重新上传。"),
            "foreign": gettext_noop("材料“%(title)s”不是贵单位的。"),
        }
        found.append(_blocker(f"paper.{paper.fault}", words[paper.fault], condition, **name))
    if paper.valid_until is not None and paper.valid_until < day:
        message = gettext_noop("材料“%(title)s”已于 %(until)s 到期。")
        found.append(_blocker("paper.expired", message, condition, until=paper.valid_until.isoformat(), **name))
    if paper.valid_from is not None and paper.valid_from > day:
        message = gettext_noop("材料“%(title)s”自 %(since)s 起才有效。")
        found.append(_blocker("paper.not_yet", message, condition, since=paper.valid_from.isoformat(), **name))
    if paper.kind not in proofs_of(condition):
        message = gettext_noop("材料“%(title)s”的种类不能证明这项条件。")
        found.append(_blocker("paper.kind", message, condition, **name))
    return found


_Result = tuple[Verdict, str, list[Blocker]]


def _met(found: str) -> _Result:
    return Verdict.MET, found, []


def _missing(condition: Mapping[str, Any], paper: str) -> _Result:
    message = gettext_noop("缺少证明：%(term)s。")
    remedy = gettext_noop("请在“我的材料”中上传并签名，再在申请中选择。")
    params = {"term": PAPERS[paper]}
    return Verdict.MISSING, "", [_blocker("paper.missing", message, condition, remedy=remedy, **params)]


def _qualification(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    if not chosen:
        return _missing(condition, "qualification")
    held = [(_fact(paper, "name", "trade"), _fact(paper, "grade")) for paper in chosen]
    shown = "、".join(" ".join(part for part in pair if part) for pair in held)
    for name, grade in held:
        if name == condition["name"] and (not condition["accepted"] or grade in condition["accepted"]):
            return _met(shown)
    message = gettext_noop("要求资质“%(name)s”%(grades)s，材料载明：%(found)s。")
    grades = "、".join(condition["accepted"])
    params = {"name": condition["name"], "grades": f"（{grades}）" if grades else "", "found": shown or "—"}
    return Verdict.FAILED, shown, [_blocker("condition.qualification", message, condition, **params)]


def _people(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    fitting = [one for one in firm.people if _fits(one, condition, firm.day)]
    count, wanted = len(fitting), condition["count"]
    if count >= wanted:
        return _met(str(count))
    message = gettext_noop("要求已核验的人员（%(terms)s）不少于 %(wanted)s 人，现有 %(count)s 人。")
    words = [CHOICES["duty"].get(condition["duty"], ""), condition["qualification"], *condition["accepted"]]
    terms = "、".join(word for word in [*words, condition["specialty"]] if word) or gettext_noop("不限")
    remedy = gettext_noop("请在“我的人员”中登记并通过核验；证书过期的请更新。")
    params = {"terms": terms, "wanted": str(wanted), "count": str(count)}
    return Verdict.FAILED, str(count), [_blocker("condition.people", message, condition, remedy=remedy, **params)]


def _fits(person: PersonFacts, condition: Mapping[str, Any], day: dt.date) -> bool:
    return (
        (not condition["duty"] or person.duty == condition["duty"])
        and (not condition["qualification"] or person.qualification == condition["qualification"])
        and (not condition["accepted"] or person.grade in condition["accepted"])
        and (not condition["specialty"] or person.specialty == condition["specialty"])
        and (person.valid_until is None or person.valid_until >= day)
    )


def _track_record(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    wanted = condition["count"]
    if len({paper.sha256 for paper in chosen}) < wanted:
        verdict, _found, why = _missing(condition, "track_record")
        return verdict, str(len(chosen)), why
    since = years_before(firm.day, condition["years"]) if condition["years"] else None
    good = {paper.sha256 for paper in chosen if _counts(paper, money(condition["amount"]), since)}
    if len(good) >= wanted:
        return _met(str(len(good)))
    message = gettext_noop("要求业绩 %(wanted)s 项，所选材料中符合金额和时间要求的有 %(count)s 项。")
    params = {"wanted": str(wanted), "count": str(len(good))}
    return Verdict.FAILED, str(len(good)), [_blocker("condition.track_record", message, condition, **params)]


def _counts(paper: PaperFacts, least: Decimal | None, since: dt.date | None) -> bool:
    amount, day = money(_fact(paper, "amount")), _day(_fact(paper, "date"))
    return (least is None or (amount is not None and amount >= least)) and (
        since is None or (day is not None and day >= since)
    )


def _credit(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    if condition["clean"] and firm.bars:
        return Verdict.FAILED, "", list(firm.bars)
    ratings = firm.ratings | {_fact(paper, "rating") for paper in chosen}
    shown = "、".join(sorted(rating for rating in ratings if rating))
    if not condition["accepted"] or ratings & set(condition["accepted"]):
        return _met(shown)
    if not shown:
        return _missing(condition, "credit")
    message = gettext_noop("要求信用评价为 %(wanted)s，现为 %(found)s。")
    params = {"wanted": "、".join(condition["accepted"]), "found": shown}
    return Verdict.FAILED, shown, [_blocker("condition.credit", message, condition, **params)]


def _capital(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    stated = [amount for paper in chosen if (amount := money(_fact(paper, "amount"))) is not None]
    held = max([*stated, *([firm.capital] if firm.capital is not None else [])], default=None)
    if held is None:
        return _missing(condition, "capital")
    wanted = money(condition["amount"])
    if wanted is None or held >= wanted:
        return _met(f"{held:,.2f}")
    message = gettext_noop("要求注册资本不低于 %(wanted)s 元，现为 %(found)s 元。")
    params = {"wanted": f"{wanted:,.2f}", "found": f"{held:,.2f}"}
    return Verdict.FAILED, f"{held:,.2f}", [_blocker("condition.capital", message, condition, **params)]


def _region(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    if any(firm.region.startswith(code) for code in condition["codes"]):
        return _met(firm.region)
    message = gettext_noop("要求登记地区为 %(wanted)s，统一社会信用代码载明 %(found)s。")
    params = {"wanted": "、".join(condition["codes"]), "found": firm.region or "—"}
    return Verdict.FAILED, firm.region, [_blocker("condition.region", message, condition, **params)]


def _role(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    if condition["role"] in firm.roles:
        return _met("")
    message = gettext_noop("要求已核验的注册身份：%(term)s。")
    remedy = gettext_noop("请在“我的注册”中申请该身份，核验通过后再提交。")
    term = CHOICES["role"][condition["role"]]
    return Verdict.FAILED, "", [_blocker("condition.role", message, condition, remedy=remedy, term=term)]


def _paper(condition: Mapping[str, Any], firm: Firm, chosen: list[PaperFacts]) -> _Result:
    return _met("、".join(paper.title for paper in chosen)) if chosen else _missing(condition, condition["paper"])


_KINDS = {
    "qualification": _qualification, "people": _people, "track_record": _track_record, "credit": _credit,
    "capital": _capital, "region": _region, "role": _role, "paper": _paper,
}  # fmt: skip


def _fact(paper: PaperFacts, *names: str) -> str:
    return next((str(paper.facts[name]).strip() for name in names if paper.facts.get(name)), "")


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None


def years_before(day: dt.date, years: int) -> dt.date:
    """The same day some years earlier; 29 February becomes 28 February."""
    try:
        return day.replace(year=day.year - years)
    except ValueError:
        return day.replace(year=day.year - years, day=28)


def _blocker(code: str, message: str, condition: Mapping[str, Any], remedy: str = "", **params: str) -> Blocker:
    return Blocker(code, message, _RULE, remedy, params, f"condition.{condition['key']}")
