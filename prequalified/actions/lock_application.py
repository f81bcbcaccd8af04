"""The row locks that every move of an application takes first: the application, its role and its party together.

Two roles of one party may be decided at the same moment by two of the staff, and both write the party's details.
"""

from django.db.models import QuerySet

from prequalified.models import Application
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, Refusal, gettext_noop

NOT_YOURS = Blocker("application.not_yours", gettext_noop("没有这份申请，或它不属于您。"))


def lock_own(application_id: int, actor: Actor) -> Application:
    """The applicant's own application, locked. Refused (404) for anybody else's."""
    return _locked(Application.objects.filter(party_role__party_id=actor.party_id or 0), application_id)


def lock_for_staff(application_id: int, actor: Actor) -> Application:
    """An application at the staff's own centres, locked. Refused (404) for another centre's."""
    return _locked(Application.objects.filter(party_role__party__centre__in=centres_of(actor)), application_id)


def _locked(rows: QuerySet[Application], application_id: int) -> Application:
    demand_transaction()
    locked = rows.select_related("party_role__party").select_for_update(of=("self", "party_role", "party_role__party"))
    row = locked.filter(pk=application_id).first()
    if row is None:
        raise Refusal(NOT_YOURS, 404)
    return row
