"""One request in publicity: what the public may see of it, objections and their answers; objecting."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.actions.directories.file_objection import file_objection
from prequalified.actions.directories.settle_request import settle_request
from prequalified.permissions import Asked
from prequalified.queries.directories.conditions_shown import findings_shown
from prequalified.queries.directories.listings import named
from prequalified.queries.directories.requests import public_requests
from prequalified.rules.directories.lifecycle import Status
from prequalified.web.directories.forms import ObjectionForm
from runtime.clock import now
from runtime.refusal import Refusal


@require_http_methods(["GET", "POST"])
def request_in_publicity(request: Asked, number: str) -> HttpResponse:
    settle_request(number)
    row = public_requests().filter(number=number).first()
    if row is None:
        raise Http404
    form = ObjectionForm(request.POST or None)
    status = 200
    if request.method == "POST":
        try:
            file_objection(number=number, text=request.POST.get("text", ""), actor=request.actor)
            messages.success(request, _("异议已提交，答复后公布在本页。"))
            return redirect("publicity_of_request", number)
        except Refusal as refusal:
            form.is_valid()
            form.blame(refusal)
            status = refusal.status
    document = row.call.condition_set.conditions
    context = {
        "row": row, "directory": row.call.directory, "name": named(row.call.directory), "form": form,
        "findings": findings_shown(document, row.findings), "objections": row.objections.all(),
        "running": row.status == Status.PUBLICITY and row.publicity_until is not None and row.publicity_until > now(),
        "admission": getattr(row, "admission", None) or row.renews,
    }  # fmt: skip
    return render(request, "prequalified/directories/request_in_publicity.html", context, status=status)
