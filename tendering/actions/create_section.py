"""A section (标段) of a tendering project (CTS A-39, A-40)."""

from dataclasses import dataclass
from decimal import Decimal

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry
from tendering.models import Section, TenderingProject
from tendering.permissions import demand, runs
from tendering.rules import scheme
from tendering.rules.codes import SECTION, new_code


@dataclass(frozen=True, slots=True)
class SectionData:
    """Money in yuan with two decimals. `ceiling` None: no price limit."""

    name: str
    budget: Decimal
    ceiling: Decimal | None = None
    bond: Decimal = Decimal(0)
    scope: str = ""
    place: str = ""
    period: str = ""
    code: str = ""


def create_section(*, tendering_project: TenderingProject, data: SectionData, actor: Actor) -> Section:
    """Raises Refusal with every fault of the data."""
    demand(runs(actor, tendering_project.project))
    code = data.code or new_code(SECTION, now())
    refuse_if(
        [
            *scheme.section_blockers(
                name=data.name, budget=data.budget, ceiling=data.ceiling, bond=data.bond, scope=data.scope
            ),
            *scheme.threshold_blockers(tendering_project.regime, tendering_project.kind, data.budget),
            *scheme.code_blockers(code, Section.objects.filter(code=code).exists()),
            *scheme.parent_blockers(tendering_project.submitted_at is not None),
        ],
        status=422,
    )
    with transaction.atomic():
        section = Section.objects.create(
            tendering_project=tendering_project,
            code=code,
            name=data.name.strip(),
            scope=data.scope,
            place=data.place,
            period=data.period,
            budget=data.budget,
            ceiling=data.ceiling,
            bond=data.bond,
            created_by_id=actor.account_id,
        )
        append_entry(
            kind="section.created",
            subject=f"section:{section.code}",
            body={"tendering_project": tendering_project.code, "name": section.name, "budget": f"{section.budget:.2f}"},
            actor=actor,
            readers="party",
        )
    return section
