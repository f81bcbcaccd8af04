"""Cases of conduct as each may see them, and what their rules need to know."""

import datetime as dt

from django.db.models import QuerySet, Sum
from django.db.models.functions import Abs

from prequalified.models import Admission, ConductCase
from prequalified.queries.directory import centres_of
from prequalified.rules.conduct.case import DROPPED, UPHELD
from prequalified.rules.conduct.measures import threshold_rule
from prequalified.rules.conduct.scheme import THRESHOLD, ConductRule, read_scheme
from prequalified.rules.timing import day_begins
from runtime.actor import Actor

_WITH = (
    "admission__directory__centre", "admission__party", "rules", "report", "proposed_by", "notified_by", "defended_by",
    "decided_by",
)  # fmt: skip


def cases_of_staff(actor: Actor) -> QuerySet[ConductCase]:
    return ConductCase.objects.filter(admission__directory__centre__in=centres_of(actor)).select_related(*_WITH)


def cases_of_party(party_id: int | None) -> QuerySet[ConductCase]:
    """The firm's own, from the notice on."""
    rows = ConductCase.objects.filter(admission__party=party_id or 0, notified_at__isnull=False)
    return rows.select_related(*_WITH)


def public_cases(admission: Admission) -> QuerySet[ConductCase]:
    """What anybody may see of a firm's conduct: what was upheld, never what was only proposed or dropped."""
    return admission.cases.filter(state=UPHELD).select_related("rules")


def admissions_for_proposal(actor: Actor) -> QuerySet[Admission]:
    """Staff: their centres'. Supervisors and tenderers: any directory's; the rules say what each may propose."""
    rows = Admission.objects.select_related("directory", "party")
    if actor.role in ("supervisor", "tenderer"):
        return rows
    return rows.filter(directory__centre__in=centres_of(actor))


def points_used(admission: Admission, rule: str, year: int, besides: int = 0) -> int:
    """Points of this rule, without sign, upheld or pending in the year."""
    start, end = day_begins(dt.date(year, 1, 1)), day_begins(dt.date(year + 1, 1, 1))
    rows = admission.cases.filter(rule=rule, proposed_at__gte=start, proposed_at__lt=end).exclude(state=DROPPED)
    return rows.exclude(pk=besides).aggregate(used=Sum(Abs("points")))["used"] or 0


def rule_of(case: ConductCase) -> ConductRule:
    """The rule as it stood when the case was proposed."""
    if case.rule.startswith(THRESHOLD):
        return threshold_rule(case.measure)
    found = read_scheme(case.rules.rules).rule(case.rule)
    if found is None:
        raise LookupError(f"{case.number}: no rule {case.rule} in version {case.rules.version}")
    return found
