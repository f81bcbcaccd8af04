"""A tendering project (招标项目) of a project: one regime, one kind, many sections (CTS A-37, A-38)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.models import Project, TenderingProject
from tendering.permissions import demand, runs
from tendering.rules import scheme
from tendering.rules.codes import TENDERING_PROJECT, new_code


def create_tendering_project(
    *, project: Project, name: str, regime: str, kind: str, actor: Actor, code: str = ""
) -> TenderingProject:
    """`regime` ENG, GP or SMALL, `kind` works, goods or services. Raises Refusal."""
    demand(runs(actor, project))
    code = code or new_code(TENDERING_PROJECT, now())
    refuse_if(
        scheme.tendering_project_blockers(
            name=name,
            regime=regime,
            kind=kind,
            parent_submitted=project.submitted_at is not None,
            code=code,
            code_taken=TenderingProject.objects.filter(code=code).exists(),
        ),
        status=422,
    )
    with transaction.atomic():
        made = TenderingProject.objects.create(
            project=project, code=code, name=name.strip(), regime=regime, kind=kind, created_by_id=actor.account_id
        )
        append_entry(
            kind="tendering_project.created",
            subject=f"tendering_project:{made.code}",
            body={"project": project.code, "name": made.name, "regime": regime, "kind": kind},
            actor=actor,
            readers="party",
        )
    return made
