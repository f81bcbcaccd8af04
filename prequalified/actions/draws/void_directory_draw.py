"""A draw is voided with its reason before its outcome is known; it stays visible, and a re-draw names it."""

from django.db import transaction

from prequalified.actions.draws.lock_directory_draw import lock_for_host
from prequalified.models import DirectoryDraw
from prequalified.rules.draws.course import ASKED, FROZEN, reason_blockers, state_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.finish_draw import fail_draw
from signing.models import DrawState
from signing.queries.draws import opening_of


def void_directory_draw(*, number: str, reason: str, actor: Actor) -> DirectoryDraw:
    """Raises Refusal `draw.wrong_state|reason`."""
    with transaction.atomic():
        draw = lock_for_host(number, actor)
        refuse_if(state_blockers(draw.state, (ASKED, FROZEN)) + reason_blockers(reason))
        void(draw, reason.strip(), actor)
    return draw


def void(draw: DirectoryDraw, reason: str, actor: Actor) -> None:
    """For a draw under its lock. Who committed and did not open in time is left out of the re-draw (docs/protocol/draws.md)."""
    withheld: list[str] = []
    if draw.draw is not None:
        if draw.draw.state == DrawState.REVEALING:
            rows = draw.draw.commitments.select_related("opening")
            withheld = sorted(row.party_number for row in rows if opening_of(row) is None)
        draw.draw = fail_draw(draw=draw.draw, actor=actor, reason=reason[:400])
    draw.state, draw.reason, draw.finished_at = "void", reason, now()
    draw.left_out = sorted({*draw.left_out, *withheld})
    draw.save(update_fields=["state", "reason", "finished_at", "left_out"])
    body = {"reason": reason, "withheld": withheld}
    append_entry(kind="directory_draw.voided", subject=f"directory_draw:{draw.number}", body=body, actor=actor)
