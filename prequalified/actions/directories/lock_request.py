"""The row lock that every move of a request takes first; two of the staff at once meet here."""

from django.db.models import QuerySet

from prequalified.models import AdmissionRequest
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, Refusal, gettext_noop

NOT_YOURS = Blocker("admission_request.unknown", gettext_noop("没有这份申请，或它不属于您。"), "预选名录管理办法")


def lock_own_request(number: str, actor: Actor) -> AdmissionRequest:
    """The firm's own request, locked. Refused (404) for anybody else's."""
    return _locked(AdmissionRequest.objects.filter(party_id=actor.party_id or 0), number)


def lock_request_for_staff(number: str, actor: Actor) -> AdmissionRequest:
    """A request at the staff's own centres, locked. Refused (404) for another centre's."""
    rows = AdmissionRequest.objects.filter(call__directory__centre__in=centres_of(actor), submitted_at__isnull=False)
    return _locked(rows, number)


def lock_request(number: str) -> AdmissionRequest:
    """Any; for what the platform does by itself when a term has run out."""
    return _locked(AdmissionRequest.objects.all(), number)


def _locked(rows: QuerySet[AdmissionRequest], number: str) -> AdmissionRequest:
    demand_transaction()
    kept = rows.select_for_update(of=("self",)).select_related(
        "call__directory__centre", "call__condition_set", "party", "renews"
    )
    row = kept.filter(number=number).first()
    if row is None:
        raise Refusal(NOT_YOURS, 404)
    return row
