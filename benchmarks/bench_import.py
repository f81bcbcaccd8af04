"""An import of 20,000 rows in constant memory: its growth reported against a bare reading of the same file in the same run.

    python -m benchmarks.bench_import [rows]

Each side is a process of its own on a database of its own; growth is the most it held above what it held when it began,
from 2,000 rows to 20,000. The bare side reads the rows with the csv module, or calamine, and keeps none.
"""

import csv
import gc
import json
import os
import resource
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from benchmarks.figures import Goal, report

SMALL, LARGE = 2_000, 20_000
ALLOWED = 24.0  # MiB that ten times as many rows may cost above what the bare reading costs
TITLES = ["名称", "统一社会信用代码", "失信行为", "依据", "决定机关", "决定文号", "决定日期", "生效日期", "届满日期"]


def rows(count: int) -> list[list[str]]:
    from prequalified.rules.uscc import check_digit

    def code(serial: int) -> str:
        body = f"91110000{serial:09d}"
        return body + check_digit(body)

    tail = ("串通投标", "政府采购法 77", "某市财政局")
    days = ("2026-01-05", "2026-01-10", "2027-01-09")
    return [
        [f"外地建设公司{serial}", code(serial), *tail, f"罚〔2026〕{serial}号", *days] for serial in range(1, count + 1)
    ]


def write(path: Path, count: int) -> None:
    if path.suffix == ".xlsx":
        import openpyxl

        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet()
        for cells in [TITLES, *rows(count)]:
            sheet.append(cells)
        book.save(path)
        return
    with path.open("w", encoding="gb18030", newline="") as file:
        csv.writer(file).writerows([TITLES, *rows(count)])


class Watch:
    """The most memory held while the block runs, above what was held at its beginning; looked at every few milliseconds."""

    def __enter__(self) -> "Watch":
        gc.collect()
        self.before = self.most = held()
        self.over = threading.Event()
        self.thread = threading.Thread(target=self._look, daemon=True)
        self.thread.start()
        self.start = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.seconds = time.perf_counter() - self.start
        self.over.set()
        self.thread.join()

    def _look(self) -> None:
        while not self.over.wait(0.005):
            self.most = max(self.most, held())

    def said(self, rows: int) -> dict[str, float]:
        return {"grown": self.most - self.before, "seconds": self.seconds, "rows": rows}


def held() -> float:
    """MiB resident now."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / (1 << 20)


def measure_bare(path: Path) -> dict[str, float]:
    from python_calamine import CalamineWorkbook

    with Watch() as watch:
        if path.suffix == ".xlsx":
            with CalamineWorkbook.from_path(str(path)) as book:
                read = sum(1 for _ in book.get_sheet_by_index(0).iter_rows())
        else:
            with path.open(encoding="gb18030", newline="") as file:
                read = sum(1 for _ in csv.reader(file))
    return watch.said(read - 1)


def measure_ours(path: Path) -> dict[str, float]:
    import django

    django.setup()
    from django.core.management import call_command
    from django.db import connection

    call_command("migrate", verbosity=0)
    from prequalified.actions.sanctions.confirm_list import confirm_list, enter_rows
    from prequalified.actions.sanctions.take_list import read_list_file, upload_list
    from tests.factories.parties import make_party

    actor = make_party("示范市交易中心", 1_000_001, ["staff"]).actor()
    assert not connection.in_atomic_block
    with Watch() as watch:
        with path.open("rb") as file:
            pieces = iter(lambda: file.read(1 << 16), b"")
            taken = upload_list(kind="gp-bad-record", name=path.name, source="基准", pieces=pieces, actor=actor)
        read_list_file(taken.pk)
        confirm_list(import_id=taken.pk, actor=actor)
        enter_rows(taken.pk)
    taken.refresh_from_db()
    assert taken.state == "taken", (taken.state, taken.error)
    return watch.said(taken.taken)


def run(side: str, path: Path) -> dict[str, float]:
    with tempfile.TemporaryDirectory() as home:
        environment = {
            **os.environ, "YANGGUANG_HOME": home, "YANGGUANG_TESTING": "1", "DJANGO_SETTINGS_MODULE": "config.settings",
            "DATABASE_URL": f"sqlite://{home}/import.sqlite3",
        }  # fmt: skip
        said = subprocess.run(
            [sys.executable, "-m", "benchmarks.bench_import", "--measure", side, str(path)],
            check=True, capture_output=True, text=True, env=environment,
        )  # fmt: skip
        return json.loads(said.stdout.splitlines()[-1])


def main() -> bool:
    large = int(sys.argv[1]) if len(sys.argv) > 1 else LARGE
    reached = True
    with tempfile.TemporaryDirectory() as folder:
        for ending in ("csv", "xlsx"):
            found = {}
            for count in (SMALL, large):
                path = Path(folder) / f"{count}.{ending}"
                write(path, count)
                found[count] = {side: run(side, path) for side in ("bare", "ours")}
                assert found[count]["ours"]["rows"] == found[count]["bare"]["rows"] == count
            grown = {
                side: max(found[large][side]["grown"] - found[SMALL][side]["grown"], 0.0) for side in ("bare", "ours")
            }
            over = max(grown["ours"] - grown["bare"], 0.0)
            name = f"memory, {ending}, {SMALL:,} to {large:,} rows, above the bare reading"
            reached &= report(name, over, ALLOWED, over / ALLOWED, Goal(1), "MiB", "limit")
            for side in ("bare", "ours"):
                small, big = (found[count][side]["grown"] for count in (SMALL, large))
                print(f"  {ending}, {side}: +{small:.1f} MiB with {SMALL:,} rows, +{big:.1f} MiB with {large:,}")
            ours, bare = found[large]["ours"]["seconds"], found[large]["bare"]["seconds"]
            print(
                f"  {ending}: {large / ours:,.0f} rows a second read, checked, confirmed and entered ({ours:.1f} s; read bare {bare:.2f} s)"
            )
    return reached


if __name__ == "__main__":
    if sys.argv[1:2] == ["--measure"]:
        print(json.dumps({"bare": measure_bare, "ours": measure_ours}[sys.argv[2]](Path(sys.argv[3]))))
        sys.exit(0)
    sys.exit(0 if main() else 1)
