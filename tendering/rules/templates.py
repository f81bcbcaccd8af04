"""Templates of tender documents (招标文件范本): standard chapters with fields, and defaults for the structured parts.

Files `rules/data/templates/*.json`, format `yangguang-template/1`: `fields` are filled in by the drafter, `chapters` hold
text with `%(name)s` places for fields and for what is taken over from the section (CTS A-59 to A-61).
"""

import json
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from runtime.refusal import Blocker, gettext_noop
from tendering.rules.document_parts import fault

FORMAT = "yangguang-template/1"
FOLDER = Path(__file__).parent / "data" / "templates"
LONGEST = 20_000
_PLACE = re.compile(r"%\((\w+)\)s")
Json = dict[str, Any]


@cache
def templates() -> dict[str, Json]:
    """All templates by code. Raises ValueError on a file of another format."""
    found = {}
    for path in sorted(FOLDER.glob("*.json")):
        data = json.loads(path.read_text("utf-8"))
        if data.get("format") != FORMAT:
            raise ValueError(f"{path.name}: not {FORMAT}")
        found[data["code"]] = data
    return found


def fitting(regime: str, kind: str) -> list[Json]:
    """The templates for a regime and kind; one without a kind fits every kind."""
    return [each for each in templates().values() if each["regime"] == regime and each["kind"] in ("", kind)]


def template_blockers(code: str, regime: str, kind: str) -> list[Blocker]:
    if any(each["code"] == code for each in fitting(regime, kind)):
        return []
    message = gettext_noop("没有适用于此交易制度和类别的范本“%(template)s”")
    allowed = " ".join(each["code"] for each in fitting(regime, kind))
    remedy = gettext_noop("请选用：%(allowed)s")
    return [
        fault("unknown_template", message, "template", "CTS A-59", remedy, template=str(code)[:40], allowed=allowed)
    ]


def field_blockers(content: Mapping[str, Any]) -> list[Blocker]:
    """Faults of the filled-in fields (CTS A-60)."""
    template = templates().get(str(content.get("template")))
    fields = content.get("fields")
    if template is None or not isinstance(fields, dict):
        return [fault("no_template", gettext_noop("请先选择范本"), "template", rule="CTS A-59")]
    return [
        found
        for field in template["fields"]
        for found in _field(field, fields.get(field["key"], ""), f"fields.{field['key']}")
    ]


def _field(field: Mapping[str, Any], value: object, place: str) -> list[Blocker]:
    title = field["title"]
    if not isinstance(value, str) or len(value) > LONGEST:
        return [fault("bad_field", gettext_noop("“%(title)s”应当是文字"), place, title=title)]
    if not value.strip():
        missing = gettext_noop("请填写“%(title)s”")
        return [fault("field_missing", missing, place, "CTS A-60", title=title)] if field["required"] else []
    if field["type"] == "integer" and not re.fullmatch(r"[1-9]\d{0,8}", value.strip()):
        return [fault("bad_integer", gettext_noop("“%(title)s”应当是正整数"), place, title=title)]
    return []


def written_chapters(content: Mapping[str, Any]) -> list[Json]:
    """The chapters with every place filled in: from the fields, else from the content. An unknown place stays empty."""
    template = templates().get(str(content.get("template")), {"chapters": []})
    tenderer = content.get("tenderer")
    values = {key: value for key, value in content.items() if isinstance(value, str)}
    values |= {"tenderer": tenderer.get("name", "") if isinstance(tenderer, dict) else ""}
    values |= {key: str(value) for key, value in (content.get("fields") or {}).items()}
    own = content.get("chapters") or []
    return [
        {"title": chapter["title"], "text": _PLACE.sub(lambda found: values.get(found[1], ""), chapter["text"])}
        for chapter in [*template["chapters"], *own]
    ]


def chapter_blockers(content: Mapping[str, Any]) -> list[Blocker]:
    """Faults of the drafter's own chapters, which follow those of the template."""
    own = content.get("chapters")
    if own is None:
        return []
    if not isinstance(own, list) or len(own) > 50:
        return [
            fault(
                "bad_list", gettext_noop("“%(key)s”应当是不超过%(most)s项的列表"), "chapters", key="chapters", most="50"
            )
        ]
    found = []
    for number, chapter in enumerate(own):
        fits = isinstance(chapter, dict) and all(
            isinstance(chapter.get(key), str) and chapter[key].strip() and len(chapter[key]) <= LONGEST
            for key in ("title", "text")
        )
        if not fits:
            found.append(fault("bad_chapter", gettext_noop("章节应当有标题和正文"), f"chapters.{number}"))
    return found
