"""Files of the bids for those who evaluate them: download, table of contents, words found, pages as pictures."""

from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any

from django.http import FileResponse, HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.http import require_safe

from evaluation.models import Committee
from evaluation.permissions import member_of, not_a_member, sees_inside
from evaluation.queries.bid_files import contents_of, file_of, found_in, page_of
from evaluation.queries.facts import method_in_force
from evaluation.queries.room_state import OPEN_PHASES, STARTED
from evaluation.queries.rooms import committee_by_code, standings
from prequalified.permissions import act
from runtime.refusal import Blocker, Refusal, gettext_noop
from tendering.models import OpenedBid

Shown = Callable[[HttpRequest, OpenedBid, Path], HttpResponse]
VIEWABLE = {".pdf": "application/pdf"}  # everything else is only downloaded, never shown by the browser


def _for_readers(view: Callable[..., HttpResponse | FileResponse]) -> Callable[..., HttpResponse | FileResponse]:
    """Hands the view the opened bid and the file, after asking whether this reader may have it now."""

    @require_safe
    @act({"evaluator", "supervisor"})
    @wraps(view)
    def guarded(request: HttpRequest, code: str, bid: str, path: str, **more: Any) -> HttpResponse | FileResponse:
        committee = committee_by_code(code)
        opened = _bid(request, committee, bid)
        answer = view(request, opened, file_of(opened, path, _hidden(committee)), **more)
        answer["Cache-Control"] = "private, max-age=3600"
        return answer

    return guarded


def _bid(request: HttpRequest, committee: Committee, bid: str) -> OpenedBid:
    actor = request.actor  # type: ignore[attr-defined]
    member = member_of(actor, committee)
    ready = member is None or member.undertaken_at is not None
    if not (sees_inside(actor, committee) and ready and committee.phase in STARTED):
        raise Refusal(not_a_member(), status=403)
    for row in standings(committee):
        if row.bid.bid.public_id == bid:
            return row.bid
    raise Refusal(Blocker("score.unknown_bid", gettext_noop("没有这个投标，或者它已被否决")), status=404)


def _hidden(committee: Committee) -> frozenset[str]:
    """Files that tell the price, while the method hides it."""
    method = method_in_force(committee.section)
    return frozenset(method.priced_parts) if method.price_hidden and committee.phase not in OPEN_PHASES else frozenset()


@_for_readers
def download(request: HttpRequest, opened: OpenedBid, path: Path) -> FileResponse:
    """`?view=1` shows a PDF in the browser's own reader; a bid is a stranger's file, so nothing else is ever shown."""
    view = request.GET.get("view") == "1" and path.suffix in VIEWABLE
    kind = VIEWABLE.get(path.suffix, "application/octet-stream")
    name = f"{opened.bid.bidder.name}-{path.name}"
    answer = FileResponse(path.open("rb"), as_attachment=not view, filename=name, content_type=kind)
    answer["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
    if view:
        answer["Content-Security-Policy"] = "frame-ancestors 'none'"
    return answer


@_for_readers
def contents(request: HttpRequest, opened: OpenedBid, path: Path) -> JsonResponse:
    return JsonResponse(contents_of(opened, path))


@_for_readers
def found(request: HttpRequest, opened: OpenedBid, path: Path) -> JsonResponse:
    words = request.GET.get("q", "").strip()[:60]
    return JsonResponse({"hits": found_in(path, words) if words else []})


@_for_readers
def page(request: HttpRequest, opened: OpenedBid, path: Path, number: int, width: int) -> FileResponse:
    return FileResponse(page_of(opened, path, number, width).open("rb"), content_type="image/webp")
