"""From the drafter's wishes to the times that a document states: `{"published", "sale_until", "questions_until", "deadline"}`."""

import datetime as dt
from collections.abc import Mapping
from typing import Any

from prequalified.rules.holidays import Calendar
from prequalified.rules.timing import Unit, beijing, day_begins, day_of, read_term
from runtime.clock import read_stamp, stamp
from runtime.refusal import Blocker, gettext_noop
from tendering.rules.document_parts import fault
from tendering.rules.rulesets import RegimeRules

MOMENTS = ("published", "sale_until", "questions_until", "deadline")
PLAN = (*MOMENTS, "deadline_after")


def plan_blockers(plan: Mapping[str, Any], deadline_needed: bool = True) -> list[Blocker]:
    """`plan`: moments as stamps, or `deadline_after` as a term (`{"days": 25}`) from the signing on.

    A later version keeps the deadline that it does not name.
    """
    found = []
    for key in sorted(set(plan) - set(PLAN)):
        found.append(fault("unknown_time", gettext_noop("不认识的时间项“%(key)s”"), "times", key=str(key)[:40]))
    for key in MOMENTS:
        try:
            read_stamp(plan[key]) if plan.get(key) else None
        except (TypeError, ValueError):
            found.append(
                fault("bad_moment", gettext_noop("时间应当写明时区，如2026-11-21T09:30:00+08:00"), f"times.{key}")
            )
    try:
        read_term(plan["deadline_after"]) if plan.get("deadline_after") else None
    except (TypeError, ValueError, AttributeError):
        found.append(fault("bad_term", gettext_noop('期限应当写成{"days": 25}的形式'), "times.deadline"))
    if deadline_needed and not plan.get("deadline") and not plan.get("deadline_after"):
        message = gettext_noop("请填写投标截止时间")
        found.append(fault("no_deadline", message, "times.deadline", rule="招标投标法 24"))
    return found


def stated_times(plan: Mapping[str, Any], at: dt.datetime, rules: RegimeRules, calendar: Calendar) -> dict[str, str]:
    """The times to be signed, for a faultless plan: what is not wished is as long as the rules and the deadline allow.

    `published` is the moment before which the notice is not published; the act of publication has its own moment.
    """
    published = read_stamp(plan["published"]) if plan.get("published") else at
    if plan.get("deadline"):
        deadline = read_stamp(plan["deadline"])
    else:
        deadline = _after(published, plan["deadline_after"])
    questions = read_stamp(plan["questions_until"]) if plan.get("questions_until") else None
    sale = read_stamp(plan["sale_until"]) if plan.get("sale_until") else deadline
    if questions is None:
        window = rules.term("objection_before_deadline") or rules.term("change_before_deadline")
        last = window.before(deadline, calendar) if window else deadline
        questions = min(last, deadline) if last > published else deadline
    return {
        "published": stamp(published),
        "sale_until": stamp(sale),
        "questions_until": stamp(questions),
        "deadline": stamp(deadline),
    }


def _after(start: dt.datetime, data: dict[str, int]) -> dt.datetime:
    """Plainly so many days (or seconds) later at the same time of day; whether that is enough is checked elsewhere."""
    term = read_term(data)
    if term.unit is Unit.SECONDS:
        return start + dt.timedelta(seconds=term.amount)
    return start + dt.timedelta(days=term.amount)


def moved_deadline(
    old: dt.datetime, change: dt.datetime, affects_bids: bool, rules: RegimeRules, calendar: Calendar
) -> dt.datetime:
    """The deadline after a change published at `change`: moved where less than the term would be left (T21, 87-27).

    In days it keeps its time of day; in seconds (demonstration) it gets a third on top, for the signing takes its time.
    """
    rule = rules.term("change_before_deadline")
    if not affects_bids or rule is None or rule.end(change, calendar) <= old:
        return old
    least = rule.end(change, calendar)
    if rule.term.unit is Unit.SECONDS:
        return least + dt.timedelta(seconds=max(5, rule.term.amount // 3))
    return day_begins(day_of(least)) + (old - day_begins(day_of(old)))


def move_blockers(
    old: dt.datetime, new: dt.datetime, change: dt.datetime, affects_bids: bool, rules: RegimeRules, calendar: Calendar
) -> list[Blocker]:
    """Whether `new` may replace the deadline `old` by a change published at `change`."""
    found = []
    rule = rules.term("change_before_deadline")
    if new < old:
        message = gettext_noop("投标截止时间不得提前：原为%(old)s")
        found.append(fault("deadline_earlier", message, "times.deadline", rule="招标投标法 24", old=beijing(old)))
    if affects_bids and rule and new < rule.end(change, calendar):
        least = beijing(rule.end(change, calendar))
        message = gettext_noop("变更可能影响投标文件编制，距投标截止不足%(term)s，应当顺延，最早可为%(least)s")
        remedy = gettext_noop("请将投标截止时间改为%(least)s或者更晚")
        params = {"term": str(rule.term), "least": least}
        found.append(fault("deadline_not_moved", message, "times.deadline", rule.rule, remedy, **params))
    return found


def amended_times(
    plan: Mapping[str, Any],
    old: Mapping[str, str],
    at: dt.datetime,
    affects_bids: bool,
    rules: RegimeRules,
    calendar: Calendar,
) -> dict[str, str]:
    """The times of a later version, for a faultless plan: the old ones, the deadline moved as wished or as the rule demands."""
    before = read_stamp(old["deadline"])
    if plan.get("deadline"):
        deadline = read_stamp(plan["deadline"])
    elif plan.get("deadline_after"):
        deadline = _after(at, plan["deadline_after"])
    else:
        deadline = moved_deadline(before, at, affects_bids, rules, calendar)
    times = {**old, "deadline": stamp(deadline)}
    if deadline != before:
        times["questions_until"] = stated_times(
            {"published": old["published"], "deadline": stamp(deadline)}, at, rules, calendar
        )["questions_until"]
        times["sale_until"] = stamp(deadline) if old["sale_until"] == old["deadline"] else old["sale_until"]
    return times | {key: stamp(read_stamp(plan[key])) for key in ("questions_until", "sale_until") if plan.get(key)}
