"""More time: where more than a third of the members find it short, the tenderer extends (条例 48)."""

import datetime as dt

from django.db import transaction

from evaluation.actions.lock_committee import lock_committee
from evaluation.actions.write_journal import write_journal
from evaluation.events import WINDOW, room_name
from evaluation.models import Committee
from evaluation.permissions import demand_host
from evaluation.rules.phases import ENDED
from runtime.actor import Actor
from runtime.clock import stamp
from runtime.outbox import announce
from runtime.refusal import Blocker, gettext_noop, refuse_if


def extend_window(*, committee: Committee, until: dt.datetime, reason: str, actor: Actor) -> Committee:
    """Only ever longer, with the reason in the journal."""
    demand_host(actor, committee.section)
    with transaction.atomic():
        locked = lock_committee(committee)
        refuse_if(_blockers(locked, until, reason))
        body = {"from": stamp(locked.window_until), "until": stamp(until), "reason": reason.strip()}
        locked.window_until = until
        locked.save(update_fields=["window_until"])
        write_journal(locked, "evaluation.extended", body, actor)
        announce(room_name(locked.section.code), WINDOW, {"until": stamp(until)})
    return locked


def _blockers(committee: Committee, until: dt.datetime, reason: str) -> list[Blocker]:
    found = []
    if committee.phase in ENDED:
        found.append(Blocker("room.ended", gettext_noop("评标已经结束")))
    if until <= committee.window_until:
        found.append(Blocker("window.not_longer", gettext_noop("评标时间只能延长"), "条例 48", place="until"))
    if not reason.strip():
        found.append(Blocker("window.no_reason", gettext_noop("请写明理由"), "条例 48", place="reason"))
    return found
