"""Checkpoints (c2sp.org/tlog-checkpoint) and the witnesses' cosignatures on them (c2sp.org/tlog-cosignature)."""

import re
import struct
from base64 import b64encode
from collections.abc import Sequence
from dataclasses import dataclass

from signing.rules.merkle import HASH_BYTES
from signing.rules.notes import (
    COSIGNATURE,
    Note,
    NoteError,
    NoteSigner,
    VerifierKey,
    open_note,
    parse_note,
    parse_signature_line,
    read_base64,
    sign_note,
    signature_line,
)

_SIZE = re.compile(r"0|[1-9][0-9]{0,18}")


@dataclass(frozen=True, slots=True)
class TreeHead:
    """What a checkpoint says: which log, how many entries, which root."""

    origin: str
    size: int
    root: bytes

    def text(self) -> str:
        """The note's text, with its final newline."""
        return f"{self.origin}\n{self.size}\n{b64encode(self.root).decode()}\n"


@dataclass(frozen=True, slots=True)
class Cosignature:
    """A witness saw this tree head, consistent with all it saw before, at `time` (seconds since 1970)."""

    key: VerifierKey
    time: int


def read_head(note: Note) -> TreeHead:
    """The tree head in a note's text; raises NoteError where the text is no checkpoint."""
    lines = note.text[:-1].split("\n")
    if len(lines) < 3 or not all(lines):
        raise NoteError("a checkpoint has at least three lines and no empty one")
    if not _SIZE.fullmatch(lines[1]):
        raise NoteError(f"{lines[1][:40]!r} is no tree size")
    root = read_base64(lines[2])
    if len(root) != HASH_BYTES:
        raise NoteError("the checkpoint's root is no SHA-256 hash")
    return TreeHead(lines[0], int(lines[1]), root)


def sign_checkpoint(head: TreeHead, signer: NoteSigner) -> str:
    return sign_note(head.text(), signer)


def parse_checkpoint(data: bytes | str) -> TreeHead:
    """What an unverified checkpoint claims."""
    return read_head(parse_note(data))


def open_checkpoint(data: bytes | str, key: VerifierKey) -> TreeHead:
    """The verified tree head; raises NoteError where it is malformed, not signed by `key`, or of another log."""
    head = read_head(open_note(data, [key]))
    if head.origin != key.name:
        raise NoteError(f"a checkpoint of {head.origin}, where one of {key.name} belongs")
    return head


def witness_key(key: VerifierKey) -> VerifierKey:
    """The same public key as a witness's: the key id differs, so that one cannot be taken for the other."""
    return VerifierKey(key.name, key.public, COSIGNATURE)


def _cosigned(text: str, time: int) -> bytes:
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def cosign(data: bytes | str, witness: NoteSigner, time: int) -> str:
    """The witness's signature line for a checkpoint. The caller has checked consistency; this only signs."""
    note = parse_note(data)
    read_head(note)
    key = witness_key(witness.verifier)
    stamped = struct.pack(">Q", time) + witness.private.sign(_cosigned(note.text, time))
    return signature_line(key.name, key.key_id + stamped)


def check_cosignature(text: str, line: str, keys: Sequence[VerifierKey]) -> Cosignature:
    """Verify one cosignature line over a checkpoint's text; raises NoteError unless one of `keys` made it."""
    found = parse_signature_line(line)
    for key in keys:
        if key.kind != COSIGNATURE or not found.is_by(key):
            continue
        if len(found.signature) != 72:
            raise NoteError(f"the cosignature of {key.name} is not 72 bytes long")
        time = struct.unpack(">Q", found.signature[:8])[0]
        if not key.verify(found.signature[8:], _cosigned(text, time)):
            raise NoteError(f"the cosignature of {key.name} does not belong to this checkpoint")
        return Cosignature(key, time)
    raise NoteError(f"{found.name} is no witness known here")


def cosignatures(data: bytes | str, keys: Sequence[VerifierKey]) -> list[Cosignature]:
    """All cosignatures by known witnesses on a checkpoint; unknown signatures are passed over, wrong ones raise NoteError."""
    note = parse_note(data)
    return [
        check_cosignature(note.text, signature_line(found.name, found.key_id + found.signature), keys)
        for found in note.signatures
        if any(key.kind == COSIGNATURE and found.is_by(key) for key in keys)
    ]
