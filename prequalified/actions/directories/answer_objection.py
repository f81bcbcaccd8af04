"""Staff answer an objection to an admission; an upheld one stops the admission."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.directories.lock_request import lock_request_for_staff
from prequalified.actions.tell_party import tell, tell_party
from prequalified.models import AdmissionObjection
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.lifecycle import Status, request_blockers
from prequalified.rules.directories.requests import answer_blockers
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("objection.unknown", gettext_noop("没有这条异议。"), "预选名录管理办法")


def answer_objection(*, objection_id: int, answer: str, upheld: bool, actor: Actor) -> AdmissionObjection:
    """Raises Refusal `objection.answered` for the second of two. The answer is public with the request."""
    with transaction.atomic():
        own = AdmissionObjection.objects.filter(request__call__directory__centre__in=centres_of(actor))
        seen = own.select_related("request").filter(pk=objection_id).first()
        if seen is None:
            raise Refusal(UNKNOWN, 404)
        request = lock_request_for_staff(seen.request.number, actor)
        row = AdmissionObjection.objects.select_for_update(of=("self",)).select_related("by").get(pk=objection_id)
        refuse_if(answer_blockers(row.answered_at is not None, answer, row.by_id == actor.account_id))
        if upheld:
            refuse_if(request_blockers(request.status, Status.REFUSED))
        row.answer, row.upheld = answer.strip()[:20_000], upheld
        row.answered_by_id, row.answered_at = actor.account_id, now()
        row.save()
        append_entry(
            kind="admission_objection.answered",
            subject=f"admission_request:{request.number}",
            body={
                "objection": row.pk, "upheld": upheld, "answer": row.answer, "at": stamp(row.answered_at),
                "late": bool(row.answer_until and row.answered_at >= row.answer_until),
            },
            actor=actor,
        )  # fmt: skip
        if upheld:
            _stop(row, actor)
        _tell(row)
    return row


def _stop(row: AdmissionObjection, actor: Actor) -> None:
    request = row.request
    request.refresh_from_db()
    with override(settings.LANGUAGE_CODE):
        request.reasons = _("公示期间的异议成立：%(answer)s") % {"answer": row.answer}
    request.status, request.decided_by_id, request.decided_at = Status.REFUSED, actor.account_id, row.answered_at
    request.save(update_fields=["status", "reasons", "decided_by", "decided_at"])
    append_entry(
        kind="admission_request.refused",
        subject=f"admission_request:{request.number}",
        body={"party": request.party.number, "reasons": request.reasons, "objection": row.pk},
        actor=actor,
    )


def _tell(row: AdmissionObjection) -> None:
    """Whoever objected, and the firm where it stops the admission."""
    with override(settings.LANGUAGE_CODE):
        facts = {
            "name": row.request.party.name, "answer": row.answer,
            "upheld": _("异议成立，终止入库。") if row.upheld else _("异议不成立。"),
            "address": f"{settings.PUBLIC_URL}/directories/publicity/{row.request.number}/",
        }  # fmt: skip
        subject = _("入库公示异议的答复：%(name)s") % facts
        text = _("关于 %(name)s 入库公示的异议：%(upheld)s\n答复：%(answer)s\n\n%(address)s\n") % facts
        tell([row.by.email] if row.by.email else [], subject, text)
        if row.upheld:
            tell_party(row.request.party_id, subject, text)
