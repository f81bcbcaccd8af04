"""What a tender document takes over from the steps before it, and the content that these facts and a template make."""

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from runtime.refusal import Blocker, gettext_noop

FORMAT = "yangguang-tender/1"
Json = dict[str, Any]
# What the drafter may set; everything else is taken over from the section or filled in when the document is prepared.
EDITABLE = (
    "parts", "opening_items", "decryption", "committee", "method", "fields", "chapters", "limits", "qualifications",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Named:
    name: str
    number: str

    def as_data(self) -> dict[str, str]:
        return {"name": self.name, "number": self.number}


@dataclass(frozen=True, slots=True)
class SectionFacts:
    """The section as the document must repeat it (CTS A-69). Money in yuan."""

    tender: str
    section: str
    round: int
    version: int
    centre: str
    platform: str
    regime: str
    kind: str
    title: str
    project: str
    tenderer: Named
    agency: Named | None
    budget: Decimal
    ceiling: Decimal | None
    bond: Decimal
    scope: str
    place: str
    period: str

    def as_content(self) -> Json:
        return {
            "format": FORMAT,
            "tender": self.tender,
            "section": self.section,
            "round": self.round,
            "version": self.version,
            "centre": self.centre,
            "platform": self.platform,
            "regime": self.regime,
            "kind": self.kind,
            "title": self.title,
            "project": self.project,
            "tenderer": self.tenderer.as_data(),
            "agency": self.agency.as_data() if self.agency else None,
            "budget": f"{self.budget:.2f}",
            "ceiling": f"{self.ceiling:.2f}" if self.ceiling is not None else None,
            "bond": f"{self.bond:.2f}",
            "currency": "CNY",
            "scope": self.scope,
            "place": self.place,
            "period": self.period,
        }


def start_content(facts: SectionFacts, template: Mapping[str, Any], patch: Mapping[str, Any]) -> Json:
    """A new draft: the facts, the template's defaults, and what the drafter has already said."""
    content = facts.as_content()
    defaults = copy.deepcopy(dict(template.get("content", {})))
    for key in EDITABLE:
        content[key] = copy.deepcopy(patch[key]) if key in patch else defaults.get(key)
    content["template"] = template.get("code", "")
    content["fields"] = {
        **{field["key"]: field.get("default", "") for field in template.get("fields", [])},
        **(content["fields"] if isinstance(content["fields"], dict) else {}),
    }
    return {**content, "times": None, "trustees": [], "attachments": []}


def changed_content(content: Mapping[str, Any], facts: SectionFacts, patch: Mapping[str, Any]) -> Json:
    """The draft with the drafter's changes and the section's data as they stand now."""
    edited = {**copy.deepcopy(dict(content)), **facts.as_content()}
    for key in EDITABLE:
        if key in patch:
            edited[key] = copy.deepcopy(patch[key])
    if isinstance(content.get("fields"), dict) and isinstance(edited["fields"], dict):
        edited["fields"] = {**content["fields"], **edited["fields"]}  # a form sends what it shows
    return edited


def foreign_keys(patch: Mapping[str, Any]) -> list[Blocker]:
    """Keys that a drafter may not set: nobody writes the deadline or another's name into a document by the back door."""
    return [
        Blocker(
            "document.not_editable",
            gettext_noop("字段“%(key)s”由系统从标段资料带入，不能在招标文件中修改"),
            rule="CTS A-61, A-69",
            remedy=gettext_noop("请在标段资料中修改，或去掉该字段"),
            params={"key": str(key)[:60]},
            place=str(key)[:60],
        )
        for key in sorted(set(map(str, patch)) - set(EDITABLE))
    ]


def disagreements(content: Mapping[str, Any], facts: SectionFacts) -> list[Blocker]:
    """Where the document says other than the section's data (CTS A-69)."""
    return [
        Blocker(
            "document.disagrees",
            gettext_noop("招标文件中的“%(key)s”与标段资料不一致"),
            rule="CTS A-69",
            remedy=gettext_noop("请重新保存招标文件，以带入最新的标段资料"),
            params={"key": key},
            place=key,
        )
        for key, value in facts.as_content().items()
        if content.get(key) != value
    ]
