"""A project (项目) begins: the first row of a tendering (CTS A-36)."""

from dataclasses import dataclass

from django.db import transaction

from prequalified.models import Centre, Party
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Refusal
from signing.actions.append_entry import append_entry
from tendering.models import Project
from tendering.rules import scheme
from tendering.rules.codes import PROJECT, new_code


@dataclass(frozen=True, slots=True)
class ProjectData:
    """`agency` is the number of the appointed agency, empty for none."""

    name: str
    centre: str
    region: str
    tenderer: str = ""  # an agency names its principal; a tenderer acts for itself
    agency: str = ""
    code: str = ""
    industry: str = ""
    approval: str = ""
    funds: str = ""
    overview: str = ""
    state_controlled: bool = True


def create_project(*, data: ProjectData, actor: Actor) -> Project:
    """Raises Refusal with every fault of the data; a tenderer, or an agency for a tenderer that it names."""
    tenderer_number = data.tenderer if actor.role == "agency" else actor.number
    agency_number = actor.number if actor.role == "agency" else data.agency
    centre = Centre.objects.filter(code=data.centre).first()
    tenderer = _verified(tenderer_number, "tenderer")
    agency = _verified(agency_number, "agency") if agency_number else None
    code = data.code or new_code(PROJECT, now())
    found = scheme.project_blockers(
        name=data.name,
        region=data.region,
        centre_known=centre is not None,
        tenderer_known=tenderer is not None,
        agency_known=not agency_number or agency is not None,
        code=code,
        code_taken=Project.objects.filter(code=code).exists(),
    )
    if found or centre is None or tenderer is None:
        raise Refusal(found, status=422)
    with transaction.atomic():
        project = Project.objects.create(
            centre=centre,
            code=code,
            name=data.name.strip(),
            tenderer=tenderer,
            agency=agency,
            region=data.region,
            industry=data.industry,
            approval=data.approval,
            funds=data.funds,
            overview=data.overview,
            state_controlled=data.state_controlled,
            created_by_id=actor.account_id,
        )
        append_entry(
            kind="project.created",
            subject=f"project:{project.code}",
            body={"name": project.name, "tenderer": tenderer_number, "agency": agency_number, "centre": data.centre},
            actor=actor,
            readers="party",
        )
    return project


def _verified(number: str, role: str) -> Party | None:
    return Party.objects.filter(number=number, roles__role=role, roles__status="verified").first()
