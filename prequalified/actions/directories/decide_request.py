"""Staff decide a request: to publicity, back with all reasons at once, or refused. Two at once: one decides, one is told."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.directories.lock_request import lock_request_for_staff
from prequalified.actions.tell_party import tell_party
from prequalified.models import AdmissionRequest
from prequalified.rules.directories.lifecycle import Status
from prequalified.rules.directories.requests import DECISIONS, decision_blockers
from prequalified.rules.directories.settings import term
from prequalified.rules.holidays import national_calendar
from prequalified.rules.timing import earliest, latest
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def decide_request(*, number: str, decision: str, reasons: str, actor: Actor) -> AdmissionRequest:
    """`decision`: pass, return or refuse. Raises Refusal `admission_request.wrong_status` for whoever comes second."""
    with transaction.atomic():
        row = lock_request_for_staff(number, actor)
        refuse_if(decision_blockers(row.status, decision, reasons, row.party_id == actor.party_id))
        moment, terms, calendar = now(), row.call.directory.terms, national_calendar()
        row.status, row.reasons = DECISIONS[decision], reasons.strip()[:20_000]
        row.reviewed_by_id, row.reviewed_at = actor.account_id, moment
        if row.status == Status.PUBLICITY:
            row.publicity_from = moment
            row.publicity_until = earliest(moment, term(terms, "publicity"), calendar, whole=True)
        elif row.status == Status.RETURNED:
            row.supplement_until = latest(moment, term(terms, "supplement"), calendar)
        else:
            row.decided_by_id, row.decided_at = actor.account_id, moment
        row.save()
        _record(row, actor)
        _tell(row)
    return row


def _record(row: AdmissionRequest, actor: Actor) -> None:
    until = row.publicity_until if row.status == Status.PUBLICITY else row.supplement_until
    public = row.status == Status.PUBLICITY
    append_entry(
        kind=f"admission_request.{row.status}",
        subject=f"admission_request:{row.number}",
        body={
            "directory": row.call.directory.code, "party": row.party.number, "grade": row.grade,
            "reasons": row.reasons, "until": stamp(until) if until else "",
            "late": bool(row.review_until and row.reviewed_at and row.reviewed_at >= row.review_until),
        },
        actor=actor,
        readers="public" if public else "supervisor",
    )  # fmt: skip


def _tell(row: AdmissionRequest) -> None:
    with override(settings.LANGUAGE_CODE):
        facts = {
            "name": row.party.name, "directory": row.call.directory.name, "number": row.number,
            "status": row.get_status_display(), "reasons": row.reasons or "—",
            "address": f"{settings.PUBLIC_URL}/my/requests/{row.number}/",
        }  # fmt: skip
        text = _(
            "%(name)s：\n\n贵单位的入库申请 %(number)s（%(directory)s）审核结果：%(status)s。\n原因：%(reasons)s\n\n"
            "详情：%(address)s\n"
        )
        tell_party(row.party_id, _("入库申请审核结果：%(directory)s") % facts, text % facts)
