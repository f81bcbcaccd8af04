"""The yearly review of an admission, and the later check of a commitment."""

import datetime as dt
from collections.abc import Sequence
from typing import Any

from runtime.refusal import Blocker, gettext_noop

_RULE = "预选名录管理办法 年度复核"


def anniversaries(admitted: dt.date, valid_until: dt.date) -> list[tuple[int, dt.date]]:
    """`(year, due)`: a review each full year of an admission, none on the day it ends or after."""
    found, year = [], 1
    while (due := _later(admitted, year)) < valid_until:
        found.append((due.year, due))
        year += 1
    return found


def _later(day: dt.date, years: int) -> dt.date:
    try:
        return day.replace(year=day.year + years)
    except ValueError:
        return day.replace(year=day.year + years, day=28)


def valid_until(admitted: dt.date, years: int) -> dt.date:
    return _later(admitted, years)


def hand_in_blockers(submitted: bool, decided: bool) -> list[Blocker]:
    if decided:
        return [Blocker("review.decided", gettext_noop("本年度复核已经办结。"), _RULE)]
    if submitted:
        return [Blocker("review.submitted", gettext_noop("本年度复核已经提交，正在办理。"), _RULE)]
    return []


def decision_blockers(
    outcome: str, reasons: str, decided: bool, submitted: bool, over: bool, faults: Sequence[Any], own: bool
) -> list[Blocker]:
    """`over`: the due day has passed; a firm that handed in nothing can then fail, but never pass."""
    found = []
    if decided:
        message = gettext_noop("这次复核已经办结，可能已由他人办理。")
        found.append(Blocker("review.decided", message, _RULE, gettext_noop("请刷新后查看最新状态。")))
    if outcome not in ("passed", "failed"):
        found.append(Blocker("decision.unknown", gettext_noop("请选择办理结果。"), _RULE, place="outcome"))
    if not submitted and not (outcome == "failed" and over):
        found.append(Blocker("review.not_submitted", gettext_noop("该单位尚未提交复核材料。"), _RULE))
    if outcome == "failed" and not reasons.strip():
        found.append(Blocker("reasons.missing", gettext_noop("请写明原因。"), _RULE, place="reasons"))
    if outcome == "passed" and faults and not reasons.strip():
        message = gettext_noop("自动检查有不符合的条件，判定合格须写明理由。")
        found.append(Blocker("reasons.missing", message, _RULE, place="reasons"))
    if own:
        found.append(Blocker("review.own", gettext_noop("不能办理本单位的复核，请由另一位工作人员办理。"), _RULE))
    return found


def commitment_blockers(outcome: str, note: str, checked: bool) -> list[Blocker]:
    found = []
    if checked:
        message = gettext_noop("这项承诺已经核查，可能已由他人办理。")
        found.append(Blocker("commitment.checked", message, _RULE, gettext_noop("请刷新后查看最新状态。")))
    if outcome not in ("kept", "broken"):
        found.append(Blocker("decision.unknown", gettext_noop("请选择核查结果。"), _RULE, place="outcome"))
    if not note.strip():
        found.append(Blocker("note.missing", gettext_noop("请写明核查情况。"), _RULE, place="note"))
    return found
