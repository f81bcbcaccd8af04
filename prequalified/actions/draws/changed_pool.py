"""Which firms of a frozen list could no longer be drawn today, and why."""

from django.conf import settings
from django.utils.translation import override

from prequalified.models import DirectoryDraw
from prequalified.queries.draws.pool import firms_of, terms_of
from prequalified.rules.draws.eligibility import reasons_against
from prequalified.rules.timing import day_of
from runtime.clock import now
from runtime.spoken import spoken


def changed_pool(draw: DirectoryDraw) -> dict[str, tuple[str, str]]:
    """Name and reasons in words by admission number; empty while the list still holds."""
    if draw.draw is None:
        return {}
    frozen = {entry["identity"]["admission"] for entry in draw.draw.names}
    day = day_of(now())
    terms = terms_of(draw, day)
    found = {}
    with override(settings.LANGUAGE_CODE):  # it is written down: in the language of the papers
        for firm in firms_of(draw, day, frozen):
            reasons = reasons_against(firm, terms)
            if reasons:
                words = "；".join(str(one["message"]).rstrip("。") for one in spoken(reasons))
                found[firm.admission] = (firm.name, words)
    return found
