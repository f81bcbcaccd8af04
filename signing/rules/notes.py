"""C2SP signed notes (c2sp.org/signed-note): text signed by named Ed25519 keys, readable by stock tools.

A verifier key travels as `<name>+<key id in hex>+<base64(type ‖ public key)>`.
"""

import re
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

ED25519 = 0x01
COSIGNATURE = 0x04
LARGEST_NOTE = 64 * 1024
MOST_SIGNATURES = 64
_CONTROL = re.compile(r"[\x00-\x09\x0b-\x1f]")
_NAME = re.compile(r"[^\s+]+")  # Unicode spaces and plus are forbidden by the specification


class NoteError(ValueError):
    """Text that is no signed note, or one that no trusted key signed; the message says what."""


def read_base64(text: str) -> bytes:
    """Standard base64, strictly: one spelling of each value, so that a note cannot be changed and stay valid."""
    try:
        data = b64decode(text, validate=True)
    except (Base64Error, ValueError) as error:
        raise NoteError(f"{text[:60]!r} is no base64") from error
    if b64encode(data).decode() != text:
        raise NoteError(f"{text[:60]!r} is no canonical base64")
    return data


@dataclass(frozen=True, slots=True)
class VerifierKey:
    """Who may have signed: a key name, a signature type and 32 bytes of Ed25519 public key."""

    name: str
    public: bytes
    kind: int = ED25519

    def __post_init__(self) -> None:
        if not _NAME.fullmatch(self.name):
            raise NoteError(f"{self.name!r} cannot be a key name")
        if len(self.public) != 32 or self.kind not in (ED25519, COSIGNATURE):
            raise NoteError(f"the key of {self.name} is no Ed25519 key")

    @property
    def key_id(self) -> bytes:
        return sha256(self.name.encode() + b"\n" + bytes([self.kind]) + self.public).digest()[:4]

    def __str__(self) -> str:
        return f"{self.name}+{self.key_id.hex()}+{b64encode(bytes([self.kind]) + self.public).decode()}"

    @classmethod
    def parse(cls, text: str) -> "VerifierKey":
        """Inverse of `str()`; raises NoteError on anything else."""
        parts = text.strip().split("+", 2)
        if len(parts) != 3:
            raise NoteError(f"{text[:80]!r} is no verifier key")
        material = read_base64(parts[2])
        key = cls(parts[0], material[1:], material[0] if material else 0)
        if key.key_id.hex() != parts[1].lower():
            raise NoteError(f"the key id of {key.name} does not belong to its key")
        return key

    def verify(self, signature: bytes, message: bytes) -> bool:
        try:
            Ed25519PublicKey.from_public_bytes(self.public).verify(signature, message)
        except InvalidSignature:
            return False
        return True


@dataclass(frozen=True, slots=True)
class NoteSigner:
    """A key name with its Ed25519 private key."""

    name: str
    private: Ed25519PrivateKey

    @property
    def verifier(self) -> VerifierKey:
        return VerifierKey(self.name, self.private.public_key().public_bytes_raw())

    def secret(self) -> str:
        """`PRIVATE+KEY+<name>+<key id>+<base64(0x01 ‖ seed)>`, as the tools for C2SP notes keep theirs."""
        material = b64encode(bytes([ED25519]) + self.private.private_bytes_raw()).decode()
        return f"PRIVATE+KEY+{self.name}+{self.verifier.key_id.hex()}+{material}"

    @classmethod
    def parse(cls, text: str) -> "NoteSigner":
        """Inverse of `secret`; raises NoteError, which never repeats the secret."""
        parts = text.strip().split("+", 4)
        if len(parts) != 5 or parts[:2] != ["PRIVATE", "KEY"]:
            raise NoteError("this is no private key for notes")
        try:
            material = b64decode(parts[4], validate=True)
        except (Base64Error, ValueError):
            material = b""
        if len(material) != 33 or material[0] != ED25519:
            raise NoteError(f"the private key of {parts[2][:80]!r} is no Ed25519 key")
        signer = cls(parts[2], Ed25519PrivateKey.from_private_bytes(material[1:]))
        if signer.verifier.key_id.hex() != parts[3].lower():
            raise NoteError(f"the key id of {signer.name} does not belong to its key")
        return signer

    def line(self, text: str) -> str:
        """The signature line for a note with this text."""
        key = self.verifier
        return signature_line(key.name, key.key_id + self.private.sign(text.encode()))


@dataclass(frozen=True, slots=True)
class Signature:
    name: str
    key_id: bytes
    signature: bytes

    def is_by(self, key: VerifierKey) -> bool:
        return self.name == key.name and self.key_id == key.key_id


@dataclass(frozen=True, slots=True)
class Note:
    """A parsed note: `text` ends in a newline and is what was signed; nothing in it is verified yet."""

    text: str
    signatures: tuple[Signature, ...]


def signature_line(name: str, material: bytes) -> str:
    """`material` = key id ‖ signature."""
    return f"— {name} {b64encode(material).decode()}\n"


def sign_note(text: str, *signers: NoteSigner) -> str:
    """The whole note; `text` must end in a newline and hold no other control character."""
    if not text.endswith("\n") or _CONTROL.search(text):
        raise NoteError("the text of a note ends in a newline and holds no other control character")
    return text + "\n" + "".join(signer.line(text) for signer in signers)


def parse_note(data: bytes | str) -> Note:
    """Split a note into text and signatures; raises NoteError on malformed input. Verifies nothing."""
    note = _as_text(data)
    text, blank, block = note.rpartition("\n\n")
    if not blank or not block.endswith("\n"):
        raise NoteError("this is no signed note: no signatures after a blank line")
    lines = block[:-1].split("\n")
    if len(lines) > MOST_SIGNATURES:
        raise NoteError(f"the note has more than {MOST_SIGNATURES} signatures")
    return Note(text + "\n", tuple(parse_signature_line(line) for line in lines))


def _as_text(data: bytes | str) -> str:
    if len(data) > LARGEST_NOTE:
        raise NoteError(f"the note is larger than {LARGEST_NOTE} bytes")
    try:
        note = data.decode() if isinstance(data, bytes) else data
        note.encode()
    except UnicodeError as error:
        raise NoteError("the note is no UTF-8") from error
    if _CONTROL.search(note):
        raise NoteError("the note holds a control character")
    return note


def parse_signature_line(line: str) -> Signature:
    parts = line.rstrip("\n").split(" ")
    if len(parts) != 3 or parts[0] != "—" or not _NAME.fullmatch(parts[1]):
        raise NoteError(f"{line[:80]!r} is no signature line")
    material = read_base64(parts[2])
    if len(material) < 5:
        raise NoteError(f"the signature of {parts[1]} is too short")
    return Signature(parts[1], material[:4], material[4:])


def open_note(data: bytes | str, keys: Sequence[VerifierKey]) -> Note:
    """Parse and verify: at least one of `keys` (plain Ed25519) signed, and none of them signed wrongly. Raises NoteError."""
    note = parse_note(data)
    by_known = [(key, found) for found in note.signatures for key in keys if key.kind == ED25519 and found.is_by(key)]
    for key, found in by_known:
        if not key.verify(found.signature, note.text.encode()):
            raise NoteError(f"the signature of {key.name} does not belong to this text")
    if not by_known:
        raise NoteError("no trusted key signed this note")
    return note
