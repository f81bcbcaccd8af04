"""Reads of tender documents."""

from tendering.models import Section, TenderDocument


def document_in_force(section: Section) -> TenderDocument:
    """The published document that includes every amendment so far; raises TenderDocument.DoesNotExist before publication."""
    return section.documents.get(round=section.round, state=TenderDocument.State.PUBLISHED)
