"""The journal over HTTP as a tiled transparency log (c2sp.org/tlog-tiles): static answers that stock tools read."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_POST

from runtime.actor import ANYBODY
from runtime.refusal import Refusal
from runtime.spoken import answer
from signing.actions.add_cosignature import add_cosignature
from signing.actions.journal_key import journal_key
from signing.models import JournalEntry
from signing.permissions import may_read
from signing.queries.journal import NoCheckpoint, checkpoint_note, entry_bundle, latest_checkpoint, tile
from signing.rules.notes import LARGEST_NOTE
from signing.rules.tiles import Tile, TileError

_TEXT = "text/plain; charset=utf-8"
_FOR_EVER = "public, max-age=31536000, immutable"
_SHORT = "public, max-age=5"


@require_GET
def checkpoint(request: HttpRequest) -> HttpResponse:
    """The newest checkpoint with its cosignatures; 404 while the journal is empty."""
    try:
        note = checkpoint_note(latest_checkpoint())
    except NoCheckpoint:
        return HttpResponse("the journal is empty\n", status=404, content_type=_TEXT)
    return HttpResponse(note, content_type=_TEXT, headers={"Cache-Control": _SHORT})


@require_GET
def key(request: HttpRequest) -> HttpResponse:
    """The log's verifier key. Who wants more than the platform's word compares it with a copy got elsewhere."""
    return HttpResponse(f"{journal_key()}\n", content_type=_TEXT, headers={"Cache-Control": _SHORT})


def _public(entry: JournalEntry) -> bool:
    return may_read(entry, ANYBODY)


@require_GET
def tile_or_bundle(request: HttpRequest, path: str) -> HttpResponse:
    """`tile/<L>/<N>[.p/<W>]` and `tile/entries/<N>[.p/<W>]`; 404 for what no checkpoint covers.

    Tiles never change. A bundle does once, when an entry in it is disclosed, so it is kept only for a moment.
    """
    try:
        wanted = Tile.parse(path)
    except TileError as error:
        return HttpResponse(f"{error}\n", status=400, content_type=_TEXT)
    data = entry_bundle(wanted, _public) if wanted.level is None else tile(wanted)
    if data is None:
        return HttpResponse("no checkpoint covers this tile\n", status=404, content_type=_TEXT)
    headers = {"Cache-Control": _SHORT if wanted.level is None else _FOR_EVER}
    return HttpResponse(data, content_type="application/octet-stream", headers=headers)


@csrf_exempt  # no session is used: the cosignature itself is the authority
@require_POST
def cosignatures(request: HttpRequest) -> HttpResponse:
    """A witness posts the checkpoint with its cosignature line; 200 with the lines kept, or a refusal with its reasons."""
    body = request.read(LARGEST_NOTE + 1)
    try:
        kept = add_cosignature(body)
    except Refusal as refusal:
        return JsonResponse(answer(refusal), status=refusal.status, json_dumps_params={"ensure_ascii": False})
    return HttpResponse("".join(one.line for one in kept), content_type=_TEXT)
