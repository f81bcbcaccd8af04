"""Letters as each reader may see them."""

from django.db.models import QuerySet

from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import Letter, Section
from tendering.permissions import sees_drafts


def letters_seen(section: Section, actor: Actor) -> QuerySet[Letter]:
    """All for those who work on the section, the own issued ones for a bidder."""
    rows = section.letters.select_related("party", "award__candidate__party", "verified_by").order_by("kind", "pk")
    if sees_drafts(actor, section):
        return rows
    if actor.role == "bidder" and actor.party_id:
        return rows.filter(party_id=actor.party_id, issued_at__isnull=False)
    return rows.none()


def letter_seen(public_id: str, actor: Actor) -> Letter:
    found = (
        Letter.objects.select_related("section__tendering_project__project__centre", "award__candidate__party", "party")
        .filter(public_id=public_id)
        .first()
    )
    if found is None or not letters_seen(found.section, actor).filter(pk=found.pk).exists():
        raise Refusal(Blocker("letter.not_found", gettext_noop("没有这份通知书")), status=404)
    return found
