"""A firm begins to ask for admission under an open call, or for the renewal of the admission that it has."""

import datetime as dt

from django.db import IntegrityError, transaction

from prequalified.actions.directories.numbers import random_number
from prequalified.models import Admission, AdmissionRequest, Call, Party
from prequalified.queries.directories.requests import call_facts, standing_of
from prequalified.rules.directories.calls import inactive_blockers
from prequalified.rules.directories.requests import renewal_blockers, start_blockers
from prequalified.rules.directories.settings import figure
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

_RULE = "预选名录管理办法"
NO_PARTY = Blocker("party.none", gettext_noop("只有已注册的单位可以申请入库。"), _RULE)
NO_CALL = Blocker(
    "renewal.no_call", gettext_noop("该名录没有征集公告，不能申请续期。"), _RULE, gettext_noop("请联系交易中心。")
)
TWICE = Blocker("admission_request.open", gettext_noop("贵单位在本名录已有一份未办结的申请。"), _RULE)


def start_request(*, call: Call, actor: Actor) -> AdmissionRequest:
    """A draft. Raises Refusal: `call.closed`, `admission.standing`, `admission.waiting`, `admission_request.open`."""
    moment = now()
    party = _party(actor)
    with transaction.atomic():
        Party.objects.select_for_update().get(pk=party.pk)
        standing = standing_of(party, call.directory, day_of(moment))
        refuse_if([*inactive_blockers(call.directory.active), *start_blockers(standing, call_facts(call), moment)])
        return _make(call, party, None, moment, actor)


def start_renewal(*, admission: Admission, actor: Actor) -> AdmissionRequest:
    """Under the newest call of the directory, which need not be open: who stands in it needs no call. Raises Refusal."""
    moment = now()
    party = _party(actor)
    if admission.party_id != party.pk:
        raise Refusal(NO_PARTY, 404)
    directory = admission.directory
    with transaction.atomic():
        Party.objects.select_for_update().get(pk=party.pk)
        standing = standing_of(party, directory, day_of(moment))
        refuse_if(renewal_blockers(standing, admission.valid_until, figure(directory.figures, "renewal_days")))
        call = Call.objects.filter(directory=directory).order_by("-published_at").first()
        if call is None:
            raise Refusal(NO_CALL)
        return _make(call, party, admission, moment, actor)


def _make(call: Call, party: Party, renews: Admission | None, moment: dt.datetime, actor: Actor) -> AdmissionRequest:
    grades = call.condition_set.conditions["grades"]
    grade = renews.grade if renews and renews.grade in grades else grades[0] if len(grades) == 1 else ""
    try:
        with transaction.atomic():
            row = AdmissionRequest.objects.create(
                number=random_number("SQ"), call=call, party=party, renews=renews, grade=grade,
                created_by_id=actor.account_id or 0, created_at=moment,
            )  # fmt: skip
    except IntegrityError as error:
        raise Refusal(TWICE) from error
    append_entry(
        kind="admission_request.started",
        subject=f"admission_request:{row.number}",
        body={"call": call.number, "party": party.number, "renews": renews.number if renews else ""},
        actor=actor,
        readers="supervisor",
    )
    return row


def _party(actor: Actor) -> Party:
    party = Party.objects.filter(pk=actor.party_id or 0, kind=Party.Kind.ORGANISATION).first()
    if party is None:
        raise Refusal(NO_PARTY, 403)
    return party
