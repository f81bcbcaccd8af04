"""Admission conditions as data, format `yangguang-conditions/1`: read, validated, compared, spelt canonically.

    {"format": "yangguang-conditions/1", "grades": ["一级", "二级"],
     "conditions": [{"key": "qualification", "kind": "qualification", "text": "…", "text_en": "…", "grades": [],
                     "supplement": true, "commitment": {"days": 90} | null, …fields of the kind}]}

`grades` of the document: what a firm may apply for (none: the directory has no grades); `grades` of a condition: for which
of them it is asked (none: for all). `supplement`: a missing paper may follow (容缺). `commitment`: a commitment may stand for
the proof (承诺制), which is checked after that term.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from prequalified.rules.directories.condition_kinds import CHOICES, FIELDS, KINDS, Field
from prequalified.rules.timing import Unit, read_term
from runtime.refusal import Blocker, gettext_noop
from signing.rules.canonical import canonical

FORMAT = "yangguang-conditions/1"
MOST = 60  # conditions of one set
_KEY = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_COMMON = ("key", "kind", "text", "text_en", "grades", "supplement", "commitment")
_RULE = "预选名录管理办法 入库条件"


def sha256_of(document: Mapping[str, Any]) -> str:
    return hashlib.sha256(canonical(document)).hexdigest()


def conditions_for(document: Mapping[str, Any], grade: str) -> list[Mapping[str, Any]]:
    """The conditions asked of a firm that applies for `grade`."""
    return [one for one in document["conditions"] if not one["grades"] or grade in one["grades"]]


def empty() -> dict[str, Any]:
    return {"format": FORMAT, "grades": [], "conditions": []}


def blockers(document: object, demonstration: bool = False) -> list[Blocker]:
    """Everything that is wrong with a draft, at once; `place` says where: `conditions.2.amount`."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        return [_blocker("conditions.format", gettext_noop("入库条件的格式应为 %(wanted)s。"), "format", wanted=FORMAT)]
    grades: Any = document.get("grades")
    rows = document.get("conditions")
    if set(document) != {"format", "grades", "conditions"} or not _words(grades) or not isinstance(rows, list):
        return [_blocker("conditions.form", gettext_noop("入库条件的内容不完整或有多余的项目。"), "conditions")]
    if len(rows) > MOST:
        message = gettext_noop("入库条件不得超过 %(most)s 项。")
        return [_blocker("conditions.many", message, "conditions", most=str(MOST))]
    found = [
        fault for at, row in enumerate(rows) for fault in _row(row, f"conditions.{at}", set(grades), demonstration)
    ]
    keys = [row.get("key") for row in rows if isinstance(row, Mapping)]
    for key in sorted({str(key) for key in keys if keys.count(key) > 1}):
        found.append(_blocker("conditions.twice", gettext_noop("条件代码“%(key)s”重复。"), "conditions", key=key))
    return found


def publication_blockers(document: Mapping[str, Any], demonstration: bool) -> list[Blocker]:
    """A threshold that nobody can read is none: at least one condition, each valid."""
    found = blockers(document, demonstration)
    if not found and not document["conditions"]:
        found = [_blocker("conditions.none", gettext_noop("至少要有一项入库条件。"), "conditions")]
    return found


def _row(row: object, place: str, grades: set[str], demonstration: bool) -> Iterator[Blocker]:
    if not isinstance(row, Mapping) or row.get("kind") not in KINDS:
        yield _blocker("condition.kind", gettext_noop("不认识的条件种类。"), f"{place}.kind")
        return
    fields = FIELDS[str(row["kind"])]
    if set(row) != {*_COMMON, *(field.key for field in fields)}:
        yield _blocker("condition.form", gettext_noop("条件的内容不完整或有多余的项目。"), place)
        return
    yield from _common(row, place, grades, demonstration)
    for field in fields:
        if _fault(field, row[field.key]):
            yield _blocker(
                "condition.field", gettext_noop("“%(term)s”的填写不正确。"), f"{place}.{field.key}", term=field.label
            )


def _common(row: Mapping[str, Any], place: str, grades: set[str], demonstration: bool) -> Iterator[Blocker]:
    if not isinstance(row["key"], str) or not _KEY.fullmatch(row["key"]):
        message = gettext_noop("条件代码须为小写字母、数字、短横线，以字母开头，不超过四十个字符。")
        yield _blocker("condition.key", message, f"{place}.key")
    for name in ("text", "text_en"):
        if not isinstance(row[name], str) or not 1 <= len(row[name].strip()) <= 2000:
            yield _blocker("condition.text", gettext_noop("条件须有中文和英文表述。"), f"{place}.{name}")
    if not _words(row["grades"]) or not set(row["grades"]) <= grades:
        yield _blocker("condition.grades", gettext_noop("条件适用的等级不在名录的等级中。"), f"{place}.grades")
    if not isinstance(row["supplement"], bool):
        yield _blocker("condition.supplement", gettext_noop("请写明能否容缺。"), f"{place}.supplement")
    if row["commitment"] is not None and not _term(row["commitment"], demonstration):
        message = gettext_noop("承诺的核查期限须为天数或工作日数。")
        yield _blocker("condition.commitment", message, f"{place}.commitment")


def _term(data: object, demonstration: bool) -> bool:
    try:
        term = read_term(data)  # type: ignore[arg-type]
    except (ValueError, TypeError, AttributeError):
        return False
    return 0 < term.amount <= 3650 * (86400 if term.unit is Unit.SECONDS else 1) and (
        demonstration or term.unit is not Unit.SECONDS
    )


def _words(value: object) -> bool:
    return isinstance(value, list) and all(isinstance(word, str) and 0 < len(word) <= 80 for word in value)


def _fault(field: Field, value: object) -> bool:
    """Whether the value is no such thing."""
    if field.kind == "flag":
        return not isinstance(value, bool)
    if field.kind == "count":
        whole = isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= 10_000
        return not whole or (field.needed and value == 0)
    if field.kind == "list":
        return not _words(value) or (field.needed and not value)
    if not isinstance(value, str) or len(value) > 200:
        return True
    if not value:
        return field.needed
    if field.kind == "money":
        return money(value) is None
    return field.kind in CHOICES and value not in CHOICES[field.kind]


def money(text: object) -> Decimal | None:
    """A positive amount in yuan with at most two places; None for anything else."""
    if not isinstance(text, str) or not re.fullmatch(r"\d{1,15}(\.\d{1,2})?", text):
        return None
    try:
        return Decimal(text)
    except InvalidOperation:
        return None


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What changed between two versions: `{"key", "change": added|removed|changed, "before", "after", "fields"}`."""
    old = {row["key"]: row for row in before["conditions"]}
    new = {row["key"]: row for row in after["conditions"]}
    found: list[dict[str, Any]] = []
    for key in [*new, *(key for key in old if key not in new)]:
        was, now = old.get(key), new.get(key)
        if was == now:
            continue
        change = "added" if was is None else "removed" if now is None else "changed"
        fields = sorted(name for name in {*(was or {}), *(now or {})} if (was or {}).get(name) != (now or {}).get(name))
        found.append({"key": key, "change": change, "before": was, "after": now, "fields": fields})
    return found


def _blocker(code: str, message: str, place: str, **params: str) -> Blocker:
    return Blocker(code, message, _RULE, "", params, place)
