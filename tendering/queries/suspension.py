"""Whether an unanswered objection holds a section up (T22, T54)."""

from runtime.clock import now
from runtime.refusal import Blocker
from tendering.models import Section
from tendering.queries.rule_sets import rules_for
from tendering.queries.sections import unanswered_objections
from tendering.rules import objections


def suspension(section: Section, about: str) -> list[Blocker]:
    """Blockers for every act that must wait: `about` is "document" until the opening, "result" afterwards."""
    unanswered = unanswered_objections(section, about).count()
    return objections.suspension(unanswered, rules_for(section, now())) if unanswered else []
