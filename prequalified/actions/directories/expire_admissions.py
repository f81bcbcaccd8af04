"""An admission whose last day has passed expires; a renewal decided later brings it back."""

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.directories.change_admission import change_admission
from prequalified.models import Admission
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Refusal


def expire_admissions() -> int:
    """How many expired. A second call finds none. Nothing rests on it: whoever asks also looks at `valid_until` itself."""
    rows = Admission.objects.filter(state__in=["active", "suspended"], valid_until__lt=day_of(now()))
    return sum(expire_admission(row) for row in rows.order_by("pk").iterator(chunk_size=500))


def expire_admission(row: Admission) -> bool:
    """Whether it expired now: for the sweep, and for whoever looks first. `row` is refreshed."""
    if row.state not in ("active", "suspended") or row.valid_until >= day_of(now()):
        return False
    with override(settings.LANGUAGE_CODE):
        reason = _("有效期至 %(until)s，已经届满。") % {"until": row.valid_until.isoformat()}
    try:
        change_admission(admission=row, after="expired", reason=reason, basis="", actor=SYSTEM)
    except Refusal:  # changed by somebody else between look and lock
        return False
    return True
