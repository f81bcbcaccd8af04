"""A draw that was voided, or whose whole list gave way, is drawn again: the new one names the old one and the reason."""

from django.db import transaction

from prequalified.actions.directories.numbers import random_number
from prequalified.actions.draws.lock_directory_draw import lock_for_host
from prequalified.models import DirectoryDraw
from prequalified.queries.draws.shown import standing
from prequalified.rules.draws.course import reason_blockers, redraw_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def redraw(*, number: str, reason: str, actor: Actor) -> DirectoryDraw:
    """The new draw, asked. Raises Refusal `draw.replaced|stands|wrong_state|reason`."""
    with transaction.atomic():
        old = lock_for_host(number, actor)
        refuse_if(redraw_blockers(old.state, old.replaced_by.exists(), len(standing(old))) + reason_blockers(reason))
        new = DirectoryDraw.objects.create(
            number=random_number("CQ"), directory=old.directory, tenderer=old.tenderer, title=old.title,
            regime=old.regime, budget=old.budget, method=old.method, quantity=old.quantity, filters=old.filters,
            weighted=old.weighted, excluded_parties=old.excluded_parties, left_out=old.left_out, replaces=old,
            reason=reason.strip(), asked_by_id=actor.account_id or 0, asked_at=now(),
        )  # fmt: skip
        body = {"replaces": old.number, "reason": new.reason, "left_out": new.left_out}
        append_entry(kind="directory_draw.asked", subject=f"directory_draw:{new.number}", body=body, actor=actor)
    return new
