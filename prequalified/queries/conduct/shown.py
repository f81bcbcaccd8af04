"""A case and a ledger as pages show them: steps with their moments, lines with their cases."""

from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from prequalified.models import Admission, ConductCase, ConductRules, Directory, PointEntry
from prequalified.rules.conduct.case import DEFENDED, DROPPED, NOTIFIED, PROPOSED
from prequalified.rules.conduct.preset import preset
from prequalified.rules.conduct.scheme import Scheme, read_scheme
from prequalified.rules.directories.settings import figure
from runtime.clock import now


def steps_of(case: ConductCase) -> list[dict[str, Any]]:
    """The case as a line of steps for `config/_life.html`."""
    over = case.defence_until is not None and now() >= case.defence_until
    defence = _("陈述申辩") if case.defended_at or not over else _("未陈述申辩")
    done = {PROPOSED: 1, NOTIFIED: 3 if over else 2, DEFENDED: 3}.get(case.state, 4)
    last = _("不予认定") if case.state == DROPPED else _("认定")
    titles = [
        (_("提出"), case.proposed_at), (_("告知"), case.notified_at),
        (defence, case.defended_at or (None if case.decided_at else case.defence_until)), (last, case.decided_at),
    ]  # fmt: skip
    states = ["done" if at < done else "now" if at == done else "next" for at in range(len(titles))]
    return [{"title": title, "state": state, "at": at} for (title, at), state in zip(titles, states, strict=True)]


def ledgers_of(party_id: int | None) -> list[dict[str, Any]]:
    """The firm's admissions with figures and ledger; three queries."""
    rows = Admission.objects.filter(party_id=party_id or 0).select_related("directory")
    rows = rows.prefetch_related("ledger__case", "ratings").order_by("-admitted_at")
    return [
        {
            "admission": row, "entries": list(row.ledger.all())[::-1], "ratings": list(row.ratings.all()),
            "suspend_below": figure(row.directory.figures, "suspend_below"),
            "remove_below": figure(row.directory.figures, "remove_below"),
            "capacity": figure(row.directory.figures, "capacity"),
        }
        for row in rows
    ]  # fmt: skip


def public_ledger(admission: Admission) -> QuerySet[PointEntry]:
    """What anybody may see on a firm's page: the ledger holds decided cases only, newest first."""
    return admission.ledger.select_related("case").order_by("-pk")


def scheme_shown(directory: Directory) -> tuple[ConductRules | None, dict[str, Any], Scheme]:
    """The published rules, or the preset that would become version 1."""
    row = directory.conduct_rules.select_related("published_by").first()
    data = row.rules if row else preset()
    return row, data, read_scheme(data)
