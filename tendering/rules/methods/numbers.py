"""Exact numbers: strings in, strings out. Between them only Decimal and Fraction, never a binary float (rules.md §5)."""

import re
from decimal import Decimal
from fractions import Fraction

_PLAIN = re.compile(r"(0|[1-9]\d{0,14})(\.\d{1,6})?")

Exact = Fraction | Decimal | int


def read_decimal(text: object, places: int = 2) -> Decimal:
    """A plain non-negative number as a string ("980000.00"), with at most `places` decimals.

    Raises ValueError for anything else: a JSON number, a sign, an exponent, a blank, more decimals than allowed.
    """
    if not isinstance(text, str) or not _PLAIN.fullmatch(text):
        raise ValueError(f"not a plain decimal string: {text!r}")
    number = Decimal(text)
    if -int(number.as_tuple().exponent) > places:
        raise ValueError(f"more than {places} decimals: {text}")
    return number


def half_up(value: Exact, places: int = 2) -> Decimal:
    """Rounded half up (四舍五入) away from zero, to exactly `places` decimals."""
    scale: int = 10**places
    scaled = abs(Fraction(value)) * scale
    whole = (scaled + Fraction(1, 2)).__floor__()
    number = Decimal(whole).scaleb(-places)
    return -number if value < 0 else number


def spell(value: Exact, places: int = 2) -> str:
    """The one spelling of a computed figure: fixed decimals, no exponent."""
    return f"{half_up(value, places):.{places}f}"
