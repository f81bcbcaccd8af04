"""No more commitments. Until now nobody can know the outcome, so a list that no longer holds is voided here and drawn again."""

from django.db import transaction

from prequalified.actions.draws.changed_pool import changed_pool
from prequalified.actions.draws.lock_directory_draw import lock_for_host
from prequalified.actions.draws.void_directory_draw import void
from prequalified.models import DirectoryDraw
from prequalified.rules.draws.course import FROZEN, state_blockers
from runtime.actor import Actor
from runtime.refusal import refuse_if
from signing.actions.commit_draw import close_commitments


def close_directory_draw(*, number: str, actor: Actor) -> DirectoryDraw:
    """In state frozen with open values to come, or void where a firm of the list was suspended or barred meanwhile.

    Raises Refusal `draw.wrong_state|wrong_phase|too_few`.
    """
    with transaction.atomic():
        draw = lock_for_host(number, actor)
        refuse_if(state_blockers(draw.state, (FROZEN,)))
        gone = changed_pool(draw)
        if gone:
            who = "、".join(f"{name}（{reason}）" for name, reason in list(gone.values())[:5])
            void(draw, f"名单冻结后，{len(gone)} 家单位不再符合抽取条件：{who}"[:400], actor)
            return draw
        assert draw.draw is not None  # noqa: S101  (a frozen one has it)
        draw.draw = close_commitments(draw=draw.draw, actor=actor)
    return draw
