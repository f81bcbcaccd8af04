"""A faultless document for the tests of the rules."""

import copy
from dataclasses import replace
from decimal import Decimal
from typing import Any

from tendering.rules.document_facts import Named, SectionFacts, start_content
from tendering.rules.rulesets import RegimeRules, read_files, read_regime
from tendering.rules.templates import templates

SETS = read_files()
FIELDS = {"contact": "王明 010-12345678", "demand": "按附件技术规范执行。"}
TEMPLATE = {"GP": "gp-goods", "ENG": "eng-works"}


def rules(regime: str = "GP", code: str = "cn") -> RegimeRules:
    return read_regime(SETS[code], regime)


def facts(regime: str = "GP", **more: Any) -> SectionFacts:
    made = SectionFacts(
        tender="TP-20261121-ABCDEFGH", section="BSC-20261121-ABCDEFGH", round=1, version=1, centre="demo",
        platform="http://127.0.0.1:8000", regime=regime, kind="goods" if regime == "GP" else "works",
        title="办公设备采购一标段", project="办公设备采购", tenderer=Named("某市机关事务局", "91350100M000100Y43"), agency=None,
        budget=Decimal("1000000.00"), ceiling=Decimal("1000000.00"), bond=Decimal("20000.00"), scope="台式计算机200台",
        place="某市", period="30日",
    )  # fmt: skip
    return replace(made, **more)


def content(regime: str = "GP", **parts: Any) -> dict[str, Any]:
    """A faultless draft; `parts` replace whole parts of it."""
    made = start_content(facts(regime), templates()[TEMPLATE[regime]], {"fields": FIELDS})
    return {**copy.deepcopy(made), **parts}


def changed(data: dict[str, Any], path: str, value: Any) -> dict[str, Any]:
    """A copy with the value at `a.0.b` replaced; Ellipsis takes the key away."""
    made = copy.deepcopy(data)
    *way, last = [int(step) if step.isdigit() else step for step in path.split(".")]
    inner = made
    for step in way:
        inner = inner[step]
    if value is ...:
        del inner[last]
    else:
        inner[last] = value
    return made
