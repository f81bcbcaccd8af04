"""The sealed journal (protocol §5): commitments before a section's deadline, and checking its disclosure against them.

Until the deadline the platform publishes, every ten minutes, one root over `SHA-256(salt ‖ sealed root ‖ size)` of every open
section. Those values are filled up with random ones to a fixed number and sorted, so that neither the root nor a path says how
many sections there are, or how many entries any of them has.
"""

import hmac
import secrets
import struct
from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

from runtime.clock import read_stamp
from signing.rules.merkle import Edge, ProofError, check_inclusion, inclusion_path, leaf_hash, nodes_of, root_of
from signing.rules.notes import NoteError, VerifierKey, open_note, read_base64

PLACES = 256  # values in a commitment; doubled as often as more sections are open
RECEIPT = "yangguang-sealed-receipt/1"
DISCLOSURE = "yangguang-disclosure/1"
# An entry is sealed a moment after its act; a commitment may come between the two.
SLACK = timedelta(seconds=60)


def new_secret() -> bytes:
    return secrets.token_bytes(32)


def commitment_salt(secret: bytes, due: str) -> bytes:
    """The salt of a section's part in the commitment due at `due`; disclosing the secret discloses them all."""
    return hmac.digest(secret, f"yangguang-commitment/1\n{due}".encode(), "sha256")


def receipt_salt(secret: bytes, leaf: bytes) -> bytes:
    return hmac.digest(secret, b"yangguang-sealed-receipt/1\n" + leaf, "sha256")


def commitment(salt: bytes, root: bytes, size: int) -> bytes:
    """SHA-256(salt ‖ sealed root ‖ size), size as eight bytes, most significant first."""
    return sha256(salt + root + struct.pack(">Q", size)).digest()


def commitment_leaves(values: Sequence[bytes], filler: bytes) -> list[bytes]:
    """Leaf hashes of a commitment's tree: the sections' values and random-looking ones from `filler`, sorted."""
    places = PLACES
    while places < len(values):
        places *= 2
    fill = [hmac.digest(filler, struct.pack(">Q", at), "sha256") for at in range(places - len(values))]
    return [leaf_hash(value) for value in sorted([*values, *fill])]


def commitment_root(values: Sequence[bytes], filler: bytes) -> bytes:
    return root_of(commitment_leaves(values, filler))


@dataclass(frozen=True, slots=True)
class Opening:
    """One commitment opened for one section: `index` is the main journal's `journal.commitment` entry."""

    index: int
    size: int
    place: int
    places: int
    path: tuple[bytes, ...]

    def as_data(self) -> dict[str, Any]:
        path = [step.hex() for step in self.path]
        return {"index": self.index, "size": self.size, "place": self.place, "places": self.places, "path": path}

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Opening":
        """Inverse of `as_data`; raises ProofError."""
        try:
            numbers = [data[key] for key in ("index", "size", "place", "places")]
            path = tuple(bytes.fromhex(step) for step in data["path"])
        except (KeyError, TypeError, ValueError) as error:
            raise ProofError(f"a commitment's opening cannot be read: {error!r}") from error
        if any(type(number) is not int or number < 0 for number in numbers):
            raise ProofError("a commitment is opened with something else than numbers")
        index, size, place, places = numbers
        return cls(index, size, place, places, path)


def open_commitment(index: int, size: int, value: bytes, values: Sequence[bytes], filler: bytes) -> Opening:
    leaves = commitment_leaves(values, filler)
    place = leaves.index(leaf_hash(value))
    path = inclusion_path(nodes_of(leaves), place, len(leaves))
    return Opening(index, size, place, len(leaves), tuple(path))


@dataclass(frozen=True, slots=True)
class Commitment:
    """What a `journal.commitment` entry of the main journal says."""

    index: int
    due: str
    root: bytes


@dataclass(frozen=True, slots=True)
class Disclosed:
    """What the `journal.disclosed` entry at `index` of the main journal says; its entries follow it, `size` of them."""

    index: int
    section: str
    number: int
    secret: bytes
    size: int
    root: bytes
    opened: str
    closed: str

    @classmethod
    def read(cls, index: int, body: Mapping[str, Any]) -> "Disclosed":
        """From the entry's body; raises ProofError where something is missing."""
        try:
            secret, root = bytes.fromhex(body["secret"]), bytes.fromhex(body["root"])
            texts = str(body["opened"]), str(body["closed"])
            return cls(index, str(body["section"]), int(body["number"]), secret, int(body["size"]), root, *texts)
        except (KeyError, TypeError, ValueError) as error:
            raise ProofError(f"the disclosure at {index} cannot be read: {error}") from error


def check_disclosure(
    disclosed: Disclosed, leaves: Sequence[bytes], commitments: Sequence[Commitment], openings: Sequence[Opening]
) -> None:
    """Nothing was added, dropped or moved since it was committed; raises ProofError naming what was.

    `leaves`: the hashes of the main journal at `disclosed.index + 1` and on, `disclosed.size` of them. `commitments`: all
    `journal.commitment` entries of the main journal; those that had to cover the section must be opened.
    """
    if len(leaves) != disclosed.size or root_of(leaves) != disclosed.root:
        raise ProofError(f"the entries after {disclosed.index} are not those of the sealed tree of {disclosed.section}")
    opened = {opening.index: opening for opening in openings}
    missing = [found.index for found in must_cover(disclosed, commitments) if found.index not in opened]
    if missing:
        raise ProofError(f"the commitment at {missing[0]} is not opened for {disclosed.section}")
    edge = Edge()
    for committed in sorted(commitments, key=lambda found: found.index):
        if committed.index in opened:
            _check_opening(disclosed, leaves, edge, committed, opened[committed.index])


def _check_opening(
    disclosed: Disclosed, leaves: Sequence[bytes], edge: Edge, committed: Commitment, opening: Opening
) -> None:
    """`edge` has grown as far as the commitment before this one."""
    if not edge.size <= opening.size <= disclosed.size:
        raise ProofError(f"the sealed tree of {disclosed.section} shrank at the commitment {committed.index}")
    for leaf in leaves[edge.size : opening.size]:
        edge.append(leaf)
    value = commitment(commitment_salt(disclosed.secret, committed.due), edge.root(), edge.size)
    try:
        check_inclusion(leaf_hash(value), opening.place, opening.places, opening.path, committed.root)
    except ProofError as error:
        what = f"the commitment at {committed.index} was made over other entries of {disclosed.section}"
        raise ProofError(f"{what}: {error}") from error


def must_cover(disclosed: Disclosed, commitments: Sequence[Commitment]) -> list[Commitment]:
    """The commitments between the section's opening (a minute later, for its act may still have been open) and its disclosure."""
    since = read_stamp(disclosed.opened) + SLACK
    return [found for found in commitments if found.index < disclosed.index and read_stamp(found.due) >= since]


def check_times(
    times: Sequence[datetime | None], commitments: Sequence[Commitment], openings: Sequence[Opening]
) -> None:
    """No entry was slipped in later under an earlier time: those not yet committed at a moment say a later time.

    `times` are the sealed entries' own, in order, None where the content may not be read. Raises ProofError.
    """
    due = {committed.index: read_stamp(committed.due) for committed in commitments}
    steps = sorted((opening.size, due[opening.index]) for opening in openings if opening.index in due)
    absent_at: datetime | None = None
    at = 0
    for place, time in enumerate(times):
        while at < len(steps) and steps[at][0] <= place:
            absent_at = max(steps[at][1], absent_at or steps[at][1])
            at += 1
        if time is not None and absent_at is not None and time < absent_at - SLACK:
            raise ProofError(
                f"sealed entry {place} says {time.isoformat()} but was not there at {absent_at.isoformat()}"
            )


@dataclass(frozen=True, slots=True)
class SealedReceipt:
    """What a sealed receipt says: the entry with this leaf hash was in the section's tree, whose root it commits to."""

    origin: str
    section: str
    number: int
    time: str
    leaf: bytes
    commitment: bytes

    def text(self) -> str:
        """The text of the signed note. The root and the size stay hidden, for the size would tell the count."""
        hashes = "\n".join(b64encode(data).decode() for data in (self.leaf, self.commitment))
        return f"{RECEIPT}\n{self.origin}\n{self.section}/{self.number}\n{self.time}\n{hashes}\n"


def open_sealed_receipt(note: bytes | str, key: VerifierKey) -> SealedReceipt:
    """Verify the platform's signature and read the receipt; raises NoteError."""
    lines = open_note(note, [key]).text[:-1].split("\n")
    if len(lines) != 6 or lines[0] != RECEIPT or lines[1] != key.name:
        raise NoteError("this is no sealed receipt of this journal")
    section, _slash, number = lines[2].rpartition("/")
    if not section or not number.isdecimal():
        raise NoteError(f"{lines[2][:80]!r} names no sealed tree")
    return SealedReceipt(lines[1], section, int(number), lines[3], read_base64(lines[4]), read_base64(lines[5]))


def check_sealed_receipt(receipt: SealedReceipt, disclosed: Disclosed, leaves: Sequence[bytes]) -> int:
    """After the deadline: the entry's place in the sealed tree. Raises ProofError where the receipt was not honoured."""
    if (receipt.section, receipt.number) != (disclosed.section, disclosed.number):
        raise ProofError(f"the receipt is of {receipt.section}/{receipt.number}, not of this tree")
    if receipt.leaf not in leaves:
        raise ProofError(f"the entry of the receipt was dropped from the sealed tree of {receipt.section}")
    place = leaves.index(receipt.leaf)
    salt = receipt_salt(disclosed.secret, receipt.leaf)
    edge = Edge()
    for leaf in leaves:
        edge.append(leaf)
        if edge.size > place and commitment(salt, edge.root(), edge.size) == receipt.commitment:
            return place
    raise ProofError(f"the sealed tree of {receipt.section} was another when the receipt was given")
