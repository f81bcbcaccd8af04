"""The firm signs and hands in its request: checked whole at once; papers that may follow start their term (容缺受理)."""

import datetime as dt

from django.db import transaction

from prequalified.actions.directories.lock_request import NOT_YOURS, lock_own_request
from prequalified.actions.directories.state_request import Stated, state_request
from prequalified.models import AdmissionRequest, Paper
from prequalified.queries.directories.requests import call_facts, requests_of_party
from prequalified.rules.directories.checking import gaps
from prequalified.rules.directories.lifecycle import Status
from prequalified.rules.directories.requests import submit_blockers
from prequalified.rules.directories.settings import term
from prequalified.rules.holidays import national_calendar
from prequalified.rules.timing import latest
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from signing.actions.verify_signature import verify_signature
from signing.rules.canonical import canonical

CHANGED = Blocker(
    "statement.changed",
    gettext_noop("签名期间申请内容有改动，签名与现在的内容不符。"),
    "电子签名法 13",
    gettext_noop("请刷新后核对并重新签名。"),
)


def submit_request(*, number: str, signature: bytes, actor: Actor) -> AdmissionRequest:
    """`signature`: detached CAdES by the firm's certificate over the canonical statement (`state_request`). Raises Refusal
    (422) with every fault at once, `call.closed`, `supplement.over`, or why the signature does not hold.
    """
    moment = now()
    seen = requests_of_party(actor.party_id).filter(number=number).first()
    if seen is None:
        raise Refusal(NOT_YOURS, 404)
    refuse_if(_move(seen, moment))
    stated = state_request(seen)  # slow: files are read and signatures verified before the lock
    refuse_if(stated.blockers, 422)
    data = canonical(stated.statement)
    verdict = verify_signature(data, signature, moment, party_number=seen.party.number, place="signature")
    with transaction.atomic():
        row = lock_own_request(number, actor)
        refuse_if(_move(row, now()))
        if (row.grade, row.facts, row.committed) != (seen.grade, seen.facts, seen.committed):
            raise Refusal(CHANGED)
        row.statement, row.signature, row.certificate = stated.statement, signature, verdict.holder_fingerprint
        _hand_in(row, stated, moment, actor)
        row.save()
        row.papers.set(Paper.objects.filter(public_id__in=[paper["id"] for paper in stated.statement["papers"]]))
        _record(row, stated, actor)
    return row


def _move(row: AdmissionRequest, moment: dt.datetime) -> list[Blocker]:
    return submit_blockers(row.status, call_facts(row.call), moment, row.supplement_until, row.renews_id is not None)


def _hand_in(row: AdmissionRequest, stated: Stated, moment: dt.datetime, actor: Actor) -> None:
    terms, calendar = row.call.directory.terms, national_calendar()
    row.findings, row.reasons = stated.data, ""
    row.submitted_by_id, row.submitted_at = actor.account_id, moment
    if gaps(stated.findings):
        if row.status != Status.SUPPLEMENT:  # handing in part of what lacks does not begin the term anew
            row.supplement_until = latest(moment, term(terms, "supplement"), calendar)
        row.status = Status.SUPPLEMENT
        return
    row.status, row.supplement_until = Status.REVIEW, None
    row.review_until = latest(moment, term(terms, "review"), calendar)
    row.warned_at = row.late_at = None


def _record(row: AdmissionRequest, stated: Stated, actor: Actor) -> None:
    append_entry(
        kind="admission_request.submitted",
        subject=f"admission_request:{row.number}",
        body={
            "directory": row.call.directory.code, "party": row.party.number, "status": row.status,
            "statement": stated.statement, "verdicts": {one.key: one.verdict.value for one in stated.findings},
            "supplement_until": stamp(row.supplement_until) if row.supplement_until else "",
            "review_until": stamp(row.review_until) if row.review_until else "",
        },
        actor=actor,
        readers="supervisor",
    )  # fmt: skip
