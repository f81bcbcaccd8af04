"""Where a draw from a directory is lawful: by regime, amount and method (rules as data: rules/data/draws.json)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from prequalified.rules.directories.settings import figure
from runtime.refusal import Blocker, gettext_noop

_FILE = Path(__file__).resolve().parent.parent / "data" / "draws.json"
REGIMES: Mapping[str, str] = {
    "SMALL": gettext_noop("限额以下项目"),
    "ENG": gettext_noop("依法必须招标的工程"),
    "GP": gettext_noop("政府采购"),
    "LAND": gettext_noop("土地出让"),
    "EQUITY": gettext_noop("产权交易"),
}
METHODS = ("contractor", "comparison", "rotation")
# The sentences of the data file, so that they are translated.
SENTENCES = (
    gettext_noop("依法必须招标的工程建设项目，不得以抽签、摇号等方式选择投标人、中标候选人或中标人。"),
    gettext_noop("请依法组织招标；确属限额以下的，请以限额以下项目（SMALL）登记。"),
    gettext_noop("政府采购不得以名录库、备选库作为参加采购活动的条件，也不从名录中抽取供应商。"),
    gettext_noop("请采用法定采购方式；多频次小额采购可以采用框架协议。"),
    gettext_noop("土地使用权出让不适用名录抽取。"),
    gettext_noop("请以招标、拍卖或挂牌方式出让。"),
    gettext_noop("产权交易不适用名录抽取。"),
    gettext_noop("请在产权交易机构公开进行。"),
)


@cache
def rules() -> dict[str, Any]:
    data: dict[str, Any] = json.loads(_FILE.read_text(encoding="utf-8"))
    return data


@dataclass(frozen=True, slots=True)
class Asked:
    """What somebody wants drawn. `kind`: of the directory's category; `weights`: the directory's rules allow weighting."""

    regime: str
    kind: str
    method: str
    quantity: int
    budget: Decimal
    weighted: bool
    by_tenderer: bool
    active: bool = True
    weights: bool = False


def law_blockers(asked: Asked, figures: Mapping[str, Any]) -> list[Blocker]:
    """Why the law, or the directory's published figures, forbid this draw; every reason at once."""
    found = _regime(asked)
    if asked.method == "comparison":
        found += _range(asked, figures)
    if asked.kind == "agency" and not asked.by_tenderer:
        message = gettext_noop("招标人有权自行选择招标代理机构，只有招标人自己可以决定用抽取的方式选择。")
        found.append(Blocker("draw.agency", message, rules()["agency"]["rule"], place="directory"))
    if asked.weighted and (asked.method == "rotation" or not asked.weights):
        message = gettext_noop("本名录的规则或这种抽取方式不允许按信用评价加权。")
        found.append(Blocker("draw.weights", message, rules()["rotation"]["rule"], place="weighted"))
    if not asked.active:
        message = gettext_noop("名录已停用，不能抽取。")
        found.append(Blocker("draw.inactive", message, rules()["regimes"]["SMALL"]["rule"], place="directory"))
    return found


def form_blockers(asked: Asked, title: str) -> list[Blocker]:
    """What is wrong with the form itself; such a request is not kept."""
    found = []
    if not title.strip() or len(title) > 200:
        found.append(Blocker("draw.title", gettext_noop("请填写项目名称，不超过 200 字。"), place="title"))
    if asked.regime not in REGIMES:
        found.append(Blocker("draw.regime_unknown", gettext_noop("不认识这种交易类型。"), place="regime"))
    if not Decimal(0) < asked.budget < Decimal(10) ** 15:
        found.append(Blocker("draw.budget", gettext_noop("预算金额须大于零。"), place="budget"))
    if asked.method not in METHODS:
        return [*found, Blocker("draw.method", gettext_noop("不认识这种抽取方式。"), place="method")]
    least, most = (int(rules()[asked.method][key]) for key in ("least", "most"))
    if not least <= asked.quantity <= most:
        message = gettext_noop("这种方式抽取 %(least)s 至 %(most)s 家。")
        params = {"least": str(least), "most": str(most)}
        found.append(Blocker("draw.quantity", message, rules()[asked.method]["rule"], "", params, "quantity"))
    return found


def _regime(asked: Asked) -> list[Blocker]:
    rule = rules()["regimes"][asked.regime]
    if not rule["allowed"]:
        return [
            Blocker(
                f"draw.regime_{asked.regime.lower()}", rule["message"], rule["rule"], rule["remedy"], place="regime"
            )
        ]
    limit = Decimal(rules()["mandatory_from"][asked.kind])
    if asked.budget < limit:
        return []
    message = gettext_noop("预算 %(budget)s 元已达到必须招标的标准（%(limit)s 元），不能以限额以下项目抽取。")
    params = {"budget": f"{asked.budget:,.2f}", "limit": f"{limit:,.2f}"}
    remedy = gettext_noop("请依法组织招标；不得化整为零规避招标。")
    return [Blocker("draw.mandatory", message, rules()["mandatory_from"]["rule"], remedy, params, "budget")]


def _range(asked: Asked, figures: Mapping[str, Any]) -> list[Blocker]:
    low, high = (Decimal(figure(figures, key)) for key in ("comparison_from", "comparison_to"))
    if low <= asked.budget <= high:
        return []
    message = gettext_noop("比选适用于预算 %(low)s 至 %(high)s 元的项目。")
    params = {"low": f"{low:,.2f}", "high": f"{high:,.2f}"}
    return [Blocker("draw.comparison_range", message, rules()["comparison"]["rule"], "", params, "budget")]
