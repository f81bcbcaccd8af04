"""The bids of a score file, read strictly: a figure that is missing, out of range or between two steps is a refusal."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.rules.methods.corrections import Line, Statement
from tendering.rules.methods.numbers import read_decimal
from tendering.rules.methods.schema import Item, Method
from tendering.rules.methods.words import amount_in_words

Scores = Mapping[str, Mapping[str, Decimal]]  # evaluator → item → score


@dataclass(frozen=True, slots=True)
class BidFacts:
    """One bid as the evaluation sees it. `quotes` price single items, `omitted` names those it left out."""

    bidder: str
    name: str
    price: Decimal
    scores: Scores
    deductions: frozenset[str]
    omitted: tuple[str, ...]
    quotes: Mapping[str, Decimal]
    statement: Statement | None
    confirmed: bool | None
    rejected: str


def score_blockers(item: Item, text: object, place: str = "") -> list[Blocker]:
    """Why `text` is no score for `item`: no number, out of range, or between two steps (A-140)."""
    params = {"title": item.title, "max": str(item.max), "step": str(item.step), "score": str(text)[:40]}
    try:
        score = read_decimal(text)
    except ValueError:
        message = gettext_noop("“%(title)s”的评分“%(score)s”不是不超过两位小数的数字")
        return [Blocker("score.not_a_number", message, params=params, place=place)]
    if score > item.max:
        message = gettext_noop("“%(title)s”的评分%(score)s超出范围0至%(max)s")
        return [Blocker("score.out_of_range", message, "87号令 64", params=params, place=place)]
    if score % item.step:
        message = gettext_noop("“%(title)s”的评分%(score)s不是步长%(step)s的整数倍")
        return [Blocker("score.between_steps", message, params=params, place=place)]
    return []


class BidReader:
    def __init__(self, method: Method) -> None:
        self.method = method
        self.blockers: list[Blocker] = []
        self.place = ""

    def fault(self, code: str, message: str, **params: str) -> None:
        self.blockers.append(Blocker(code, message, params=params, place=self.place))

    def money(self, value: object, what: str, places: int = 2) -> Decimal:
        try:
            return read_decimal(value, places)
        except ValueError:
            message = gettext_noop("“%(what)s”不是金额或数量：%(value)s")
            self.fault("bid.not_a_number", message, what=what, value=str(value)[:60])
            return Decimal(1)

    def bid(self, row: Mapping[str, Any], place: int) -> BidFacts:
        self.place = f"bids.{place}"
        keys = {deduction.key for deduction in self.method.deductions}
        known = keys | {"bidder", "name", "price", "scores", "omitted", "quotes", "statement", "rejected"}
        for name in sorted(set(row) - known):
            self.fault("bid.unknown_field", gettext_noop("投标数据中有不认识的字段“%(name)s”"), name=name)
        bidder, name, rejected = (self.text(row, field) for field in ("bidder", "name", "rejected"))
        if not bidder:
            self.fault("bid.no_bidder", gettext_noop("投标数据缺少投标人编号"))
        price = self.money(row.get("price"), "price")
        if price <= 0:
            self.fault("bid.no_price", gettext_noop("投标报价应大于0"))
            price = Decimal(1)
        statement, confirmed = self.statement(row.get("statement"), price)
        return BidFacts(
            bidder=bidder,
            name=name or bidder,
            price=price,
            scores={} if rejected else self.scores(row.get("scores", {})),
            deductions=frozenset(key for key in keys if self.flag(row, key)),
            omitted=self.omitted(row),
            quotes={str(key): self.money(value, str(key)) for key, value in self.part(row, "quotes").items()},
            statement=statement,
            confirmed=confirmed,
            rejected=rejected,
        )

    def text(self, row: Mapping[str, Any], name: str) -> str:
        value = row.get(name, "")
        if isinstance(value, str) and len(value) <= 500:
            return value.strip()
        self.fault("bid.bad_text", gettext_noop("“%(name)s”应当是文字"), name=name)
        return ""

    def flag(self, row: Mapping[str, Any], name: str) -> bool:
        value = row.get(name, False)
        if not isinstance(value, bool):
            self.fault("bid.not_a_flag", gettext_noop("“%(name)s”应当是true或false"), name=name)
        return value is True

    def part(self, row: Mapping[str, Any], name: str) -> Mapping[str, Any]:
        value = row.get(name, {})
        if isinstance(value, dict):
            return value
        self.fault("bid.bad_part", gettext_noop("“%(name)s”应当是一个对象"), name=name)
        return {}

    def omitted(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        value = row.get("omitted", [])
        if not isinstance(value, list) or not all(isinstance(key, str) for key in value):
            self.fault("bid.bad_part", gettext_noop("“%(name)s”应当是一个列表"), name="omitted")
            return ()
        if value and not self.method.omissions:
            self.fault("bid.omission_not_priced", gettext_noop("评标办法没有规定漏项如何计价，漏项不能加价"))
        return tuple(value)

    def scores(self, value: object) -> Scores:
        if not isinstance(value, dict) or not all(isinstance(row, dict) for row in value.values()):
            self.fault("bid.bad_part", gettext_noop("“%(name)s”应当是一个对象"), name="scores")
            return {}
        if self.method.items and not value:
            self.fault("score.missing", gettext_noop("没有任何评委的评分"))
        return {str(evaluator): self.member(str(evaluator), row) for evaluator, row in value.items()}

    def member(self, evaluator: str, row: Mapping[str, Any]) -> Mapping[str, Decimal]:
        """One evaluator's scores of one bid: every item, and nothing else."""
        read = {}
        for key in sorted(set(row) - {item.key for item in self.method.items}):
            self.fault("score.unknown_item", gettext_noop("评标办法没有评分项“%(item)s”"), item=str(key))
        for item in self.method.items:
            if item.key not in row:
                message = gettext_noop("评委%(evaluator)s缺少“%(title)s”的评分")
                self.fault("score.missing", message, evaluator=evaluator, title=item.title)
                continue
            faults = score_blockers(item, row[item.key], f"{self.place}.scores.{evaluator}.{item.key}")
            self.blockers += faults
            read[item.key] = Decimal(0) if faults else Decimal(row[item.key])
        return read

    def statement(self, value: object, price: Decimal) -> tuple[Statement | None, bool | None]:
        if value is None:
            return None, None
        if not isinstance(value, dict) or not isinstance(value.get("lines", []), list):
            self.fault("bid.bad_part", gettext_noop("“%(name)s”应当是一个对象"), name="statement")
            return None, None
        figures, words, confirmed = value.get("figures"), value.get("words"), value.get("confirmed")
        lines = tuple(self.line(line) for line in value.get("lines", []))
        read = Statement(
            opening=price,
            figures=None if figures is None else self.money(figures, "figures"),
            words=None if words is None else self.words(words),
            lines=lines,
        )
        return read, confirmed if isinstance(confirmed, bool) else None

    def words(self, value: object) -> Decimal:
        try:
            return amount_in_words(value if isinstance(value, str) else "")
        except ValueError:
            self.fault("bid.not_in_words", gettext_noop("“%(value)s”不是大写金额"), value=str(value)[:60])
            return Decimal(1)

    def line(self, row: object) -> Line:
        if not isinstance(row, dict):
            self.fault("bid.bad_part", gettext_noop("“%(name)s”应当是一个对象"), name="lines")
            row = {}
        key = str(row.get("key", ""))
        unit, quantity = (self.money(row.get(name), f"{key} {name}", 6) for name in ("unit_price", "quantity"))
        return Line(key, unit, quantity, self.money(row.get("total"), f"{key} total"))


def read_bids(rows: object, method: Method) -> list[BidFacts]:
    """All bids, or one Refusal with every fault of every bid."""
    reader = BidReader(method)
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise Refusal(Blocker("bid.bad_list", gettext_noop("投标数据应当是一个列表"), place="bids"), status=422)
    bids = [reader.bid(row, place) for place, row in enumerate(rows)]
    reader.place = "bids"
    if len({bid.bidder for bid in bids}) != len(bids):
        reader.fault("bid.twice", gettext_noop("同一投标人出现两次"))
    if len({frozenset(bid.scores) for bid in bids if not bid.rejected}) > 1:
        reader.fault("score.members_differ", gettext_noop("各投标人的评委不一致，每个评委应当给每个投标人评分"))
    if reader.blockers:
        raise Refusal(reader.blockers, status=422)
    return bids


def finding_blockers(findings: Mapping[str, Any], method: Method) -> list[Blocker]:
    """Faults of what a committee found out about one bid: the optional fields of a score file's bid."""
    reader = BidReader(method)
    reader.bid({"bidder": "1", "price": "1", "rejected": "1", **findings}, 0)
    return reader.blockers
