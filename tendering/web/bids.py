"""A bidder's own bids: deliver, receipts, withdraw. Nobody else has these pages (20号令 21, 27)."""

import base64
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from prequalified.permissions import act
from prequalified.rules.encoding import decoded
from runtime.clock import now
from runtime.listing import Listing
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken
from signing.rules.canonical import canonical
from tendering.actions.withdraw_bid import statement_of, withdraw_bid
from tendering.models import Bid, BidStatus, Section, SectionState
from tendering.queries.bids import bids_of, own_bids, uploads_under_way
from tendering.queries.shown import Asked, visible_section

LOOKS = {BidStatus.DELIVERED: "done", BidStatus.REPLACED: "plain", BidStatus.WITHDRAWN: "warn"}


@require_safe
@act(roles={"bidder"})
def my_bids(request: Asked) -> HttpResponse:
    """Every bid of this bidder, newest first."""
    orders = {"received": ["received_at"], "section": ["section__name"]}
    listing = Listing(
        request, bids_of(request.actor.party_id or 0), orders=orders, search=["section__name", "section__code"]
    )
    return render(request, "tendering/my_bids.html", {"listing": listing, "looks": LOOKS})


@require_safe
@act(roles={"bidder"})
def bids(request: Asked, code: str) -> HttpResponse:
    return _page(request, visible_section(request, code))


def _page(request: Asked, section: Section, refusal: Refusal | None = None) -> HttpResponse:
    party_id = request.actor.party_id or 0
    found = list(own_bids(section, party_id))
    open_now = section.state == SectionState.PUBLISHED and section.deadline is not None and now() < section.deadline
    context: dict[str, Any] = {
        "section": section,
        "bids": [(bid, LOOKS[BidStatus(bid.status)]) for bid in found],
        "standing": next((bid for bid in found if bid.status == BidStatus.DELIVERED), None),
        "open_now": open_now,
        "uploads": uploads_under_way(section, party_id),
        "certificate": bool(request.actor.source.certificate),
        "refusal": spoken(refusal) if refusal else [],
    }
    if context["standing"]:
        context["withdrawal"] = base64.b64encode(canonical(statement_of(context["standing"]))).decode()
    return render(request, "tendering/bids.html", context, status=refusal.status if refusal else 200)


@require_POST
@act(roles={"bidder"}, certificate=True)
def withdraw(request: Asked, code: str, key: str) -> HttpResponse:
    section = visible_section(request, code)
    bid: Bid | None = own_bids(section, request.actor.party_id or 0).filter(public_id=key).first()
    if bid is None:
        raise Refusal(Blocker("bid.unknown", gettext_noop("没有这份投标文件")), 404)
    try:
        signature = decoded(request.POST.get("signature", ""), "signature")
        statement = canonical(statement_of(bid))
        withdraw_bid(bid=bid, statement=statement, signature=signature, actor=request.actor)
    except Refusal as refusal:
        return _page(request, section, refusal)
    messages.success(request, _("投标文件已撤回，字节已销毁；撤回记录保留"))
    return redirect("bids", code=code)
