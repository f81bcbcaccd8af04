"""What follows from a balance: nothing, a proposed suspension, a proposed removal; and until when each lasts."""

import datetime as dt
from calendar import monthrange
from collections.abc import Mapping
from typing import Any

from prequalified.rules.conduct.scheme import REMOVE, SUSPEND, THRESHOLD, ConductRule
from prequalified.rules.directories.settings import figure
from runtime.refusal import gettext_noop

NAMES = {SUSPEND: gettext_noop("积分低于暂停线，拟暂停"), REMOVE: gettext_noop("积分低于清退线，拟清退")}
_NAMES_EN = {SUSPEND: "Points below the line of suspension", REMOVE: "Points below the line of removal"}
GROUND = "预选名录管理办法（积分管理）"


def measure_due(balance: int, state: str, figures: Mapping[str, Any]) -> str:
    """`remove`, `suspend` or nothing. A suspended firm is not suspended again, but may be removed."""
    if state not in ("active", "suspended"):
        return ""
    if balance < figure(figures, "remove_below"):
        return REMOVE
    if state == "active" and balance < figure(figures, "suspend_below"):
        return SUSPEND
    return ""


def threshold_rule(measure: str) -> ConductRule:
    """The rule that a case from the balance stands under."""
    return ConductRule(
        f"{THRESHOLD}{measure}", NAMES[measure], _NAMES_EN[measure], measure, 0, 0, GROUND, (), ("staff", "supervisor"),
        "none",
    )  # fmt: skip


def months_after(day: dt.date, months: int) -> dt.date:
    """The same day so many months later, or the month's last."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    return dt.date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def lasts_until(measure: str, day: dt.date, suspension_months: int, figures: Mapping[str, Any]) -> dt.date | None:
    """A suspension's last day; the day from which a removed firm may apply again."""
    if measure == SUSPEND:
        return months_after(day, suspension_months)
    if measure == REMOVE:
        return months_after(day, int(figure(figures, "waiting_months")))
    return None
