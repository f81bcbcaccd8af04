"""People of parties: facts for the rules, what an actor may see, where somebody stands twice, whose certificate ran out."""

import datetime as dt

from django.db.models import Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import Person
from prequalified.queries.directory import centres_of
from prequalified.rules.people.persons import ALONE_PER_PARTY, FIELDS, LONE_DUTIES, PersonFacts
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import BEIJING, now
from runtime.listing import Listing

_HANDED_IN = Q(applied_at__isnull=False) & ~Q(status=Person.Status.DRAFT)


def facts_of(row: Person) -> PersonFacts:
    """Three queries."""
    verified = Person.objects.filter(party_id=row.party_id, status=Person.Status.VERIFIED, duty=row.duty)
    others = verified.exclude(pk=row.replaces_id or 0).exclude(pk=row.pk)
    standing = bool(row.number_key) and others.filter(number_key=row.number_key).exists()
    return PersonFacts(
        duty=row.duty,
        words={key: getattr(row, key) for key in FIELDS},
        numbered=bool(row.number_key),
        valid_until=row.valid_until,
        papers=list(row.papers.values_list("kind", "title", "valid_until")),
        standing=standing,
        duty_taken=row.duty in ALONE_PER_PARTY and not standing and others.exists(),
    )


def standing_people(party_id: int, day: dt.date) -> QuerySet[Person]:
    """Who counts on `day`: verified, and with a certificate that has not run out."""
    rows = Person.objects.filter(party_id=party_id, status=Person.Status.VERIFIED)
    return rows.exclude(valid_until__lt=day)


def stands_elsewhere(row: Person) -> QuerySet[Person]:
    """The same person, verified in a duty that one has at one firm only, at another firm: warned about, not barred."""
    if row.duty not in LONE_DUTIES or not row.number_key:
        return Person.objects.none()
    rows = Person.objects.filter(number_key=row.number_key, duty__in=LONE_DUTIES, status=Person.Status.VERIFIED)
    return rows.exclude(party_id=row.party_id).select_related("party")


def people_of_staff(actor: Actor) -> QuerySet[Person]:
    """What was handed in at the staff's centres; never a draft, which is nobody's business yet."""
    rows = Person.objects.filter(_HANDED_IN, party__centre__in=centres_of(actor))
    return rows.select_related("party", "applied_by", "decided_by", "replaces")


def people_of_party(party_id: int) -> QuerySet[Person]:
    return Person.objects.filter(party_id=party_id).select_related("party", "applied_by", "decided_by", "replaces")


def people_listing(request: HttpRequest, rows: QuerySet[Person]) -> Listing:
    """Narrowed by `?status=`, `?duty=` and `?expired=yes`; the oldest submission first, for it has waited longest."""
    status, duty = request.GET.get("status", ""), request.GET.get("duty", "")
    if status in Person.Status.values:
        rows = rows.filter(status=status)
    if duty in Person.Duty.values:
        rows = rows.filter(duty=duty)
    if request.GET.get("expired") == "yes":
        rows = rows.filter(valid_until__lt=day_of(now()))
    return Listing(
        request,
        rows,
        orders={
            "applied": ["applied_at"], "name": ["name"], "duty": ["duty"], "party": ["party__name"],
            "status": ["status"], "until": ["valid_until"],
        },
        search=["name__icontains", "party__name__icontains", "party__number__icontains", "certificate_number__icontains"],
        columns=[
            (_("主体"), lambda row: row.party.name),
            (_("代码"), lambda row: row.party.number),
            (_("姓名"), lambda row: row.name),
            (_("证件号码"), lambda row: row.number_shown),
            (_("岗位"), lambda row: row.get_duty_display()),
            (_("执业资格"), lambda row: row.qualification),
            (_("专业"), lambda row: row.specialty),
            (_("证书编号"), lambda row: row.certificate_number),
            (_("证书有效期至"), lambda row: row.valid_until),
            (_("状态"), lambda row: row.get_status_display()),
            (_("提交人"), lambda row: row.applied_by.get_full_name() if row.applied_by else ""),
            (_("提交时间（北京时间）"), lambda row: _beijing(row.applied_at)),
            (_("办理人"), lambda row: row.decided_by.get_full_name() if row.decided_by else ""),
            (_("办理时间（北京时间）"), lambda row: _beijing(row.decided_at)),
            (_("退回原因"), lambda row: row.reasons),
        ],
    )  # fmt: skip


def _beijing(moment: dt.datetime | None) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""
