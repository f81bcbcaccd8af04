"""A request whose missing papers did not come within their term lapses by itself; the firm is told."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.directories.lock_request import lock_request
from prequalified.actions.tell_party import tell_party
from prequalified.models import AdmissionRequest
from prequalified.rules.directories.lifecycle import Status
from prequalified.rules.timing import beijing
from runtime.actor import SYSTEM
from runtime.clock import now, stamp
from signing.actions.append_entry import append_entry


def lapse_requests() -> int:
    """How many lapsed. A second call finds none."""
    rows = AdmissionRequest.objects.filter(status=Status.SUPPLEMENT, supplement_until__lte=now())
    return sum(lapse_request(number) for number in rows.values_list("number", flat=True))


def lapse_request(number: str) -> bool:
    """Looks again under the lock: papers handed in at the last moment count."""
    with transaction.atomic():
        row = lock_request(number)
        until = row.supplement_until
        if row.status != Status.SUPPLEMENT or until is None or until > now():
            return False
        row.status, row.decided_at = Status.LAPSED, now()
        row.save(update_fields=["status", "decided_at"])
        append_entry(
            kind="admission_request.lapsed",
            subject=f"admission_request:{row.number}",
            body={"party": row.party.number, "until": stamp(until)},
            actor=SYSTEM,
            readers="supervisor",
        )
        _tell(row)
    return True


def _tell(row: AdmissionRequest) -> None:
    with override(settings.LANGUAGE_CODE):
        facts = {
            "name": row.party.name, "directory": row.call.directory.name, "number": row.number,
            "until": beijing(row.supplement_until) if row.supplement_until else "",
            "address": f"{settings.PUBLIC_URL}/my/requests/{row.number}/",
        }  # fmt: skip
        text = _(
            "%(name)s：\n\n贵单位的入库申请 %(number)s（%(directory)s）缺少的材料未在 %(until)s 前补正，申请已失效。\n"
            "征集仍在受理的，可重新申请。\n\n%(address)s\n"
        )
        tell_party(row.party_id, _("入库申请逾期未补正：%(directory)s") % facts, text % facts)
