"""Whether a method is lawful for its regime and kind, and computable: blockers before publication (A-137, B-025)."""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from functools import cache
from importlib import resources
from typing import Any

from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.rules.methods.reading import read_method
from tendering.rules.methods.schema import Benchmark, Deduction, FloatRange, Item, Kind, Method

GP_SCORING = "87号令 55"


@cache
def default_limits() -> Mapping[str, Any]:
    """The legal numbers with their citations; a centre may hand in its own (rules.md §3: they must be configurable)."""
    text = resources.files(__package__).joinpath("limits.json").read_text(encoding="utf-8")
    return dict(json.loads(text))


def method_of(method: object) -> Method:
    """The method, or a Refusal with all its faults of form and arithmetic. Whether a regime allows it is `blockers`."""
    read, faults = read_method(method)
    if read is not None:
        faults += _arithmetic(read)
    if faults or read is None:
        raise Refusal(faults, status=422)
    return read


def blockers(method: object, regime: str, kind: str, limits: Mapping[str, Any] | None = None) -> list[Blocker]:
    """Every reason why a tender of `regime` (ENG, GP, SMALL) and `kind` (works, goods, services) may not use `method`."""
    read, faults = read_method(method)
    if read is None:
        return faults
    procedure = method.get("procedure", "") if isinstance(method, dict) else ""
    if procedure not in ("", "tender", "consultation"):
        message = gettext_noop("“%(name)s”应当是下列之一：%(choices)s")
        params = {"name": "procedure", "choices": "tender consultation"}
        faults.append(Blocker("method.bad_choice", message, params=params, place="method.procedure"))
    limits = limits or default_limits()
    faults += _arithmetic(read)
    if regime == "GP":
        faults += _procurement(read, kind, procedure, limits)
    faults += _deductions(read.deductions, kind, limits) if regime == "GP" else []
    faults += _low_price_rates(read, limits)
    return faults


def _arithmetic(method: Method) -> list[Blocker]:
    found = [*_unique(method), *(blocker for item in method.items for blocker in _item(item))]
    if method.kind is Kind.LOWEST_EVALUATED:
        if method.items or method.price_weight:
            message = gettext_noop("最低评标价法只比较评审后的价格，不设评分项和价格分")
            found.append(Blocker("method.scores_nothing", message, place="method.items"))
    else:
        found += _hundred(method)
    if method.kind is Kind.BENCHMARK:
        found += _benchmark(method.benchmark, method.price_weight)
    if sum((row.percent for row in method.deductions), Decimal(0)) >= 100:
        message = gettext_noop("各扣除比例之和应小于100%%")
        found.append(Blocker("method.deductions_too_big", message, place="method.deductions"))
    if method.tie[0] != "total" or len(set(method.tie)) != len(method.tie) or "draw" in method.tie[:-1]:
        message = gettext_noop("同分处理应从“total”开始，各步骤不重复，抽签只能放在最后")
        found.append(Blocker("method.bad_tie", message, place="method.tie"))
    return found


def _unique(method: Method) -> Iterable[Blocker]:
    keys = {
        "items": [item.key for item in method.items],
        "review": [item.key for item in method.review],
        "deductions": [row.key for row in method.deductions],
    }
    for name, used in keys.items():
        for key, times in Counter(used).items():
            if times > 1 and key:
                message = gettext_noop("编号“%(key)s”重复")
                yield Blocker("method.duplicate_key", message, params={"key": key}, place=f"method.{name}")


def _item(item: Item) -> Iterable[Blocker]:
    place = f"method.items.{item.key}"
    if item.max <= 0:
        message = gettext_noop("评分项“%(title)s”的满分应大于0")
        yield Blocker("method.item_without_points", message, params={"title": item.title}, place=place)
    elif item.step <= 0 or item.max % item.step:
        message = gettext_noop("评分项“%(title)s”的满分%(max)s不是步长%(step)s的整数倍")
        params = {"title": item.title, "max": str(item.max), "step": str(item.step)}
        yield Blocker("method.step_does_not_fit", message, params=params, place=place)


def _hundred(method: Method) -> Iterable[Blocker]:
    total = method.price_weight + sum((item.max for item in method.items), Decimal(0))
    if total != 100:
        message = gettext_noop("价格分%(weight)s与各评分项满分之和应为100，现为%(total)s")
        params = {"weight": str(method.price_weight), "total": str(total)}
        yield Blocker("method.not_hundred", message, GP_SCORING, params=params, place="method.price_weight")
    if method.price_weight <= 0:
        message = gettext_noop("价格分应大于0")
        yield Blocker("method.no_price_weight", message, place="method.price_weight")


def _benchmark(terms: Benchmark | None, weight: Decimal) -> Iterable[Blocker]:
    if terms is None:
        yield Blocker(
            "method.no_benchmark_terms", gettext_noop("评标基准价法应写明基准价的计算参数"), place="method.price"
        )
        return
    if terms.floor > weight:
        yield Blocker("method.floor_too_high", gettext_noop("价格分下限不得高于价格分满分"), place="method.price.floor")
    steps = [trim.least for trim in terms.trim]
    if steps != sorted(set(steps)) or any(trim.high + trim.low >= max(trim.least, 1) for trim in terms.trim):
        message = gettext_noop("去除最高最低价的规则应按投标家数从少到多排列，且每档至少留下一个报价")
        yield Blocker("method.bad_trim", message, place="method.price.trim")
    if isinstance(terms.k, FloatRange) and (terms.k.step <= 0 or not terms.k.holds(terms.k.most)):
        message = gettext_noop("下浮系数K的范围不是步长的整数倍")
        yield Blocker("method.bad_float", message, place="method.price.k")
    most = terms.k.most if isinstance(terms.k, FloatRange) else terms.k
    limit = Decimal(default_limits()["float"]["most"])
    if most > limit:
        message = gettext_noop("下浮系数K不得超过%(limit)s%%")
        yield Blocker("method.float_too_big", message, params={"limit": str(limit)}, place="method.price.k")


def _procurement(method: Method, kind: str, procedure: str, limits: Mapping[str, Any]) -> Iterable[Blocker]:
    """Government procurement of goods and services: 87号令 54, 55."""
    if kind == "works":
        return
    if method.kind is Kind.BENCHMARK:
        message = gettext_noop("政府采购的价格分应当采用低价优先法，不得以平均价为评标基准价")
        remedy = gettext_noop("改用gp_low_price")
        yield Blocker("method.benchmark_in_procurement", message, GP_SCORING, remedy, place="method.kind")
    if method.trim_members:
        message = gettext_noop("政府采购不得去掉评委评分中的最高分和最低分")
        yield Blocker("method.trimming_in_procurement", message, GP_SCORING, place="method.trim_members")
    if method.tie[:2] != ("total", "price"):
        message = gettext_noop("政府采购得分相同的，按投标报价由低到高排列")
        yield Blocker("method.tie_in_procurement", message, "87号令 57", '["total", "price"]', place="method.tie")
    if method.scored:
        yield from _weight(method.price_weight, kind, procedure, limits)


def _weight(weight: Decimal, kind: str, procedure: str, limits: Mapping[str, Any]) -> Iterable[Blocker]:
    column = "consultation" if procedure == "consultation" else "GP"
    least = limits["price_weight_min"].get(column, {})
    most = limits["price_weight_max"].get(column, {})
    if kind in least and weight < Decimal(least[kind]):
        message = gettext_noop("价格分占总分的比重不得低于%(limit)s%%，现为%(weight)s%%")
        params = {"limit": least[kind], "weight": str(weight)}
        yield Blocker("method.price_weight_low", message, least["rule"], params=params, place="method.price_weight")
    if kind in most and weight > Decimal(most[kind]):
        message = gettext_noop("价格分占总分的比重不得高于%(limit)s%%，现为%(weight)s%%")
        params = {"limit": most[kind], "weight": str(weight)}
        yield Blocker("method.price_weight_high", message, most["rule"], params=params, place="method.price_weight")


def _deductions(rows: Iterable[Deduction], kind: str, limits: Mapping[str, Any]) -> Iterable[Blocker]:
    for row in rows:
        known = limits["deductions"].get(row.key, {})
        if kind not in known:
            continue
        least, most = known[kind]
        if not Decimal(least) <= row.percent <= Decimal(most):
            message = gettext_noop("“%(title)s”的扣除比例应在%(least)s%%至%(most)s%%之间，现为%(percent)s%%")
            params = {"title": row.title, "least": least, "most": most, "percent": str(row.percent)}
            yield Blocker(
                "method.deduction_out_of_range",
                message,
                known["rule"],
                params=params,
                place=f"method.deductions.{row.key}",
            )


def _low_price_rates(method: Method, limits: Mapping[str, Any]) -> Iterable[Blocker]:
    if method.abnormally_low is None:
        return
    for name in ("mean", "second_lowest", "ceiling"):
        rate = getattr(method.abnormally_low, name)
        least, most = limits["abnormally_low"][name]
        if not Decimal(least) <= rate <= Decimal(most):
            message = gettext_noop("异常低价的比例应在%(least)s%%至%(most)s%%之间，现为%(rate)s%%")
            params = {"least": least, "most": most, "rate": str(rate)}
            rule = limits["abnormally_low"]["rule"]
            yield Blocker("method.low_price_rate", message, rule, params=params, place=f"method.abnormally_low.{name}")
