"""The staff's clock (限时办结): a mail before it runs out and one after it has, each noted on the request and in the journal."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.directories.lock_request import lock_request
from prequalified.actions.tell_party import tell_staff
from prequalified.models import AdmissionRequest
from prequalified.rules.directories.clocks import stage
from prequalified.rules.directories.lifecycle import Status
from prequalified.rules.timing import beijing
from runtime.actor import SYSTEM
from runtime.clock import now, stamp
from signing.actions.append_entry import append_entry


def warn_of_clocks() -> int:
    """How many warnings went out. A second call finds them noted and sends none; the to-do list says the same."""
    moment = now()
    rows = AdmissionRequest.objects.filter(status=Status.REVIEW, late_at=None, review_until__isnull=False)
    rows = rows.filter(review_until__lte=moment + dt.timedelta(days=31))
    return sum(_warn(row.number, moment) for row in rows.order_by("review_until"))


def _warn(number: str, moment: dt.datetime) -> bool:
    with transaction.atomic():
        row = lock_request(number)
        if row.status != Status.REVIEW or row.submitted_at is None or row.review_until is None:
            return False
        due = stage(row.submitted_at, row.review_until, moment, row.warned_at is not None, row.late_at is not None)
        if not due:
            return False
        if due == "late":
            row.late_at = moment
        row.warned_at = row.warned_at or moment
        row.save(update_fields=["warned_at", "late_at"])
        append_entry(
            kind=f"admission_request.review_{due}",
            subject=f"admission_request:{row.number}",
            body={"until": stamp(row.review_until)},
            actor=SYSTEM,
            readers="supervisor",
        )
        _tell(row, due)
    return True


def _tell(row: AdmissionRequest, due: str) -> None:
    with override(settings.LANGUAGE_CODE):
        facts = {
            "number": row.number, "party": row.party.name, "until": beijing(row.review_until) if row.review_until else "",
            "address": f"{settings.PUBLIC_URL}/staff/requests/{row.number}/",
        }  # fmt: skip
        late, soon = _("入库审核已超期：%(number)s"), _("入库审核即将到期：%(number)s")
        text = _("%(party)s 的入库申请 %(number)s 应在 %(until)s 前办结。\n\n%(address)s\n")
        tell_staff(row.call.directory.centre_id, (late if due == "late" else soon) % facts, text % facts)
