"""Reads of sections and their documents."""

import datetime as dt

from django.conf import settings
from django.db.models import QuerySet

from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import DocumentDownload, Objection, Section, TenderDocument
from tendering.rules.document_facts import Named, SectionFacts


def all_sections() -> QuerySet[Section]:
    """Sections with all that their pages, rules and permissions need."""
    return Section.objects.select_related(
        "tendering_project__project__centre",
        "tendering_project__project__tenderer",
        "tendering_project__project__agency",
        "rule_set",
    )


def not_found() -> Refusal:
    return Refusal(Blocker("section.not_found", gettext_noop("没有这个标段，或者尚未公开")), status=404)


def section_by_code(code: str) -> Section:
    """Raises Refusal 404. Whether the reader may see it is `permissions`."""
    try:
        return all_sections().get(code=code)
    except Section.DoesNotExist:
        raise not_found() from None


def published_document(section: Section) -> TenderDocument | None:
    """As `document_in_force`, but None before the publication."""
    return section.documents.filter(round=section.round, state=TenderDocument.State.PUBLISHED).first()


def draft_of(section: Section) -> TenderDocument | None:
    """The version that is being drawn up: draft, prepared or signed."""
    states = (TenderDocument.State.DRAFT, TenderDocument.State.PREPARED, TenderDocument.State.SIGNED)
    return section.documents.filter(round=section.round, state__in=states).order_by("-version").first()


def facts_of(section: Section, version: int) -> SectionFacts:
    tendering_project = section.tendering_project
    project = tendering_project.project
    agency = project.agency
    return SectionFacts(
        tender=tendering_project.code,
        section=section.code,
        round=section.round,
        version=version,
        centre=project.centre.code,
        platform=settings.PUBLIC_URL,
        regime=tendering_project.regime,
        kind=tendering_project.kind,
        title=section.name,
        project=project.name,
        tenderer=Named(project.tenderer.name, project.tenderer.number),
        agency=Named(agency.name, agency.number) if agency else None,
        budget=section.budget,
        ceiling=section.ceiling,
        bond=section.bond,
        scope=section.scope,
        place=section.place,
        period=section.period,
    )


def holders(section: Section) -> QuerySet[DocumentDownload]:
    """Who took a version of the document in this round, the first time of each. Secret until the deadline (20号令 21)."""
    return (
        DocumentDownload.objects.filter(section=section, document__round=section.round)
        .select_related("party", "document", "account")
        .order_by("downloaded_at", "pk")
    )


def unanswered_objections(section: Section, about: str) -> QuerySet[Objection]:
    """What suspends the tender where the rule set says so (T22, T54)."""
    return section.objections.filter(round=section.round, about=about, answered_at=None)


def deadline_passed(section: Section, at: dt.datetime) -> bool:
    return section.deadline is not None and at >= section.deadline


def own_tender(section: Section, party_id: int | None) -> bool:
    """Whether the party sells this tender: the tenderer, its agency or an opening trustee."""
    project = section.tendering_project.project
    if party_id in (project.tenderer_id, project.agency_id):
        return True
    return party_id is not None and section.trustees.filter(party_id=party_id).exists()
