from signing.models.authority import TrustedAuthority
from signing.models.draw import Draw, DrawCommitment, DrawOpening, DrawShare, DrawState
from signing.models.journal import (
    Checkpoint,
    CheckpointCosignature,
    CheckpointTimestamp,
    JournalEntry,
    JournalInbox,
    Readers,
    TreeHash,
    Witness,
)
from signing.models.sealed import Commitment, CommittedTree, SealedEntry, SealedRoot, SealedTree

__all__ = [
    "Checkpoint",
    "CheckpointCosignature",
    "CheckpointTimestamp",
    "Commitment",
    "CommittedTree",
    "Draw",
    "DrawCommitment",
    "DrawOpening",
    "DrawShare",
    "DrawState",
    "JournalEntry",
    "JournalInbox",
    "Readers",
    "SealedEntry",
    "SealedRoot",
    "SealedTree",
    "TreeHash",
    "TrustedAuthority",
    "Witness",
]
