"""Browsing the journal: every entry with its hash and its proof; contents as far as the reader may see them."""

import json

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import render
from django.utils.translation import gettext as _

from runtime.clock import read_stamp, stamp
from runtime.listing import Listing
from signing.actions.journal_key import journal_key
from signing.models import CheckpointTimestamp, JournalEntry
from signing.permissions import may_read
from signing.queries import journal
from signing.rules.merkle import leaf_hash


def entries(request: HttpRequest) -> HttpResponseBase:
    actor = request.actor  # type: ignore[attr-defined]
    listing = Listing(
        request,
        _chosen(request),
        orders={"index": ["-index"]},
        search=["kind__icontains", "subject__icontains"],
        columns=[
            (_("序号"), lambda row: row.index),
            (_("时间(UTC)"), lambda row: stamp(row.time)),
            (_("种类"), lambda row: row.kind),
            (_("事项"), lambda row: row.subject),
            (_("散列"), lambda row: bytes(row.leaf).hex()),
        ],
        per_page=50,
    )
    if listing.wants_csv:
        return listing.csv("journal")
    page = listing.page
    shown: list[JournalEntry] = list(page.object_list)  # type: ignore[arg-type]
    rows = [{"entry": row, "shown": may_read(row, actor)} for row in shown]
    context = {"listing": listing, "page_obj": page, "rows": rows, "kind": request.GET.get("kind", ""), **_head()}
    return render(request, "supervision/journal.html", context)


def _chosen(request: HttpRequest) -> QuerySet[JournalEntry]:
    rows = JournalEntry.objects.select_related("inbox")
    if request.GET.get("kind"):
        rows = rows.filter(kind__startswith=request.GET["kind"][:60])
    if request.GET.get("subject"):
        rows = rows.filter(subject=request.GET["subject"][:120])
    return rows


def _head() -> dict[str, object]:
    """The newest checkpoint, its key, witnesses and timestamp: what makes the list provable."""
    try:
        checkpoint = journal.latest_checkpoint()
    except journal.NoCheckpoint:
        return {"checkpoint": None, "key": str(journal_key())}
    stamped = CheckpointTimestamp.objects.select_related("checkpoint").order_by("-pk").first()
    return {
        "checkpoint": checkpoint,
        "note": journal.checkpoint_note(checkpoint),
        "key": str(journal_key()),
        "witnesses": checkpoint.cosignatures.select_related("witness"),
        "stamped": stamped,
    }


def entry(request: HttpRequest, index: int) -> HttpResponse:
    """One entry: content where it may be read, leaf hash computed before the reader's eyes, path to the checkpoint."""
    row = JournalEntry.objects.select_related("inbox").filter(index=index).first()
    if row is None:
        raise Http404
    shown = may_read(row, request.actor)  # type: ignore[attr-defined]
    raw = row.entry()
    content = json.loads(raw) if shown else None
    path, checkpoint = journal.inclusion_proof(index)
    context = {
        "entry": row,
        "content": content,
        "pretty": json.dumps(content["body"], ensure_ascii=False, indent=2, sort_keys=True) if content else "",
        "at": read_stamp(content["time"]) if content else row.time,
        "agrees": leaf_hash(raw) == bytes(row.leaf),
        "leaf": bytes(row.leaf).hex(),
        "path": [step.hex() for step in path],
        "checkpoint": checkpoint,
        "previous": index - 1 if index else None,
        "following": index + 1 if JournalEntry.objects.filter(index=index + 1).exists() else None,
    }
    return render(request, "supervision/entry.html", context)
