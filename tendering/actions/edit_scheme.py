"""A project, tendering project or section that is not submitted yet is changed (CTS A-36, A-37, A-39)."""

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from runtime.actor import Actor
from runtime.refusal import Blocker, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.submit_scheme import NAMES, Scheme, project_behind
from tendering.models import Project, Section, TenderingProject
from tendering.permissions import demand, runs
from tendering.rules import scheme

# What a form may change; nothing else of a row is ever set from what a client sent.
FIELDS: dict[type, tuple[str, ...]] = {
    Project: ("name", "region", "industry", "approval", "funds", "overview", "state_controlled"),
    TenderingProject: ("name", "regime", "kind"),
    Section: ("name", "budget", "ceiling", "bond", "scope", "place", "period"),
}


def edit_scheme(*, item: Scheme, changes: Mapping[str, Any], actor: Actor) -> None:
    """`changes` by field name; what is not named stays. Raises Refusal with every fault, or KeyError for a foreign field."""
    demand(runs(actor, project_behind(item)))
    allowed = FIELDS[type(item)]
    if foreign := set(changes) - set(allowed):
        raise KeyError(f"not editable: {sorted(foreign)}")
    with transaction.atomic():
        locked = type(item).objects.select_for_update().get(pk=item.pk)
        refuse_if(scheme.editable_blockers(locked.submitted_at is not None))
        before = {key: getattr(item, key) for key in changes}
        for key, value in changes.items():
            setattr(item, key, value)
        refuse_if(faults(item), status=422)
        item.save(update_fields=list(changes))
        name = NAMES[type(item)]
        append_entry(
            kind=f"{name}.edited",
            subject=f"{name}:{item.code}",
            body={"changes": {key: [str(before[key]), str(changes[key])] for key in changes}},
            actor=actor,
            readers="party",
        )


def faults(item: Scheme) -> list[Blocker]:
    if isinstance(item, Project):
        return scheme.project_blockers(
            name=item.name,
            region=item.region,
            centre_known=True,
            tenderer_known=True,
            agency_known=True,
            code=item.code,
            code_taken=False,
        )
    if isinstance(item, TenderingProject):
        return scheme.tendering_project_blockers(
            name=item.name, regime=item.regime, kind=item.kind, parent_submitted=True, code=item.code, code_taken=False
        )
    return [
        *scheme.section_blockers(
            name=item.name, budget=item.budget, ceiling=item.ceiling, bond=item.bond, scope=item.scope
        ),
        *scheme.threshold_blockers(item.regime, item.kind, item.budget),
    ]
