"""Parties, their roles and applications, as far as an actor may see them."""

from django.db.models import QuerySet

from prequalified.models import Application, Centre, Party, PartyRole
from prequalified.rules import names
from runtime.actor import Actor


def name_taken(kind: str, name: str, besides: int = 0) -> bool:
    """Whether another organisation than `besides` bears this name. Persons may share one."""
    if kind == Party.Kind.PERSON:
        return False
    others = Party.objects.filter(kind=Party.Kind.ORGANISATION, name_key=names.key(name)).exclude(pk=besides)
    return others.exists()


def number_taken(number: str) -> bool:
    return Party.objects.filter(number=number).exists()


def centres_of(actor: Actor) -> set[int]:
    """The staff's own centre and all below it (one query; the tree is small). Empty for anybody else."""
    if actor.role != "staff" or not actor.centre:
        return set()
    rows = list(Centre.objects.values_list("pk", "parent_id", "code"))
    found = {pk for pk, _, code in rows if code == actor.centre}
    grown = bool(found)
    while grown:
        below = {pk for pk, parent, _ in rows if parent in found} - found
        found |= below
        grown = bool(below)
    return found


def applications_of(actor: Actor) -> QuerySet[Application]:
    """What was handed in at the staff's centres; never a draft, which is nobody's business yet."""
    rows = Application.objects.filter(party_role__party__centre__in=centres_of(actor), applied_at__isnull=False)
    return rows.exclude(status=Application.Status.DRAFT).select_related(
        "party_role__party__centre", "applied_by", "decided_by"
    )


def roles_of(actor: Actor) -> QuerySet[PartyRole]:
    """The roles of all parties at the staff's centres."""
    return PartyRole.objects.filter(party__centre__in=centres_of(actor)).select_related("party__centre", "switched_by")
