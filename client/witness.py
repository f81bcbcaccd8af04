"""A witness: cosigns checkpoints of journals it has seen grow without ever being rewritten (c2sp.org/tlog-cosignature).

Beside its key (`KEY`) lies what it has seen (`KEY.seen`): per journal the last checkpoint it cosigned. It never cosigns one
that is not a continuation of that, so that an operator cannot show two histories to two readers of the same witness.
"""

import fcntl
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from client.output import Unusable, read_bytes, write_whole
from signing.rules.checkpoint import TreeHead, cosign, open_checkpoint, witness_key
from signing.rules.merkle import ProofError, check_consistency
from signing.rules.notes import NoteError, NoteSigner, VerifierKey
from signing.rules.tiles import TileTree


def make_key(path: Path, name: str) -> VerifierKey:
    """Write a new witness key, mode 0600, and return its public half; raises Unusable where the file exists."""
    try:
        signer = NoteSigner(name, Ed25519PrivateKey.generate())
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except (OSError, NoteError) as error:
        raise Unusable(f"{path}：{error}") from error
    with os.fdopen(handle, "w") as out:
        out.write(signer.secret() + "\n")
    return witness_key(signer.verifier)


class Witness:
    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self.signer = NoteSigner.parse(read_bytes(path, 4096).decode())
        except (NoteError, UnicodeDecodeError) as error:
            raise Unusable(f"{path}：{error}") from error
        self._seen = path.with_name(path.name + ".seen")

    @property
    def key(self) -> VerifierKey:
        return witness_key(self.signer.verifier)

    def last_seen(self, log: VerifierKey) -> str | None:
        """The checkpoint of this journal that the witness cosigned last."""
        return self._read().get(log.name)

    def cosign(self, note: str, log: VerifierKey, tree: TileTree, now: int) -> str:
        """The checkpoint with this witness's line added. `tree` holds the tiles of the checkpoint, checked against its root.

        Raises ProofError where the journal was rewritten or cut short since the last time. What was seen is on the disk
        before the signature leaves.
        """
        head = open_checkpoint(note, log)
        with self._alone():
            seen = self._read()
            if log.name in seen:
                _continues(open_checkpoint(seen[log.name], log), head, tree)
            cosigned = note + cosign(note, self.signer, now)
            write_whole(self._seen, json.dumps({**seen, log.name: note}, ensure_ascii=False).encode(), 0o600)
        return cosigned

    def _read(self) -> dict[str, str]:
        if not self._seen.exists():
            return {}
        try:
            seen: dict[str, str] = json.loads(read_bytes(self._seen))
        except ValueError as error:
            raise Unusable(f"{self._seen}：{error}") from error
        return seen

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Comparing with what was seen and writing the new state is one step, also for two programs at once."""
        with self.path.open() as key:
            fcntl.flock(key, fcntl.LOCK_EX)
            yield


def _continues(old: TreeHead, new: TreeHead, tree: TileTree) -> None:
    if new.size < old.size:
        raise ProofError(f"the journal had {old.size} entries when last cosigned and has {new.size} now")
    check_consistency(old.size, old.root, new.size, new.root, tree.consistency(old.size) if old.size else [])
