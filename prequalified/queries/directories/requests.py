"""Requests for admission as those see them who may: the firm its own, staff those of their centres, the public what is public."""

import datetime as dt

from django.db.models import Count, Q, QuerySet

from prequalified.models import Admission, AdmissionRequest, Call, Directory, Party
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.calls import CallFacts
from prequalified.rules.directories.lifecycle import OPEN, PUBLIC, Status
from prequalified.rules.directories.requests import Standing
from runtime.actor import Actor

_WITH = ("call__directory__centre", "call__directory__category", "call__condition_set", "party", "renews")


def requests_of_staff(actor: Actor) -> QuerySet[AdmissionRequest]:
    """What was handed in at the staff's centres; never a draft."""
    rows = AdmissionRequest.objects.filter(call__directory__centre__in=centres_of(actor), submitted_at__isnull=False)
    return rows.select_related(*_WITH, "reviewed_by", "submitted_by")


def requests_of_party(party_id: int | None) -> QuerySet[AdmissionRequest]:
    return AdmissionRequest.objects.filter(party_id=party_id or 0).select_related(*_WITH)


def public_requests() -> QuerySet[AdmissionRequest]:
    """What was made public: being in publicity, admitted, or stopped after it had been in publicity."""
    rows = AdmissionRequest.objects.filter(
        Q(status__in=PUBLIC) | Q(status=Status.REFUSED), publicity_from__isnull=False
    )
    return rows.select_related(*_WITH).annotate(objection_count=Count("objections"))


def call_facts(call: Call) -> CallFacts:
    return CallFacts(call.opens_at, call.closes_at, call.closed_at)


def standing_of(party: Party, directory: Directory, day: dt.date) -> Standing:
    """Where the firm stands in the directory; two queries."""
    rows = list(Admission.objects.filter(party=party, directory=directory).order_by("-pk"))
    states = [row.state for row in rows]
    state = next((one for one in states if one in ("active", "suspended")), states[0] if states else "")
    waits = max((row.waits_until for row in rows if row.waits_until), default=None)
    open_request = AdmissionRequest.objects.filter(party=party, call__directory=directory, status__in=OPEN).exists()
    return Standing(day, state, waits, open_request)
