"""Reads the method part of a tender document strictly and tells every fault at once."""

import re
from collections.abc import Callable, Mapping
from decimal import Decimal
from enum import StrEnum
from typing import Any, TypeVar

from runtime.refusal import Blocker, gettext_noop
from tendering.rules.methods.numbers import read_decimal
from tendering.rules.methods.schema import (
    FORMAT,
    Benchmark,
    Deduction,
    FloatRange,
    Group,
    Item,
    Kind,
    LowPrice,
    Method,
    Review,
    ReviewItem,
    Trim,
)

_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_-]{0,39}")
_FIELDS = {
    "format", "title", "kind", "price_item", "price_weight", "items", "review", "deductions", "price", "abnormally_low",
    "trim_members", "omissions", "corrections", "price_hidden", "priced_parts", "tie", "procedure",
}  # fmt: skip
_Row = TypeVar("_Row")
_Choice = TypeVar("_Choice", bound=StrEnum)
# Names that a bid in a score file already has: a deduction of that name could not be told from them.
_TAKEN = {"bidder", "name", "price", "scores", "omitted", "quotes", "statement", "rejected"}


class Reader:
    """Takes fields out of JSON; a fault becomes a blocker at its place and reading goes on."""

    def __init__(self) -> None:
        self.blockers: list[Blocker] = []

    def fault(self, code: str, message: str, place: str, **params: str) -> None:
        self.blockers.append(Blocker(f"method.{code}", message, params=params, place=f"method.{place}"))

    def unknown(self, row: Mapping[str, Any], known: set[str], place: str) -> None:
        for name in sorted(set(row) - known):
            self.fault("unknown_field", gettext_noop("评标办法中有不认识的字段“%(name)s”"), place + name, name=name)

    def number(self, row: Mapping[str, Any], name: str, place: str, default: str | None = None) -> Decimal:
        try:
            return read_decimal(row.get(name, default))
        except ValueError:
            message = gettext_noop("“%(name)s”应当是不超过两位小数的数字，写成字符串")
            self.fault("not_a_number", message, f"{place}{name}", name=name)
            return Decimal(0)

    def count(self, row: Mapping[str, Any], name: str, place: str) -> int:
        value = row.get(name, 0)
        if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 999:
            return value
        self.fault("not_a_count", gettext_noop("“%(name)s”应当是0至999的整数"), f"{place}{name}", name=name)
        return 0

    def flag(self, row: Mapping[str, Any], name: str, place: str = "") -> bool:
        value = row.get(name, False)
        if not isinstance(value, bool):
            self.fault("not_a_flag", gettext_noop("“%(name)s”应当是true或false"), f"{place}{name}", name=name)
        return value is True

    def text(self, row: Mapping[str, Any], name: str, place: str, most: int = 200, needed: bool = True) -> str:
        value = row.get(name, "")
        if not isinstance(value, str) or len(value) > most or (needed and not value.strip()):
            message = gettext_noop("“%(name)s”应当填写，且不超过%(most)s字")
            self.fault("bad_text", message, f"{place}{name}", name=name, most=str(most))
            return ""
        return value

    def key(self, row: Mapping[str, Any], place: str) -> str:
        value = row.get("key")
        if not isinstance(value, str) or not _KEY.fullmatch(value):
            self.fault(
                "bad_key",
                gettext_noop("编号应以字母开头，只含字母、数字、下划线和连字符，不超过40个字符"),
                f"{place}key",
            )
            return ""
        return value

    def choice(self, kind: type[_Choice], row: Mapping[str, Any], name: str, place: str) -> _Choice | None:
        try:
            return kind(row.get(name, ""))
        except ValueError:
            choices = " ".join(kind)
            message = gettext_noop("“%(name)s”应当是下列之一：%(choices)s")
            self.fault("bad_choice", message, f"{place}{name}", name=name, choices=choices)
            return None

    def rows(self, method: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], str], _Row]) -> list[_Row]:
        """Each object of the list `name`, read by `read`."""
        value = method.get(name, [])
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value) or len(value) > 200:
            message = gettext_noop("“%(name)s”应当是不超过200项的列表")
            self.fault("bad_list", message, name, name=name)
            return []
        return [read(row, f"{name}.{place}.") for place, row in enumerate(value)]

    def part(self, method: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
        value = method.get(name)
        if value is None or isinstance(value, dict):
            return value
        self.fault("bad_part", gettext_noop("“%(name)s”应当是一个对象"), name, name=name)
        return None

    def paths(self, method: Mapping[str, Any]) -> tuple[str, ...]:
        value = method.get("priced_parts", [])
        if isinstance(value, list) and all(isinstance(path, str) and 0 < len(path) <= 200 for path in value):
            return tuple(value)
        message = gettext_noop("“%(name)s”应当是不超过200项的列表")
        self.fault("bad_list", message, "priced_parts", name="priced_parts")
        return ()

    def item(self, row: Mapping[str, Any], place: str) -> Item:
        self.unknown(row, {"key", "title", "group", "max", "step", "objective", "note"}, place)
        return Item(
            key=self.key(row, place),
            title=self.text(row, "title", place),
            group=self.choice(Group, row, "group", place) or Group.TECHNICAL,
            max=self.number(row, "max", place),
            step=self.number(row, "step", place, "0.01"),
            objective=self.flag(row, "objective", place),
            note=self.text(row, "note", place, 2000, needed=False),
        )

    def review_item(self, row: Mapping[str, Any], place: str) -> ReviewItem:
        self.unknown(row, {"key", "title", "group", "note"}, place)
        group = self.choice(Review, row, "group", place) or Review.FORM
        note = self.text(row, "note", place, 2000, needed=False)
        return ReviewItem(self.key(row, place), self.text(row, "title", place), group, note)

    def deduction(self, row: Mapping[str, Any], place: str) -> Deduction:
        self.unknown(row, {"key", "title", "percent"}, place)
        key = self.key(row, place)
        if key in _TAKEN:
            self.fault("key_taken", gettext_noop("扣除项编号“%(key)s”另有含义，请改用别的编号"), f"{place}key", key=key)
        return Deduction(key, self.text(row, "title", place), self.number(row, "percent", place))

    def benchmark(self, price: Mapping[str, Any]) -> Benchmark:
        known = {"trim", "k", "above", "below", "floor", "whole_percent", "base"}
        self.unknown(price, known, "price.")
        if price.get("base", "mean") != "mean":
            self.fault(
                "bad_choice",
                gettext_noop("“%(name)s”应当是下列之一：%(choices)s"),
                "price.base",
                name="base",
                choices="mean",
            )
        inner = Reader()
        trim = inner.rows(price, "trim", inner.trim)
        self.blockers += inner.blockers
        return Benchmark(
            trim=tuple(trim),
            k=self.float_k(price.get("k", "0")),
            above=self.number(price, "above", "price."),
            below=self.number(price, "below", "price."),
            floor=self.number(price, "floor", "price.", "0"),
            whole_percent=self.flag(price, "whole_percent", "price."),
        )

    def trim(self, row: Mapping[str, Any], place: str) -> Trim:
        self.unknown(row, {"least", "high", "low"}, place)
        return Trim(self.count(row, "least", place), self.count(row, "high", place), self.count(row, "low", place))

    def float_k(self, k: object) -> Decimal | FloatRange:
        if isinstance(k, dict):
            self.unknown(k, {"least", "most", "step"}, "price.k.")
            return FloatRange(*(self.number(k, name, "price.k.") for name in ("least", "most", "step")))
        return self.number({"k": k}, "k", "price.")

    def low_price(self, part: Mapping[str, Any]) -> LowPrice:
        self.unknown(part, {"mean", "second_lowest", "ceiling"}, "abnormally_low.")
        place = "abnormally_low."
        return LowPrice(
            self.number(part, "mean", place, "50"),
            self.number(part, "second_lowest", place, "50"),
            self.number(part, "ceiling", place, "45"),
        )

    def tie(self, method: Mapping[str, Any]) -> tuple[str, ...]:
        value = method.get("tie", ["total", "price"])
        known = {"total", "price", "draw", *Group}
        if (
            not isinstance(value, list)
            or not value
            or not all(isinstance(step, str) and step in known for step in value)
        ):
            self.fault(
                "bad_tie", gettext_noop("同分处理应当是下列步骤的列表：%(steps)s"), "tie", steps=" ".join(sorted(known))
            )
            return ("total", "price")
        return tuple(value)


def read_method(method: object) -> tuple[Method | None, list[Blocker]]:
    """The method and its faults of form; None where nothing sensible could be read."""
    reader = Reader()
    if not isinstance(method, dict):
        reader.fault("missing", gettext_noop("没有评标办法"), "")
        return None, reader.blockers
    if method.get("format") != FORMAT:
        reader.fault("unknown_format", gettext_noop("评标办法的格式应当是%(format)s"), "format", format=FORMAT)
        return None, reader.blockers
    reader.unknown(method, _FIELDS, "")
    kind = reader.choice(Kind, method, "kind", "")
    return (_assemble(reader, method, kind) if kind else None), reader.blockers


def _assemble(reader: Reader, method: Mapping[str, Any], kind: Kind) -> Method:
    price = reader.part(method, "price")
    low = reader.part(method, "abnormally_low")
    corrections = method.get("corrections", "GP" if kind is Kind.GP_LOW_PRICE else "ENG")
    if corrections not in ("GP", "ENG"):
        message = gettext_noop("“%(name)s”应当是下列之一：%(choices)s")
        reader.fault("bad_choice", message, "corrections", name="corrections", choices="GP ENG")
    return Method(
        kind=kind,
        price_item=reader.text(method, "price_item", "", 40) if "price_item" in method else "price",
        price_weight=reader.number(method, "price_weight", "", "0"),
        items=tuple(reader.rows(method, "items", reader.item)),
        review=tuple(reader.rows(method, "review", reader.review_item)),
        deductions=tuple(reader.rows(method, "deductions", reader.deduction)),
        benchmark=reader.benchmark(price) if price is not None and kind is Kind.BENCHMARK else None,
        abnormally_low=reader.low_price(low) if low is not None else None,
        trim_members=reader.flag(method, "trim_members"),
        omissions=reader.flag(method, "omissions"),
        corrections=str(corrections),
        price_hidden=reader.flag(method, "price_hidden"),
        priced_parts=reader.paths(method),
        tie=reader.tie(method),
    )
