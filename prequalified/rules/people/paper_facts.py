"""What a paper states that admission conditions ask for (载明事项), by its kind; the automatic check reads exactly these."""

from collections.abc import Mapping
from dataclasses import dataclass

from runtime.refusal import gettext_noop


@dataclass(frozen=True, slots=True)
class Fact:
    """`kind`: text, money (yuan, a string) or day (ISO)."""

    key: str
    label: str
    kind: str = "text"


FACTS: Mapping[str, tuple[Fact, ...]] = {
    "qualification": (Fact("name", gettext_noop("资质名称")), Fact("grade", gettext_noop("资质等级"))),
    "track_record": (
        Fact("amount", gettext_noop("合同金额（元）"), "money"), Fact("date", gettext_noop("合同或竣工日期"), "day"),
    ),
    "capital": (Fact("amount", gettext_noop("资本金额（元）"), "money"),),
    "credit": (Fact("rating", gettext_noop("信用评价")),),
}  # fmt: skip


def stated(kind: str, given: Mapping[str, str]) -> dict[str, str]:
    """Only what a paper of this kind can state, without blanks."""
    return {fact.key: given[fact.key].strip() for fact in FACTS.get(kind, ()) if given.get(fact.key, "").strip()}


def labelled(kind: str, facts: Mapping[str, object]) -> list[tuple[str, str]]:
    """`(label, value)` of what a paper states, for pages; labels are Chinese and translated there."""
    return [(fact.label, str(facts[fact.key])) for fact in FACTS.get(kind, ()) if facts.get(fact.key)]
