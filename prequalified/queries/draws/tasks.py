"""What waits for whom about draws from directories."""

from collections.abc import Iterator

from django.utils.translation import gettext as _

from prequalified.models import DirectoryDraw, Drawn
from prequalified.queries.draws.declining import decline_until
from prequalified.queries.draws.shown import draws_for_staff
from runtime.actor import Actor
from runtime.clock import now
from runtime.todo import Task
from signing.models import DrawState


def tasks(actor: Actor) -> Iterator[Task]:
    """At most three queries."""
    if actor.role == "staff":
        yield from _hosting(actor)
    if actor.role in ("tenderer", "supervisor") and actor.number:
        yield from _committing(actor)
    if actor.role in ("bidder", "agency"):
        yield from _drawn(actor)


def _address(draw: DirectoryDraw) -> str:
    return f"/directory-draws/{draw.number}/"


def _hosting(actor: Actor) -> Iterator[Task]:
    titles = {"asked": _("抽取申请待确认：%(title)s"), "frozen": _("抽取进行中：%(title)s")}
    rows = draws_for_staff(actor).defer("draw__pool", "draw__names").filter(state__in=titles)[:20]
    for draw in rows:
        yield Task(titles[draw.state] % {"title": draw.title}, _address(draw))


def _committing(actor: Actor) -> Iterator[Task]:
    """A tenderer's own draws; a supervisor those of its centre."""
    rows = DirectoryDraw.objects.filter(state="frozen", draw__state__in=[DrawState.COMMITTING, DrawState.REVEALING])
    if actor.role == "tenderer":
        rows = rows.filter(tenderer=actor.party_id)
    else:
        rows = rows.filter(directory__centre__code=actor.centre)
    for draw in rows.select_related("draw").defer("draw__pool", "draw__names", "exclusions")[:20]:
        committing = draw.draw is not None and draw.draw.state == DrawState.COMMITTING
        title = _("抽取可以提交随机数：%(title)s") if committing else _("抽取请公开随机数：%(title)s")
        yield Task(title % {"title": draw.title}, _address(draw))


def _drawn(actor: Actor) -> Iterator[Task]:
    rows = Drawn.objects.filter(
        admission__party=actor.party_id or 0, declined_at=None, directory_draw__state="finished"
    )
    rows = rows.select_related("directory_draw__directory", "instead_of").order_by("-pk")
    for row in rows[:20]:
        until = decline_until(row)
        if now() < until:
            title = _("贵单位被抽中：%(title)s") % {"title": row.directory_draw.title}
            yield Task(title, _address(row.directory_draw), until, _("视为接受"))
