"""Files that no row knows: a process died between making them and its commit. After an hour nobody can still be at it."""

import time
import uuid
from pathlib import Path

from django.conf import settings

from tendering.actions.receive_bytes import destroy_file
from tendering.models import Bid, Upload

AGE = 3600.0  # seconds


def sweep_store() -> int:
    """Destroys uploads and bids without a row. Returns how many files; a second run at once finds none."""
    return _uploads(Path(settings.STORE) / "uploads") + _bids(Path(settings.STORE))


def _old(path: Path) -> bool:
    try:
        return time.time() - path.stat().st_ctime > AGE
    except FileNotFoundError:
        return False


def _uploads(folder: Path) -> int:
    old = {path.name: path for path in folder.glob("*") if len(path.name) == 32 and _old(path)}
    if not old:
        return 0
    receiving = Upload.objects.filter(pk__in=[uuid.UUID(name) for name in old], state=Upload.State.RECEIVING)
    kept = {key.hex for key in receiving.values_list("pk", flat=True)}
    for name in old.keys() - kept:
        destroy_file(old[name])
    return len(old.keys() - kept)


def _bids(store: Path) -> int:
    old = {path.relative_to(store).as_posix(): path for path in store.glob("bids/*/*/*.bid") if _old(path)}
    kept = set(Bid.objects.exclude(path="").values_list("path", flat=True)) if old else set()
    for name in old.keys() - kept:
        old[name].unlink(missing_ok=True)
    return len(old.keys() - kept)
