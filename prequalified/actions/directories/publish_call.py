"""Staff publish an open call for admission under the conditions in force, for all the year or until an end."""

from django.db import transaction

from prequalified.actions.directories.numbers import random_number
from prequalified.actions.directories.save_directory import lock_directory
from prequalified.models import Call, ConditionSet, Directory
from prequalified.rules.directories.calls import CallDraft, publication_blockers
from runtime.actor import Actor
from runtime.clock import now, stamp
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def publish_call(*, directory: Directory, draft: CallDraft, actor: Actor) -> Call:
    """Raises Refusal with every reason, each at its field."""
    with transaction.atomic():
        locked, at = lock_directory(directory.pk, actor), now()
        conditions = ConditionSet.objects.filter(directory=locked).exclude(published_at=None).first()
        refuse_if(publication_blockers(draft, at, locked.active, conditions is not None), 422)
        assert conditions is not None  # noqa: S101  (refused above)
        call = Call.objects.create(
            number=random_number("ZJ"), directory=locked, condition_set=conditions, title=draft.title.strip(),
            text=draft.text.strip(), opens_at=draft.opens_at, closes_at=draft.closes_at,
            published_by_id=actor.account_id or 0, published_at=at,
        )  # fmt: skip
        append_entry(
            kind="call.published",
            subject=f"call:{call.number}",
            body={
                "directory": locked.code, "title": call.title, "opens": stamp(call.opens_at),
                "closes": stamp(call.closes_at) if call.closes_at else "",
                "conditions": {"version": conditions.version, "sha256": conditions.sha256},
            },
            actor=actor,
        )  # fmt: skip
    return call
