"""Anybody who is logged in objects to an admission that is in publicity; the admission waits for the answer."""

from django.db import transaction

from prequalified.actions.directories.lock_request import lock_request
from prequalified.models import AdmissionObjection
from prequalified.permissions import LOGIN_NEEDED
from prequalified.rules.directories.requests import objection_blockers
from prequalified.rules.directories.settings import term
from prequalified.rules.holidays import national_calendar
from prequalified.rules.timing import latest
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Refusal, refuse_if
from signing.actions.append_entry import append_entry


def file_objection(*, number: str, text: str, actor: Actor) -> AdmissionObjection:
    """Raises Refusal `publicity.over` once the term has run out, even before the beat has looked."""
    if actor.account_id is None:
        raise Refusal(LOGIN_NEEDED, 401)
    with transaction.atomic():
        row, moment = lock_request(number), now()
        refuse_if(objection_blockers(row.status, row.publicity_until, moment, text))
        until = latest(moment, term(row.call.directory.terms, "objection_answer"), national_calendar())
        objection = AdmissionObjection.objects.create(
            request=row, by_id=actor.account_id, text=text.strip(), at=moment, answer_until=until
        )
        append_entry(
            kind="admission_objection.filed",
            subject=f"admission_request:{row.number}",
            body={"objection": objection.pk, "text": objection.text, "answer_until": stamp(until)},
            actor=actor,
            readers="supervisor",
        )
    return objection
