"""Ask the question by hand, and read the answers that were given (87号令 20)."""

from django.http import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from prequalified.actions.sanctions.ask_by_hand import ask_by_hand
from prequalified.models import GateAnswer
from prequalified.permissions import Asked, act
from prequalified.queries.sanctions.answers import ASKERS
from prequalified.queries.sanctions.listings import answers_listing
from prequalified.web.sanctions.forms import AskForm
from runtime.refusal import Refusal


@act(roles=ASKERS)
@require_http_methods(["GET", "POST"])
def gate(request: Asked) -> HttpResponseBase:
    form = AskForm(request.POST or None, initial={"number": request.GET.get("number", "")[:40], "gate": "deliver"})
    if request.method == "POST" and form.is_valid():
        try:
            made = ask_by_hand(actor=request.actor, **form.cleaned_data)
            return redirect("gate_answer", made.public_id)
        except Refusal as refusal:
            form.blame(refusal)
    listing = answers_listing(request)
    if listing.wants_file:
        return listing.file("gate-answers")
    context = {
        "form": form, "listing": listing, "gates": GateAnswer.Gate.choices, "gate": request.GET.get("gate", ""),
        "allowed": request.GET.get("allowed", ""),
    }  # fmt: skip
    return render(request, "prequalified/sanctions/gate.html", context, status=422 if form.errors else 200)
