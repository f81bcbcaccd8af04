"""A suspension ends: by its term, swept by the beat, or earlier by staff with reasons."""

from django.db import transaction

from prequalified.actions.directories.change_admission import change_admission
from prequalified.models import Admission, AdmissionChange
from prequalified.queries.directory import centres_of
from prequalified.rules.conduct.case import text_blockers
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM, Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if

RUN_OUT = gettext_noop("暂停期满，恢复在册")
UNKNOWN = Blocker("admission.unknown", gettext_noop("没有这家在册单位。"))
_BASIS = "预选名录管理办法（暂停与恢复）"


def lift_suspension(*, admission_number: str, reasons: str, actor: Actor) -> AdmissionChange:
    """Before its end, by staff of the directory's centre. Raises Refusal `admission.wrong_state`, `reasons.missing`."""
    rows = Admission.objects.filter(directory__centre__in=centres_of(actor), number=admission_number)
    admission = rows.first()
    if admission is None:
        raise Refusal(UNKNOWN, 404)
    refuse_if(text_blockers(reasons, "reasons"), 422)
    return change_admission(
        admission=admission, after=Admission.State.ACTIVE, reason=reasons, basis=_BASIS, actor=actor
    )


def lift_run_out() -> int:
    """How many were lifted. Called twice, or twice at once, the second finds them active and passes on."""
    today = day_of(now())
    rows = Admission.objects.filter(state=Admission.State.SUSPENDED, suspended_until__lt=today)
    lifted = 0
    for admission in rows.iterator(chunk_size=500):
        with transaction.atomic():
            locked = Admission.objects.select_for_update().get(pk=admission.pk)
            if (
                locked.state != Admission.State.SUSPENDED
                or not locked.suspended_until
                or locked.suspended_until >= today
            ):
                continue
            change_admission(admission=locked, after=Admission.State.ACTIVE, reason=RUN_OUT, basis=_BASIS, actor=SYSTEM)
            lifted += 1
    return lifted
