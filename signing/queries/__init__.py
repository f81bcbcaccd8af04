"""Reads of signing: whom the platform trusts (`trust`), the journal and its proofs (`journal`), draws (`draws`)."""

from signing.queries.draws import draw_file
from signing.queries.journal import (
    NoCheckpoint,
    checkpoint_note,
    consistency_proof,
    disclosure_document,
    entry_of,
    inclusion_proof,
    latest_checkpoint,
    sealed_proof,
    tlog_proof,
)
from signing.queries.trust import is_local, trust_store

__all__ = [
    "NoCheckpoint",
    "checkpoint_note",
    "consistency_proof",
    "disclosure_document",
    "draw_file",
    "entry_of",
    "inclusion_proof",
    "is_local",
    "latest_checkpoint",
    "sealed_proof",
    "tlog_proof",
    "trust_store",
]
