"""A drawn firm declines, with its reason and within the term; the next in the published order takes its place."""

from django.db import transaction

from prequalified.actions.draws.lock_directory_draw import lock_any
from prequalified.actions.draws.take_place import give_way
from prequalified.models import Drawn
from prequalified.queries.draws.declining import decline_until
from prequalified.rules.draws.course import decline_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if

NOT_DRAWN = Blocker("draw.not_drawn", gettext_noop("贵单位不在这次抽取的结果中。"))


def decline_draw(*, number: str, reason: str, actor: Actor) -> Drawn:
    """The firm's own row, given up. Raises Refusal `draw.not_drawn|gone|decline_late|reason|wrong_state`."""
    with transaction.atomic():
        draw = lock_any(number)
        rows = draw.drawn.select_related("admission__party", "directory_draw__directory", "instead_of")
        row = rows.filter(admission__party=actor.party_id or 0).first()
        if row is None:
            raise Refusal(NOT_DRAWN, 404)
        over = now() >= decline_until(row)
        refuse_if(decline_blockers(draw.state, row.declined_at is not None, over, reason))
        give_way(draw, row, reason.strip(), actor)
    return row
