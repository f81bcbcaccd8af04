"""The firm is told what is proposed, on what facts and rule, and until when it may defend itself (行政处罚法 44)."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import override

from prequalified.actions.conduct.lock_case import lock_case_for_staff
from prequalified.actions.tell_party import tell_party
from prequalified.models import ConductCase
from prequalified.rules.conduct.case import Standing, notify_blockers
from prequalified.rules.directories.settings import term
from prequalified.rules.holidays import national_calendar
from prequalified.rules.timing import beijing, latest
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def notify_case(*, number: str, actor: Actor) -> ConductCase:
    """The term of the defence begins now. Raises Refusal `conduct.wrong_state|unknown`."""
    with transaction.atomic():
        case = lock_case_for_staff(number, actor)
        refuse_if(notify_blockers(Standing(case.state, None)))
        case.state = ConductCase.State.NOTIFIED
        case.notified_by_id, case.notified_at = actor.account_id, now()
        terms = case.admission.directory.terms
        case.defence_until = latest(case.notified_at, term(terms, "defence"), national_calendar())
        case.save(update_fields=["state", "notified_by", "notified_at", "defence_until"])
        body = {"case": case.number, "defence_until": stamp(case.defence_until)}
        subject = f"admission:{case.admission.number}"
        append_entry(kind="conduct.notified", subject=subject, body=body, actor=actor, readers="supervisor")
        _tell(case)
    return case


def _tell(case: ConductCase) -> None:
    with override(settings.LANGUAGE_CODE):
        facts = {
            "name": case.admission.party.name, "directory": case.admission.directory.name, "number": case.number,
            "until": beijing(case.defence_until) if case.defence_until else "",
            "address": f"{settings.PUBLIC_URL}/conduct/cases/{case.number}/",
        }  # fmt: skip
        text = _(
            "%(name)s：\n\n“%(directory)s”拟对贵单位作出认定（%(number)s）。贵单位可于 %(until)s 前陈述申辩，"
            "逾期视为放弃。\n告知书和办理入口：%(address)s\n"
        )
        tell_party(case.admission.party_id, _("拟认定告知：%(number)s") % facts, text % facts)
