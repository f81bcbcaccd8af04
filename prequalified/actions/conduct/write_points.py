"""One line of the points ledger: the only place where a firm's points change."""

from prequalified.actions.conduct.rules_in_force import rules_in_force
from prequalified.models import Admission, ConductCase, PointEntry
from prequalified.rules.conduct.scheme import read_scheme
from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from signing.actions.append_entry import append_entry


def lock_admission(pk: int) -> Admission:
    """Locked until the commit, with its directory and party."""
    demand_transaction()
    rows = Admission.objects.select_for_update(of=("self",)).select_related("directory__centre", "party")
    return rows.get(pk=pk)


def write_points(
    admission: Admission, points: int, reason: str, actor: Actor, case: ConductCase | None = None
) -> PointEntry:
    """For an admission locked by `lock_admission`; balance and rating follow. The balance is the ledger's sum, not a guess."""
    last = admission.ledger.order_by("-pk").first()
    balance = (last.balance if last else 0) + points
    entry = PointEntry.objects.create(
        admission=admission, points=points, balance=balance, reason=reason[:400], case=case, by_id=actor.account_id,
        at=now(),
    )  # fmt: skip
    admission.points = balance
    admission.rating = read_scheme(rules_in_force(admission.directory).rules).grade(balance)
    admission.save(update_fields=["points", "rating"])
    body = {
        "party": admission.party.number, "directory": admission.directory.code, "points": points, "balance": balance,
        "reason": entry.reason, "case": case.number if case else "", "rating": admission.rating,
    }  # fmt: skip
    append_entry(kind="conduct.points", subject=f"admission:{admission.number}", body=body, actor=actor)
    return entry
