"""A case of conduct: who may propose what, and in which order notice, defence and decision follow (行政处罚法 44、45)."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from prequalified.rules.conduct.scheme import RULE, ConductRule
from prequalified.rules.timing import beijing
from runtime.refusal import Blocker, gettext_noop

PROPOSED, NOTIFIED, DEFENDED, UPHELD, DROPPED = "proposed", "notified", "defended", "upheld", "dropped"
OPEN = (PROPOSED, NOTIFIED, DEFENDED)
STATES = {
    PROPOSED: gettext_noop("拟认定"),
    NOTIFIED: gettext_noop("已告知，待陈述申辩"),
    DEFENDED: gettext_noop("已陈述申辩"),
    UPHELD: gettext_noop("已认定"),
    DROPPED: gettext_noop("不予认定"),
}
LONGEST = 4000  # characters of facts, defence and reasons
STANDING = ("active", "suspended")
_PROCEDURE = "行政处罚法 44、45"


@dataclass(frozen=True, slots=True)
class Proposal:
    """`used`: points (without sign) of this rule upheld or pending in this year; `open`: a case of the measure is pending."""

    role: str
    state: str  # of the admission
    facts: str
    papers: int
    reported: bool
    used: int = 0
    open: bool = False


@dataclass(frozen=True, slots=True)
class Standing:
    """Where a case stands. `own`: the actor is who proposed it, or acts for the firm."""

    state: str
    defence_until: dt.datetime | None
    own: bool = False


def propose_blockers(rule: ConductRule | None, proposal: Proposal) -> list[Blocker]:
    """Every reason at once."""
    if rule is None:
        return [_blocker("conduct.no_rule", gettext_noop("积分规则中没有这一条。"), "rule")]
    found = []
    if proposal.role not in rule.proposers:
        found.append(_blocker("conduct.not_yours", gettext_noop("按积分规则，您的身份不能提出这一条。"), "rule"))
    if proposal.state not in STANDING:
        found.append(_blocker("conduct.not_standing", gettext_noop("该单位不在册，不再认定。"), "admission"))
    found += text_blockers(proposal.facts, "facts")
    if rule.evidence == "paper" and not proposal.papers:
        found.append(_blocker("conduct.no_paper", gettext_noop("这一条须附证据材料。"), "evidence"))
    if rule.evidence == "report" and not (proposal.papers or proposal.reported):
        found.append(_blocker("conduct.no_evidence", gettext_noop("这一条须有报告或证据材料。"), "evidence"))
    if proposal.open:
        found.append(_blocker("conduct.pending", gettext_noop("同一措施已有未办结的案件。"), "rule"))
    return found + limit_blockers(rule, proposal.used)


def limit_blockers(rule: ConductRule, used: int) -> list[Blocker]:
    if not rule.most_per_year or used + abs(rule.points) <= rule.most_per_year:
        return []
    message = gettext_noop("这一条本年度最多计 %(most)s 分，已计或拟计 %(used)s 分。")
    params = {"most": str(rule.most_per_year), "used": str(used)}
    return [Blocker("conduct.year_limit", message, RULE, params=params, place="rule")]


def notify_blockers(standing: Standing) -> list[Blocker]:
    return _state(standing, (PROPOSED,))


def defend_blockers(standing: Standing, now: dt.datetime, text: str) -> list[Blocker]:
    found = _state(standing, (NOTIFIED,))
    if not found and standing.defence_until and now >= standing.defence_until:
        message = gettext_noop("陈述申辩期限已于 %(until)s 届满。")
        params = {"until": beijing(standing.defence_until)}
        found.append(Blocker("conduct.defence_late", message, _PROCEDURE, params=params, place="defence"))
    return found + text_blockers(text, "defence")


def decide_blockers(standing: Standing, now: dt.datetime, reasons: str) -> list[Blocker]:
    """By another person than who proposed it, once the firm was heard or its term ran out."""
    found = _state(standing, (NOTIFIED, DEFENDED))
    if standing.own:
        message = gettext_noop("提出人不能自己作出认定，请由另一位工作人员办理。")
        found.append(_blocker("conduct.own", message, "reasons", _PROCEDURE))
    if standing.state == NOTIFIED and standing.defence_until and now < standing.defence_until:
        message = gettext_noop("陈述申辩期限未满（至 %(until)s），对方尚未陈述申辩，不能认定。")
        params = {"until": beijing(standing.defence_until)}
        found.append(Blocker("conduct.too_early", message, _PROCEDURE, params=params, place="reasons"))
    return found + text_blockers(reasons, "reasons")


def text_blockers(text: str, place: str) -> list[Blocker]:
    if not text.strip():
        return [_blocker(f"{place}.missing", gettext_noop("请写明内容。"), place)]
    if len(text) > LONGEST:
        message = gettext_noop("内容不超过 %(most)s 字。")
        return [Blocker(f"{place}.long", message, RULE, params={"most": str(LONGEST)}, place=place)]
    return []


def _state(standing: Standing, allowed: Sequence[str]) -> list[Blocker]:
    if standing.state in allowed:
        return []
    message = gettext_noop("案件当前状态为“%(term)s”，不能进行此操作，可能已由他人办理。")
    remedy = gettext_noop("请刷新后查看最新状态。")
    return [Blocker("conduct.wrong_state", message, _PROCEDURE, remedy, {"term": STATES[standing.state]})]


def _blocker(code: str, message: str, place: str = "", rule: str = RULE) -> Blocker:
    return Blocker(code, message, rule, place=place)
