"""The outcome follows from what lies open, and takes effect in the same transaction: firms take their places in order.

Whoever was suspended or barred since the values were being opened is passed over for the next in line: voiding now would
let whoever can suspend a firm choose another outcome (docs/decisions/0200).
"""

import datetime as dt

from django.db import transaction

from prequalified.actions.draws.changed_pool import changed_pool
from prequalified.actions.draws.lock_directory_draw import lock_for_host
from prequalified.actions.draws.take_place import give_way, tell_drawn
from prequalified.models import Admission, DirectoryDraw, Drawn
from prequalified.rules.draws.course import FROZEN, state_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.finish_draw import finish_draw
from signing.queries.draws import chosen


def finish_directory_draw(*, number: str, actor: Actor) -> DirectoryDraw:
    """Raises Refusal `draw.wrong_state|wrong_phase|not_all_opened`."""
    with transaction.atomic():
        draw = lock_for_host(number, actor)
        refuse_if(state_blockers(draw.state, (FROZEN,)))
        assert draw.draw is not None  # noqa: S101  (a frozen one has it)
        draw.draw = finish_draw(draw=draw.draw, actor=actor)
        draw.state, draw.finished_at = "finished", now()
        draw.save(update_fields=["state", "finished_at"])
        rows = _seat(draw, draw.finished_at)
        body = {"draw": draw.draw.number, "drawn": [row.admission.number for row in rows]}
        append_entry(kind="directory_draw.finished", subject=f"directory_draw:{draw.number}", body=body, actor=actor)
        _pass_over(draw, actor)
    return draw


def _seat(draw: DirectoryDraw, at: dt.datetime) -> list[Drawn]:
    assert draw.draw is not None  # noqa: S101
    entries = [entry for step in chosen(draw.draw) for entry in step]
    admissions = {
        row.number: row
        for row in Admission.objects.filter(number__in=[entry["identity"]["admission"] for entry in entries])
    }
    rows = [
        Drawn.objects.create(
            directory_draw=draw, admission=admissions[entry["identity"]["admission"]], place=place,
            ticket=entry["number"],
        )
        for place, entry in enumerate(entries, 1)
    ]  # fmt: skip
    Admission.objects.filter(pk__in=[row.admission_id for row in rows]).update(drawn_at=at)
    for row in rows:
        tell_drawn(row)
    return rows


def _pass_over(draw: DirectoryDraw, actor: Actor) -> None:
    """A successor may be barred as well: every firm of the list is looked at once, those who take a place again."""
    gone = changed_pool(draw)
    waiting = list(draw.drawn.select_related("admission__party").order_by("place"))
    while waiting:
        row = waiting.pop(0)
        told = gone.get(row.admission.number)
        if told is None:
            continue
        successor = give_way(draw, row, told[1], actor, passed_over=True)
        if successor is not None:
            waiting.append(successor)
