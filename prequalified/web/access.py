"""Coming in, going out, changing the role, and the home page."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST

from prequalified.actions.admission import Admission
from prequalified.actions.issue_challenge import issue_challenge
from prequalified.actions.log_in_by_certificate import log_in_by_certificate
from prequalified.actions.log_in_by_password import log_in_by_password
from prequalified.actions.log_out import log_out as go_out
from prequalified.actions.open_session import open_session
from prequalified.actions.switch_role import switch_role
from prequalified.models import Challenge
from prequalified.permissions import Asked, act
from prequalified.queries.actors import verified_roles
from prequalified.rules.challenge import LIFE
from prequalified.rules.encoding import decoded
from prequalified.rules.log_in import READING_ROLES
from prequalified.web.forms import named_roles
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.spoken import spoken
from runtime.todo import tasks_of

_LARGEST_SIGNATURE = 200_000


@never_cache
@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def log_in(request: HttpRequest) -> HttpResponse:
    """By certificate in the page, or by password; what was typed, but the password, stays."""
    context: dict[str, object] = {"next": _next(request)}
    status = 200
    if request.method == "POST":
        try:
            return _enter(request, _admission(request))
        except Refusal as refusal:
            context |= {"refusal": spoken(refusal), "username": request.POST.get("username", "")}
            status = refusal.status
    return render(request, "prequalified/log_in.html", context, status=status)


@never_cache
@require_http_methods(["GET", "POST"])
def log_in_by_file(request: HttpRequest) -> HttpResponse:
    """With any program that signs (yangguang, openssl, a token's own): the challenge goes out, the signature comes in."""
    context: dict[str, object] = {"next": _next(request)}
    status = 200
    if request.method == "POST":
        try:
            signature = _uploaded(request)
            return _enter(
                request, log_in_by_certificate(challenge_id=request.POST.get("challenge", ""), signature=signature)
            )
        except Refusal as refusal:
            context["refusal"], status = spoken(refusal), refusal.status
    challenge = issue_challenge(purpose="log-in")
    context |= {"challenge": challenge, "until": challenge.issued_at + LIFE}
    return render(request, "prequalified/log_in_by_file.html", context, status=status)


@never_cache
def challenge_text(request: HttpRequest, number: str) -> HttpResponse:
    """The text to be signed, byte for byte, as a file. It is no secret: only the key's holder can answer it."""
    row = Challenge.objects.filter(pk=number, purpose=Challenge.Purpose.LOG_IN, used_at=None).first()
    if row is None:
        return HttpResponse(status=404)
    response = HttpResponse(row.text.encode(), content_type="application/octet-stream")
    response["Content-Disposition"] = 'attachment; filename="yangguang-log-in.txt"'
    return response


def _uploaded(request: HttpRequest) -> bytes:
    """The signature file: DER or PEM, as programs write it."""
    given = request.FILES.get("signature")
    if given is None or given.size is None or given.size > _LARGEST_SIGNATURE:
        message = gettext_noop("请选择签名文件（.p7s），不超过 200 KB。")
        raise Refusal(Blocker("signature.missing", message, place="signature"), 422)
    return given.read()


def _admission(request: HttpRequest) -> Admission:
    posted = request.POST
    if posted.get("signature"):
        signature = decoded(posted["signature"])
        return log_in_by_certificate(challenge_id=posted.get("challenge", ""), signature=signature)
    return log_in_by_password(request=request, username=posted.get("username", ""), password=posted.get("password", ""))


def _next(request: HttpRequest) -> str:
    return request.POST.get("next") or request.GET.get("next", "")


def _enter(request: HttpRequest, admission: Admission) -> HttpResponse:
    open_session(request=request, admission=admission)
    target = _next(request)
    safe = url_has_allowed_host_and_scheme(target, {request.get_host()}, request.is_secure())
    return redirect(target if safe else "/home/")


@require_POST
def log_out(request: HttpRequest) -> HttpResponse:
    go_out(request=request)
    return redirect("/")


@require_POST
@act()
def role(request: Asked) -> HttpResponse:
    wanted = request.POST.get("role", "")
    switch_role(request=request, role=wanted)
    messages.success(request, _("现在的身份：%(role)s") % {"role": dict(named_roles([wanted]))[wanted]})
    return redirect("home")


@act()
def home(request: Asked) -> HttpResponse:
    """The to-do list: what waits, until when, what happens if nothing is done."""
    actor = request.actor
    held = verified_roles(actor.party_id) if actor.party_id else []
    if not actor.source.certificate:
        held = [role for role in held if role in READING_ROLES]
    context = {"tasks": tasks_of(actor), "roles": named_roles(held)}
    return render(request, "prequalified/home.html", context)
