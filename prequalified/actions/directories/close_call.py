"""Staff close a call early, with the reason; what was handed in before goes on."""

from django.db import transaction

from prequalified.models import Call
from prequalified.queries.directory import centres_of
from prequalified.rules.directories.calls import CallFacts, close_blockers
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("call.unknown", gettext_noop("没有这次征集。"), "预选名录管理办法 公开征集")


def close_call(*, call: Call, reason: str, actor: Actor) -> Call:
    """Raises Refusal `call.closed` for the second of two, `reason.missing`."""
    with transaction.atomic():
        rows = Call.objects.select_for_update(of=("self",)).select_related("directory")
        row = rows.filter(pk=call.pk, directory__centre__in=centres_of(actor)).first()
        if row is None:
            raise Refusal(UNKNOWN, 404)
        at = now()
        refuse_if(close_blockers(CallFacts(row.opens_at, row.closes_at, row.closed_at), at, reason))
        row.closed_at, row.close_reason = at, reason.strip()[:4000]
        row.save(update_fields=["closed_at", "close_reason"])
        body = {"directory": row.directory.code, "closed": stamp(at), "reason": row.close_reason}
        append_entry(kind="call.closed", subject=f"call:{row.number}", body=body, actor=actor)
    return row
