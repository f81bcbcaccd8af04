"""Which versions of a tender document a reader may see."""

from django.db.models import QuerySet

from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Attachment, Section, TenderDocument
from tendering.permissions import sees_drafts

PUBLIC = (TenderDocument.State.PUBLISHED, TenderDocument.State.SUPERSEDED)


def documents_seen(section: Section, actor: Actor) -> QuerySet[TenderDocument]:
    """All published versions; drafts for those who work on the section. Newest last."""
    rows = section.documents.prefetch_related("attachments").order_by("round", "version")
    return rows if sees_drafts(actor, section) else rows.filter(state__in=PUBLIC)


def document_seen(section: Section, version: int, actor: Actor) -> TenderDocument:
    """A version of the present round; 0: the one in force. Raises Refusal 404."""
    rows = documents_seen(section, actor).filter(round=section.round).select_related("section")
    found = rows.filter(version=version).first() if version else rows.filter(state=PUBLIC[0]).first()
    if found is None:
        raise Refusal(Blocker("document.not_found", gettext_noop("没有这个版本的招标文件，或者尚未公开")), status=404)
    found.section = section
    return found


def attachment_seen(document: TenderDocument, key: str) -> Attachment:
    found = document.attachments.filter(public_id=key).first()
    if found is None:
        raise Refusal(Blocker("attachment.not_found", gettext_noop("没有这个附件")), status=404)
    found.document = document
    return found
