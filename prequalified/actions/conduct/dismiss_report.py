"""Staff dismiss a report that leads to nothing, and say why."""

from django.db import transaction

from prequalified.models import ConductReport
from prequalified.queries.conduct.leads import leads_of
from prequalified.rules.conduct.case import text_blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("report.unknown", gettext_noop("没有这条线索。"))
DONE = Blocker("report.done", gettext_noop("这条线索已经办理。"), remedy=gettext_noop("请刷新后查看最新状态。"))


def dismiss_report(*, report_id: int, reasons: str, actor: Actor) -> ConductReport:
    """Raises Refusal `report.unknown|done`, `reasons.missing`; two of the staff at once: one wins."""
    with transaction.atomic():
        visible = leads_of(actor).filter(pk=report_id).values("pk")
        row = ConductReport.objects.select_for_update(of=("self",)).filter(pk__in=visible).first()
        if row is None:
            raise Refusal(UNKNOWN, 404)
        refuse_if([DONE] if row.dismissed_at or row.cases.exists() else text_blockers(reasons, "reasons"))
        row.dismissed_by_id, row.dismissed_at, row.dismissal = actor.account_id, now(), reasons.strip()
        row.save(update_fields=["dismissed_by", "dismissed_at", "dismissal"])
        body = {"report": row.pk, "kind": row.kind, "reasons": row.dismissal}
        subject = f"party:{row.party_id}"
        append_entry(kind="conduct.dismissed", subject=subject, body=body, actor=actor, readers="supervisor")
    return row
