"""Who gives a place up, and who takes it: the next in line of the published order."""

from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.tell_party import tell_party
from prequalified.models import Admission, DirectoryDraw, Drawn
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import announce
from signing.actions.append_entry import append_entry
from signing.events import GAVE_WAY, draw_room
from signing.queries.draws import substitute
from signing.rules.draws import DrawError


def give_way(draw: DirectoryDraw, row: Drawn, reason: str, actor: Actor, passed_over: bool = False) -> Drawn | None:
    """In the caller's transaction, for a draw under its lock. The successor, or None where nobody is left.

    The turn of a rotation is used up by who was drawn and declined, as it is by who served.
    """
    assert draw.draw is not None  # noqa: S101  (a finished one has it)
    row.declined_at, row.decline_reason, row.passed_over = now(), reason, passed_over
    row.save(update_fields=["declined_at", "decline_reason", "passed_over"])
    try:
        entry = substitute(draw.draw, 0, draw.drawn.values_list("ticket", flat=True))
    except DrawError:
        entry = None
    successor = _successor(draw, row, entry) if entry else None
    body = {
        "passed": row.admission.number, "reason": reason, "passed_over": passed_over,
        "successor": successor.admission.number if successor else "",
    }  # fmt: skip
    append_entry(kind="directory_draw.gave_way", subject=f"directory_draw:{draw.number}", body=body, actor=actor)
    shown = {
        "passed": row.ticket, "reason": reason, "successor": successor.ticket if successor else None,
        "name": successor.admission.party.name if successor else "",
    }  # fmt: skip
    announce(draw_room(draw.draw.number), GAVE_WAY, shown)
    return successor


def _successor(draw: DirectoryDraw, row: Drawn, entry: dict[str, Any]) -> Drawn:
    admission = Admission.objects.select_related("party").get(number=entry["identity"]["admission"])
    Admission.objects.filter(pk=admission.pk).update(drawn_at=now())
    successor = Drawn.objects.create(
        directory_draw=draw, admission=admission, place=draw.drawn.count() + 1, ticket=entry["number"], instead_of=row
    )
    tell_drawn(successor)
    return successor


def tell_drawn(row: Drawn) -> None:
    with override(settings.LANGUAGE_CODE):
        facts = {
            "name": row.admission.party.name, "title": row.directory_draw.title,
            "address": f"{settings.PUBLIC_URL}/directory-draws/{row.directory_draw.number}/",
        }  # fmt: skip
        text = _("%(name)s：\n\n贵单位在“%(title)s”的名录抽取中被抽中。详情：%(address)s\n") % facts
        tell_party(row.admission.party_id, _("名录抽取结果：%(title)s") % facts, text)
