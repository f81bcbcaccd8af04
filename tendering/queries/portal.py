"""What the first page shows: today's openings, figures of the year, the newest notices."""

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal

from django.db.models import Case, Count, F, Q, QuerySet, Sum, When
from django.db.models.functions import Coalesce

from prequalified.rules.timing import day_begins, day_of, day_over
from runtime.clock import BEIJING
from tendering.models import Award, Notice, Section, SectionState
from tendering.queries.sections import all_sections

LIVE = (SectionState.PUBLISHED, SectionState.OPENING, SectionState.OPENED)


def openings_today(at: dt.datetime, most: int = 20) -> QuerySet[Section]:
    """Sections whose deadline, which is their opening, falls on today in Beijing."""
    day = day_of(at)
    return (
        all_sections()
        .filter(deadline__gte=day_begins(day), deadline__lt=day_over(day), state__in=LIVE)
        .order_by("deadline", "pk")[:most]
    )


@dataclass(frozen=True, slots=True)
class Figures:
    """Counts and money of the calendar year; saving is against the ceiling, else the budget (rules.md §10)."""

    year: int
    notices: int
    running: int
    awards: int
    amount: Decimal
    saving: Decimal
    base: Decimal

    @property
    def rate(self) -> str:
        return f"{self.saving / self.base * 100:.2f}" if self.base else "0.00"


def figures_of_the_year(at: dt.datetime) -> Figures:
    """Three queries. Failed lots have no award and so do not count."""
    year = at.astimezone(BEIJING).year
    begin, end = day_begins(dt.date(year, 1, 1)), day_begins(dt.date(year + 1, 1, 1))
    notices = Notice.objects.filter(state=Notice.State.PUBLISHED, published_at__gte=begin, published_at__lt=end).count()
    running = Section.objects.filter(state=SectionState.PUBLISHED, deadline__gt=at).count()
    base = Case(When(section__ceiling__isnull=False, then=F("section__ceiling")), default=F("section__budget"))
    sums = Award.objects.filter(decided_at__gte=begin, decided_at__lt=end).aggregate(
        awards=Count("pk"), amount=Coalesce(Sum("amount"), Decimal(0)), base=Coalesce(Sum(base), Decimal(0))
    )
    return Figures(year, notices, running, sums["awards"], sums["amount"], sums["base"] - sums["amount"], sums["base"])


def newest_notices(kinds: tuple[str, ...], most: int) -> list[Notice]:
    rows = Notice.objects.filter(Q(kind__in=kinds), state=Notice.State.PUBLISHED)
    return list(rows.select_related("section__tendering_project__project").order_by("-published_at", "-pk")[:most])
