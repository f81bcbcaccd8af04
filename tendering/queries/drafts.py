"""What the rules of the tender document ask of the database."""

from pathlib import Path

from runtime.store import in_store
from tendering.models import Attachment, Section, TenderDocument
from tendering.rules.drafting import TrusteeFacts, attachment_member


def trustee_places(section: Section) -> list[tuple[int, str, bool]]:
    """(place, name, registered) of each trustee, by place."""
    return [
        (each.place, each.party.name, each.registered_at is not None)
        for each in section.trustees.select_related("party").order_by("place")
    ]


def trustee_facts(section: Section) -> list[TrusteeFacts]:
    return [
        TrusteeFacts(
            each.place,
            each.slug,
            each.party.name,
            each.party.number,
            each.recipient,
            bytes(each.statement or b""),
            bytes(each.signature or b""),
        )
        for each in section.trustees.select_related("party").order_by("place")
    ]


def attachment_data(document: TenderDocument) -> list[dict[str, object]]:
    return [
        {
            "path": attachment_member(each.name),
            "title": each.title,
            "media": each.media,
            "bytes": each.size,
            "sha256": each.sha256,
            "bill": each.bill,
        }
        for each in document.attachments.order_by("name")
    ]


def document_folder(section: Section) -> str:
    return f"documents/{section.code}"


def attachment_path(attachment: Attachment) -> Path:
    return in_store(attachment.path)
