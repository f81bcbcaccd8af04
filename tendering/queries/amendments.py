"""Amendments as each reader may see them."""

from django.db.models import QuerySet

from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Amendment, Section
from tendering.permissions import sees_drafts


def amendments_of(section: Section) -> QuerySet[Amendment]:
    """The published ones of the present round, oldest first."""
    return (
        section.amendments.filter(document__round=section.round, published_at__isnull=False)
        .select_related("document", "notice")
        .order_by("published_at")
    )


def amendment_seen(public_id: str, actor: Actor) -> Amendment:
    found = (
        Amendment.objects.select_related("section__tendering_project__project__centre", "document__section")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or (found.published_at is None and not sees_drafts(actor, found.section)):
        raise Refusal(Blocker("amendment.not_found", gettext_noop("没有这份变更")), status=404)
    found.document.section = found.section
    return found
