"""The evaluation room: one page, what it shows follows the phase and the reader."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from evaluation.actions.build_report import build_report
from evaluation.actions.close_evaluation import close_evaluation
from evaluation.actions.extend_window import extend_window
from evaluation.actions.finish_review import decide_few, finish_review
from evaluation.actions.record_finding import record_finding
from evaluation.actions.recuse_member import recuse_member
from evaluation.actions.roll_back import ask_roll_back, decide_roll_back
from evaluation.actions.sign_in import sign_in
from evaluation.actions.sign_report import deem_agreement, sign_report
from evaluation.actions.sign_undertaking import sign_undertaking, undertaking_for
from evaluation.actions.start_evaluation import start_evaluation
from evaluation.actions.summarise import summarise
from evaluation.actions.vote_chair import vote_chair
from evaluation.models import Committee, PhaseName
from evaluation.permissions import may_watch, member_of, not_a_member, sees_inside, sees_names
from evaluation.queries.room_state import room_state
from evaluation.queries.rooms import committee_by_code
from evaluation.rules.phases import LINE, Phase, roll_back_targets
from evaluation.web.forms import BeijingField
from evaluation.web.tables import matrix_table, ranking_table, review_grid, score_grid, waiting_words
from prequalified.permissions import act
from prequalified.rules.encoding import decoded
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken

WATCHERS = {"evaluator", "staff", "supervisor"}


def _state(actor: Actor, committee: Committee) -> dict[str, Any]:
    if not may_watch(actor, committee):
        raise Refusal(not_a_member(), status=403)
    member = member_of(actor, committee)
    return room_state(committee, member, names=sees_names(actor, committee), inside=sees_inside(actor, committee))


@act(WATCHERS)
@require_http_methods(["GET", "POST"])
def page(request: HttpRequest, code: str) -> HttpResponse:
    actor = request.actor  # type: ignore[attr-defined]
    committee = committee_by_code(code)
    refusal: list[dict[str, object]] = []
    status = 200
    if request.method == "POST":
        try:
            done = _act(request, committee)
        except Refusal as refused:
            if not may_watch(actor, committee):
                raise
            refusal, status = spoken(refused), refused.status
        else:
            messages.success(request, done)
            return redirect("home") if "recuse" in request.POST else redirect("room", code)
    with transaction.atomic():
        committee = committee_by_code(code)
        state = _state(actor, committee)
    context = {
        "section": committee.section,
        "committee": committee,
        "state": state,
        "refusal": refusal,
        "posted": request.POST,
        "steps": _steps(committee),
        **_people(actor, committee, state),
        **_workspace(actor, committee, state),
        **({"remarks": request.POST["remarks"]} if "remarks" in request.POST else {}),
    }
    return render(request, "evaluation/room.html", context, status=status)


@act(WATCHERS)
@require_safe
def people(request: HttpRequest, code: str) -> HttpResponse:
    """The panel of members and of who is waited for; fetched anew whenever the room announces something."""
    actor = request.actor  # type: ignore[attr-defined]
    with transaction.atomic():
        committee = committee_by_code(code)
        state = _state(actor, committee)
    context = {"committee": committee, "state": state, **_people(actor, committee, state)}
    return render(request, "evaluation/_people.html", context)


def _people(actor: Actor, committee: Committee, state: dict[str, Any]) -> dict[str, Any]:
    mine = state["me"]["seat"] if state["me"] else None
    return {
        "waits": waiting_words(state["waiting"], mine=mine, chair=state["chair"], role=actor.role),
        "mine": mine,
        "phase_title": committee.get_phase_display(),
    }


def _workspace(actor: Actor, committee: Committee, state: dict[str, Any]) -> dict[str, Any]:
    member = member_of(actor, committee)
    me = state["me"]
    own = next((row for row in state["members"] if me and row["seat"] == me["seat"]), None)
    report = state.get("report")
    signed = {row["seat"] for row in report["signatures"]} if report else set()
    return {
        "own": own,
        "chair_is_me": bool(me) and state["chair"] == me["seat"],
        "host": actor.role == "staff",
        "supervisor": actor.role == "supervisor",
        "undertaking": undertaking_for(member) if member and own and not own["undertaken"] else None,
        "candidates": _candidates(committee, state),
        **_forms(committee, state, own),
        "matrix": matrix_table(state) if "matrix" in state else None,
        "ranking": ranking_table(state),
        "unsigned": [row for row in state["members"] if report and row["seat"] not in signed],
        "signed": bool(me) and me["seat"] in signed,
        "targets": [(target.value, PhaseName(target.value).label) for target in roll_back_targets(committee.phase)],
        "remarks": report["remarks"] if report else "",
        "certificate": bool(actor.source.certificate),
        "roll_back_title": PhaseName(state["roll_back"]["target"]).label if state["roll_back"] else "",
        "can_close": any(wait["what"] == "close_evaluation" for wait in state["waiting"]),
    }


def _forms(committee: Committee, state: dict[str, Any], own: dict[str, Any] | None) -> dict[str, Any]:
    """The form a member fills in now: the review or the scores; neither before undertaking nor after handing in."""
    ready = own is not None and own["undertaken"] and (state["chair"] is not None or own["voted"])
    review = ready and committee.phase == Phase.PRELIMINARY and own is not None and not own["review_finished"]
    grid = ready and committee.phase == Phase.SCORING and own is not None and not own["handed_in"]
    return {
        "review": review_grid(state) if review else None,
        "grid": score_grid(state) if grid else None,
        "working": review or grid,
    }


def _candidates(committee: Committee, state: dict[str, Any]) -> list[dict[str, Any]]:
    rows = [row for row in state["members"] if committee.section.regime != "GP" or row["kind"] != "tenderer"]
    return [row for row in rows if not committee.tied or row["seat"] in committee.tied]


def _steps(committee: Committee) -> list[dict[str, Any]]:
    """The phases as a line; a phase returned to is now again."""
    entered = {row.entered: row.at for row in committee.phase_entries.all()}
    here = Phase.PRELIMINARY if committee.phase == Phase.FEW else committee.phase
    places = [phase.value for phase in LINE]
    now_at = places.index(here) if here in places else -1
    return [
        {
            "title": PhaseName(phase.value).label,
            "state": "done" if place < now_at or here == Phase.CLOSED else "now" if place == now_at else "next",
            "at": entered.get(phase.value) if place <= now_at else None,
            "url": "",
        }
        for place, phase in enumerate(LINE)
    ]


def _act(request: HttpRequest, committee: Committee) -> str:
    """The one act a form asks for; its name is the pressed button's."""
    actor, posted = request.actor, request.POST  # type: ignore[attr-defined]
    acts: dict[str, Callable[[], object]] = {
        "sign_in": lambda: sign_in(committee=committee, actor=actor),
        "recuse": lambda: recuse_member(committee=committee, ground=posted.get("ground", ""), actor=actor),
        "undertake": lambda: sign_undertaking(committee=committee, signature=_signature(posted), actor=actor),
        "vote": lambda: vote_chair(committee=committee, seat=_number(posted, "vote"), actor=actor),
        "start": lambda: start_evaluation(committee=committee, actor=actor),
        "finish_review": lambda: finish_review(committee=committee, actor=actor),
        "few": lambda: decide_few(
            committee=committee, go_on=posted.get("few") == "go_on", reason=posted.get("reason", ""), actor=actor
        ),
        "finding": lambda: record_finding(
            committee=committee,
            bid=posted.get("finding", ""),
            findings=dict.fromkeys(posted.getlist("deduction"), True),
            actor=actor,
        ),
        "summarise": lambda: summarise(committee=committee, actor=actor),
        "build": lambda: build_report(committee=committee, remarks=posted.get("remarks", "")[:10000], actor=actor),
        "sign_report": lambda: sign_report(
            committee=committee, signature=_signature(posted), opinion=posted.get("opinion", "")[:5000], actor=actor
        ),
        "deem": lambda: deem_agreement(
            committee=committee, seat=_number(posted, "deem"), note=posted.get("note", "")[:2000], actor=actor
        ),
        "close": lambda: close_evaluation(committee=committee, actor=actor),
        "ask_back": lambda: ask_roll_back(
            committee=committee, target=posted.get("target", ""), reason=posted.get("reason", "")[:2000], actor=actor
        ),
        "decide_back": lambda: decide_roll_back(
            committee=committee,
            granted=posted.get("decide_back") == "grant",
            answer=posted.get("answer", "")[:2000],
            actor=actor,
        ),
        "extend": lambda: extend_window(
            committee=committee, until=_moment(posted), reason=posted.get("reason", "")[:2000], actor=actor
        ),
    }
    asked = next((name for name in acts if name in posted), None)
    if asked is None:
        raise Refusal(Blocker("room.unknown_act", gettext_noop("没有这个操作")), status=400)
    _demand_certificate(actor, asked)
    acts[asked]()
    return _("已办理。")


def _demand_certificate(actor: Actor, asked: str) -> None:
    """Members act by certificate; the host's and the supervisor's decisions go by their log-in."""
    if actor.role == "evaluator" and not actor.source.certificate:
        raise Refusal(
            Blocker(
                "login.certificate_needed",
                gettext_noop("密码登录只能查看，办理此事须使用数字证书登录"),
                "电子签名法 13",
                place=asked,
            ),
            status=403,
        )


def _signature(posted: Any) -> bytes:
    return decoded(posted.get("signature", ""))


def _number(posted: Any, name: str) -> int:
    text = str(posted.get(name, ""))
    return int(text) if text.isdecimal() and len(text) < 4 else 0


def _moment(posted: Any) -> Any:
    from django.core.exceptions import ValidationError

    try:
        return BeijingField().clean(posted.get("until", ""))
    except ValidationError:
        raise Refusal(Blocker("moment.malformed", gettext_noop("请填写新的截止时间"), place="until"), 400) from None
