"""Evidence bundles by the API."""

from typing import Any

from django.http import FileResponse, HttpRequest
from django.shortcuts import get_object_or_404
from ninja import Router

from prequalified.permissions import act
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.store import in_store
from supervision.actions.request_bundle import request_bundle
from supervision.api.firms import router as firms_router
from supervision.models import BundleExport
from tendering.models import Section
from tendering.permissions import demand, supervises

router = Router(tags=["supervision"])
router.add_router("", firms_router)


def _section(request: HttpRequest, code: str) -> Section:
    section = get_object_or_404(Section.objects.select_related("tendering_project__project__centre"), code=code)
    demand(supervises(request.actor, section))  # type: ignore[attr-defined]
    return section


def shown(export: BundleExport) -> dict[str, Any]:
    return {
        "id": export.pk,
        "state": export.state,
        "members": export.members,
        "members_done": export.members_done,
        "size": export.size,
        "sha256": export.sha256,
        "fault": export.fault,
    }


@router.post("/sections/{code}/bundles", response={202: dict[str, Any]}, summary="生成证据包")
@act(roles={"supervisor"}, certificate=True)
def ask(request: HttpRequest, code: str) -> tuple[int, dict[str, Any]]:
    return 202, shown(request_bundle(section=_section(request, code), actor=request.actor))  # type: ignore[attr-defined]


@router.get("/sections/{code}/bundles/{int:number}", response=dict[str, Any], summary="证据包的进度")
@act(roles={"supervisor"})
def progress(request: HttpRequest, code: str, number: int) -> dict[str, Any]:
    return shown(get_object_or_404(BundleExport, pk=number, section=_section(request, code)))


@router.get("/sections/{code}/bundles/{int:number}/file", summary="下载证据包")
@act(roles={"supervisor"})
def file(request: HttpRequest, code: str, number: int) -> FileResponse:
    export = get_object_or_404(BundleExport, pk=number, section=_section(request, code))
    if export.state != BundleExport.State.DONE:
        raise Refusal(Blocker("bundle.not_ready", gettext_noop("证据包还没有生成。")), 404)
    return FileResponse(in_store(export.path).open("rb"), content_type="application/vnd.etsi.asic-e+zip")
