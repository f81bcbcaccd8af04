"""The window for objections of one party, from the section's rows."""

from tendering.models import DocumentDownload, Notice, Section
from tendering.queries.rule_sets import calendar, rules_for
from tendering.rules.objections import DOCUMENT, Window, document_window, result_window


def objection_window(section: Section, about: str, party_id: int | None) -> Window | None:
    """None where nothing can be objected to (yet)."""
    if section.published_at is None or section.deadline is None:
        return None
    rules = rules_for(section, section.published_at)
    if about == DOCUMENT:
        taken = None
        if party_id is not None:
            downloads = DocumentDownload.objects.filter(section=section, document__round=section.round)
            taken = (
                downloads.filter(party_id=party_id).order_by("downloaded_at").values_list("downloaded_at", flat=True)
            )
        first = taken.first() if taken is not None else None
        return document_window(section.published_at, section.deadline, first, rules, calendar())
    publicity = newest(section, Notice.Kind.CANDIDATES)
    result = newest(section, Notice.Kind.RESULT)
    span = None
    if publicity and publicity.published_at and publicity.ends_at:
        span = (publicity.published_at, publicity.ends_at)
    return result_window(span, result.ends_at if result else None, rules, calendar())


def newest(section: Section, kind: str) -> Notice | None:
    """The last published notice of a kind in the present round."""
    return (
        section.notices.filter(round=section.round, kind=kind, state=Notice.State.PUBLISHED)
        .order_by("-published_at", "-pk")
        .first()
    )
