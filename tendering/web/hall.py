"""The opening hall: one page for all, live; each sees the acts that the role and the moment allow."""

import base64
from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from prequalified.models import Party
from prequalified.permissions import act
from prequalified.rules.encoding import decoded
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken
from signing.rules import bid_faults
from signing.rules.statements import read_signed
from tendering.actions.advance_opening import advance_opening
from tendering.actions.object_to_opening import answer_objection, object_to_opening
from tendering.actions.release_share import release_identity, release_share
from tendering.actions.sign_in import confirm_opening, sign_in
from tendering.actions.sign_record import sign_record
from tendering.models import Opening, OpeningObjection, Section
from tendering.permissions import is_trustee, runs
from tendering.queries.bids import standing_bids
from tendering.queries.hall import hall_state
from tendering.queries.hall_words import in_words, script_words, stages
from tendering.queries.openings import bid_named
from tendering.queries.shown import Asked, visible_section

RELEASES_AT_ONCE = 200


@require_safe
def hall(request: Asked, code: str) -> HttpResponse:
    section = visible_section(request, code)
    return _page(request, section, advance_opening(section))


def _page(request: Asked, section: Section, opening: Opening | None, refusal: Refusal | None = None) -> HttpResponse:
    state = hall_state(section, opening)
    context: dict[str, Any] = {
        "section": section,
        "opening": opening,
        "hall": in_words(state),
        "state": state,
        "words": {**script_words(), "may_answer": runs(request.actor, section)},
        "steps": stages(opening, section),
        "refusal": spoken(refusal) if refusal else [],
        "typed": request.POST.get("text", "") if refusal else "",
        **_own(request, section, opening),
    }
    return render(request, "tendering/hall.html", context, status=refusal.status if refusal else 200)


def _own(request: Asked, section: Section, opening: Opening | None) -> dict[str, Any]:
    """What this reader may do here, as far as the page shows it; the acts check for themselves."""
    actor = request.actor
    if opening is None or actor.party_id is None:
        return {}
    own: dict[str, Any] = {"may_answer": runs(actor, section)}
    if actor.role == "trustee":
        own["may_release"] = is_trustee(actor, section)
    if actor.role == "bidder":
        bid = standing_bids(section, opening.round).filter(bidder_id=actor.party_id).first()
        own |= {
            "own_bid": bid,
            "attendance": opening.attendances.filter(party_id=actor.party_id).first(),
            "signed": opening.signatures.filter(party_id=actor.party_id).exists(),
            "may_release": bid is not None and opening.terms["decryption"]["mode"] != "trustees",
            "record": base64.b64encode(bytes(opening.record)).decode() if opening.record else "",
        }
    return own


def _acted(request: Asked, code: str, do: Callable[[Opening], str]) -> HttpResponse:
    """Do an act and show the hall again; a refusal stands above it, with what was typed."""
    section = visible_section(request, code)
    opening = advance_opening(section)
    try:
        if opening is None:
            raise Refusal(Blocker("opening.not_begun", gettext_noop("开标尚未开始"), "招标投标法 34"))
        messages.success(request, do(opening))
    except Refusal as refusal:
        return _page(request, section, advance_opening(section), refusal)
    return redirect("hall", code=code)


def _party(request: Asked) -> Party:
    return Party.objects.get(pk=request.actor.party_id or 0)


@require_POST
@act(roles={"bidder"}, certificate=True)
def attend(request: Asked, code: str) -> HttpResponse:
    def do(opening: Opening) -> str:
        sign_in(opening=opening, bidder=_party(request), actor=request.actor)
        return _("已签到")

    return _acted(request, code, do)


@require_POST
@act(roles={"bidder"}, certificate=True)
def confirm(request: Asked, code: str) -> HttpResponse:
    def do(opening: Opening) -> str:
        confirm_opening(opening=opening, bidder=_party(request), actor=request.actor)
        return _("已确认唱标内容")

    return _acted(request, code, do)


@require_POST
@act(roles={"bidder"}, certificate=True)
def objection(request: Asked, code: str) -> HttpResponse:
    def do(opening: Opening) -> str:
        text = request.POST.get("text", "")
        object_to_opening(opening=opening, bidder=_party(request), text=text, actor=request.actor)
        return _("异议已提出")

    return _acted(request, code, do)


@require_POST
@act(roles={"tenderer", "agency"}, certificate=True)
def answer(request: Asked, code: str, key: str) -> HttpResponse:
    def do(opening: Opening) -> str:
        found = OpeningObjection.objects.filter(opening=opening, public_id=key).first()
        if found is None:
            raise Refusal(Blocker("opening.no_objection", gettext_noop("没有这项异议")), 404)
        found.opening = opening
        answer_objection(objection=found, answer=request.POST.get("text", ""), actor=request.actor)
        return _("已答复")

    return _acted(request, code, do)


@require_POST
@act(roles={"bidder"}, certificate=True)
def signature(request: Asked, code: str) -> HttpResponse:
    def do(opening: Opening) -> str:
        signed = decoded(request.POST.get("signature", ""), "signature")
        sign_record(opening=opening, bidder=_party(request), signature=signed, actor=request.actor)
        return _("开标记录已签署")

    return _acted(request, code, do)


@require_POST
@act(roles={"trustee", "bidder"}, certificate=True)
def releases(request: Asked, code: str) -> HttpResponse:
    """Files made by `yangguang trustee release` or of a bidder's own identity; every good one counts, the first bad one is shown."""

    def do(opening: Opening) -> str:
        files = request.FILES.getlist("releases")[:RELEASES_AT_ONCE]
        if not files:
            raise bid_faults.refusal("release.unreadable", field="releases")
        give = release_share if request.actor.role == "trustee" else release_identity
        blockers: list[Blocker] = []
        for file in files:
            try:
                signed = read_signed(file.read(1 << 18))
                give(opening=opening, bid=bid_named(opening, signed.statement), signed=signed, actor=request.actor)
            except Refusal as refusal:
                blockers += refusal.blockers
        if blockers:
            raise Refusal(blockers)
        return _("已提交 %(count)s 份") % {"count": len(files)}

    return _acted(request, code, do)
