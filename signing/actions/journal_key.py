"""The public half of the journal's key, for edges that may not touch `signing.keys`."""

from signing.keys import journal_signer
from signing.rules.notes import VerifierKey


def journal_key() -> VerifierKey:
    """Name (the log's origin) and Ed25519 public key; `str()` of it is the verifier key that tools take."""
    return journal_signer().verifier
