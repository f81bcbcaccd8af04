"""When the publicity has run out without open objections the firm is admitted: by the beat, or whoever looks first."""

import datetime as dt

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.ask_gate import demand_gate
from prequalified.actions.conduct.open_ledger import open_ledger
from prequalified.actions.directories.change_admission import change_admission
from prequalified.actions.directories.lock_request import lock_request
from prequalified.actions.directories.numbers import next_admission_number
from prequalified.actions.tell_party import tell_party
from prequalified.models import Admission, AdmissionChange, AdmissionObjection, AdmissionRequest, Commitment
from prequalified.queries.sanctions.standing import bars_of
from prequalified.rules.directories.checking import Verdict
from prequalified.rules.directories.lifecycle import Status, renewed_blockers
from prequalified.rules.directories.reviews import valid_until
from prequalified.rules.directories.settings import figure
from prequalified.rules.holidays import national_calendar
from prequalified.rules.timing import day_of, latest, read_term
from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Blocker, Refusal
from signing.actions.append_entry import append_entry


def admit_due() -> int:
    """How many requests were decided. A second call finds none; two at once meet at each row's lock."""
    rows = AdmissionRequest.objects.filter(status=Status.PUBLICITY, publicity_until__lte=now())
    waiting = AdmissionObjection.objects.filter(request=OuterRef("pk"), answered_at=None)
    numbers = list(rows.exclude(Exists(waiting)).values_list("number", flat=True))
    return sum(admit_request(number) for number in numbers)


def admit_request(number: str) -> bool:
    """Whether it was decided now. Nothing happens before the end of the publicity or while an objection is open.

    The gate is asked first and its answer archived; a "no" refuses the request with the gate's reasons.
    """
    row = AdmissionRequest.objects.select_related("party", "call__directory").filter(number=number).first()
    if row is None or not _ripe(row):
        return False
    subject = f"directory:{row.call.directory.code}"
    try:
        demand_gate(gate="admit", party=row.party, actor=SYSTEM, subject=subject)
    except Refusal as refusal:
        return _decide(number, list(refusal.blockers))
    return _decide(number, [])


def _ripe(row: AdmissionRequest) -> bool:
    over = row.publicity_until is not None and row.publicity_until <= now()
    return row.status == Status.PUBLICITY and over and not row.objections.filter(answered_at=None).exists()


def _decide(number: str, reasons: list[Blocker]) -> bool:
    try:
        with transaction.atomic():
            row = lock_request(number)
            if not _ripe(row):
                return False
            reasons = reasons or bars_of([row.party_id], "admit", "", day_of(now()))[row.party_id]
            reasons = reasons or renewed_blockers(row.renews.state if row.renews else "")
            if reasons:
                _refuse(row, reasons)
            else:
                _admit(row)
            return True
    except IntegrityError:  # admitted by another request of the same firm between look and write
        return False


def _refuse(row: AdmissionRequest, reasons: list[Blocker]) -> None:
    with override(settings.LANGUAGE_CODE):
        row.reasons = "\n".join(_(one.message) % dict(one.params) for one in reasons)
    row.status, row.decided_at = Status.REFUSED, now()
    row.save(update_fields=["status", "decided_at", "reasons"])
    body = {"party": row.party.number, "reasons": row.reasons, "codes": [one.code for one in reasons]}
    subject = f"admission_request:{row.number}"
    append_entry(kind="admission_request.refused", subject=subject, body=body, actor=SYSTEM)
    _tell(row, None)


def _admit(row: AdmissionRequest) -> None:
    moment = now()
    row.status, row.decided_at = Status.ADMITTED, moment
    row.save(update_fields=["status", "decided_at"])
    admission = _renew(row, moment) if row.renews_id else _new(row, moment)
    _commitments(row, moment)
    append_entry(
        kind="admission.renewed" if row.renews_id else "admission.made",
        subject=f"admission:{admission.number}",
        body={
            "directory": row.call.directory.code, "party": row.party.number, "name": row.party.name,
            "request": row.number, "grade": admission.grade, "valid_until": admission.valid_until.isoformat(),
        },
        actor=SYSTEM,
    )  # fmt: skip
    _tell(row, admission)


def _new(row: AdmissionRequest, moment: dt.datetime) -> Admission:
    directory = row.call.directory
    admission = Admission.objects.create(
        number=next_admission_number(directory), directory=directory, party=row.party, request=row, grade=row.grade,
        admitted_at=moment, valid_until=valid_until(day_of(moment), figure(directory.figures, "validity_years")),
        points=0,
    )  # fmt: skip
    AdmissionChange.objects.create(
        admission=admission, before="", after="active", reason=_words(row), basis="预选名录管理办法", at=moment
    )
    open_ledger(admission=admission, actor=SYSTEM)
    return admission


def _renew(row: AdmissionRequest, moment: dt.datetime) -> Admission:
    """Counted on from the present end, or from today where that has passed. A removed or left firm is not brought back."""
    admission = (
        Admission.objects.select_for_update(of=("self",))
        .select_related("directory", "party")
        .get(pk=row.renews_id or 0)
    )
    start = max(admission.valid_until, day_of(moment))
    admission.valid_until = valid_until(start, figure(admission.directory.figures, "validity_years"))
    admission.grade = row.grade
    admission.certificate_path = admission.certificate_sha256 = ""  # the old certificate says another date
    admission.save(update_fields=["valid_until", "grade", "certificate_path", "certificate_sha256"])
    if admission.state == Admission.State.EXPIRED:
        basis = "预选名录管理办法"
        change_admission(admission=admission, after="active", reason=_words(row), basis=basis, actor=SYSTEM)
    return admission


def _words(row: AdmissionRequest) -> str:
    with override(settings.LANGUAGE_CODE):
        words = _("续期申请 %(number)s 获准") if row.renews_id else _("公示期满，入库申请 %(number)s 获准")
        return words % {"number": row.number}


def _commitments(row: AdmissionRequest, moment: dt.datetime) -> None:
    """What was committed to falls due for its check after the condition's term."""
    by_key = {one["key"]: one for one in row.call.condition_set.conditions["conditions"]}
    for finding in row.findings:
        condition = by_key.get(finding["key"])
        if finding["verdict"] != Verdict.COMMITTED or condition is None:
            continue
        due = latest(moment, read_term(condition["commitment"]), national_calendar())
        Commitment.objects.create(request=row, key=condition["key"], text=condition["text"], due=due)


def _tell(row: AdmissionRequest, admission: Admission | None) -> None:
    with override(settings.LANGUAGE_CODE):
        facts = {
            "name": row.party.name, "directory": row.call.directory.name, "reasons": row.reasons,
            "number": admission.number if admission else row.number,
            "until": admission.valid_until.isoformat() if admission else "",
        }  # fmt: skip
        if admission is None:
            subject = _("不予入库：%(directory)s") % facts
            text = (
                _("%(name)s：\n\n贵单位的入库申请 %(number)s（%(directory)s）不予入库。\n原因：%(reasons)s\n") % facts
            )
        else:
            facts["address"] = f"{settings.PUBLIC_URL}/directories/admissions/{admission.number}/"
            subject = _("已入库：%(directory)s") % facts
            text = (
                _(
                    "%(name)s：\n\n贵单位已进入“%(directory)s”，入库编号 %(number)s，有效期至 %(until)s。\n"
                    "入库证明：%(address)s\n"
                )
                % facts
            )
        tell_party(row.party_id, subject, text)
