"""A row of an outside list: what its columns are called, what a cell may say, what is wrong with it. Told all at once."""

import datetime as dt
import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from prequalified.rules import uscc
from prequalified.rules.sanctions.lists import ListRule, last_day_of_ban
from runtime.refusal import Blocker, gettext_noop

ROWS_LIMIT = 100_000
BYTES_LIMIT = 64 * 1024 * 1024
CELL_LIMIT = 4_000  # characters
COLUMNS: Mapping[str, tuple[str, ...]] = {
    "name": ("名称", "当事人", "当事人名称", "企业名称", "供应商名称", "单位名称", "name"),
    "number": ("统一社会信用代码", "社会信用代码", "信用代码", "number", "uscc"),
    "conduct": ("失信行为", "违法行为", "事实", "失信事实", "具体情形", "conduct"),
    "basis": ("依据", "处理依据", "处罚依据", "法律依据", "basis"),
    "authority": ("决定机关", "处罚机关", "执法单位", "作出机关", "authority"),
    "decision": ("决定文号", "文号", "处罚决定书文号", "decision"),
    "decided_on": ("决定日期", "处罚日期", "处理日期", "decided_on"),
    "starts": ("生效日期", "开始日期", "起始日期", "starts"),
    "ends": ("届满日期", "截止日期", "结束日期", "ends"),
}  # fmt: skip
TITLES = {key: names[0] for key, names in COLUMNS.items()}
REQUIRED = ("name", "number", "conduct", "basis", "authority", "decided_on", "starts")
_LONGEST = {"name": 200, "authority": 200, "decision": 120}
_FORMULA = ("=", "@", "\t", "\r")
_DATE = re.compile(r"(\d{4})\s*[-/.年]\s*(\d{1,2})\s*[-/.月]\s*(\d{1,2})\s*日?(?:[ T]00:00(?::00(?:\.0+)?)?)?")
_PLAIN = re.compile(r"(\d{4})(\d{2})(\d{2})")
_FOREVER = frozenset({"", "长期", "—", "-", "无"})


def fault(code: str, message: str, place: str = "", remedy: str = "", **params: str) -> Blocker:
    return Blocker(f"import.{code}", message, "", remedy, params, place)


@dataclass(frozen=True, slots=True)
class Entry:
    """A row that was understood."""

    name: str
    number: str
    conduct: str
    basis: str
    authority: str
    decision: str
    decided_on: dt.date
    starts: dt.date
    ends: dt.date | None


def columns_of(header: Sequence[str]) -> tuple[dict[str, int], list[Blocker]]:
    """Which column holds what; blockers name every missing and every doubled column."""
    found: dict[str, int] = {}
    doubled = []
    titles = [title.strip().lstrip("\ufeff").lower() for title in header]
    for key, names in COLUMNS.items():
        places = [place for place, title in enumerate(titles) if title in names]
        if len(places) > 1:
            doubled.append(TITLES[key])
        if places:
            found[key] = places[0]
    missing = [TITLES[key] for key in REQUIRED if key not in found]
    blockers = []
    if missing:
        remedy = gettext_noop("请在第一行写明列名后重新上传；可以下载模板。")
        blockers.append(fault("columns", gettext_noop("缺少列：%(terms)s。"), "file", remedy, terms="、".join(missing)))
    if doubled:
        blockers.append(fault("doubled", gettext_noop("列重复：%(terms)s。"), "file", terms="、".join(doubled)))
    return found, blockers


def said_of(cells: Sequence[object], columns: Mapping[str, int]) -> dict[str, str]:
    """The cells by column as text, cut where they are endless."""
    return {key: text_of(cells[place]) if place < len(cells) else "" for key, place in columns.items()}


def text_of(cell: object) -> str:
    if cell is None:
        return ""
    if isinstance(cell, dt.datetime):
        return cell.date().isoformat()
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, float) and cell.is_integer():
        return str(int(cell))
    text = "".join(sign for sign in str(cell) if sign.isprintable() or sign in "\n\t\r")
    return text[: CELL_LIMIT + 1].strip(" \n")


def read_row(said: Mapping[str, str], rule: ListRule, today: dt.date) -> tuple[Entry | None, list[Blocker]]:
    """The entry, or everything that is wrong with the row."""
    found = [blocker for key in COLUMNS for blocker in _cell_blockers(key, said.get(key, ""))]
    number = uscc.normal(said.get("number", ""))
    if number and not found:
        found += uscc.check(number)
    days = {key: _day(said.get(key, "")) for key in ("decided_on", "starts", "ends")}
    for key, day in days.items():
        text = said.get(key, "")
        if day is None and text and not (key == "ends" and text in _FOREVER):
            message = gettext_noop("“%(term)s”不是日期：%(text)s。")
            found.append(
                fault("date", message, key, gettext_noop("请写成 2026-01-31。"), term=TITLES[key], text=text[:40])
            )
    decided_on, starts, ends = days["decided_on"], days["starts"], days["ends"]
    found += _term_blockers(decided_on, starts, ends, rule, today)
    if found or decided_on is None or starts is None:
        return None, found
    given = {key: said.get(key, "") for key in ("name", "conduct", "basis", "authority", "decision")}
    return Entry(number=number, decided_on=decided_on, starts=starts, ends=ends, **given), []


def _cell_blockers(key: str, text: str) -> list[Blocker]:
    if not text:
        missing = gettext_noop("“%(term)s”为空。")
        return [fault("empty", missing, key, term=TITLES[key])] if key in REQUIRED else []
    if text.startswith(_FORMULA):
        remedy = gettext_noop("请把公式粘贴为数值后重新上传。")
        return [fault("formula", gettext_noop("“%(term)s”是公式。"), key, remedy, term=TITLES[key])]
    if len(text) > _LONGEST.get(key, CELL_LIMIT):
        return [fault("long", gettext_noop("“%(term)s”过长。"), key, term=TITLES[key])]
    return []


def _term_blockers(
    decided_on: dt.date | None, starts: dt.date | None, ends: dt.date | None, rule: ListRule, today: dt.date
) -> list[Blocker]:
    found = []
    if decided_on and decided_on > today:
        found.append(fault("ahead", gettext_noop("决定日期晚于今天。"), "decided_on"))
    if starts and ends and ends < starts:
        found.append(fault("order", gettext_noop("届满日期早于生效日期。"), "ends"))
    if starts and ends and ends > last_day_of_ban(starts, rule.longest):
        message = gettext_noop("期限超过该名单规定的最长 %(months)s 个月。")
        found.append(Blocker("import.too_long", message, rule.ground, "", {"months": str(rule.longest)}, "ends"))
    return found


def _day(text: str) -> dt.date | None:
    found = _DATE.fullmatch(text.strip()) or _PLAIN.fullmatch(text.strip())
    if not found:
        return None
    try:
        return dt.date(*(int(part) for part in found.groups()))
    except ValueError:
        return None


def key_of(number: str, decision: str, decided_on: str, starts: str) -> str:
    """One entry of a list is one decision about one party from one day on."""
    return hashlib.sha256("\n".join((number, decision.strip(), decided_on, starts)).encode()).hexdigest()


def key_of_entry(entry: Entry) -> str:
    return key_of(entry.number, entry.decision, entry.decided_on.isoformat(), entry.starts.isoformat())


def confirm_blockers(state: str, good: int) -> list[Blocker]:
    if state != "preview":
        return [fault("state", gettext_noop("这份名单现在不能确认。"))]
    return [] if good else [fault("nothing", gettext_noop("没有可以导入的行。"))]


def undo_blockers(state: str, reason: str) -> list[Blocker]:
    found = []
    if state != "taken":
        found.append(fault("state", gettext_noop("只有已导入的名单可以撤销。")))
    if not reason.strip():
        found.append(fault("reason", gettext_noop("请写明原因。"), "reason"))
    return found
