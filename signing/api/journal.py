"""Entries, proofs and disclosures as JSON; tiles for stock tools are in signing.web.tlog."""

import json
from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Query, Router

from runtime.actor import ANYBODY, Actor
from runtime.refusal import Refusal
from signing.models import JournalEntry, SealedTree
from signing.permissions import may_read
from signing.queries import journal
from signing.rules import journal_faults
from signing.rules.merkle import ProofError

router = Router(tags=["journal"])
LONGEST_PAGE = 500


def _actor(request: HttpRequest) -> Actor:
    return getattr(request, "actor", ANYBODY)


def entry_data(entry: JournalEntry, actor: Actor) -> dict[str, Any]:
    """What `actor` sees of an entry: its place and hash always, its content as far as `readers` allows."""
    shown = may_read(entry, actor)
    seen: dict[str, Any] = {"index": entry.index, "leaf": bytes(entry.leaf).hex(), "readers": entry.readers}
    return {**seen, "entry": json.loads(entry.entry()) if shown else None}


@router.get("/journal/entries")
def list_entries(
    request: HttpRequest,
    kind: str = "",
    subject: str = "",
    after: int = -1,
    limit: int = Query(100, ge=1, le=LONGEST_PAGE),
) -> dict[str, Any]:
    """Entries in their order, `after` an index; `next` continues, null at the end."""
    found = list(journal.entries(kind=kind, subject=subject, after=after)[: limit + 1])
    more = len(found) > limit
    page = [entry_data(entry, _actor(request)) for entry in found[:limit]]
    return {"entries": page, "next": page[-1]["index"] if more else None}


@router.get("/journal/entries/{int:index}")
def one_entry(request: HttpRequest, index: int) -> dict[str, Any]:
    """An entry with its tlog-proof."""
    entry = _entry(index)
    return {**entry_data(entry, _actor(request)), "proof": journal.tlog_proof(entry)}


@router.get("/journal/entries/{int:index}/proof")
def proof_file(request: HttpRequest, index: int) -> HttpResponse:
    """The `.tlog-proof` file (c2sp.org/tlog-proof)."""
    headers = {"Content-Disposition": f'attachment; filename="{index}.tlog-proof"'}
    return HttpResponse(journal.tlog_proof(_entry(index)), content_type="text/plain; charset=utf-8", headers=headers)


@router.get("/journal/entries/{int:index}/raw")
def raw_entry(request: HttpRequest, index: int) -> HttpResponse:
    """The canonical bytes that the leaf hash is over; 403 where the reader may not see them."""
    entry = _entry(index)
    if not may_read(entry, _actor(request)):
        raise Refusal(journal_faults.not_readable(index), 403)
    return HttpResponse(entry.entry(), content_type="application/json")


@router.get("/journal/consistency")
def consistency(request: HttpRequest, old: int, new: int | None = None) -> dict[str, Any]:
    """RFC 6962 consistency proof between two sizes; `new` by default that of the newest checkpoint."""
    try:
        path, checkpoint = journal.consistency_proof(old, new)
    except (ProofError, journal.NoCheckpoint) as error:
        raise Refusal(journal_faults.no_proof(str(error)), 404) from error
    hashes = [step.hex() for step in path]
    return {"old": old, "new": checkpoint.size, "path": hashes, "checkpoint": journal.checkpoint_note(checkpoint)}


@router.get("/journal/disclosures/{section}/{int:number}")
def disclosure(request: HttpRequest, section: str, number: int) -> dict[str, Any]:
    """How a section's disclosed entries fit the commitments made before its deadline."""
    try:
        return journal.disclosure_document(section, number)
    except SealedTree.DoesNotExist as error:
        raise Refusal(journal_faults.not_disclosed(section), 404) from error


def _entry(index: int) -> JournalEntry:
    entry = JournalEntry.objects.select_related("inbox").filter(index=index).first()
    if entry is None:
        raise Refusal(journal_faults.no_entry(index), 404)
    return entry
