"""A case under its lock, for those who may act on it."""

from prequalified.models import ConductCase
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, Refusal, gettext_noop

UNKNOWN = Blocker("conduct.unknown", gettext_noop("没有这个案件。"))


def lock_case_for_staff(number: str, actor: Actor) -> ConductCase:
    """Raises Refusal 404 outside the staff's centres."""
    return _locked(number, admission__directory__centre__in=centres_of(actor))


def lock_own_case(number: str, actor: Actor) -> ConductCase:
    """The firm's own, once it was notified. Raises Refusal 404."""
    return _locked(number, admission__party=actor.party_id or 0, notified_at__isnull=False)


def _locked(number: str, **visible: object) -> ConductCase:
    demand_transaction()
    rows = ConductCase.objects.select_for_update(of=("self",)).filter(number=number, **visible)
    found = rows.select_related("admission__directory__centre", "admission__party", "rules").first()
    if found is None:
        raise Refusal(UNKNOWN, 404)
    return found
