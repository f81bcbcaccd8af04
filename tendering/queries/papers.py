"""The papers of a section's page: notices, document versions, letters, and what a holder has not fetched yet."""

from dataclasses import dataclass

from runtime.actor import Actor
from tendering.models import DocumentDownload, Letter, Notice, Section, TenderDocument
from tendering.permissions import sees_drafts
from tendering.queries.documents_seen import documents_seen
from tendering.queries.letters import letters_seen


@dataclass(frozen=True, slots=True)
class Papers:
    notices: list[Notice]
    documents: list[TenderDocument]
    letters: list[Letter]


def papers_of(section: Section, actor: Actor) -> Papers:
    notices = section.notices.order_by("published_at", "pk")
    if not sees_drafts(actor, section):
        notices = notices.filter(state=Notice.State.PUBLISHED)
    return Papers(list(notices), list(documents_seen(section, actor)), list(letters_seen(section, actor)))


@dataclass(frozen=True, slots=True)
class Holding:
    """A bidder's versions: which it took, and whether the one in force is missing or not confirmed."""

    taken: list[DocumentDownload]
    missing: TenderDocument | None
    unconfirmed: DocumentDownload | None


def holding_of(section: Section, actor: Actor, in_force: TenderDocument | None) -> Holding | None:
    """None for who is no bidder. One query."""
    if actor.role != "bidder" or actor.party_id is None or in_force is None:
        return None
    rows = DocumentDownload.objects.filter(section=section, party_id=actor.party_id, document__round=section.round)
    taken = list(rows.select_related("document").order_by("document__version"))
    newest = next((each for each in taken if each.document_id == in_force.pk), None)
    missing = in_force if taken and newest is None else None
    unconfirmed = newest if newest is not None and newest.confirmed_at is None else None
    return Holding(taken, missing, unconfirmed)
