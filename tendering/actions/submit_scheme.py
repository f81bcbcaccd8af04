"""A project, tendering project or section is submitted: from now on it stands (CTS A-36, A-37, A-39)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.models import Project, Section, TenderingProject
from tendering.permissions import demand, runs
from tendering.rules import scheme

Scheme = Project | TenderingProject | Section
NAMES = {Project: "project", TenderingProject: "tendering_project", Section: "section"}


def project_behind(item: Scheme) -> Project:
    if isinstance(item, Project):
        return item
    return item.project if isinstance(item, TenderingProject) else item.tendering_project.project


def parent_of(item: Scheme) -> Project | TenderingProject | None:
    if isinstance(item, Section):
        return item.tendering_project
    return item.project if isinstance(item, TenderingProject) else None


def submit_scheme(*, item: Scheme, actor: Actor) -> None:
    """Raises Refusal where it was submitted before or what it hangs on was not."""
    demand(runs(actor, project_behind(item)))
    parent = parent_of(item)
    with transaction.atomic():
        locked = type(item).objects.select_for_update().get(pk=item.pk)
        refuse_if(
            [
                *scheme.editable_blockers(locked.submitted_at is not None),
                *scheme.parent_blockers(parent is None or parent.submitted_at is not None),
            ]
        )
        item.submitted_at, item.submitted_by_id = now(), actor.account_id
        item.save(update_fields=["submitted_at", "submitted_by"])
        name = NAMES[type(item)]
        append_entry(
            kind=f"{name}.submitted",
            subject=f"{name}:{item.code}",
            body={"name": item.name},
            actor=actor,
            readers="party",
        )
