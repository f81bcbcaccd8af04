"""What every command prints, and how: plain lines for people, one JSON object with `--json`."""

import argparse
import datetime as dt
import json
import os
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from runtime import clock
from runtime.clock import BEIJING
from runtime.refusal import Blocker

HOLDS, FALSE, UNUSABLE = 0, 1, 2


class Unusable(Exception):
    """Wrong usage or input that cannot be read at all: exit status 2."""


def add_json(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--json", action="store_true", help="输出一个 JSON 对象")


def show(args: argparse.Namespace, data: Mapping[str, Any], lines: Sequence[str]) -> None:
    """`data` with --json, otherwise `lines`."""
    if getattr(args, "json", False):
        print(json.dumps(data, ensure_ascii=False, sort_keys=True, default=str))
    else:
        for line in lines:
            print(line)


def show_refusal(args: argparse.Namespace, blockers: Sequence[Blocker]) -> int:
    """Every reason with its rule and remedy; the exit status of checked and false."""
    data = {"refused": True, "blockers": [filled(blocker) for blocker in blockers]}
    lines = []
    for blocker in blockers:
        rule = f" [{blocker.rule}]" if blocker.rule else ""
        lines.append(f"不通过：{blocker.told()}{rule} ({blocker.code})")
        if blocker.remedy:
            lines.append(f"  {blocker.advice()}")
    show(args, data, lines)
    return FALSE


def filled(blocker: Blocker) -> dict[str, object]:
    """The blocker as data with its sentences filled in."""
    data = blocker.as_data()
    data["message"] = blocker.told()
    data["remedy"] = blocker.advice()
    return data


def show_unusable(args: argparse.Namespace, error: Exception) -> int:
    text = str(error) or type(error).__name__
    if getattr(args, "json", False):
        print(json.dumps({"error": text}, ensure_ascii=False))
    else:
        print(f"yangguang: {text}", file=sys.stderr)
    return UNUSABLE


def beijing(moment: dt.datetime | None) -> str:
    """Where there may be none."""
    return clock.beijing(moment) if moment else "无"


def read_bytes(path: Path, limit: int | None = None) -> bytes:
    """The file's bytes; raises Unusable when it cannot be read or is larger than `limit`."""
    try:
        if limit is not None and path.stat().st_size > limit:
            raise Unusable(f"{path}：文件超过 {limit} 字节")
        return path.read_bytes()
    except OSError as error:
        raise Unusable(f"{path}：{error.strerror}") from error


def write_whole(path: Path, data: bytes, mode: int = 0o644) -> None:
    """The whole file or none of it: written beside, then moved into place. Raises Unusable."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
        try:
            with os.fdopen(handle, "wb") as out:
                out.write(data)
            Path(name).chmod(mode)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
    except OSError as error:
        raise Unusable(f"{path}：{error.strerror}") from error


def moment_of(text: str) -> dt.datetime:
    """An argparse type: RFC 3339 with a zone; a date or time without one is Beijing time."""
    try:
        moment = dt.datetime.fromisoformat(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError(f"不是时间：{text}（例：2026-11-21T14:03:07+08:00）") from error
    return moment if moment.tzinfo else moment.replace(tzinfo=BEIJING)
