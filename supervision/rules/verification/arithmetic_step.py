"""The arithmetic, done again: the tender's own method, the prices read out, the signed scores and the draws give this result."""

from typing import Any

from evaluation.rules.review import failed_items
from evaluation.rules.score_file import Standing, score_file
from runtime.refusal import gettext_noop
from supervision.rules.verification.case import Case
from supervision.rules.verification.committee_step import REPORT, members, this
from supervision.rules.verification.draws_step import identity_of
from supervision.rules.verification.findings import Step
from tendering.rules.methods import evaluate, method_of


def check(case: Case, step: Step) -> None:
    drawn = _drawn(case, step)
    bids = [_standing(case, bid.bidder) for bid in case.opened]
    expected = score_file(
        method=case.method,
        bids=bids,
        hand_ins=case.hand_ins,
        ceiling=case.tender["ceiling"],
        budget=case.tender["budget"],
        drawn=drawn,
    )
    said = case.report["score_file"]
    for key in sorted(expected.keys() | said.keys()):
        message = gettext_noop("评标报告所用的 %(key)s 与招标文件、唱标、签名的评分或抽取不符。")
        step.demand(said.get(key) == expected.get(key), "scores.differ", message, REPORT, key=key)
    given = {key: expected.get(key) for key in ("ceiling", "budget", "drawn")}
    result = evaluate(case.method, expected["bids"], **given).as_data()
    message = gettext_noop("重新计算的结果与评标报告不同。")
    step.demand(result == case.report["result"], "result.differs", message, REPORT)


def _standing(case: Case, bidder: str) -> Standing:
    """A bid as it must have been evaluated: the price read out, the committee's findings, rejected by its own verdicts."""
    bid = next(one for one in case.opened if one.bidder == bidder)
    assert bid.opening is not None  # noqa: S101  (`opened` are those that have one)
    found = case.acts.last("evaluation.found", **this(case), bidder=bidder)
    findings: dict[str, Any] = dict(found.body["findings"]) if found else {}
    price = str(bid.opening["items"][case.method.get("price_item", "price")])
    return Standing(bidder, bid.name, price, rejected(case, bidder), findings)


def rejected(case: Case, bidder: str) -> str:
    """By the majority of the signed verdicts (少数服从多数); "" where the bid stands."""
    titles = {item.key: item.title for item in method_of(case.method).review}
    seats = sorted(members(case))
    verdicts = {
        (item, int(hand_in["member"]["seat"])): bool(row["passed"])
        for hand_in in case.hand_ins
        for item, row in hand_in["verdicts"].get(bidder, {}).items()
    }
    failed = failed_items(list(titles), seats, verdicts)
    return "；".join(f"{titles[f.item]}（{f.against}/{f.members}人不通过）" for f in failed)


def _drawn(case: Case, step: Step) -> dict[str, Any]:
    """What verifiable draws decided: the float K and the order among equal bids, by the draws that the report names."""
    drawn: dict[str, Any] = {}
    for row in case.report["committee"]["draws"]:
        draw = case.draws.get(str(row["number"]))
        message = gettext_noop("评标报告所依据的抽取 %(number)s 没有通过核验。")
        if not step.demand(draw, "draw.not_proven", message, REPORT, number=row["number"]) or draw is None:
            continue
        order = [identity_of(draw, number) for number in draw["outcome"]["order"]]
        if row["purpose"] == "float":
            drawn["k"] = order[0].get("k")
        elif row["purpose"] == "tie":
            drawn["tie"] = [each.get("bidder") for each in order]
    return drawn
