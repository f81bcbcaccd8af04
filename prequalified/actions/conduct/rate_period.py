"""When a period is over, every firm's rating for it is written down, from the balance its ledger had then."""

from decimal import Decimal

from django.db import transaction
from django.db.models import OuterRef, Subquery

from prequalified.actions.conduct.rules_in_force import rules_in_force
from prequalified.models import Admission, Directory, PointEntry, Rating
from prequalified.rules.conduct.periods import last_period
from prequalified.rules.conduct.scheme import read_scheme
from prequalified.rules.timing import day_of, day_over
from runtime.actor import SYSTEM
from runtime.clock import now
from signing.actions.append_entry import append_entry


def rate_period() -> int:
    """How many ratings were written. Called twice: the second finds each firm rated for the period."""
    return sum(_rate(directory) for directory in Directory.objects.filter(active=True))


def _rate(directory: Directory) -> int:
    with transaction.atomic():
        rules = rules_in_force(directory)
        scheme = read_scheme(rules.rules)
        period, last_day = last_period(day_of(now()), scheme.period)
        over = day_over(last_day)
        entry = PointEntry.objects.filter(admission=OuterRef("pk"), at__lt=over).order_by("-pk")
        rows = Admission.objects.filter(directory=directory, admitted_at__lt=over, state__in=["active", "suspended"])
        rows = rows.exclude(ratings__period=period).annotate(balance=Subquery(entry.values("balance")[:1]))
        written = [
            Rating(
                admission=row, period=period, grade=scheme.grade(row.balance), score=Decimal(row.balance),
                basis={"balance": row.balance, "rules": rules.version, "until": last_day.isoformat()}, at=now(),
            )
            for row in rows
            if row.balance is not None
        ]  # fmt: skip
        Rating.objects.bulk_create(written, batch_size=500)
        if written:
            body = {"period": period, "rated": len(written), "rules": rules.version, "sha256": rules.sha256}
            append_entry(kind="conduct.rated", subject=f"directory:{directory.code}", body=body, actor=SYSTEM)
    return len(written)
