"""My projects: projects, tendering projects and sections, made, changed, submitted (CTS A-36 to A-40)."""

from collections.abc import Callable
from decimal import Decimal
from typing import Any

from django import forms
from django.contrib import messages
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from prequalified.permissions import act
from runtime.listing import Listing
from runtime.refusal import Refusal
from tendering.actions.create_project import ProjectData, create_project
from tendering.actions.create_section import SectionData, create_section
from tendering.actions.create_tendering_project import create_tendering_project
from tendering.actions.delete_scheme import delete_scheme
from tendering.actions.edit_scheme import FIELDS, edit_scheme
from tendering.actions.submit_scheme import Scheme, submit_scheme
from tendering.models import Project, Section, TenderingProject
from tendering.permissions import runs
from tendering.queries.scheme import own_project, own_tendering_project, projects_of, sections_of
from tendering.queries.shown import Asked, visible_section
from tendering.web.forms import ProjectForm, SectionForm, TenderingProjectForm, blame

RUNNERS = {"tenderer", "agency"}
WORKERS = RUNNERS | {"staff", "supervisor"}


@require_safe
@act(roles=WORKERS)
def projects(request: Asked) -> HttpResponseBase:
    rows = projects_of(request.actor)
    orders = {"created": ["-created_at"], "name": ["name"], "code": ["code"]}
    columns = [
        (_("项目代码"), lambda row: row.code),
        (_("项目名称"), lambda row: row.name),
        (_("招标人"), lambda row: row.tenderer.name),
    ]
    listing = Listing(request, rows, orders, search=["name__icontains", "code__icontains"], columns=columns)
    if listing.wants_csv:
        return listing.csv("projects")
    sections = sections_of(request.actor).filter(tendering_project__project__in=rows).order_by("-created_at")[:30]
    context = {"listing": listing, "sections": sections, "may_create": request.actor.role in RUNNERS}
    return render(request, "tendering/projects.html", context)


@require_http_methods(["GET", "POST"])
@act(roles=RUNNERS, certificate=True)
def new_project(request: Asked) -> HttpResponse:
    form = ProjectForm(request.POST or None)

    def create() -> HttpResponse:
        given = {**form.cleaned_data, "centre": form.cleaned_data["centre"].code}
        return redirect("project", create_project(data=ProjectData(**given), actor=request.actor).code)

    return _answer(request, form, create, _("新建项目"), "/projects/")


@require_http_methods(["GET", "POST"])
@act(roles=WORKERS)
def project(request: Asked, code: str) -> HttpResponse:
    row = own_project(request.actor, code)
    children = row.tendering_projects.select_related("project").prefetch_related("sections")
    return _scheme(request, row, ProjectForm(request.POST or None, editing=True, initial=_initial(row)), children)


@require_http_methods(["GET", "POST"])
@act(roles=RUNNERS, certificate=True)
def new_tendering_project(request: Asked, code: str) -> HttpResponse:
    parent = own_project(request.actor, code)
    form = TenderingProjectForm(request.POST or None)

    def create() -> HttpResponse:
        made = create_tendering_project(project=parent, actor=request.actor, **form.cleaned_data)
        return redirect("tendering_project", made.code)

    return _answer(request, form, create, _("新建招标项目"), f"/projects/{code}/")


@require_http_methods(["GET", "POST"])
@act(roles=WORKERS)
def tendering_project(request: Asked, code: str) -> HttpResponse:
    row = own_tendering_project(request.actor, code)
    children = sections_of(request.actor).filter(tendering_project=row)
    return _scheme(request, row, TenderingProjectForm(request.POST or None, initial=_initial(row)), children)


@require_http_methods(["GET", "POST"])
@act(roles=RUNNERS, certificate=True)
def new_section(request: Asked, code: str) -> HttpResponse:
    parent = own_tendering_project(request.actor, code)
    form = SectionForm(request.POST or None)

    def create() -> HttpResponse:
        made = create_section(tendering_project=parent, data=SectionData(**form.cleaned_data), actor=request.actor)
        return redirect("edit_section", made.code)

    return _answer(request, form, create, _("新建标段"), f"/tendering-projects/{code}/")


@require_http_methods(["GET", "POST"])
@act(roles=RUNNERS)
def edit_section(request: Asked, code: str) -> HttpResponse:
    row = visible_section(request, code)
    return _scheme(request, row, SectionForm(request.POST or None, initial=_initial(row)), [])


def _initial(row: Scheme) -> dict[str, Any]:
    return {name: getattr(row, name) for name in FIELDS[type(row)]}


def _answer(
    request: Asked, form: forms.Form, create: Callable[[], HttpResponse], title: str, back: str
) -> HttpResponse:
    """A form that makes something: shown again with what was typed where the act is refused."""
    if request.method == "POST" and form.is_valid():
        try:
            return create()
        except Refusal as refusal:
            blame(form, refusal)
    context = {"form": form, "title": title, "back": back}
    return render(request, "tendering/new.html", context, status=422 if form.errors else 200)


def _scheme(request: Asked, row: Scheme, form: forms.Form, children: Any) -> HttpResponse:
    """A project, tendering project or section: its data, the form while it is a draft, what hangs on it."""
    if request.method == "POST":
        try:
            answer = _moved(request, row, form)
            if answer is not None:
                return answer
        except Refusal as refusal:
            form.is_valid()
            blame(form, refusal)
    parent = _parent(row)
    context = {
        "row": row,
        "form": form,
        "shown": _shown(form),
        "what": type(row).__name__.lower(),
        "children": children,
        "parent": parent,
        "mine": runs(request.actor, _project(row)),
        "open": row.submitted_at is None,
    }
    return render(request, "tendering/scheme.html", context, status=422 if form.errors else 200)


def _shown(form: forms.Form) -> list[tuple[Any, Any]]:
    """Label and value in words of every field, for what is no longer edited."""
    found = []
    for field in form:
        value = field.value()
        if isinstance(field.field, forms.ChoiceField):
            value = dict(field.field.choices).get(value, value)  # type: ignore[arg-type]
        elif isinstance(field.field, forms.BooleanField):
            value = _("是") if value else _("否")
        elif isinstance(value, Decimal):
            value = f"{value:,.2f}"
        found.append((field.label, "—" if value in (None, "") else value))
    return found


def _moved(request: Asked, row: Scheme, form: forms.Form) -> HttpResponse | None:
    if "delete" in request.POST:
        parent = _parent(row)
        delete_scheme(item=row, actor=request.actor)
        messages.success(request, _("已删除。"))
        return redirect(parent["url"] if parent else "/projects/")
    if not form.is_valid():
        return None
    edit_scheme(item=row, changes=form.cleaned_data, actor=request.actor)
    if "submit" in request.POST:
        submit_scheme(item=row, actor=request.actor)
        messages.success(request, _("已提交。"))
        return redirect("section", row.code) if isinstance(row, Section) else redirect(request.path)
    messages.success(request, _("已保存。"))
    return redirect(request.path)


def _project(row: Scheme) -> Project:
    if isinstance(row, Project):
        return row
    return row.project if isinstance(row, TenderingProject) else row.tendering_project.project


def _parent(row: Scheme) -> dict[str, str] | None:
    if isinstance(row, Section):
        return {"name": row.tendering_project.name, "url": f"/tendering-projects/{row.tendering_project.code}/"}
    if isinstance(row, TenderingProject):
        return {"name": row.project.name, "url": f"/projects/{row.project.code}/"}
    return None
