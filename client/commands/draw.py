"""`yangguang draw FILE`: replay a draw, computing its outcome anew from what the parties opened."""

import argparse
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from client.output import FALSE, HOLDS, Unusable, add_json, read_bytes, show
from signing.rules.canonical import read_strict
from signing.rules.draws import DrawError, Replay, replay

LARGEST = 256 * 1024 * 1024


def register(groups: Any) -> None:
    parser = groups.add_parser("draw", help="重演一次抽取")
    parser.add_argument("file", metavar="FILE", help="抽取文件（yangguang-draw/1）；“-”为标准输入")
    add_json(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """0 and the outcome; 1 where something does not hold, named; 2 where the file is no JSON."""
    data = _read(args.file)
    try:
        outcome = replay(data)
    except DrawError as error:
        show(args, {"ok": False, "reason": str(error)}, [f"不成立：{error}"])
        return FALSE
    show(args, _data(outcome), _lines(outcome, data))
    return HOLDS


def _read(name: str) -> Any:
    content = sys.stdin.buffer.read(LARGEST) if name == "-" else read_bytes(Path(name), LARGEST)
    try:
        return read_strict(content)
    except (ValueError, RecursionError) as error:
        raise Unusable(f"{name}：不是 JSON：{error}") from error


def _data(outcome: Replay) -> dict[str, Any]:
    return {
        "ok": True,
        "number": outcome.number,
        "purpose": outcome.purpose,
        "replaces": outcome.replaces,
        "parties": list(outcome.parties),
        "seed": outcome.seed.hex(),
        "order": list(outcome.order),
        "chosen": [list(step) for step in outcome.chosen],
        **_standing(outcome),
    }


def _standing(outcome: Replay) -> dict[str, Any]:
    """Only where somebody gave way."""
    if not outcome.succession:
        return {}
    return {
        "succession": [asdict(each) for each in outcome.succession],
        "standing": [list(step) for step in outcome.standing],
    }


def _lines(outcome: Replay, data: Any) -> list[str]:
    names = {entry["number"]: entry["identity"].get("name", "") for entry in data.get("names", [])}
    lines = [f"抽取 {outcome.number}：{outcome.purpose}"]
    if outcome.replaces:
        lines.append(f"注意：本次抽取取代 {outcome.replaces}，理由：{data.get('reason', '')}")
    lines += [f"参与方：{'、'.join(outcome.parties)}，全部承诺已公开且相符", f"种子：{outcome.seed.hex()}"]
    for place, (step, chosen) in enumerate(zip(data["plan"], outcome.chosen, strict=True), 1):
        group = _group(step)
        lines.append(f"第 {place} 步（{group}，取 {step['take']}）：{'、'.join(_who(one, names) for one in chosen)}")
    for each in outcome.succession:
        successor = _who(each.successor, names) if each.successor else "无人"
        lines.append(f"{_who(each.passed, names)} 未能承接（{each.reason}），依次递补：{successor}")
    lines.append(f"结果与文件一致；名单 {len(outcome.order)} 个")
    return lines


def _group(step: Any) -> str:
    found = [f"{label}={value}" for label, value in step["where"].items()]
    found += [f"同一 {step['distinct']} 只取一次"] if "distinct" in step else []
    found += [f"按 {step['by']} 先后"] if "by" in step else []
    return "、".join(found) or "全部"


def _who(number: int, names: dict[int, str]) -> str:
    return f"{number}（{names[number]}）" if names.get(number) else f"{number}"
