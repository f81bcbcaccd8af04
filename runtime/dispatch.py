"""What must happen only once an act is in the database."""

from collections.abc import Callable
from typing import Any

from django.db import transaction


class NotInTransaction(RuntimeError):
    """A lock or a journal entry was asked for outside a transaction: a bug of ours, never of a user."""


def demand_transaction() -> None:
    if not transaction.get_connection().in_atomic_block:
        raise NotInTransaction("this needs an open transaction")


def after_commit(call: Callable[..., object], *args: Any, **kwargs: Any) -> None:
    """Run `call` after the outermost commit, or never; an error in it is logged and does not undo the act."""
    transaction.on_commit(lambda: call(*args, **kwargs), robust=True)
