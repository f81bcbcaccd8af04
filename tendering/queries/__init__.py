"""Reads of tendering. Others import from here; what belongs to one subject stands in its own module."""

from tendering.queries.bids import opened_bids, standing_bids
from tendering.queries.documents import document_in_force
from tendering.queries.rule_sets import calendar, rule_set_in_force, rules_for
from tendering.queries.sections import all_sections, facts_of, holders, section_by_code
from tendering.queries.store import bid_member

__all__ = [
    "all_sections",
    "bid_member",
    "calendar",
    "document_in_force",
    "facts_of",
    "holders",
    "opened_bids",
    "rule_set_in_force",
    "rules_for",
    "section_by_code",
    "standing_bids",
]
