"""What the exchange port asks of staff: records to decide about, records that do not get through."""

from collections.abc import Iterable

from django.utils.translation import gettext as _

from prequalified.models import OutgoingRecord
from prequalified.queries.exchange.records import UNDECIDED, at_the_top, incoming_of
from runtime.actor import Actor
from runtime.todo import Task

_TROUBLE = 5  # failures in a row before somebody is asked to look


def tasks(actor: Actor) -> Iterable[Task]:
    """At most five queries, for staff only."""
    if actor.role != "staff":
        return
    waiting = incoming_of(actor).filter(state__in=UNDECIDED).count()
    if waiting:
        yield Task(_("待确认的外来数据：%(count)s 条") % {"count": waiting}, "/staff/exchange/incoming/")
    stuck = OutgoingRecord.objects.filter(acknowledged_at=None, tries__gte=_TROUBLE).count() if at_the_top(actor) else 0
    if stuck:
        yield Task(_("推送不成功的数据：%(count)s 条") % {"count": stuck}, "/staff/exchange/?waiting=yes")
