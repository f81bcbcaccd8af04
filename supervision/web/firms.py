"""Public pages of the information base: the list of firms, and what each of them is and did."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from prequalified.models import Directory, RoleStatus
from prequalified.rules.details import DETAILS
from prequalified.rules.timing import day_of
from runtime.clock import now
from supervision.queries import firms as firms_known
from supervision.queries.firm_listing import firms_listing

ROLES = [("tenderer", "招标人"), ("agency", "招标代理机构"), ("bidder", "投标人")]


def firms(request: HttpRequest) -> HttpResponseBase:
    listing = firms_listing(request)
    if listing.wants_file:
        return listing.file("firms")
    context = {
        "listing": listing,
        "roles": [(role, _(words)) for role, words in ROLES],
        "directories": Directory.objects.filter(active=True).values_list("code", "name"),
        "asked": {
            key: request.GET.get(key, "") for key in ("role", "directory", "grade", "region", "awarded", "clear")
        },
    }
    return render(request, "supervision/firms.html", context)


def firm(request: HttpRequest, number: str) -> HttpResponse:
    """Everything public about one firm, in at most fifteen queries."""
    day = day_of(now())
    party = firms_known.firm_by_number(number)
    if party is None:
        raise Http404
    labels = {role: {one.key: _(one.label) for one in DETAILS[role]} for role in firms_known.SHOWN_ROLES}
    years = firms_known.years_of(party)
    sanctions = firms_known.public_sanctions(day).filter(party=party).select_related("kind", "end")
    standing = set(sanctions.filter(firms_known.in_force(day)).values_list("pk", flat=True))
    context = {
        "party": party,
        "roles": [(role, role.status == RoleStatus.SUSPENDED) for role in party.roles.exclude(verified_at=None)],
        "facts": firms_known.facts_of(party, labels),
        "admissions": party.admissions.select_related("directory").order_by("-admitted_at"),
        "papers": firms_known.papers_of(party),
        "professionals": firms_known.professionals_of(party),
        "years": years,
        "record": firms_known.record_of(party),
        "sanctions": [(row, row.pk in standing) for row in sanctions],
        "barred": bool(standing),
    }
    return render(request, "supervision/firm.html", context)
