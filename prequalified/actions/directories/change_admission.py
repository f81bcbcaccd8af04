"""The only way in which a firm's standing in a directory changes: by the table, with reason and basis, in the journal."""

import datetime as dt

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.tell_party import tell_party
from prequalified.models import Admission, AdmissionChange, ConductCase
from prequalified.rules.directories.lifecycle import change_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry

State = Admission.State


def change_admission(
    *,
    admission: Admission,
    after: str,
    reason: str,
    basis: str,
    actor: Actor,
    until: dt.date | None = None,
    case: ConductCase | None = None,
) -> AdmissionChange:
    """`until`: the last day of a suspension, or the day from which a removed firm may apply again. Raises Refusal
    `admission.wrong_state`. Called twice: the second is refused by the table. `admission` is refreshed.
    """
    with transaction.atomic():
        locked = (
            Admission.objects.select_for_update(of=("self",)).select_related("directory", "party").get(pk=admission.pk)
        )
        refuse_if(change_blockers(locked.state, after, reason, actor.role == "staff", basis))
        change = AdmissionChange.objects.create(
            admission=locked, before=locked.state, after=after, reason=reason.strip()[:4000], basis=basis.strip()[:200],
            until=until, case=case, by_id=actor.account_id, at=now(),
        )  # fmt: skip
        locked.state = after
        locked.suspended_until = until if after == State.SUSPENDED else None
        locked.waits_until = until if after == State.REMOVED else None
        locked.save(update_fields=["state", "suspended_until", "waits_until"])
        _record(change, locked, actor)
    admission.refresh_from_db()
    return change


def _record(change: AdmissionChange, admission: Admission, actor: Actor) -> None:
    """Journal and mail."""
    append_entry(
        kind="admission.changed",
        subject=f"admission:{admission.number}",
        body={
            "directory": admission.directory.code, "party": admission.party.number, "from": change.before,
            "to": change.after, "reason": change.reason, "basis": change.basis,
            "until": change.until.isoformat() if change.until else "", "case": change.case.number if change.case else "",
        },
        actor=actor,
    )  # fmt: skip
    with override(settings.LANGUAGE_CODE):
        facts = {
            "name": admission.party.name, "directory": admission.directory.name, "state": admission.get_state_display(),
            "reason": change.reason, "basis": change.basis or "—",
            "address": f"{settings.PUBLIC_URL}/directories/admissions/{admission.number}/",
        }  # fmt: skip
        subject = _("在册状态变更：%(directory)s") % facts
        text = _(
            "%(name)s：\n\n贵单位在“%(directory)s”的在册状态已变更为：%(state)s。\n原因：%(reason)s\n依据：%(basis)s\n\n"
            "详情：%(address)s\n"
        )
        tell_party(admission.party_id, subject, text % facts)
