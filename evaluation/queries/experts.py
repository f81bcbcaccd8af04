"""Reads of the expert base."""

from django.db.models import Count, Q, QuerySet

from evaluation.models import Expert, ExpertStatus, Venue
from prequalified.models import Centre
from runtime.refusal import Blocker, Refusal, gettext_noop


def experts_below(centre_code: str) -> QuerySet[Expert]:
    """The experts of a centre and of the centres below it, with what a list shows."""
    return (
        Expert.objects.filter(centre_id__in=_below(centre_code))
        .select_related("party", "centre")
        .prefetch_related("specialties")
        .annotate(sittings=Count("seats", filter=Q(seats__status="standing"), distinct=True))
    )


def _below(code: str) -> list[int]:
    """Keys of the centre and all below it; the tree is small and read whole."""
    children: dict[int | None, list[Centre]] = {}
    found = None
    for centre in Centre.objects.all():
        children.setdefault(centre.parent_id, []).append(centre)
        found = centre if centre.code == code else found
    keys, queue = [], [found] if found else []
    while queue:
        centre = queue.pop()
        keys.append(centre.pk)
        queue.extend(children.get(centre.pk, []))
    return keys


def expert_by_number(number: str) -> Expert:
    """Raises Refusal 404."""
    expert = Expert.objects.filter(party__number=number).select_related("party", "centre").first()
    if expert is None:
        raise Refusal(Blocker("expert.not_found", gettext_noop("专家库中没有这位专家")), status=404)
    return expert


def admitted_experts() -> QuerySet[Expert]:
    """Everybody who may be drawn, with all that the conflicts ask."""
    return (
        Expert.objects.filter(status=ExpertStatus.ADMITTED)
        .select_related("party", "centre")
        .prefetch_related("specialties", "ties")
        .order_by("party__number")
    )


def venues_for_remote(main: Venue) -> list[Venue]:
    """Sub venues that may be drawn: active, of another region than the main one."""
    rows = Venue.objects.filter(active=True, accepts_remote=True).exclude(pk=main.pk).exclude(region=main.region)
    return list(rows.order_by("code"))
