"""The certification table (CTS-EBS01-2016): which checks are proven by a passing test.

As a pytest plugin it hangs each test's `cts` marks on its report; `python -m tests.conformance` runs the marked tests and
prints one line per check, all 273. A check with no passing test, or with any failing one, is unmet.
"""

import csv
import re
import sys
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest

LIST = Path(__file__).with_name("conformance_checks.csv")
_SPELLING = re.compile(r"([AB])-0*(\d+)")


@dataclass(frozen=True, slots=True)
class Check:
    id: str  # A-01 … A-226, B-001 … B-047
    stars: str
    optional: bool
    title: str


def checks() -> dict[str, Check]:
    with LIST.open(newline="", encoding="utf-8") as rows:
        return {
            row["id"]: Check(row["id"], row["stars"], row["optional"] == "optional", row["title"])
            for row in csv.DictReader(rows)
        }


def same_id(written: str, known: dict[str, Check]) -> str:
    """`A-7` and `A-007` are `A-07`; anything that is no check is an error of the test."""
    match = _SPELLING.fullmatch(written)
    if match:
        letter, number = match[1], int(match[2])
        for spelling in (f"{letter}-{number:02d}", f"{letter}-{number:03d}"):
            if spelling in known:
                return spelling
    raise pytest.UsageError(f"cts({written!r}): there is no such check")


@dataclass
class Proof:
    passed: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


class Table:
    """Outcomes by check, gathered from the reports of this run (of all workers)."""

    def __init__(self) -> None:
        self.proofs: dict[str, Proof] = defaultdict(Proof)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        proven = dict(report.user_properties).get("cts", [])
        for check in proven if isinstance(proven, list | tuple) else ():
            if report.failed:
                self.proofs[check].failed.append(report.nodeid)
            elif report.when == "call" and report.passed:
                self.proofs[check].passed.append(report.nodeid)

    def lines(self) -> list[str]:
        known = checks()
        return [self._line(check) for check in known.values()] + ["", self._sum(known)]

    def met(self, check: str) -> bool:
        proof = self.proofs.get(check, Proof())
        return bool(proof.passed) and not proof.failed

    def _line(self, check: Check) -> str:
        proof = self.proofs.get(check.id, Proof())
        tests = proof.passed + [f"{test} FAILED" for test in proof.failed]
        word = "met" if self.met(check.id) else "unmet"
        stars = check.stars + (" opt" if check.optional else "")
        return f"{check.id:6}{stars:8}{word:6}{check.title}" + "".join(f"  [{test}]" for test in tests)

    def _sum(self, known: dict[str, Check]) -> str:
        parts = []
        for level in ("*", "**", "***"):
            of_level = [check.id for check in known.values() if check.stars.split("/")[0] == level]
            parts.append(f"{level} {sum(map(self.met, of_level))}/{len(of_level)}")
        return f"met {sum(map(self.met, known))} of {len(known)}: {', '.join(parts)}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    known = checks()
    for item in items:
        proven = sorted({same_id(str(name), known) for mark in item.iter_markers("cts") for name in mark.args})
        if proven:
            item.user_properties.append(("cts", proven))


def main(arguments: list[str]) -> int:
    """Exit 0 when the tests ran and none failed; how many checks are met is for the reader of the table."""
    table = Table()
    settings = Path(__file__).resolve().parent.parent / "pyproject.toml"
    code = pytest.main(
        ["-c", str(settings), "-m", "cts", "-q", "-n", "2", "--dist", "loadgroup", *arguments], plugins=[table]
    )
    print("\n".join(table.lines()))
    return 0 if code in {pytest.ExitCode.OK, pytest.ExitCode.NO_TESTS_COLLECTED} else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
