"""The end of a draw: its outcome follows from what lies open, or it is declared void, for everybody to see (protocol §6)."""

from hashlib import sha256

from django.db import transaction

from runtime import clock
from runtime.actor import Actor
from runtime.outbox import announce
from runtime.refusal import Refusal, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.draw_facts import facts_of, lock_draw, opened_by
from signing.events import FAILED, FINISHED, draw_room
from signing.models import Draw, DrawOpening, DrawState
from signing.rules import draw_faults
from signing.rules.canonical import canonical
from signing.rules.draws import choose, order, read_plan, read_pool, seed


def finish_draw(*, draw: Draw, actor: Actor) -> Draw:
    """Compute and journal the outcome: `draw.outcome = {seed, order, chosen}`, chosen by step of the plan.

    Raises Refusal `draw.wrong_phase`, or `draw.not_all_opened` naming who has not opened.
    """
    with transaction.atomic():
        standing = lock_draw(draw)
        refuse_if(draw_faults.finish_blockers(facts_of(standing), opened_by(standing)))
        openings = DrawOpening.objects.filter(commitment__draw=standing)
        drawn = seed([bytes.fromhex(each.salt + each.value) for each in openings], standing.number)
        items = read_pool(standing.pool)
        in_order = order(drawn, len(items))
        chosen = choose(items, in_order, read_plan(standing.plan))
        standing.outcome = {"seed": drawn.hex(), "order": in_order, "chosen": chosen}
        standing.state, standing.finished_at = DrawState.FINISHED, clock.now()
        standing.save(update_fields=["outcome", "state", "finished_at"])
        body = {
            "number": standing.number,
            "seed": drawn.hex(),
            "chosen": chosen,
            "order_sha256": sha256(canonical(in_order)).hexdigest(),
        }
        append_entry(kind="draw.finished", subject=standing.subject, body=body, actor=actor)
        announce(draw_room(standing.number), FINISHED, {"seed": drawn.hex(), "chosen": chosen})
    return standing


def fail_draw(*, draw: Draw, actor: Actor, reason: str) -> Draw:
    """Declare a draw void before its outcome is known, as when a party's value can be had from nobody.

    Raises Refusal `draw.reason_needed`, or `draw.wrong_phase` once it is finished.
    """
    if not reason:
        raise Refusal(draw_faults.reason_needed(), 422)
    with transaction.atomic():
        standing = lock_draw(draw)
        facts = facts_of(standing)
        if standing.state in (DrawState.FINISHED, DrawState.FAILED):
            raise Refusal(draw_faults.over(facts))
        silent = sorted(set(facts.committed) - set(opened_by(standing)))
        standing.state, standing.finished_at, standing.reason = DrawState.FAILED, clock.now(), reason
        standing.save(update_fields=["state", "finished_at", "reason"])
        body = {"number": standing.number, "reason": reason, "not_opened": silent}
        append_entry(kind="draw.failed", subject=standing.subject, body=body, actor=actor)
        announce(draw_room(standing.number), FAILED, {"reason": reason})
    return standing
