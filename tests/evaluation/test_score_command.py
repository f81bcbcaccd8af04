"""`yangguang score FILE`, run as the program it is."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from tests.evaluation import worked


def score(*arguments: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "client", "score", *arguments]
    return subprocess.run(
        command, cwd=settings.BASE_DIR, input=stdin, capture_output=True, text=True, timeout=60, check=False
    )


def written(folder: Path, case: object) -> str:
    path = folder / "scores.json"
    path.write_text(json.dumps(case, ensure_ascii=False), encoding="utf-8")
    return str(path)


@pytest.mark.cts("A-141", "A-144", "A-145")
def test_the_ranking_is_printed_and_exits_0(tmp_path: Path) -> None:
    done = score(written(tmp_path, worked.V3))
    assert done.returncode == 0, done.stderr
    names = [line.split()[1] for line in done.stdout.splitlines()[1:8]]
    assert names == [f"{name}公司" for name in "ABCEDFG"]
    assert "评标基准价 991.34" in done.stdout


@pytest.mark.cts("A-141", "A-144", "A-145")
def test_json_has_every_figure_as_a_string_with_two_decimals(tmp_path: Path) -> None:
    done = score(written(tmp_path, worked.V1), "--json")
    result = json.loads(done.stdout)
    assert done.returncode == 0
    assert [(row["bidder"], row["price_score"], row["total"]) for row in result["standings"]] == [
        ("A", "27.00", "89.00"),
        ("C", "22.50", "87.50"),
        ("B", "30.00", "85.00"),
    ]


@pytest.mark.cts("A-140")
def test_a_score_out_of_range_exits_1_and_says_where(tmp_path: Path) -> None:
    case: dict[str, Any] = {**worked.V1, "bids": [worked.bid("A", "100.00", "70.01")]}
    done = score(written(tmp_path, case))
    assert done.returncode == 1
    assert "score.out_of_range" in done.stdout
    assert "70.01超出范围0至70" in done.stdout
    told = json.loads(score(written(tmp_path, case), "--json").stdout)
    assert told["refused"] is True
    assert [(blocker["code"], blocker["place"]) for blocker in told["blockers"]] == [
        ("score.out_of_range", "bids.0.scores.e1.t1")
    ]


@pytest.mark.parametrize(
    "text", ["", "[]", "{", '{"method": {}}', '{"method":{},"bids":[],"x":1}', '{"method":{},"bids":[],"drawn":3}']
)
def test_what_is_no_score_file_exits_2(tmp_path: Path, text: str) -> None:
    path = tmp_path / "scores.json"
    path.write_text(text)
    done = score(str(path))
    assert (done.returncode, done.stdout) == (2, "")
    assert "Traceback" not in done.stderr


def test_a_missing_file_exits_2() -> None:
    assert score("/nowhere/scores.json").returncode == 2


def test_the_file_may_come_through_a_pipe() -> None:
    assert score("-", stdin=json.dumps(worked.V1)).returncode == 0
