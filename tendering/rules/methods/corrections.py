"""Arithmetic corrections of a price (87号令 59 and the standard ENG document), in the order the law gives them."""

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

from tendering.rules.methods.numbers import half_up


@dataclass(frozen=True, slots=True)
class Line:
    """A priced line of a bill: what the bidder wrote."""

    key: str
    unit_price: Decimal
    quantity: Decimal
    total: Decimal


@dataclass(frozen=True, slots=True)
class Statement:
    """What a bid says about its price. `opening`: the opening list; `figures`, `words`: the bid letter's total."""

    opening: Decimal
    figures: Decimal | None = None
    words: Decimal | None = None
    lines: tuple[Line, ...] = ()


@dataclass(frozen=True, slots=True)
class Change:
    """One correction: which rule, on what, from and to (money, two decimals)."""

    rule: str  # opening_list | words | decimal_point | unit_price | sum
    what: str
    before: Decimal
    after: Decimal


@dataclass(frozen=True, slots=True)
class Correction:
    price: Decimal
    lines: tuple[Line, ...]
    changes: tuple[Change, ...]


def correct(statement: Statement, order: str) -> Correction:
    """`order` is GP (opening list first) or ENG (words first); the price is what the evaluation uses once confirmed."""
    price, changes = _stated(statement, order)
    lines = []
    for line in statement.lines:
        fixed, change = _line(line)
        lines.append(fixed)
        changes += [change] if change else []
    if lines:
        sum_of_lines = sum((line.total for line in lines), Decimal(0))
        if sum_of_lines != price:
            changes.append(Change("sum", "price", price, sum_of_lines))
            price = sum_of_lines
    return Correction(price, tuple(lines), tuple(changes))


def _stated(statement: Statement, order: str) -> tuple[Decimal, list[Change]]:
    figures = statement.opening if statement.figures is None else statement.figures
    changes = []
    if order == "GP" and figures != statement.opening:
        changes.append(Change("opening_list", "price", figures, statement.opening))
        figures = statement.opening
    if statement.words is not None and statement.words != figures:
        changes.append(Change("words", "price", figures, statement.words))
        figures = statement.words
    return figures, changes


def _line(line: Line) -> tuple[Line, Change | None]:
    """Unit price over total, unless the unit price's decimal point is plainly misplaced: then the total stands."""
    product = half_up(Fraction(line.unit_price) * Fraction(line.quantity))
    if product == line.total:
        return line, None
    if _misplaced_point(product, line.total):
        unit = half_up(Fraction(line.total) / Fraction(line.quantity), 6).normalize()
        fixed = Line(line.key, unit, line.quantity, line.total)
        return fixed, Change("decimal_point", line.key, line.unit_price, unit)
    fixed = Line(line.key, line.unit_price, line.quantity, product)
    return fixed, Change("unit_price", line.key, line.total, product)


def _misplaced_point(product: Decimal, total: Decimal) -> bool:
    """The two differ by a power of ten and by nothing else."""
    if not product or not total:
        return False
    ratio = Fraction(product) / Fraction(total)
    return any(ratio in (Fraction(10) ** n, Fraction(1, 10**n)) for n in range(1, 5))
