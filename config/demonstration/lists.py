"""An outside misconduct list: looked at, its errors named, confirmed; and the gate, which knows it from then on."""

import csv
import io
import time
from typing import Any

from config.demonstration.cast import BIDDERS, REVOKED, uscc
from config.demonstration.people import Failed, Person
from prequalified.rules.sanctions.outside import TITLES

KIND, SOURCE, PATIENCE = "eng-misconduct", "示范市住房和城乡建设局", 120.0
LISTED = BIDDERS[REVOKED]
_CONDUCT, _BASIS = "以他人名义投标", "招标投标法 54"


def _file() -> bytes:
    """Two good rows, one of them a registered firm's, and one whose code is mistyped."""
    dates = ("2026-09-01", "2026-09-10", "2027-09-09")
    rows = [
        (LISTED.name, LISTED.number, _CONDUCT, _BASIS, SOURCE, "示建罚〔2026〕12号", *dates),
        ("示范外地建设有限公司", uscc(901), "串通投标", "招标投标法 53", SOURCE, "示建罚〔2026〕15号", *dates),
        ("示范错码建设有限公司", uscc(902)[:-1] + "I", _CONDUCT, _BASIS, SOURCE, "示建罚〔2026〕18号", *dates),
    ]
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(list(TITLES.values()))
    writer.writerows(rows)
    return text.getvalue().encode("gb18030")


def take(staff: Person) -> str:
    """Upload, wait for the preview, confirm; what became of it. A list that a play before this one took is left alone."""
    known = [row for row in staff.get("/imports", "staff")["items"] if row["state"] == "taken"]
    row = known[0] if known else _taken(staff)
    return f"{row['good']} 行导入，{row['bad']} 行有误"


def _taken(staff: Person) -> dict[str, Any]:
    form, file = {"kind": KIND, "source": SOURCE}, {"file": ("list.csv", _file(), "text/csv")}
    number = staff.as_role("staff").call("POST", "/api/v1/imports", data=form, files=file)["id"]
    _until(staff, number, "preview")
    staff.post(f"/imports/{number}/confirmation", role="staff")
    return _until(staff, number, "taken")


def _until(staff: Person, number: int, state: str) -> dict[str, Any]:
    end = time.monotonic() + PATIENCE
    while (row := staff.get(f"/imports/{number}", "staff"))["state"] != state:
        if row["state"] == "broken" or time.monotonic() > end:
            raise Failed(f"import {row}")
        time.sleep(0.5)
    return dict(row)


def ask(tenderer: Person) -> str:
    """May the listed firm be given an award of mandatory works today? The answer is kept."""
    answer = tenderer.post("/gate", {"number": LISTED.number, "gate": "award", "regime": "ENG"})
    if answer["allowed"]:
        raise Failed(f"the gate lets a listed firm in: {answer}")
    return f"{answer['name']} 不得参加定标：{answer['reasons'][0]['rule']}"
