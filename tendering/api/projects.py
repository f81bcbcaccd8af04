"""The tendering scheme by the API: projects, tendering projects, sections (CTS A-36 to A-40)."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet
from ninja import Router, Schema, Status

from prequalified.permissions import act
from tendering.actions.create_project import ProjectData, create_project
from tendering.actions.create_section import SectionData, create_section
from tendering.actions.create_tendering_project import create_tendering_project
from tendering.actions.delete_scheme import delete_scheme
from tendering.actions.edit_scheme import edit_scheme
from tendering.actions.submit_scheme import submit_scheme
from tendering.models import Section
from tendering.queries.scheme import own_project, own_tendering_project, projects_of, sections_of, tendering_projects_of
from tendering.queries.shown import Asked, project_data, section_data, tendering_project_data, visible_section

router = Router(tags=["tendering"])
RUNNERS = {"tenderer", "agency"}
WORKERS = RUNNERS | {"staff", "supervisor"}


class ProjectIn(Schema):
    name: str
    centre: str
    region: str
    tenderer: str = ""
    agency: str = ""
    code: str = ""
    industry: str = ""
    approval: str = ""
    funds: str = ""
    overview: str = ""
    state_controlled: bool = True


class ProjectEdit(Schema):
    name: str | None = None
    region: str | None = None
    industry: str | None = None
    approval: str | None = None
    funds: str | None = None
    overview: str | None = None
    state_controlled: bool | None = None


class TenderingProjectIn(Schema):
    name: str
    regime: str
    kind: str
    code: str = ""


class TenderingProjectEdit(Schema):
    name: str | None = None
    regime: str | None = None
    kind: str | None = None


class SectionIn(Schema):
    name: str
    budget: Decimal
    ceiling: Decimal | None = None
    bond: Decimal = Decimal(0)
    scope: str = ""
    place: str = ""
    period: str = ""
    code: str = ""


class SectionEdit(Schema):
    name: str | None = None
    budget: Decimal | None = None
    ceiling: Decimal | None = None
    bond: Decimal | None = None
    scope: str | None = None
    place: str | None = None
    period: str | None = None


def changes(body: Schema) -> dict[str, Any]:
    """What was named; a null that was named is meant (no price limit)."""
    named = body.dict(exclude_unset=True)
    return {key: value for key, value in named.items() if value is not None or key == "ceiling"}


def cut(rows: QuerySet[Any], limit: int, offset: int) -> QuerySet[Any]:
    start = max(offset, 0)
    return rows[start : start + min(max(limit, 1), 200)]


def found_by(rows: QuerySet[Any], q: str) -> QuerySet[Any]:
    for word in q.split()[:8]:
        rows = rows.filter(name__icontains=word) | rows.filter(code__icontains=word)
    return rows


@router.get("/projects", response=list[dict[str, Any]], summary="我的项目")
@act(roles=WORKERS)
def projects(request: Asked, q: str = "", limit: int = 50, offset: int = 0) -> list[dict[str, Any]]:
    rows = cut(found_by(projects_of(request.actor), q), limit, offset)
    return [project_data(each) for each in rows]


@router.post("/projects", response={201: dict[str, Any]}, summary="新建项目")
@act(roles=RUNNERS, certificate=True)
def new_project(request: Asked, body: ProjectIn) -> Status[dict[str, Any]]:
    return Status(201, project_data(create_project(data=ProjectData(**body.dict()), actor=request.actor)))


@router.get("/projects/{code}", response=dict[str, Any], summary="项目")
@act(roles=WORKERS)
def one_project(request: Asked, code: str) -> dict[str, Any]:
    project = own_project(request.actor, code)
    inside = [tendering_project_data(each) for each in project.tendering_projects.select_related("project")]
    return {**project_data(project), "tendering_projects": inside}


@router.put("/projects/{code}", response=dict[str, Any], summary="修改项目")
@act(roles=RUNNERS, certificate=True)
def change_project(request: Asked, code: str, body: ProjectEdit) -> dict[str, Any]:
    project = own_project(request.actor, code)
    edit_scheme(item=project, changes=changes(body), actor=request.actor)
    return project_data(project)


@router.delete("/projects/{code}", response={204: None}, summary="删除项目")
@act(roles=RUNNERS, certificate=True)
def remove_project(request: Asked, code: str) -> Status[None]:
    delete_scheme(item=own_project(request.actor, code), actor=request.actor)
    return Status(204, None)


@router.post("/projects/{code}/submission", response=dict[str, Any], summary="提交项目")
@act(roles=RUNNERS, certificate=True)
def submit_project(request: Asked, code: str) -> dict[str, Any]:
    project = own_project(request.actor, code)
    submit_scheme(item=project, actor=request.actor)
    return project_data(project)


@router.post("/projects/{code}/tendering-projects", response={201: dict[str, Any]}, summary="新建招标项目")
@act(roles=RUNNERS, certificate=True)
def new_tendering_project(request: Asked, code: str, body: TenderingProjectIn) -> Status[dict[str, Any]]:
    made = create_tendering_project(project=own_project(request.actor, code), actor=request.actor, **body.dict())
    return Status(201, tendering_project_data(made))


@router.get("/tendering-projects", response=list[dict[str, Any]], summary="我的招标项目")
@act(roles=WORKERS)
def tendering_projects(request: Asked, q: str = "", limit: int = 50, offset: int = 0) -> list[dict[str, Any]]:
    rows = found_by(tendering_projects_of(request.actor), q)
    return [tendering_project_data(each) for each in cut(rows, limit, offset)]


@router.get("/tendering-projects/{code}", response=dict[str, Any], summary="招标项目")
@act(roles=WORKERS)
def one_tendering_project(request: Asked, code: str) -> dict[str, Any]:
    item = own_tendering_project(request.actor, code)
    inside = [section_data(each) for each in sections_of(request.actor).filter(tendering_project=item)]
    return {**tendering_project_data(item), "sections": inside}


@router.put("/tendering-projects/{code}", response=dict[str, Any], summary="修改招标项目")
@act(roles=RUNNERS, certificate=True)
def change_tendering_project(request: Asked, code: str, body: TenderingProjectEdit) -> dict[str, Any]:
    item = own_tendering_project(request.actor, code)
    edit_scheme(item=item, changes=changes(body), actor=request.actor)
    return tendering_project_data(item)


@router.delete("/tendering-projects/{code}", response={204: None}, summary="删除招标项目")
@act(roles=RUNNERS, certificate=True)
def remove_tendering_project(request: Asked, code: str) -> Status[None]:
    delete_scheme(item=own_tendering_project(request.actor, code), actor=request.actor)
    return Status(204, None)


@router.post("/tendering-projects/{code}/submission", response=dict[str, Any], summary="提交招标项目")
@act(roles=RUNNERS, certificate=True)
def submit_tendering_project(request: Asked, code: str) -> dict[str, Any]:
    item = own_tendering_project(request.actor, code)
    submit_scheme(item=item, actor=request.actor)
    return tendering_project_data(item)


@router.post("/tendering-projects/{code}/sections", response={201: dict[str, Any]}, summary="新建标段")
@act(roles=RUNNERS, certificate=True)
def new_section(request: Asked, code: str, body: SectionIn) -> Status[dict[str, Any]]:
    item = own_tendering_project(request.actor, code)
    return Status(
        201, section_data(create_section(tendering_project=item, data=SectionData(**body.dict()), actor=request.actor))
    )


@router.get("/sections", response=list[dict[str, Any]], summary="可见的标段")
def sections(request: Asked, q: str = "", limit: int = 50, offset: int = 0) -> list[dict[str, Any]]:
    rows = found_by(sections_of(request.actor), q)
    return [section_data(each) for each in cut(rows, limit, offset)]


@router.get("/sections/{code}", response=dict[str, Any], summary="标段")
def one_section(request: Asked, code: str) -> dict[str, Any]:
    return section_data(visible_section(request, code))


@router.put("/sections/{code}", response=dict[str, Any], summary="修改标段")
@act(roles=RUNNERS, certificate=True)
def change_section(request: Asked, code: str, body: SectionEdit) -> dict[str, Any]:
    section: Section = visible_section(request, code)
    edit_scheme(item=section, changes=changes(body), actor=request.actor)
    return section_data(section)


@router.delete("/sections/{code}", response={204: None}, summary="删除标段")
@act(roles=RUNNERS, certificate=True)
def remove_section(request: Asked, code: str) -> Status[None]:
    delete_scheme(item=visible_section(request, code), actor=request.actor)
    return Status(204, None)


@router.post("/sections/{code}/submission", response=dict[str, Any], summary="提交标段")
@act(roles=RUNNERS, certificate=True)
def submit_section(request: Asked, code: str) -> dict[str, Any]:
    section = visible_section(request, code)
    submit_scheme(item=section, actor=request.actor)
    return section_data(section)
