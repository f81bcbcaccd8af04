"""Faults of a document's terms: decryption and trustees, committee, bond, method, times."""

import datetime as dt
from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from prequalified.rules.holidays import Calendar
from prequalified.rules.timing import beijing
from runtime.clock import read_stamp
from runtime.refusal import Blocker, gettext_noop
from tendering.rules import methods
from tendering.rules.document_parts import fault
from tendering.rules.rulesets import RegimeRules

MODES = ("trustees", "bidder", "both")
BELOW_THREE = ("continue", "fail")
SECONDS = {"sign_in_seconds": (0, 7200), "window_seconds": (5, 7200), "objection_seconds": (0, 7200)}


def _whole(value: object) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) else None


def decryption_blockers(content: Mapping[str, Any]) -> list[Blocker]:
    terms = content.get("decryption")
    if not isinstance(terms, dict):
        return [fault("no_decryption", gettext_noop("请填写解密约定"), "decryption", rule="20号令 30, 31")]
    found = []
    if terms.get("mode") not in MODES:
        message = gettext_noop("解密方式应当是下列之一：%(choices)s")
        found.append(fault("bad_choice", message, "decryption.mode", choices=" ".join(MODES)))
    if terms.get("below_three") not in BELOW_THREE:
        message = gettext_noop("解密成功的投标文件不足三个时如何处理，由招标文件约定：%(choices)s")
        place = "decryption.below_three"
        found.append(fault("bad_choice", message, place, rule="20号令 31", choices=" ".join(BELOW_THREE)))
    for key, (least, most) in SECONDS.items():
        value = _whole(terms.get(key))
        if value is None or not least <= value <= most:
            message = gettext_noop("时长应当是%(least)s至%(most)s秒之间的整数")
            found.append(fault("bad_seconds", message, f"decryption.{key}", least=str(least), most=str(most)))
    return found + (_threshold(terms) if terms.get("mode") != "bidder" else [])


def _threshold(terms: Mapping[str, Any]) -> list[Blocker]:
    k, n = _whole(terms.get("k")), _whole(terms.get("n"))
    if k is None or n is None or not 2 <= k <= n <= 15:
        message = gettext_noop("门限应满足 2 ≤ k ≤ n ≤ 15，任何一人都不能单独解密")
        return [fault("bad_threshold", message, "decryption.k", rule="20号令 27")]
    return []


def trustee_blockers(content: Mapping[str, Any], places: Sequence[tuple[int, str, bool]]) -> list[Blocker]:
    """`places`: (place, name, whether its recipient is registered). All must stand before publication (protocol §4)."""
    terms = content.get("decryption")
    if not isinstance(terms, dict) or terms.get("mode") == "bidder":
        return []
    n = _whole(terms.get("n"))
    found = []
    if n is not None and len(places) != n:
        message = gettext_noop("开标受托人应为%(n)s名，现有%(count)s名")
        found.append(
            fault("trustees_missing", message, "trustees", "docs/protocol.md §4", n=str(n), count=str(len(places)))
        )
    if [place for place, _, _ in places] != list(range(1, len(places) + 1)):
        found.append(fault("trustee_places", gettext_noop("开标受托人的序号应从1起连续"), "trustees"))
    for place, name, registered in places:
        if not registered:
            message = gettext_noop("开标受托人“%(name)s”尚未登记公钥并签名")
            remedy = gettext_noop("请该受托人登录并登记，或更换受托人")
            where = f"trustees.{place}"
            found.append(fault("trustee_not_registered", message, where, "docs/protocol.md §4", remedy, name=name))
    return found


def committee_blockers(content: Mapping[str, Any], rules: RegimeRules) -> list[Blocker]:
    committee = content.get("committee")
    if not isinstance(committee, dict):
        return [fault("no_committee", gettext_noop("请填写评标委员会的组成"), "committee", rule="招标投标法 37")]
    size, members = _whole(committee.get("size")), _whole(committee.get("tenderer_members", 0))
    if size is None or members is None or members < 0:
        return [fault("bad_committee", gettext_noop("人数应当是整数"), "committee.size")]
    found = _size(size, Decimal(str(content.get("budget") or "0")), rules)
    share = rules.figure("tenderer_share")
    if share and size and Fraction(members, size) > Fraction(1, 3):
        message = gettext_noop("招标人代表不得超过成员总数的三分之一，现为%(members)s/%(size)s")
        place = "committee.tenderer_members"
        found.append(fault("tenderer_share", message, place, share.rule, members=str(members), size=str(size)))
    venues = committee.get("venues")
    if not isinstance(venues, list) or not venues or len({str(venue) for venue in venues}) != len(venues):
        found.append(fault("bad_venues", gettext_noop("请列出评标场所，且不得重复"), "committee.venues"))
    return found


def _size(size: int, budget: Decimal, rules: RegimeRules) -> list[Blocker]:
    least = rules.figure("committee")
    large = rules.figure("committee_large")
    if large and large.from_budget is not None and budget >= large.from_budget:
        least = large
    if least is None or (least.holds(size) and size % 2 == 1):
        return []
    message = gettext_noop("评标委员会应为%(least)s人以上单数，现为%(size)s人")
    remedy = gettext_noop("请改为不少于%(least)s人的单数")
    params = {"least": str(int(least.value)), "size": str(size)}
    return [fault("committee_size", message, "committee.size", least.rule, remedy, **params)]


def bond_blockers(content: Mapping[str, Any], rules: RegimeRules) -> list[Blocker]:
    share = rules.figure("bond_share")
    bond, budget = Decimal(str(content.get("bond") or "0")), Decimal(str(content.get("budget") or "0"))
    most = (budget * share.value / 100).quantize(Decimal("0.01")) if share else None
    if share is None or most is None or bond <= most:
        return []
    message = gettext_noop("投标保证金%(bond)s元超过%(share)s%%的上限，最高可为%(most)s元")
    params = {"bond": f"{bond:.2f}", "share": f"{share.value:f}", "most": f"{most:.2f}"}
    return [fault("bond_too_high", message, "bond", share.rule, gettext_noop("请在标段资料中降低保证金"), **params)]


def method_blockers(content: Mapping[str, Any], rules: RegimeRules) -> list[Blocker]:
    """The method's own faults, and whether this rule set allows its kind (87号令 53, CTS B-025)."""
    method = content.get("method")
    found = methods.blockers(method, str(content.get("regime")), str(content.get("kind")))
    kind = method.get("kind") if isinstance(method, dict) else None
    known = {str(each) for each in methods.Kind}
    if kind in known and kind not in rules.methods.allowed and not any("procurement" in b.code for b in found):
        message = gettext_noop("此交易制度不允许采用该评标办法，可以采用：%(allowed)s")
        allowed = ", ".join(rules.methods.allowed)
        found.append(fault("method_not_allowed", message, "method.kind", rules.methods.rule, allowed=allowed))
    return found


def time_blockers(
    times: Mapping[str, Any], published: dt.datetime, rules: RegimeRules, calendar: Calendar
) -> list[Blocker]:
    """Whether the stated times keep the rule set's terms if the document is published at `published`."""
    deadline, questions = read_stamp(times["deadline"]), read_stamp(times["questions_until"])
    sale = read_stamp(times["sale_until"])
    found = []
    for key, place, moment in (("issue_to_deadline", "deadline", deadline), ("sale", "sale_until", sale)):
        rule = rules.term(key)
        if rule and moment < rule.end(published, calendar):
            found.append(too_early(key, place, moment, rule.end(published, calendar), str(rule.term), rule.rule))
    window = rules.term("objection_before_deadline")
    if window and questions < min(window.before(deadline, calendar), deadline):
        least = window.before(deadline, calendar)
        found.append(too_early("questions_window", "questions_until", questions, least, str(window.term), window.rule))
    if not published < questions <= deadline or not published < sale <= deadline:
        message = gettext_noop("提问截止时间和文件获取截止时间应当在发布之后、投标截止之前")
        found.append(fault("times_out_of_order", message, "times"))
    return found


_TOO_EARLY = {
    "issue_to_deadline": gettext_noop("投标截止时间%(moment)s过早：自发布起不得少于%(term)s，最早可为%(least)s"),
    "sale": gettext_noop("文件获取截止时间%(moment)s过早：获取期不得少于%(term)s，最早可为%(least)s"),
    "questions_window": gettext_noop("提问和异议截止时间%(moment)s过早：截止前%(term)s以前均可提出，最早可为%(least)s"),
}


def too_early(key: str, place: str, moment: dt.datetime, least: dt.datetime, term: str, rule: str) -> Blocker:
    params = {"moment": beijing(moment), "least": beijing(least), "term": term}
    remedy = gettext_noop("请将时间改为%(least)s或者更晚")
    return fault(f"too_early.{key}", _TOO_EARLY[key], f"times.{place}", rule, remedy, **params)
