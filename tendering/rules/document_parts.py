"""Faults of what a bid must contain and what is read out: the required parts and the opening items (CTS A-63, A-87)."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from runtime.refusal import Blocker, gettext_noop
from signing.rules.member_names import folded, name_fault
from signing.rules.tender_terms import ITEM_TYPES

KEY = re.compile(r"[a-z][a-z0-9_]{0,39}")
MEDIA = re.compile(r"[a-z]+/[a-z0-9.+-]{1,100}")
TYPES = ITEM_TYPES
# Members of the inner container that no part may be called (protocol §2).
TAKEN = frozenset({"mimetype", "opening.json", "env.json"})


def fault(code: str, message: str, place: str, rule: str = "", remedy: str = "", **params: str) -> Blocker:
    return Blocker(f"document.{code}", message, rule=rule, remedy=remedy, params=params, place=place)


def rows(content: Mapping[str, Any], key: str, most: int = 200) -> tuple[list[Mapping[str, Any]], list[Blocker]]:
    """The objects of a list, and the fault where it is none."""
    value = content.get(key)
    if isinstance(value, list) and len(value) <= most and all(isinstance(row, dict) for row in value):
        return value, []
    message = gettext_noop("“%(key)s”应当是不超过%(most)s项的列表")
    return [], [fault("bad_list", message, key, key=key, most=str(most))]


def text_fault(row: Mapping[str, Any], key: str, place: str, most: int = 200) -> list[Blocker]:
    value = row.get(key)
    if isinstance(value, str) and value.strip() and len(value) <= most:
        return []
    return [fault("bad_text", gettext_noop("请填写，且不超过%(most)s字"), f"{place}.{key}", most=str(most))]


def repeated(values: Iterable[str], place: str) -> list[Blocker]:
    return [
        fault("repeated", gettext_noop("“%(value)s”重复"), place, rule="CTS A-62", value=value)
        for value, times in Counter(values).items()
        if times > 1 and value
    ]


def part_blockers(content: Mapping[str, Any]) -> list[Blocker]:
    parts, found = rows(content, "parts")
    if not found and not any(part.get("required") is True for part in parts):
        message = gettext_noop("至少要有一个必须提交的投标文件组成部分")
        found.append(fault("no_required_part", message, "parts", rule="CTS A-63"))
    for number, part in enumerate(parts):
        found += _part(part, f"parts.{number}")
    return found + repeated([folded(str(part.get("path"))) for part in parts], "parts")


def _part(part: Mapping[str, Any], place: str) -> list[Blocker]:
    found = text_fault(part, "title", place)
    path = part.get("path")
    if not isinstance(path, str) or name_fault(path.encode("utf-8", "replace")) or path.startswith("META-INF/"):
        found.append(fault("bad_path", gettext_noop("文件路径不规范"), f"{place}.path"))
    elif path in TAKEN:
        found.append(fault("taken_path", gettext_noop("路径“%(path)s”由系统使用"), f"{place}.path", path=path))
    if not isinstance(part.get("required"), bool):
        found.append(fault("bad_flag", gettext_noop("请说明是否必须提交"), f"{place}.required"))
    if not isinstance(part.get("media"), str) or not MEDIA.fullmatch(str(part.get("media"))):
        found.append(fault("bad_media", gettext_noop("文件类型不规范"), f"{place}.media"))
    return found


def opening_item_blockers(content: Mapping[str, Any]) -> list[Blocker]:
    items, found = rows(content, "opening_items", 50)
    for number, item in enumerate(items):
        found += _opening_item(item, f"opening_items.{number}")
    found += repeated([str(item.get("key")) for item in items], "opening_items")
    return found + _price_item(content, items)


def _opening_item(item: Mapping[str, Any], place: str) -> list[Blocker]:
    found = text_fault(item, "title", place)
    if not isinstance(item.get("key"), str) or not KEY.fullmatch(str(item.get("key"))):
        message = gettext_noop("编号应以小写字母开头，只含小写字母、数字和下划线")
        found.append(fault("bad_key", message, f"{place}.key"))
    if item.get("type") not in TYPES:
        message = gettext_noop("类型应当是下列之一：%(choices)s")
        found.append(fault("bad_choice", message, f"{place}.type", choices=" ".join(TYPES)))
    return found


def _price_item(content: Mapping[str, Any], items: Sequence[Mapping[str, Any]]) -> list[Blocker]:
    method = content.get("method")
    wanted = method.get("price_item", "price") if isinstance(method, dict) else "price"
    if any(item.get("key") == wanted and item.get("type") == "money" for item in items):
        return []
    message = gettext_noop("唱标内容中没有评标办法所用的报价项“%(key)s”(类型为金额)")
    return [fault("no_price_item", message, "opening_items", rule="招标投标法 36", key=str(wanted))]
