"""Reports about firms, as the staff of their directories see them."""

from django.db.models import Exists, OuterRef, QuerySet

from prequalified.models import Admission, ConductCase, ConductReport
from prequalified.queries.directory import centres_of
from runtime.actor import Actor


def leads_of(actor: Actor) -> QuerySet[ConductReport]:
    """About firms that stand, or stood, in a directory of the staff's centres."""
    standing = Admission.objects.filter(party=OuterRef("party"), directory__centre__in=centres_of(actor))
    cases = ConductCase.objects.filter(report=OuterRef("pk"))
    rows = ConductReport.objects.annotate(has_case=Exists(cases)).filter(Exists(standing))
    return rows.select_related("party", "reported_by", "dismissed_by")


def waiting_leads(actor: Actor) -> QuerySet[ConductReport]:
    return leads_of(actor).filter(dismissed_at=None, cases=None)
