"""Found a trading centre with its first member of staff: done by the operator at the machine, not over the network."""

from django.db import transaction

from prequalified.actions.appoint_staff import Appointment, appoint_staff
from prequalified.models import Centre
from runtime.actor import SYSTEM
from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.actions.append_entry import append_entry


def found_centre(*, centre: Centre, first: Appointment) -> Centre:
    """`centre` is not saved yet. Raises Refusal when its code is taken, or for what `appoint_staff` refuses."""
    with transaction.atomic():
        if Centre.objects.filter(code=centre.code).exists():
            raise Refusal(Blocker("centre.taken", gettext_noop("该交易中心代码已被使用。"), place="code"))
        centre.save()
        body = {"code": centre.code, "name": centre.name, "region": centre.region}
        append_entry(kind="centre.founded", subject=f"centre:{centre.code}", body=body, actor=SYSTEM)
        appoint_staff(appointment=first, actor=SYSTEM)
    return centre
