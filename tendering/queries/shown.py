"""What every edge of tendering needs: the typed request, the section that the asker may see, how rows are shown as data."""

import datetime as dt
from typing import Any

from django.http import HttpRequest

from runtime.actor import Actor
from runtime.clock import stamp
from tendering.models import Notice, Project, Section, TenderDocument, TenderingProject
from tendering.permissions import sees_section
from tendering.queries.sections import not_found, section_by_code


class Asked(HttpRequest):
    """A request that the middleware gave its actor."""

    actor: Actor


def visible_section(request: Asked, code: str) -> Section:
    """Refuses with 404 what does not exist and what is not for this reader, alike."""
    section = section_by_code(code)
    if not sees_section(request.actor, section):
        raise not_found()
    return section


def moment(value: dt.datetime | None) -> str | None:
    return stamp(value) if value else None


def project_data(project: Project) -> dict[str, Any]:
    return {
        "code": project.code,
        "name": project.name,
        "centre": project.centre.code,
        "tenderer": {"name": project.tenderer.name, "number": project.tenderer.number},
        "agency": {"name": project.agency.name, "number": project.agency.number} if project.agency else None,
        "region": project.region,
        "industry": project.industry,
        "approval": project.approval,
        "funds": project.funds,
        "overview": project.overview,
        "state_controlled": project.state_controlled,
        "submitted_at": moment(project.submitted_at),
    }


def tendering_project_data(item: TenderingProject) -> dict[str, Any]:
    return {
        "code": item.code,
        "project": item.project.code,
        "name": item.name,
        "regime": item.regime,
        "kind": item.kind,
        "submitted_at": moment(item.submitted_at),
    }


def section_data(section: Section) -> dict[str, Any]:
    """Money as strings, moments in UTC."""
    tendering_project = section.tendering_project
    project = tendering_project.project
    return {
        "code": section.code,
        "tendering_project": tendering_project.code,
        "project": project.name,
        "name": section.name,
        "regime": tendering_project.regime,
        "kind": tendering_project.kind,
        "centre": project.centre.code,
        "tenderer": project.tenderer.name,
        "agency": project.agency.name if project.agency else None,
        "round": section.round,
        "state": section.state,
        "budget": f"{section.budget:.2f}",
        "ceiling": f"{section.ceiling:.2f}" if section.ceiling is not None else None,
        "bond": f"{section.bond:.2f}",
        "scope": section.scope,
        "place": section.place,
        "period": section.period,
        "published_at": moment(section.published_at),
        "sale_until": moment(section.sale_until),
        "questions_until": moment(section.questions_until),
        "deadline": moment(section.deadline),
        "submitted_at": moment(section.submitted_at),
    }


def document_data(document: TenderDocument) -> dict[str, Any]:
    return {
        "version": document.version,
        "round": document.round,
        "state": document.state,
        "template": document.template,
        "sha256": document.sha256,
        "package_sha256": document.package_sha256,
        "signed_at": moment(document.signed_at),
        "published_at": moment(document.published_at),
        "attachments": [
            {"id": each.public_id, "name": each.name, "title": each.title, "bytes": each.size, "sha256": each.sha256}
            for each in document.attachments.all()
        ],
    }


def notice_data(notice: Notice, full: bool = False) -> dict[str, Any]:
    section = notice.section
    data = {
        "id": notice.public_id,
        "kind": notice.kind,
        "state": notice.state,
        "title": notice.title,
        "section": section.code,
        "regime": section.tendering_project.regime,
        "region": section.tendering_project.project.region,
        "published_at": moment(notice.published_at),
        "ends_at": moment(notice.ends_at),
        "deadline": moment(section.deadline),
        "sha256": notice.sha256,
    }
    return {**data, "body": notice.body} if full else data
