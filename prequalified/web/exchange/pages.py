"""Staff: what goes out to other platforms, what came from them, field by field, and what is done about it."""

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from prequalified.actions.exchange.decide_record import compare_again, confirm_record, reject_record
from prequalified.actions.exchange.push_records import push_records
from prequalified.models import IncomingRecord, OutgoingRecord, Person, Role, RoleStatus
from prequalified.permissions import Asked, act
from prequalified.queries.exchange.records import (
    UNDECIDED,
    at_the_top,
    demand_top,
    incoming_listing,
    incoming_of,
    outgoing_listing,
    peers_with_queue,
)
from prequalified.rules.details import DETAILS
from runtime.refusal import Refusal
from runtime.spoken import spoken


@act(roles={"staff"}, certificate=True)
def outgoing(request: Asked) -> HttpResponseBase:
    """Peers and the queue to each."""
    demand_top(request.actor)
    listing = outgoing_listing(request, OutgoingRecord.objects.all())
    if listing.wants_csv:
        return listing.csv("exchange")
    context = {"listing": listing, "peers": peers_with_queue(), "waiting": request.GET.get("waiting", "")}
    return render(request, "prequalified/exchange/outgoing.html", context)


@require_POST
@act(roles={"staff"}, certificate=True)
def push(request: Asked) -> HttpResponse:
    demand_top(request.actor)
    peer = request.POST.get("peer", "")
    done = push_records(peer_id=int(peer) if peer.isdecimal() and len(peer) < 19 else 0, hurry=True)
    messages.success(request, _("已推送并取得回执：%(count)s 条") % {"count": done})
    return redirect("exchange")


@act(roles={"staff"}, certificate=True)
def incoming(request: Asked) -> HttpResponseBase:
    listing = incoming_listing(request, incoming_of(request.actor))
    if listing.wants_csv:
        return listing.csv("incoming")
    context = {
        "listing": listing, "states": IncomingRecord.State.choices, "state": request.GET.get("state", ""),
        "top": at_the_top(request.actor),
    }  # fmt: skip
    return render(request, "prequalified/exchange/incoming.html", context)


@act(roles={"staff"}, certificate=True)
@require_http_methods(["GET", "POST"])
def record(request: Asked, number: int) -> HttpResponse:
    row = incoming_of(request.actor).filter(pk=number).first()
    if row is None:
        raise Http404
    context: dict[str, Any] = {}
    status = 200
    if request.method == "POST":
        try:
            return _decided(request, row)
        except Refusal as refusal:
            context["refusal"], status = spoken(refusal), refusal.status
            row = incoming_of(request.actor).get(pk=number)
    typed = request.POST if status != 200 else {}
    body = row.body["body"]
    context |= {
        "record": row, "rows": [_shown(each, row, typed) for each in row.differences], "undecided": row.state in UNDECIDED,
        "name": body["name"],
        "people": [{**each, "duty_words": dict(Person.Duty.choices).get(each["duty"], "")} for each in body["people"]],
        "reasons": typed.get("reasons", ""),
    }  # fmt: skip
    return render(request, "prequalified/exchange/record.html", context, status=status)


def _decided(request: Asked, row: IncomingRecord) -> HttpResponse:
    if "again" in request.POST:
        compare_again(record_id=row.pk, actor=request.actor)
        return redirect("exchange_record", row.pk)
    if "confirm" in request.POST:
        prefix = "field."
        values = {key.removeprefix(prefix): str(value) for key, value in request.POST.items() if key.startswith(prefix)}
        confirm_record(record_id=row.pk, values=values, actor=request.actor)
        messages.success(request, _("已确认入库。"))
    else:
        reject_record(record_id=row.pk, reasons=request.POST.get("reasons", ""), actor=request.actor)
        messages.success(request, _("已登记不予采纳。"))
    return redirect("exchange_incoming")


def _shown(each: dict[str, Any], row: IncomingRecord, typed: Any) -> dict[str, Any]:
    field = each["field"]
    status = field.endswith(".status")
    value = typed.get(f"field.{field}", (row.corrected or {}).get(field, each["theirs"]))
    told = {"ours": each["ours"], "theirs": each["theirs"], "value": value}
    words = {f"{key}_words": dict(RoleStatus.choices).get(text, text) if status else text for key, text in told.items()}
    return {**each, **words, "label": _label(field), "value": value, "status": status, "long": len(each["theirs"]) > 80}


def _label(field: str) -> str:
    if field == "name":
        return _("名称")
    _word, role, key = field.split(".", 2)
    words = {detail.key: _(detail.label) for detail in DETAILS.get(role, ())} | {"status": _("状态")}
    return f"{dict(Role.choices)[role]} · {words.get(key, key)}"
