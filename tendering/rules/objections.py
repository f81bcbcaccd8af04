"""Objections (异议, 质疑) to the document and to the result: until when, by when to be answered, what they suspend."""

import datetime as dt
from dataclasses import dataclass

from prequalified.rules.holidays import Calendar
from prequalified.rules.timing import beijing
from runtime.refusal import Blocker, gettext_noop
from tendering.rules.lifecycle import State, state_blockers
from tendering.rules.rulesets import RegimeRules, TermRule

DOCUMENT, RESULT = "document", "result"
STATES = {DOCUMENT: {State.PUBLISHED}, RESULT: {State.PUBLICITY, State.AWARDED}}


@dataclass(frozen=True, slots=True)
class Window:
    """From `begins` on and before `ends`; None: no such right in this regime."""

    begins: dt.datetime
    ends: dt.datetime
    rule: str


def fault(code: str, message: str, place: str = "", rule: str = "", remedy: str = "", **params: str) -> Blocker:
    return Blocker(f"objection.{code}", message, rule=rule, remedy=remedy, params=params, place=place)


def document_window(
    published: dt.datetime,
    deadline: dt.datetime,
    taken: dt.datetime | None,
    rules: RegimeRules,
    calendar: Calendar,
) -> Window | None:
    """`taken`: when the party took the document. ENG counts back from the deadline (T22), GP on from the later of taking
    the document and the end of the notice (94号令 11)."""
    before = rules.term("objection_before_deadline")
    if before is not None:
        return Window(published, min(before.before(deadline, calendar), deadline), before.rule)
    after = rules.term("document_objection_after")
    if after is None:
        return None
    notice = rules.term("notice")
    known = notice.end(published, calendar) if notice else published
    return Window(published, after.end(max(known, taken or known), calendar), after.rule)


def result_window(
    publicity: tuple[dt.datetime, dt.datetime] | None,
    result_notice_ends: dt.datetime | None,
    rules: RegimeRules,
    calendar: Calendar,
) -> Window | None:
    """ENG: within the candidates' publicity (T54). GP: from the end of the result notice on (GP law 52)."""
    after = rules.term("result_objection_after")
    if after is not None:
        if result_notice_ends is None:
            return None
        return Window(result_notice_ends, after.end(result_notice_ends, calendar), after.rule)
    rule = rules.term("publicity")
    return Window(*publicity, rule.rule) if publicity and rule else None


def file_blockers(state: str, about: str, window: Window | None, at: dt.datetime, own: bool) -> list[Blocker]:
    """A late objection is pointed out with its rule and what remains (CTS A-195)."""
    found = state_blockers(state, STATES[about])
    if found:
        return found
    if own:
        found.append(fault("own_tender", gettext_noop("招标人及其代理机构不能对自己的招标提出异议"), "text"))
    if window is None:
        found.append(fault("not_open", gettext_noop("目前不能就此事项提出异议"), "text"))
    elif at >= window.ends:
        message = gettext_noop("异议已超过期限：应当在%(ends)s之前提出")
        remedy = gettext_noop("可以依法向行政监督部门反映")
        found.append(fault("late", message, "text", window.rule, remedy, ends=beijing(window.ends)))
    elif about == RESULT and at < window.begins and state == State.PUBLICITY:
        message = gettext_noop("异议应当在%(begins)s之后提出")
        found.append(fault("early", message, "text", window.rule, begins=beijing(window.begins)))
    return found


def answer_term(about: str, rules: RegimeRules) -> TermRule | None:
    return rules.term(f"{about}_objection_answer")


def suspension(unanswered: int, rules: RegimeRules) -> list[Blocker]:
    """What stands still until every objection is answered (T22, T54; CTS B-031)."""
    flag = rules.flags.get("suspended_by_objection")
    if not unanswered or flag is None or not flag.value:
        return []
    message = gettext_noop("有异议尚未答复，作出答复前应当暂停招标投标活动")
    return [fault("suspends", message, "", flag.rule, gettext_noop("请先答复异议"))]
