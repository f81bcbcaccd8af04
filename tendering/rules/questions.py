"""Questions and answers (CTS A-80 to A-82): the window, the asker's secrecy, answers that change something."""

import datetime as dt
from collections.abc import Iterable

from prequalified.rules.holidays import Calendar
from prequalified.rules.timing import beijing
from runtime.refusal import Blocker, gettext_noop
from tendering.rules.lifecycle import State, state_blockers
from tendering.rules.rulesets import RegimeRules

LONGEST = 5_000


def fault(code: str, message: str, place: str = "", rule: str = "", remedy: str = "", **params: str) -> Blocker:
    return Blocker(f"question.{code}", message, rule=rule, remedy=remedy, params=params, place=place)


def text_blockers(text: str, place: str) -> list[Blocker]:
    if text.strip() and len(text) <= LONGEST:
        return []
    return [fault("bad_text", gettext_noop("请填写内容，且不超过%(most)s字"), place, most=str(LONGEST))]


def ask_blockers(state: str, until: dt.datetime | None, at: dt.datetime, own: bool) -> list[Blocker]:
    """`own`: the asker is the tenderer, its agency or a trustee."""
    found = state_blockers(state, {State.PUBLISHED})
    if until is not None and at >= until:
        message = gettext_noop("提问已于%(until)s截止")
        remedy = gettext_noop("可以就招标文件之外的事项向行政监督部门反映")
        found.append(fault("late", message, "text", "条例 21, 22; CTS A-80", remedy, until=beijing(until)))
    if own:
        found.append(fault("own_tender", gettext_noop("招标人及其代理机构不能向自己提问"), "text"))
    return found


def answer_blockers(
    state: str,
    deadline: dt.datetime | None,
    at: dt.datetime,
    affects_bids: bool,
    texts: Iterable[str],
    secrets: Iterable[str],
    rules: RegimeRules,
    calendar: Calendar,
) -> list[Blocker]:
    """`secrets`: the asker's name and number, which the published text may not hold (87号令 27; 20号令 21)."""
    found = state_blockers(state, {State.PUBLISHED})
    if deadline is not None and at >= deadline:
        message = gettext_noop("投标截止时间%(deadline)s已过，不能再答复")
        found.append(fault("answer_late", message, "answer", "CTS A-81", deadline=beijing(deadline)))
    rule = rules.term("change_before_deadline")
    if deadline is not None and affects_bids and rule and deadline < rule.end(at, calendar):
        message = gettext_noop(
            "答复可能影响投标文件编制，距投标截止不足%(term)s，应当同时顺延截止时间，最早可为%(least)s"
        )
        remedy = gettext_noop("请改为发布变更公告，并将投标截止时间顺延至%(least)s或者更晚")
        params = {"term": str(rule.term), "least": beijing(rule.end(at, calendar))}
        found.append(fault("needs_amendment", message, "affects_bids", rule.rule, remedy, **params))
    if any(secret and secret in text for secret in secrets for text in texts):
        message = gettext_noop("公开的内容不得透露提问人的名称或代码")
        found.append(
            fault("names_asker", message, "restated", "20号令 21; 87号令 27", gettext_noop("请改写问题或答复"))
        )
    return found
