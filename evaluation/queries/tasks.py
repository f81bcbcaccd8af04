"""What waits for a person in evaluations: the to-do list of the home page."""

from collections.abc import Iterable

from django.urls import reverse
from django.utils.translation import gettext as _

from evaluation.models import Committee, CommitteeMember, Expert, ExpertStatus
from evaluation.rules.phases import ENDED, Phase
from runtime.actor import Actor
from runtime.todo import Task


def tasks(actor: Actor) -> Iterable[Task]:
    """Evaluators: rooms they sit in. Staff: experts to decide about, committees to draw."""
    if actor.role == "evaluator" and actor.party_id:
        yield from _rooms(actor.party_id)
    elif actor.role == "staff" and actor.centre:
        yield from _staff(actor.centre)


def _rooms(party_id: int) -> Iterable[Task]:
    seats = CommitteeMember.objects.filter(party_id=party_id, status=CommitteeMember.Status.STANDING)
    for seat in seats.exclude(committee__phase__in=[*ENDED, Phase.FORMING]).select_related("committee__section"):
        committee = seat.committee
        yield Task(
            title=_("评标：%(section)s") % {"section": committee.section.name},
            url=reverse("room", args=[committee.section.code]),
            until=committee.window_until,
            otherwise=_("评标时间过后不能再评分"),
        )


def _staff(centre: str) -> Iterable[Task]:
    waiting = Expert.objects.filter(centre__code=centre, status=ExpertStatus.NOMINATED).count()
    if waiting:
        title = _("%(count)s位专家的申报待审核") % {"count": waiting}
        yield Task(title=title, url=reverse("experts") + "?status=nominated")
    forming = Committee.objects.filter(
        section__tendering_project__project__centre__code=centre, phase=Phase.FORMING
    ).select_related("section")
    for committee in forming:
        yield Task(
            title=_("抽取评标委员会：%(section)s") % {"section": committee.section.name},
            url=reverse("committee", args=[committee.section.code]),
            until=committee.window_from,
        )
