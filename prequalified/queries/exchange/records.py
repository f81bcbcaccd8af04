"""Peers and records, as far as staff may see them."""

from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import Centre, ExchangePeer, IncomingRecord, OutgoingRecord
from prequalified.queries.directory import centres_of
from runtime.actor import Actor
from runtime.clock import BEIJING
from runtime.listing import Listing
from runtime.refusal import Blocker, Refusal, gettext_noop

UNDECIDED = (IncomingRecord.State.NEW, IncomingRecord.State.DIFFERENT)


def at_the_top(actor: Actor) -> bool:
    """Staff of a centre with none above it look after the exchange port."""
    return actor.role == "staff" and Centre.objects.filter(code=actor.centre, parent=None).exists()


def demand_top(actor: Actor) -> None:
    if not at_the_top(actor):
        message = gettext_noop("数据交换由最上一级交易中心的工作人员办理。")
        raise Refusal(Blocker("exchange.not_top", message, "CTS-EBS01 A-10"), 403)


def incoming_of(actor: Actor) -> QuerySet[IncomingRecord]:
    """What is about parties of the staff's centres; at the top also what is about parties that nobody has yet."""
    seen = Q(party__centre__in=centres_of(actor))
    if at_the_top(actor):
        seen |= Q(party=None)
    return IncomingRecord.objects.filter(seen).select_related("peer", "party__centre", "decided_by")


def peers_with_queue() -> QuerySet[ExchangePeer]:
    waiting = Count("outgoing", filter=Q(outgoing__acknowledged_at=None))
    return ExchangePeer.objects.annotate(waiting=waiting, sent=Count("outgoing"))


def incoming_listing(request: HttpRequest, rows: QuerySet[IncomingRecord]) -> Listing:
    """Narrowed by `?state=`; the newest first."""
    state = request.GET.get("state", "")
    if state in IncomingRecord.State.values:
        rows = rows.filter(state=state)
    return Listing(
        request,
        rows,
        orders={"received": ["-received_at"], "key": ["key"], "peer": ["peer__name"], "state": ["state"]},
        search=["key__icontains", "party__name__icontains", "peer__name__icontains", "record__icontains"],
        columns=[
            (_("来源"), lambda row: row.peer.name),
            (_("记录编号"), lambda row: row.record),
            (_("代码"), lambda row: row.key),
            (_("名称"), lambda row: row.body["body"]["name"]),
            (_("状态"), lambda row: row.get_state_display()),
            (_("接收时间（北京时间）"), lambda row: _beijing(row.received_at)),
            (_("办理人"), lambda row: row.decided_by.get_full_name() if row.decided_by else ""),
            (_("办理时间（北京时间）"), lambda row: _beijing(row.decided_at)),
            (_("原因"), lambda row: row.reasons),
        ],
    )


def outgoing_listing(request: HttpRequest, rows: QuerySet[OutgoingRecord]) -> Listing:
    """Narrowed by `?waiting=yes`; the newest first."""
    if request.GET.get("waiting") == "yes":
        rows = rows.filter(acknowledged_at=None)
    return Listing(
        request,
        rows.select_related("peer"),
        orders={"made": ["-made_at"], "key": ["key"], "peer": ["peer__name"], "tries": ["tries"]},
        search=["key__icontains", "peer__name__icontains", "record__icontains"],
        columns=[
            (_("对端"), lambda row: row.peer.name),
            (_("记录编号"), lambda row: row.record),
            (_("代码"), lambda row: row.key),
            (_("名称"), lambda row: row.body["name"]),
            (_("生成时间（北京时间）"), lambda row: _beijing(row.made_at)),
            (_("尝试次数"), lambda row: row.tries),
            (_("回执时间（北京时间）"), lambda row: _beijing(row.acknowledged_at)),
            (_("最近的错误"), lambda row: row.error),
        ],
    )


def _beijing(moment: object) -> str:
    return moment.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S") if moment else ""  # type: ignore[attr-defined]
