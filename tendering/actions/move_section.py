"""The only writer of `Section.state`."""

from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from runtime.refusal import Refusal
from tendering.models import Section, SectionMove
from tendering.rules import lifecycle


def move_section(section: Section, to: str, *, actor: Actor, reason: str = "") -> SectionMove:
    """Moves a locked section along the table of rules/lifecycle.py and keeps the move for the life line.

    Needs an open transaction and a section from `lock_section`. Raises Refusal `section.wrong_state`.
    The journal entry is the calling act's own; other fields of `section` are left to the caller to save.
    """
    demand_transaction()
    found = lifecycle.move(section.state, to)
    if found is None:
        raise Refusal(lifecycle.blockers(section.state, to))
    left, section.state = section.state, str(to)
    section.save(update_fields=["state"])
    return SectionMove.objects.create(
        section=section,
        round=section.round,
        left=left,
        entered=section.state,
        act=found.act,
        by=actor.name or actor.role,
        reason=reason,
        at=now(),
    )
