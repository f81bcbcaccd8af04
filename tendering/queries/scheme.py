"""The projects, tendering projects and sections that an actor may see, as querysets."""

from django.db.models import Q, QuerySet

from prequalified.models import Centre
from runtime.actor import Actor
from tendering.models import Project, Section, SectionState, TenderingProject
from tendering.queries.sections import all_sections, not_found


def centres_below(code: str) -> set[int]:
    """Keys of a centre and all below it: one query for the tree, which is small."""
    rows = list(Centre.objects.values_list("pk", "parent_id", "code"))
    found = {pk for pk, _, each in rows if each == code}
    grown = True
    while grown:
        grown = False
        for pk, parent, _ in rows:
            if parent in found and pk not in found:
                found.add(pk)
                grown = True
    return found


def mine(actor: Actor, path: str) -> Q:
    """The condition for projects (`path` "") or for what hangs on them (`path` "project__" and so on)."""
    if actor.role == "tenderer" and actor.party_id:
        return Q(**{f"{path}tenderer_id": actor.party_id})
    if actor.role == "agency" and actor.party_id:
        return Q(**{f"{path}agency_id": actor.party_id})
    if actor.role in ("staff", "supervisor") and actor.centre:
        return Q(**{f"{path}centre_id__in": centres_below(actor.centre)})
    return Q(pk__in=[])


def projects_of(actor: Actor) -> QuerySet[Project]:
    return Project.objects.filter(mine(actor, "")).select_related("centre", "tenderer", "agency")


def tendering_projects_of(actor: Actor) -> QuerySet[TenderingProject]:
    return TenderingProject.objects.filter(mine(actor, "project__")).select_related("project")


def sections_of(actor: Actor) -> QuerySet[Section]:
    """Everybody: what is published. Who works on it: the drafts too. Trustees: where they are named."""
    hidden = (SectionState.DRAFT, SectionState.REVIEW)
    seen = (Q(published_at__isnull=False) & ~Q(state__in=hidden)) | mine(actor, "tendering_project__project__")
    if actor.role == "trustee" and actor.party_id:
        seen |= Q(pk__in=Section.objects.filter(trustees__party_id=actor.party_id))
    return all_sections().filter(seen)


def own_project(actor: Actor, code: str) -> Project:
    """Raises Refusal 404 for what does not exist and what is not the actor's, alike."""
    project = projects_of(actor).filter(code=code).first()
    if project is None:
        raise not_found()
    return project


def own_tendering_project(actor: Actor, code: str) -> TenderingProject:
    item = tendering_projects_of(actor).filter(code=code).first()
    if item is None:
        raise not_found()
    return item
