"""Conditions in words, for pages: what is asked, and what differs between two versions."""

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from prequalified.rules.directories.condition_kinds import CHOICES, FIELDS, KINDS, Field
from prequalified.rules.directories.conditions import differences
from prequalified.rules.directories.settings import UNITS
from runtime.refusal import Blocker
from runtime.spoken import spoken


def text_of(condition: Mapping[str, Any]) -> str:
    return str(condition["text_en"] if get_language() == "en" else condition["text"])


def shown(condition: Mapping[str, Any]) -> dict[str, Any]:
    """`{key, kind, text, fields: [(label, value)], supplement, commitment, grades}` in the reader's language."""
    kind = condition["kind"]
    fields = [(_(field.label), _value(field, condition[field.key])) for field in FIELDS[kind]]
    return {
        "key": condition["key"], "kind_code": kind, "kind": _(KINDS[kind]), "text": text_of(condition),
        "fields": [pair for pair in fields if pair[1]], "supplement": condition["supplement"],
        "commitment": term_words(condition["commitment"]) if condition["commitment"] else "",
        "grades": "、".join(condition["grades"]),
    }  # fmt: skip


def shown_all(document: Mapping[str, Any]) -> list[dict[str, Any]]:
    return [shown(condition) for condition in document["conditions"]]


def term_words(term: Mapping[str, int]) -> str:
    ((unit, amount),) = term.items()
    return f"{amount} {_(UNITS[unit])}"


def differences_shown(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """A row each condition that differs: `{key, change, before: [(label, value)], after: […]}`."""
    words = {"added": _("新增"), "removed": _("取消"), "changed": _("修改")}
    return [
        {
            "key": one["key"], "change": words[one["change"]],
            "before": _lines(one["before"], one["fields"]), "after": _lines(one["after"], one["fields"]),
        }
        for one in differences(before, after)
    ]  # fmt: skip


def _lines(condition: Mapping[str, Any] | None, names: Iterable[str]) -> list[tuple[str, str]]:
    if condition is None:
        return []
    labels = {field.key: field for field in FIELDS[condition["kind"]]}
    common = {
        "text": _("条件（中文）"), "text_en": _("条件（英文）"), "grades": _("适用的申请等级"), "supplement": _("容缺受理"),
        "commitment": _("告知承诺"), "kind": _("种类"),
    }  # fmt: skip
    found = []
    for name in names:
        if name not in condition or name == "key":
            continue
        value = condition[name]
        if name in labels:
            found.append((_(labels[name].label), _value(labels[name], value) or "—"))
        else:
            found.append((common.get(name, name), _common(name, value)))
    return found


def _common(name: str, value: Any) -> str:
    if name == "commitment":
        return term_words(value) if value else _("否")
    if isinstance(value, bool):
        return _("是") if value else _("否")
    if name == "kind":
        return _(KINDS[value])
    return "、".join(value) or _("全部") if isinstance(value, list) else str(value)


def _value(field: Field, value: Any) -> str:
    if isinstance(value, bool):
        return _("是") if value else ""
    if isinstance(value, list):
        return "、".join(value)
    if field.kind in CHOICES:
        return _(CHOICES[field.kind][value]) if value else ""
    if field.kind == "money" and value:
        return f"{Decimal(value):,.2f}"
    return str(value) if value else ""


def findings_shown(document: Mapping[str, Any], findings: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """The verdicts of the automatic check beside their conditions, reasons in the reader's language."""
    by_key = {one["key"]: one for one in document["conditions"]}
    words = {"met": _("符合"), "committed": _("告知承诺"), "missing": _("缺少材料"), "failed": _("不符合")}
    looks = {"met": "done", "committed": "open", "missing": "waiting", "failed": "warn"}
    rows = []
    for finding in findings:
        condition = by_key.get(finding["key"])
        rows.append(
            {
                "key": finding["key"], "text": text_of(condition) if condition else finding["key"],
                "verdict": finding["verdict"], "words": words[finding["verdict"]], "look": looks[finding["verdict"]],
                "found": finding["found"], "supplement": finding["supplement"],
                "reasons": spoken([Blocker(**one) for one in finding["blockers"]]),
            }
        )  # fmt: skip
    return rows
