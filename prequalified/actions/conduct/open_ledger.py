"""The first line of a firm's ledger, when it is admitted: the directory's opening points."""

from django.db import transaction

from prequalified.actions.conduct.write_points import lock_admission, write_points
from prequalified.models import Admission, PointEntry
from prequalified.rules.directories.settings import figure
from runtime.actor import Actor
from runtime.refusal import gettext_noop

OPENING = gettext_noop("入库初始积分")


def open_ledger(*, admission: Admission, actor: Actor) -> PointEntry:
    """Called twice: the second finds the ledger open and changes nothing. `admission` is refreshed."""
    with transaction.atomic():
        locked = lock_admission(admission.pk)
        entry = locked.ledger.first()
        if entry is None:
            entry = write_points(locked, int(figure(locked.directory.figures, "opening_points")), OPENING, actor)
    admission.refresh_from_db(fields=["points", "rating"])
    return entry
