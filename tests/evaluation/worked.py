"""The worked cases of the rule book as score files: V1 to V5. The figures are typed in, never computed here."""

from typing import Any


def item(key: str, most: str, group: str = "technical", step: str = "0.01", **more: Any) -> dict[str, Any]:
    return {"key": key, "title": f"评分项{key}", "group": group, "max": most, "step": step, **more}


def gp_method(weight: str = "30", most: str = "70", **more: Any) -> dict[str, Any]:
    return {
        "format": "yangguang-method/1",
        "kind": "gp_low_price",
        "price_item": "price",
        "price_weight": weight,
        "items": [item("t1", most)],
        "tie": ["total", "price"],
        **more,
    }


def bid(bidder: str, price: str, score: str | None = None, **more: Any) -> dict[str, Any]:
    scores = {} if score is None else {"scores": {"e1": {"t1": score}}}
    return {"bidder": bidder, "name": f"{bidder}公司", "price": price, **scores, **more}


V1 = {"method": gp_method(), "bids": [bid("A", "100.00", "62"), bid("B", "90.00", "55"), bid("C", "120.00", "65")]}

V2 = {
    "method": gp_method(deductions=[{"key": "small", "title": "小微企业价格扣除", "percent": "15"}]),
    "bids": [bid("A", "100", "0", small=True), bid("B", "90", "0"), bid("C", "96", "0")],
}

BENCHMARK = {
    "format": "yangguang-method/1",
    "kind": "benchmark",
    "price_item": "price",
    "price_weight": "60",
    "items": [item("t1", "40")],
    "price": {
        "trim": [
            {"least": 1, "high": 0, "low": 0},
            {"least": 4, "high": 1, "low": 0},
            {"least": 7, "high": 1, "low": 1},
        ],
        "k": {"least": "1", "most": "5", "step": "0.5"},
        "above": "1",
        "below": "0.5",
    },
    "tie": ["total", "price"],
}
V3_PRICES = dict(zip("ABCDEFG", ("980", "1000", "1010", "1020", "1030", "1050", "1100"), strict=True))
V3_TECHNICAL = dict(zip("ABCDEFG", ("33.10", "33.40", "34.25", "35.00", "36.10", "36.60", "37.00"), strict=True))
V3 = {
    "method": BENCHMARK,
    "bids": [bid(name, V3_PRICES[name], V3_TECHNICAL[name]) for name in "ABCDEFG"],
    "drawn": {"k": "3"},
}

LOWEST = {
    "format": "yangguang-method/1",
    "kind": "lowest_evaluated",
    "price_item": "price",
    "items": [],
    "omissions": True,
    "tie": ["total", "price"],
}
V4 = {
    "method": LOWEST,
    "bids": [
        bid("A", "9800000.00", omitted=["x1"]),
        bid("B", "10000000.00", quotes={"x1": "250000.00"}),
        bid("C", "10120000.00", quotes={"x1": "180000.00"}),
    ],
}

V5 = {
    "method": gp_method("50", "50", procedure="consultation"),
    "bids": [bid(name, price, "0") for name, price in zip("ABCD", ("88", "95", "82", "105"), strict=True)],
}
