"""Whether a tender document may be prepared for signature: every fault of every part at once."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from prequalified.rules.holidays import Calendar
from runtime.refusal import Blocker, gettext_noop
from signing.rules.tender_terms import LARGEST
from tendering.rules.document_facts import SectionFacts, disagreements
from tendering.rules.document_parts import fault, opening_item_blockers, part_blockers
from tendering.rules.document_terms import (
    bond_blockers,
    committee_blockers,
    decryption_blockers,
    method_blockers,
    time_blockers,
    trustee_blockers,
)
from tendering.rules.rulesets import RegimeRules
from tendering.rules.schedule import plan_blockers, stated_times
from tendering.rules.templates import chapter_blockers, field_blockers, templates


def content_blockers(content: Mapping[str, Any], facts: SectionFacts, rules: RegimeRules) -> list[Blocker]:
    """Everything that can be said of a draft by itself; the editor shows it on each save."""
    return [
        *disagreements(content, facts),
        *field_blockers(content),
        *chapter_blockers(content),
        *part_blockers(content),
        *opening_item_blockers(content),
        *method_blockers(content, rules),
        *decryption_blockers(content),
        *committee_blockers(content, rules),
        *bond_blockers(content, rules),
        *qualification_blockers(content),
        *limit_blockers(content),
    ]


def qualification_blockers(content: Mapping[str, Any]) -> list[Blocker]:
    value = content.get("qualifications")
    if isinstance(value, list) and value and all(isinstance(each, str) and each.strip() for each in value):
        return []
    message = gettext_noop("请列出投标人资格要求")
    return [fault("no_qualifications", message, "qualifications", rule="招标投标法 18, 19")]


def limit_blockers(content: Mapping[str, Any]) -> list[Blocker]:
    limits = content.get("limits")
    most = limits.get("bid_bytes") if isinstance(limits, dict) else None
    if isinstance(most, int) and not isinstance(most, bool) and 1024 * 1024 <= most <= LARGEST:
        return []
    message = gettext_noop("投标文件大小上限应在1 MiB至4 GiB之间，以字节计")
    return [fault("bad_limit", message, "limits.bid_bytes")]


def bill_blockers(content: Mapping[str, Any], bills: int) -> list[Blocker]:
    """Where a priced bill of quantities is asked for, the bill must be attached (CTS A-65)."""
    template = templates().get(str(content.get("template")), {})
    asked = template.get("bill") and any(
        str(part.get("path", "")).startswith("bill.") for part in content.get("parts") or [] if isinstance(part, dict)
    )
    if not asked or bills:
        return []
    message = gettext_noop("要求投标人提交已标价工程量清单的，必须附上工程量清单")
    remedy = gettext_noop("请上传工程量清单附件")
    return [fault("no_bill", message, "attachments", "CTS A-65", remedy)]


def prepare_blockers(
    content: Mapping[str, Any],
    facts: SectionFacts,
    plan: Mapping[str, Any],
    places: Sequence[tuple[int, str, bool]],
    bills: int,
    at: dt.datetime,
    rules: RegimeRules,
    calendar: Calendar,
) -> list[Blocker]:
    """All that stands against freezing the content for signature at `at`."""
    found = [
        *content_blockers(content, facts, rules),
        *bill_blockers(content, bills),
        *trustee_blockers(content, places),
    ]
    wrong = plan_blockers(plan, deadline_needed=facts.version == 1)
    if not wrong and facts.version == 1:
        times = stated_times(plan, at, rules, calendar)
        wrong = time_blockers(times, at, rules, calendar)
    return found + wrong
