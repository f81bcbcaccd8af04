"""Escrow of a draw's openings (protocol §6): k of n trustees can open what a party refuses to, so that refusing decides nothing."""

import secrets
from base64 import b64decode, b64encode
from binascii import Error as Base64Error
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import pyrage

from signing.rules.draws import OPENING_BYTES, SALT_BYTES, DrawError, commitment
from signing.rules.shamir import combine, split

FORMAT = "yangguang-draw-commitment/1"
_LARGEST_SEALED = 4096


@dataclass(frozen=True, slots=True)
class Secret:
    """What a party keeps until the commitments are closed."""

    salt: bytes
    value: bytes


@dataclass(frozen=True, slots=True)
class Escrow:
    """One trustee's part: `share_sha256` binds the party to what it sealed, so that a bad share can be attributed."""

    recipient: str
    share_sha256: str
    sealed: bytes

    def as_data(self) -> dict[str, str]:
        return {
            "recipient": self.recipient,
            "share_sha256": self.share_sha256,
            "sealed": b64encode(self.sealed).decode(),
        }


def commit(
    number: str, recipients: Sequence[str], k: int, random: Callable[[int], bytes] = secrets.token_bytes
) -> tuple[Secret, dict[str, Any]]:
    """A party's secret and the document it hands in: commitment and escrow, share i sealed to recipient i.

    Without recipients (a draw without trustees) there is no escrow. Raises DrawError for an impossible threshold.
    """
    secret = Secret(random(SALT_BYTES), random(OPENING_BYTES - SALT_BYTES))
    document: dict[str, Any] = {
        "format": FORMAT,
        "draw": number,
        "commitment": commitment(secret.salt, secret.value).hex(),
        "escrow": [],
    }
    if recipients:
        try:
            shares = split(secret.salt + secret.value, k, len(recipients), random)
        except ValueError as error:
            raise DrawError(str(error)) from error
        document["escrow"] = [_seal(share, to).as_data() for share, to in zip(shares, recipients, strict=True)]
    return secret, document


def _seal(share: bytes, recipient: str) -> Escrow:
    try:
        to = pyrage.x25519.Recipient.from_str(recipient)
    except pyrage.RecipientError as error:
        raise DrawError(f"{recipient[:80]!r} is no age recipient") from error
    return Escrow(recipient, sha256(share).hexdigest(), pyrage.encrypt(share, [to]))


def read_commitment(document: Mapping[str, Any], number: str, recipients: Sequence[str]) -> tuple[bytes, list[Escrow]]:
    """Check a document that a party handed in, for this draw and these trustees; raises DrawError."""
    if not isinstance(document, Mapping) or document.get("format") != FORMAT:
        raise DrawError(f"this is no {FORMAT}")
    if document.get("draw") != number:
        raise DrawError(f"the commitment is for the draw {document.get('draw')!r}, not for {number}")
    try:
        committed = bytes.fromhex(document["commitment"])
        escrow = [_read_escrow(part) for part in document["escrow"]]
    except (KeyError, TypeError, ValueError) as error:
        raise DrawError(f"the commitment cannot be read: {error}") from error
    if len(committed) != 32 or committed.hex() != document["commitment"]:
        raise DrawError("the commitment is no SHA-256 hash")
    if [part.recipient for part in escrow] != list(recipients):
        raise DrawError("the opening is not escrowed to this draw's trustees, each one share in their order")
    return committed, escrow


def _read_escrow(part: Mapping[str, Any]) -> Escrow:
    try:
        sealed = b64decode(part["sealed"], validate=True)
    except Base64Error as error:
        raise DrawError("an escrowed share is no base64") from error
    if len(sealed) > _LARGEST_SEALED or not sealed.startswith(b"age-encryption.org/v1\n"):
        raise DrawError("an escrowed share is no age file")
    if len(bytes.fromhex(part["share_sha256"])) != 32:
        raise DrawError("an escrowed share has no hash")
    return Escrow(str(part["recipient"]), part["share_sha256"], sealed)


def open_share(part: Escrow, identity: str) -> bytes:
    """A trustee's own act, on its own machine: the share, checked against what the party committed to. Raises DrawError."""
    try:
        share = pyrage.decrypt(part.sealed, [pyrage.x25519.Identity.from_str(identity)])
    except (pyrage.DecryptError, pyrage.IdentityError) as error:
        raise DrawError("the share cannot be opened with this identity") from error
    if sha256(share).hexdigest() != part.share_sha256:
        raise DrawError("the party sealed another share than the one whose hash it gave")
    return share


def recover(shares: Sequence[bytes], escrow: Sequence[Escrow], k: int, committed: bytes) -> Secret:
    """The opening from k or more trustees' shares, checked share by share and as a whole; raises DrawError naming the fault."""
    hashes = {part.share_sha256 for part in escrow}
    for share in shares:
        if sha256(share).hexdigest() not in hashes:
            raise DrawError(f"the share of place {share[-1] if share else '?'} is not the one that was escrowed")
    distinct = list(dict.fromkeys(shares))
    if len(distinct) < k:
        raise DrawError(f"{len(distinct)} shares are there, {k} are needed")
    try:
        opening = combine(distinct[:k])
    except ValueError as error:
        raise DrawError(str(error)) from error
    if len(opening) != OPENING_BYTES or sha256(opening).digest() != committed:
        raise DrawError("the escrowed shares do not give what was committed to: the party escrowed something else")
    return Secret(opening[:SALT_BYTES], opening[SALT_BYTES:])
