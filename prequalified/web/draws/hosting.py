"""Asking for a draw, hosting it, and declining one's place."""

from collections.abc import Callable, Mapping

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from prequalified.actions.draws.ask_draw import ask_draw
from prequalified.actions.draws.close_directory_draw import close_directory_draw
from prequalified.actions.draws.decline_draw import decline_draw
from prequalified.actions.draws.finish_directory_draw import finish_directory_draw
from prequalified.actions.draws.freeze_directory_draw import freeze_directory_draw
from prequalified.actions.draws.redraw import redraw
from prequalified.actions.draws.void_directory_draw import void_directory_draw
from prequalified.permissions import Asked, act, demand
from prequalified.queries.draws.shown import all_draws
from prequalified.web.draws.forms import AskForm
from prequalified.web.draws.public import page
from runtime.refusal import Refusal
from runtime.spoken import spoken


@require_http_methods(["GET", "POST"])
@act(roles={"staff", "tenderer"}, certificate=True)
def ask(request: Asked) -> HttpResponse:
    form = AskForm(request.actor, request.POST or None, initial={"directory": request.GET.get("directory", "")})
    kept = ""
    refusal: Refusal | None = None
    if request.method == "POST" and form.is_valid():
        try:
            row = ask_draw(wanted=form.wanted(), actor=request.actor)
            messages.success(request, _("抽取申请 %(number)s 已公开，待中心确认并冻结名单。") % {"number": row.number})
            return redirect("directory_draw", row.number)
        except Refusal as told:
            refusal = told
            kept = next((one.params["number"] for one in told.blockers if "number" in one.params), "")
            form.blame(told)
    status = (refusal.status if refusal else 422) if form.errors else 200
    context = {"form": form, "kept": kept, "refusal": spoken(refusal) if refusal else []}
    return render(request, "prequalified/draws/ask.html", context, status=status)


@require_POST
def do(request: Asked, number: str, what: str) -> HttpResponse:
    """`freeze`, `close`, `finish`, `void`, `redraw` for who hosts; `decline` for a drawn firm."""
    act_ = ACTS.get(what)
    if act_ is None:
        raise Http404
    demand(request.actor, {"bidder", "agency"} if what == "decline" else {"staff"}, certificate=True)
    try:
        told, to = act_(request, number)
    except Refusal as refusal:
        return page(request, get_object_or_404(all_draws(), number=number), refusal)
    messages.success(request, told)
    return redirect("directory_draw", to)


def _freeze(request: Asked, number: str) -> tuple[str, str]:
    freeze_directory_draw(number=number, actor=request.actor)
    return _("名单已冻结，各方可以提交随机数。"), number


def _close(request: Asked, number: str) -> tuple[str, str]:
    row = close_directory_draw(number=number, actor=request.actor)
    if row.state == "void":
        return _("名单已变化，本次抽取作废，请重新抽取。"), number
    return _("承诺阶段结束，各方公开随机数。"), number


def _finish(request: Asked, number: str) -> tuple[str, str]:
    finish_directory_draw(number=number, actor=request.actor)
    return _("抽取完成。"), number


def _void(request: Asked, number: str) -> tuple[str, str]:
    void_directory_draw(number=number, reason=request.POST.get("reason", ""), actor=request.actor)
    return _("本次抽取已作废，记录保留。"), number


def _redraw(request: Asked, number: str) -> tuple[str, str]:
    row = redraw(number=number, reason=request.POST.get("reason", ""), actor=request.actor)
    return _("已建立重新抽取。"), row.number


def _decline(request: Asked, number: str) -> tuple[str, str]:
    decline_draw(number=number, reason=request.POST.get("reason", ""), actor=request.actor)
    return _("已放弃，由次序在后的单位递补。"), number


ACTS: Mapping[str, Callable[[Asked, str], tuple[str, str]]] = {
    "freeze": _freeze, "close": _close, "finish": _finish, "void": _void, "redraw": _redraw, "decline": _decline,
}  # fmt: skip
