"""Evidence bundles: asked for, watched while they are made, downloaded. For supervisors."""

from django.contrib import messages
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from prequalified.permissions import act
from runtime.refusal import Refusal
from runtime.spoken import spoken
from runtime.store import in_store
from supervision.actions.request_bundle import request_bundle
from supervision.models import BundleExport
from tendering.models import Section
from tendering.permissions import demand, supervises


def _section(request: HttpRequest, code: str) -> Section:
    rows = Section.objects.select_related("tendering_project__project__centre")
    section = get_object_or_404(rows, code=code)
    demand(supervises(request.actor, section))  # type: ignore[attr-defined]
    return section


@act(roles={"supervisor"})
@require_http_methods(["GET", "POST"])
def bundle(request: HttpRequest, code: str) -> HttpResponse:
    section = _section(request, code)
    context: dict[str, object] = {"section": section}
    status = 200
    if request.method == "POST":
        try:
            _ask(request, section)
            return redirect("bundle", code)
        except Refusal as refusal:
            context["refusal"], status = spoken(refusal), refusal.status
    exports = list(BundleExport.objects.filter(section=section).select_related("asked_by")[:50])
    context |= {"exports": exports, "under_way": any(export.under_way for export in exports)}
    template = "supervision/_exports.html" if request.headers.get("HX-Request") else "supervision/bundle.html"
    return render(request, template, context, status=status)


@act(roles={"supervisor"}, certificate=True)
def _ask(request: HttpRequest, section: Section) -> None:
    request_bundle(section=section, actor=request.actor)  # type: ignore[attr-defined]
    messages.success(request, _("已开始生成证据包,可离开本页稍后再来。"))


@act(roles={"supervisor"})
def download(request: HttpRequest, code: str, number: int) -> FileResponse:
    section = _section(request, code)
    export = get_object_or_404(BundleExport, pk=number, section=section)
    if export.state != BundleExport.State.DONE:
        raise Http404
    name = f"{section.code}-{export.pk}.bundle"
    return FileResponse(in_store(export.path).open("rb"), as_attachment=True, filename=name)
