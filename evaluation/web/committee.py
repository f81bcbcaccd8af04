"""The committee of a section: laying out, draws, seats. Names only for whom they are not secret (A-134)."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from evaluation.actions import draw_committee as draws
from evaluation.actions.appoint_tenderer_member import appoint_tenderer_member
from evaluation.actions.finish_committee_draw import close_committee_draw, finish_committee_draw, void_committee_draw
from evaluation.actions.form_committee import FORMED_IN, Layout, form_committee
from evaluation.actions.recuse_member import replace_member
from evaluation.actions.seat_experts import vacant_seats
from evaluation.models import Committee, CommitteeDraw, CommitteeMember
from evaluation.permissions import demand_host, sees_names
from evaluation.queries.draws import committee_draw
from evaluation.queries.facts import method_in_force
from evaluation.queries.rooms import committee_of
from evaluation.rules.phases import ENDED
from evaluation.web.forms import LayoutForm
from prequalified.models import Party
from prequalified.permissions import act
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken
from signing.queries.draws import opening_of
from tendering.models import Section
from tendering.permissions import hosts, is_tenderer, runs, supervises
from tendering.queries import document_in_force, section_by_code
from tendering.rules.methods.schema import FloatRange

Purpose = CommitteeDraw.Purpose


@act({"staff", "supervisor", "tenderer", "agency"})
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    section = section_by_code(code)
    if not (hosts(actor, section) or supervises(actor, section) or runs(actor, section)):
        demand_host(actor, section)
    committee = committee_of(section)
    form = LayoutForm(request.POST if "form" in request.POST else None, initial=_wishes(section))
    refusal: list[dict[str, object]] = []
    if request.method == "POST":
        try:
            done = _act(request, section, committee, form)
        except Refusal as refused:
            refusal = spoken(refused)
        else:
            if done:
                messages.success(request, done)
                return redirect("committee", code)
    context = {
        "section": section,
        "committee": committee,
        "form": form,
        "refusal": refusal,
        "host": hosts(actor, section),
        "may_form": section.state in FORMED_IN,
        "tenderer": is_tenderer(actor, section),
        **(_shown(committee, names=sees_names(actor, committee)) if committee else {}),
    }
    return render(request, "evaluation/committee.html", context, status=422 if refusal or form.errors else 200)


def _wishes(section: Section) -> dict[str, Any]:
    """What the tender document says about the committee."""
    found = section.documents.filter(round=section.round, state="published").exists()
    wish = document_in_force(section).content.get("committee", {}) if found else {}
    return {"size": wish.get("size", 5), "tenderer_members": wish.get("tenderer_members", 0)}


def _act(request: HttpRequest, section: Section, committee: Committee | None, form: LayoutForm) -> str:
    """What was asked for, done; the words for the message. Empty where the form must be shown again."""
    actor, posted = request.actor, request.POST  # type: ignore[attr-defined]
    if "form" in posted:
        return _form(section, form, actor)
    if committee is None:
        raise Refusal(Blocker("committee.not_found", gettext_noop("本标段还没有评标委员会")), status=404)
    starts: dict[str, Callable[..., CommitteeDraw]] = {
        "venue": draws.draw_venue,
        "experts": draws.draw_experts,
        "float": draws.draw_float,
        "tie": draws.draw_tie,
    }
    if posted.get("draw") in starts:
        row = starts[posted["draw"]](committee=committee, actor=actor, reason=posted.get("reason", "")[:400])
        return _("抽取%(number)s已冻结名单，等待各方承诺。") % {"number": row.draw.number}
    if "close" in posted:
        close_committee_draw(row=committee_draw(committee, posted["close"]), actor=actor)
        return _("承诺阶段已结束，等待各方公开。")
    if "finish" in posted:
        finish_committee_draw(row=committee_draw(committee, posted["finish"]), actor=actor)
        return _("抽取完成，结果已生效。")
    if "void" in posted:
        row = committee_draw(committee, posted["void"])
        void_committee_draw(row=row, reason=posted.get("reason", "")[:400], actor=actor)
        return _("抽取已作废。")
    if "person" in posted:
        member = appoint_tenderer_member(committee=committee, person=_person(posted["person"]), actor=actor)
        return _("已委派，席位%(seat)s。") % {"seat": member.seat}
    if "replace" in posted and posted["replace"].isdecimal():
        replace_member(committee=committee, seat=int(posted["replace"]), ground=posted.get("ground", ""), actor=actor)
        return _("已更换。")
    return ""


def _form(section: Section, form: LayoutForm, actor: Any) -> str:
    if not form.is_valid():
        return ""
    data = form.cleaned_data
    layout = Layout(
        size=data["size"],
        tenderer_members=data["tenderer_members"],
        specialties=tuple(specialty.code for specialty in data["specialties"]),
        sub_seats=data["sub_seats"],
        complex_matter=data["complex_matter"],
        water_works=data["water_works"],
        window_from=data["window_from"],
        window_until=data["window_until"],
    )
    form_committee(section=section, layout=layout, main_venue=data["main_venue"], actor=actor)
    return _("评标委员会已组建，请抽取专家。")


def _person(number: str) -> Party:
    found = Party.objects.filter(number=number.strip().upper(), kind=Party.Kind.PERSON).first()
    if found is None:
        raise Refusal(Blocker("person.not_found", gettext_noop("没有登记这个人员编号"), place="person"), status=404)
    return found


def _shown(committee: Committee, *, names: bool) -> dict[str, Any]:
    members = list(committee.members.select_related("party", "venue").order_by("seat", "pk"))
    standing = {member.seat for member in members if member.status == CommitteeMember.Status.STANDING}
    venues = [committee.main_venue, *([committee.sub_venue] if committee.sub_venue else [])]
    experts = committee.size - committee.tenderer_members
    return {
        "names": names,
        "members": members,
        "vacant": sorted(seat for venue in venues for seat in vacant_seats(committee, venue)),
        "vacant_tenderer": [seat for seat in range(experts + 1, committee.size + 1) if seat not in standing],
        "needs_venue": bool(committee.sub_seats and committee.sub_venue is None),
        "draws": [_draw(row, names) for row in committee.draws.select_related("draw").order_by("pk")],
        "running": committee.draws.filter(applied_at=None).exclude(draw__state="failed").exists(),
        "ended": committee.phase in ENDED,
        **_due_draws(committee),
    }


def _due_draws(committee: Committee) -> dict[str, bool]:
    """Which draws the page offers besides those of venue and experts."""
    terms = method_in_force(committee.section).benchmark
    drawn = committee.draws.filter(purpose=Purpose.FLOAT).exclude(draw__state="failed").exists()
    summary = committee.summaries.filter(voided_at=None).first()
    needs_float = terms is not None and isinstance(terms.k, FloatRange) and not drawn
    needs_tie = summary is not None and any(row["tied"] for row in summary.result["standings"])
    experts = committee.size - committee.tenderer_members
    standing = committee.members.filter(status=CommitteeMember.Status.STANDING, seat__lte=experts).count()
    return {
        "needs_float": needs_float,
        "needs_tie": needs_tie,
        "may_draw": needs_float or needs_tie or standing < experts,
    }


def _draw(row: CommitteeDraw, names: bool) -> dict[str, Any]:
    """Who has committed and opened; whom the pool left out, and why: with names only where names may be seen."""
    commitments = list(row.draw.commitments.select_related("opening").order_by("id"))
    excluded = [
        {"number": number if names else "●●●", "reasons": spoken(_blockers(reasons))}
        for number, reasons in sorted(row.excluded.items())
    ]
    return {
        "row": row,
        "draw": row.draw,
        "commitments": [{"name": each.party_name, "opened": opening_of(each) is not None} for each in commitments],
        "excluded": excluded,
    }


def _blockers(reasons: list[dict[str, Any]]) -> list[Blocker]:
    return [
        Blocker(reason["code"], reason["message"], reason.get("rule", ""), params=reason.get("params", {}))
        for reason in reasons
    ]
