"""`yangguang score FILE`: the arithmetic of an evaluation, exactly as the platform computes it."""

import argparse
import json
import sys
import unicodedata
from pathlib import Path
from typing import Any

from client.output import HOLDS, Unusable, add_json, read_bytes, show
from tendering.rules.methods import Result, evaluate
from tendering.rules.methods.numbers import spell

FIELDS = {"format", "method", "bids", "ceiling", "budget", "drawn"}
LARGEST = 64 * 1024 * 1024


def register(groups: Any) -> None:
    parser = groups.add_parser("score", help="计算得分和排名")
    parser.add_argument("file", metavar="FILE", help='评分文件 {"method": …, "bids": […]}；“-”为标准输入')
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 and the ranking; a Refusal (1) for what the method forbids; Unusable (2) for what is no score file."""
    data = read_score_file(args.file)
    result = evaluate(
        data["method"],
        data["bids"],
        ceiling=data.get("ceiling"),
        budget=data.get("budget"),
        drawn=data.get("drawn"),
    )
    show(args, result.as_data(), table(result))
    return HOLDS


def read_score_file(name: str) -> dict[str, Any]:
    content = sys.stdin.buffer.read(LARGEST) if name == "-" else read_bytes(Path(name), LARGEST)
    try:
        data = json.loads(content)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{name}：不是 JSON：{error}") from error
    if not isinstance(data, dict) or not {"method", "bids"} <= set(data):
        raise Unusable(f"{name}：不是评分文件，缺少 method 或 bids")
    if unknown := sorted(set(data) - FIELDS):
        raise Unusable(f"{name}：有不认识的字段 {', '.join(unknown)}")
    if not isinstance(data.get("drawn", {}), dict):
        raise Unusable(f"{name}：drawn 应当是一个对象")
    return data


def table(result: Result) -> list[str]:
    """One line a bid, best first; then the benchmark, what was left out, and what the committee must look at."""
    groups = sorted({group for row in result.standings for group in row.groups})
    head = ["排名", "投标人", "投标报价", "评审价", "价格分", *groups, "总分"]
    rows = [
        [
            f"{row.rank}{'=' if row.tied else ''}",
            row.name,
            spell(row.contract_price),
            spell(row.evaluated_price),
            spell(row.price_score),
            *(spell(row.groups[group]) for group in groups),
            spell(row.total),
        ]
        for row in result.standings
    ]
    lines = _columns([head, *rows])
    if result.benchmark:
        lines.append(f"评标基准价 {spell(result.benchmark.price)}  K={spell(result.benchmark.k)}%")
    lines += [f"不参加评审 {bid.name}: {bid.reason}" for bid in result.excluded]
    for notice in result.warnings:
        facts = " ".join(f"{key}={value}" for key, value in notice.facts.items())
        lines.append(f"提示 {notice.code} {notice.bidder} {facts}")
    return lines


def _columns(rows: list[list[str]]) -> list[str]:
    widths = [max(_width(row[place]) for row in rows) for place in range(len(rows[0]))]
    return [
        "  ".join(cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def _width(text: str) -> int:
    """Columns on a terminal: Chinese characters take two."""
    return sum(2 if unicodedata.east_asian_width(letter) in "WF" else 1 for letter in text)
