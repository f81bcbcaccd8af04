"""A project, tendering project or section that is not submitted yet is deleted (CTS A-36, A-37, A-39)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.submit_scheme import NAMES, Scheme, project_behind
from tendering.models import Project, TenderingProject
from tendering.permissions import demand, runs
from tendering.rules import scheme


def delete_scheme(*, item: Scheme, actor: Actor) -> None:
    """The row goes, the journal keeps that it was. Raises Refusal where it was submitted or something hangs on it."""
    demand(runs(actor, project_behind(item)))
    with transaction.atomic():
        locked = type(item).objects.select_for_update().get(pk=item.pk)
        refuse_if(scheme.editable_blockers(locked.submitted_at is not None, _children(item)))
        name = NAMES[type(item)]
        append_entry(
            kind=f"{name}.deleted",
            subject=f"{name}:{item.code}",
            body={"name": item.name},
            actor=actor,
            readers="party",
        )
        item.delete()


def _children(item: Scheme) -> int:
    if isinstance(item, Project):
        return item.tendering_projects.count()
    return item.sections.count() if isinstance(item, TenderingProject) else item.documents.count()
