"""The information base (主体信息库): who takes part in trading, what they did here, and how it went (CTS A-205..216).

Only what the public may see: no contact, no personal number, and of sanctions those that stand published on the day.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, ExtractYear

from prequalified.models import Admission, Paper, Party, PartyRole, Person, RoleStatus, Sanction
from runtime.clock import BEIJING
from tendering.models import Award, Bid, BidStatus, Section, SectionState

SHOWN_ROLES = ("tenderer", "agency", "bidder")
PUBLIC_DETAILS = ("legal_representative", "address", "capital", "nature", "scope", "qualifications")
PUBLIC_PAPERS = (Paper.Kind.LICENCE, Paper.Kind.QUALIFICATION, Paper.Kind.TRACK_RECORD)
BEGUN = Q(published_at__isnull=False)
# Who delivered is nobody's business before the opening (招标投标法 22, CTS A-107): only these sections' bids are counted.
OPENED = (
    SectionState.OPENED, SectionState.EVALUATING, SectionState.EVALUATED, SectionState.PUBLICITY, SectionState.AWARDED,
)  # fmt: skip


def public_sanctions(day: dt.date) -> QuerySet[Sanction]:
    """What may be shown on that day: published, and not longer than its time."""
    shown = Q(public_until=None) | Q(public_until__gte=day)
    return Sanction.objects.filter(shown, published_at__isnull=False).exclude(end__kind="undone")


def in_force(day: dt.date) -> Q:
    runs = Q(starts__lte=day) & (Q(ends=None) | Q(ends__gte=day))
    return runs & (Q(end=None) | Q(end__effective__gt=day))


def firms(role: str, day: dt.date) -> QuerySet[Party]:
    """Organisations verified in `role` (any of the three where empty), each with `awards`, `amount`, `barred`."""
    roles = PartyRole.objects.filter(party=OuterRef("pk"), status=RoleStatus.VERIFIED)
    roles = roles.filter(role=role) if role in SHOWN_ROLES else roles.filter(role__in=SHOWN_ROLES)
    won = Award.objects.filter(candidate__party=OuterRef("pk")).order_by().values("candidate__party")
    listed = public_sanctions(day).filter(in_force(day), party=OuterRef("pk"))
    return (
        Party.objects.filter(Exists(roles), kind=Party.Kind.ORGANISATION)
        .select_related("centre")
        .annotate(
            awards=Coalesce(Subquery(won.annotate(n=Count("pk")).values("n")), 0),
            amount=Coalesce(Subquery(won.annotate(sum=Sum("amount")).values("sum")), Decimal(0)),
            barred=Exists(listed),
        )
    )


def firm_by_number(number: str) -> Party | None:
    """An organisation that was verified here in one of the three roles."""
    roles = PartyRole.objects.filter(party=OuterRef("pk"), role__in=SHOWN_ROLES).exclude(verified_at=None)
    rows = Party.objects.filter(Exists(roles), number=number, kind=Party.Kind.ORGANISATION)
    return rows.select_related("centre").first()


def narrowed(rows: QuerySet[Any], asked: Mapping[str, str]) -> QuerySet[Any]:
    """By conditions, as candidates for an invitation are looked for (CTS A-56): directory, grade, region, track record."""
    if directory := asked.get("directory", ""):
        standing = Admission.objects.filter(party=OuterRef("pk"), directory__code=directory[:40], state="active")
        if grade := asked.get("grade", ""):
            standing = standing.filter(grade=grade[:40])
        rows = rows.filter(Exists(standing))
    if region := asked.get("region", ""):
        rows = rows.filter(centre__region__startswith=region[:12])
    if asked.get("awarded") == "yes":
        rows = rows.filter(awards__gt=0)
    if asked.get("clear") == "yes":
        rows = rows.filter(barred=False)
    return rows


@dataclass(frozen=True, slots=True)
class Year:
    """What a firm did here in one calendar year (Beijing): as tenderer, as agency, as bidder."""

    year: int
    tendered: int = 0
    served: int = 0
    bids: int = 0
    won: int = 0
    amount: Decimal = Decimal(0)

    @property
    def rate(self) -> str:
        """Of the bids delivered, how many won; empty without bids."""
        return f"{self.won * 100 / self.bids:.1f}" if self.bids else ""


def years_of(party: Party) -> list[Year]:
    """The newest first; four queries."""
    tendered = _by_year(_sections(tenderer=party), "published_at")
    served = _by_year(_sections(agency=party), "published_at")
    delivered = Bid.objects.filter(bidder=party, status=BidStatus.DELIVERED, section__state__in=OPENED)
    bids = _by_year(delivered, "received_at")
    awards = _by_year(Award.objects.filter(candidate__party=party), "decided_at", sum=Sum("amount"))
    found = []
    for year in sorted({*tendered, *served, *bids, *awards}, reverse=True):
        won = awards.get(year, {})
        one, two, three = (int(rows.get(year, {}).get("n", 0)) for rows in (tendered, served, bids))
        found.append(Year(year, one, two, three, won.get("n", 0), won.get("sum", Decimal(0))))
    return found


def _by_year(rows: QuerySet[Any], moment: str, **sums: Any) -> dict[int, dict[str, Any]]:
    years = rows.order_by().annotate(year=ExtractYear(moment, tzinfo=BEIJING)).values("year")
    return {row["year"]: row for row in years.annotate(n=Count("pk"), **sums)}


def _sections(**of: Party) -> QuerySet[Section]:
    return Section.objects.filter(BEGUN, **{f"tendering_project__project__{key}": party for key, party in of.items()})


@dataclass(frozen=True, slots=True)
class Dealing:
    """One section in a firm's record: in which role, and what came of it."""

    role: str
    code: str
    name: str
    state: str
    at: dt.datetime | None
    amount: Decimal | None = None


def record_of(party: Party, most: int = 50) -> list[Dealing]:
    """What the firm tendered, served and won, the newest first (CTS A-206, A-209, A-213); two queries."""
    mine = Q(tendering_project__project__tenderer=party) | Q(tendering_project__project__agency=party)
    sections = Section.objects.filter(BEGUN & mine).annotate(tenderer=F("tendering_project__project__tenderer"))
    states = {value: str(words) for value, words in SectionState.choices}
    found = [
        Dealing(
            "tenderer" if row.tenderer == party.pk else "agency",
            row.code,
            row.name,
            states[row.state],
            row.published_at,
        )
        for row in sections.order_by("-published_at")[:most]
    ]
    awards = Award.objects.filter(candidate__party=party).select_related("section").order_by("-decided_at")[:most]
    found += [
        Dealing("bidder", row.section.code, row.section.name, states[row.section.state], row.decided_at, row.amount)
        for row in awards
    ]
    return sorted(found, key=lambda dealing: str(dealing.at), reverse=True)[:most]


def facts_of(party: Party, labels: Mapping[str, Mapping[str, str]]) -> list[tuple[str, str]]:
    """Label and value of the verified details that are public; `labels`: role → key → label."""
    found: dict[str, str] = {}
    for role in SHOWN_ROLES:
        told = party.details.get(role, {})
        for key in PUBLIC_DETAILS:
            if told.get(key) and key in labels[role]:
                found.setdefault(labels[role][key], told[key])
    return list(found.items())


def professionals_of(party: Party) -> QuerySet[Person]:
    """The verified people who stand for the firm (CTS A-210, A-216)."""
    return Person.objects.filter(party=party, status=Person.Status.VERIFIED).order_by("duty", "name", "pk")


def papers_of(party: Party) -> QuerySet[Paper]:
    return Paper.objects.filter(party=party, kind__in=PUBLIC_PAPERS).order_by("kind", "-pk")
