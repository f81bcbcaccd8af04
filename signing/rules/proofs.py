"""A proof that travels with a paper (c2sp.org/tlog-proof): index, inclusion path and the checkpoint it leads to."""

import re
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from signing.rules.checkpoint import Cosignature, TreeHead, cosignatures, open_checkpoint
from signing.rules.merkle import HASH_BYTES, ProofError, check_inclusion, leaf_hash
from signing.rules.notes import NoteError, VerifierKey, read_base64

_FIRST_LINE = "c2sp.org/tlog-proof@v1"
_INDEX = re.compile(r"index (0|[1-9][0-9]{0,18})")
LONGEST_PATH = 63


@dataclass(frozen=True, slots=True)
class TlogProof:
    """`checkpoint` is the whole signed note with any cosignatures; `extra` is opaque and not authenticated."""

    index: int
    path: tuple[bytes, ...]
    checkpoint: str
    extra: bytes = b""

    def __str__(self) -> str:
        extra = f"extra {b64encode(self.extra).decode()}\n" if self.extra else ""
        path = "".join(f"{b64encode(step).decode()}\n" for step in self.path)
        return f"{_FIRST_LINE}\n{extra}index {self.index}\n{path}\n{self.checkpoint}"


def parse_proof(data: bytes | str) -> TlogProof:
    """Inverse of `str(proof)`; raises ProofError. Verifies nothing."""
    try:
        text = data.decode() if isinstance(data, bytes) else data
    except UnicodeDecodeError as error:
        raise ProofError("the proof is no UTF-8") from error
    head, blank, checkpoint = text.partition("\n\n")
    lines = head.split("\n")
    if lines[0] != _FIRST_LINE or not blank:
        raise ProofError(f"this is no {_FIRST_LINE}")
    rest = lines[1:]
    extra = b""
    try:
        if rest and rest[0].startswith("extra "):
            extra = read_base64(rest.pop(0).removeprefix("extra "))
        index = _INDEX.fullmatch(rest.pop(0)) if rest else None
        path = tuple(read_base64(line) for line in rest)
    except NoteError as error:
        raise ProofError(f"the proof cannot be read: {error}") from error
    if index is None or len(path) > LONGEST_PATH or any(len(step) != HASH_BYTES for step in path):
        raise ProofError("the proof has no index, or holds something else than hashes")
    return TlogProof(int(index[1]), path, checkpoint, extra)


@dataclass(frozen=True, slots=True)
class Proven:
    """What a verified proof says: the entry stands at `index` of the tree `head`, which these witnesses saw."""

    index: int
    head: TreeHead
    seen_by: tuple[Cosignature, ...]


def check_proof(
    proof: TlogProof | bytes | str, entry: bytes, key: VerifierKey, witnesses: Sequence[VerifierKey] = ()
) -> Proven:
    """Verify that `entry` (its canonical bytes) is in the log of `key`. Raises ProofError or NoteError with the reason."""
    return check_proof_of_hash(proof, leaf_hash(entry), key, witnesses)


def check_proof_of_hash(
    proof: TlogProof | bytes | str, leaf: bytes, key: VerifierKey, witnesses: Sequence[VerifierKey] = ()
) -> Proven:
    """The same where only the leaf hash is known, as for an entry whose content one may not read."""
    if not isinstance(proof, TlogProof):
        proof = parse_proof(proof)
    head = open_checkpoint(proof.checkpoint, key)
    check_inclusion(leaf, proof.index, head.size, proof.path, head.root)
    return Proven(proof.index, head, tuple(cosignatures(proof.checkpoint, witnesses)))
