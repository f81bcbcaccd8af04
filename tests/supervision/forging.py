"""An insider at work: owns the database, the platform's keys and the journal's, and makes bundles that say otherwise.

He cannot sign as a bidder, tenderer, trustee, evaluator or witness, and trusts that nobody looks closely.
"""

import json
import secrets
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache, partial
from hashlib import sha256
from pathlib import Path
from typing import Any

from runtime.clock import now
from signing.keys import journal_signer, platform_identity
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from signing.rules.certificates import TrustStore, load_anchors
from signing.rules.checkpoint import TreeHead
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import read_container
from signing.rules.merkle import leaf_hash
from signing.rules.notes import parse_note, sign_note
from signing.rules.proofs import TlogProof
from signing.rules.signing_key import SigningKey
from signing.rules.tiles import TileTree, tree_in_memory
from signing.rules.timestamps import issue_timestamp, obtain
from supervision.rules.bundle import LIMITS, Bundle, papers_digest, ranges
from supervision.rules.verification.case import Known
from supervision.rules.verification.findings import Step
from supervision.rules.verification.steps import verify
from tests.factories.supervision import Tender

PLATFORM = "the platform"


@dataclass
class Made:
    """What the story left: bundles by name, the anchors a reader trusts, and all that an insider knows."""

    bundles: dict[str, Path]
    anchors: Path
    works: Tender
    journal: list[bytes]  # every entry, by index
    secret: bytes
    commitments: list[tuple[int, bytes, list[bytes]]]
    committed: dict[int, int]

    @property
    def trust(self) -> TrustStore:
        return _trust(self.anchors)

    def forger(self, name: str = "works") -> "Forger":
        return Forger(self, read_members(self.bundles[name]), list(self.journal))


@cache
def _trust(folder: Path) -> TrustStore:
    return load_anchors(folder)


@cache
def read_members(path: Path) -> dict[str, bytes]:
    bundle = Bundle(path, read_container(path, LIMITS))
    return {name: bundle.bytes(name) for name in bundle.container.members}


def timestamp(digest: bytes, at: Any = None) -> bytes:
    """By the platform's own authority, at whatever moment the insider likes."""
    identity = platform_identity()

    def answer(request: bytes) -> bytes:
        return issue_timestamp(request, identity.tsa, secrets.randbits(159) | 1, at or now())

    return obtain(digest, answer)


@dataclass
class Forger:
    """A bundle in pieces. `members` may be changed at will; `write` puts it together again so that it looks right.

    `journal`: what every entry is to be; changed ones make it a journal that was rewritten from beginning to end.
    """

    made: Made
    given: dict[str, bytes]
    journal: list[bytes]
    members: dict[str, bytes] = field(init=False)
    compose: bool = True  # name the changed papers in a new entry, as the platform would
    signer: SigningKey | None = None
    stamped: bool = True
    at: Any = None
    shown: set[int] = field(init=False)

    def __post_init__(self) -> None:
        self.members = {name: content for name, content in self.given.items() if name != "mimetype"}
        entries = [name for name in self.members if name.startswith("journal/entries/") and name.endswith(".json")]
        self.shown = {int(name.rpartition("/")[2].removesuffix(".json")) for name in entries}

    # papers

    def json(self, name: str) -> Any:
        return json.loads(self.members[name])

    def put(self, name: str, data: Any, by: Any = None) -> None:
        """Write a paper; signed anew by the platform or by a key, where `by` says so."""
        self.members[name] = data if isinstance(data, bytes) else canonical(data)
        if by is not None:
            self.sign(name, by)

    def change(self, name: str, change: Callable[[Any], Any], by: Any = None) -> None:
        data = self.json(name)
        changed = change(data)
        self.put(name, data if changed is None else changed, by)

    def sign(self, name: str, by: Any, signature: str = "", at: Any = None) -> None:
        key, stamper = (platform_identity().signer, partial(timestamp, at=at)) if by == PLATFORM else (by, None)
        place = signature or f"{name.rpartition('.')[0]}.p7s"
        self.members[place] = sign_detached(self.members[name], key, stamper)

    def drop(self, *names: str) -> None:
        for name in names:
            del self.members[name]

    def names(self, prefix: str, suffix: str = "") -> list[str]:
        return sorted(name for name in self.members if name.startswith(prefix) and name.endswith(suffix))

    def digest(self, name: str) -> str:
        return sha256(self.members[name]).hexdigest()

    # the journal

    def entry(self, kind: str, which: int = 0, **equal: Any) -> int:
        """Index of an entry of the section."""
        found = [
            index
            for index in sorted(self.shown)
            for data in [json.loads(self.journal[index])]
            if data["kind"] == kind and all(data["body"].get(key) == value for key, value in equal.items())
        ]
        return found[which]

    def rewrite(self, index: int, change: Callable[[Any], Any]) -> None:
        """Rewrite history: every proof after it must be made anew."""
        data = json.loads(self.journal[index])
        change(data)
        self.journal[index] = canonical(data)

    def rewrite_body(self, kind: str, which: int = 0, /, *, where: dict[str, Any] | None = None, **body: Any) -> None:
        self.rewrite(self.entry(kind, which, **(where or {})), lambda data: data["body"].update(body))

    def hide(self, *indexes: int) -> None:
        self.shown -= set(indexes)

    # the file

    def write(self, path: Path) -> Path:
        papers = {name: c for name, c in self.members.items() if not name.startswith(("journal/", "META-INF/"))}
        journal = {n: c for n, c in self.members.items() if n.startswith("journal/") and "/entries/" not in n}
        if self.compose:
            self._compose({name: sha256(content).hexdigest() for name, content in papers.items()})
        journal |= self._journal(journal)
        with ContainerWriter(path, LIMITS) as container:
            for name, content in {**papers, **journal}.items():
                container.add(name, content)
            key = self.signer or platform_identity().signer
            container.sign(lambda manifest: sign_detached(manifest, key, timestamp))
        return path

    def _compose(self, digests: dict[str, str]) -> None:
        index = len(self.journal)
        last = json.loads(self.journal[max(self.shown)])
        own = [i for i in self.shown if json.loads(self.journal[i])["kind"] == "bundle.composed"]
        template = json.loads(self.journal[max(own)]) if own else last
        body = {**template["body"], "papers": papers_digest(digests), "entries": ranges(self.shown)}
        self.journal.append(canonical({**template, "body": body, "index": index, "time": last["time"]}))
        self.shown.add(index)

    def _journal(self, rest: dict[str, bytes]) -> dict[str, bytes]:
        tree = tree_in_memory([leaf_hash(entry) for entry in self.journal])
        signer = journal_signer()
        note = sign_note(TreeHead(signer.name, tree.size, tree.root()).text(), signer)
        made = {"journal/checkpoint": note.encode()}
        for index in self.shown:
            made[f"journal/entries/{index}.json"] = self.journal[index]
            proof = TlogProof(index, tuple(tree.inclusion(index)), note)
            made[f"journal/entries/{index}.tlog-proof"] = str(proof).encode()
        if self.stamped:
            made[f"journal/timestamps/{tree.size}.checkpoint"] = note.encode()
            made[f"journal/timestamps/{tree.size}.tst"] = timestamp(sha256(note.encode()).digest(), self.at)
        return made | self._continued(rest, tree)

    def _continued(self, rest: dict[str, bytes], tree: TileTree) -> dict[str, bytes]:
        """Older checkpoints, which now need a proof that the longer tree continues them."""
        made = {}
        for name in [name for name in rest if name.endswith(".checkpoint")]:
            size = int(parse_note(rest[name]).text.split("\n")[1])
            if size == tree.size:
                continue
            path = [step.hex() for step in tree.consistency(size)]
            proof = {"format": "yangguang-consistency/1", "old": size, "new": tree.size, "path": path}
            made[f"{name.removesuffix('.checkpoint')}.consistency.json"] = canonical(proof)
        return made


def forget_witness(forger: Forger) -> None:
    """A rewritten journal cannot keep what witnesses and earlier timestamps say of it."""
    forger.drop(*forger.names("journal/cosigned/"), *forger.names("journal/timestamps/"))
    forger.change("bundle.json", lambda about: about["journal"].update(witnesses=[]))


def steps_of(path: Path, made: Made, known: Known | None = None, trust: TrustStore | None = None) -> list[Step]:
    return list(verify(path, trust or made.trust, known))


def failed(steps: list[Step]) -> dict[str, set[str]]:
    """Step → codes of what was found."""
    return {step.code: {finding.code for finding in step.findings} for step in steps if not step.holds}


def explain(steps: list[Step]) -> str:
    return "\n".join(f"{step.code}: {one.code} {one.place} {one.text()}" for step in steps for one in step.findings)
