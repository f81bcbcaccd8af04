"""The number of somebody's identity document: checked, and masked for every page (证件号码, GB 11643-1999)."""

import re

from prequalified.rules.uscc import normal
from runtime.refusal import Blocker, gettext_noop

__all__ = ["masked", "normal", "number_blockers"]
_WEIGHTS = tuple(pow(2, 17 - place, 11) for place in range(17))
_DIGITS = "10X98765432"
_RESIDENT = re.compile(r"\d{17}[\dX]")
_OTHER = re.compile(r"[A-Z][0-9A-Z]{4,17}")  # passports, permits of Hong Kong, Macao and Taiwan residents
_RULE = "GB 11643-1999"


def check_digit(body: str) -> str:
    """The 18th sign for the 17 digits of a resident identity number."""
    return _DIGITS[sum(int(digit) * weight for digit, weight in zip(body, _WEIGHTS, strict=True)) % 11]


def number_blockers(number: str) -> list[Blocker]:
    """Why this is no number of an identity document. The right check digit is not told: it would help to make one up."""
    if _RESIDENT.fullmatch(number):
        if check_digit(number[:17]) == number[17]:
            return []
        return [_blocker("personal_number.check_digit", gettext_noop("身份证号码的校验位不正确。"))]
    if _OTHER.fullmatch(number):
        return []
    message = gettext_noop("请填写十八位身份证号码，或以字母开头的其他证件号码。")
    return [_blocker("personal_number.form", message)]


def masked(number: str) -> str:
    """`110101********1011` → enough to tell two of one's own people apart, not enough to use."""
    head, tail = (6, 2) if len(number) == 18 else (1, 2)
    return number[:head] + "*" * (len(number) - head - tail) + number[-tail:]


def _blocker(code: str, message: str) -> Blocker:
    return Blocker(code, message, _RULE, gettext_noop("请对照证件核对。"), {}, "number")
