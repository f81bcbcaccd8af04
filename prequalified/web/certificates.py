"""A party's certificates: bind, unbind, when they expire."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.actions.bind_certificate import bind_certificate
from prequalified.actions.unbind_certificate import unbind_certificate
from prequalified.models import PartyCertificate
from prequalified.permissions import Asked, act
from prequalified.rules.binding import SOON
from prequalified.rules.encoding import decoded
from runtime.clock import now
from runtime.refusal import Refusal
from runtime.spoken import spoken


@act()
@require_http_methods(["GET", "POST"])
def certificates(request: Asked) -> HttpResponse:
    context: dict[str, object] = {}
    status = 200
    if request.method == "POST":
        try:
            _act(request)
            return redirect("certificates")
        except Refusal as refusal:
            context["refusal"], status = spoken(refusal), refusal.status
    rows = PartyCertificate.objects.filter(party_id=request.actor.party_id or 0).select_related("party")
    context |= {"certificates": rows.order_by("-bound_at"), "now": now(), "soon": now() + SOON}
    return render(request, "prequalified/certificates.html", context, status=status)


def _act(request: Asked) -> None:
    actor, posted = request.actor, request.POST
    if posted.get("unbind"):
        unbind_certificate(fingerprint=posted["unbind"], actor=actor)
        messages.success(request, _("证书已解绑。"))
    else:
        signature = decoded(posted.get("signature", ""))
        bind_certificate(challenge_id=posted.get("challenge", ""), signature=signature, actor=actor)
        messages.success(request, _("证书已绑定，今后可用它登录。"))
