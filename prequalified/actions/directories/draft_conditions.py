"""Staff draft the next version of a directory's admission conditions; the published one stays in force meanwhile."""

from typing import Any

from django.db import transaction

from prequalified.actions.directories.save_directory import lock_directory
from prequalified.models import ConditionSet, Directory
from prequalified.rules.directories.conditions import blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import refuse_if
from signing.actions.append_entry import append_entry


def draft_conditions(*, directory: Directory, document: dict[str, Any], actor: Actor) -> ConditionSet:
    """Writes the one draft, making it where there is none. `document` is validated whole: Refusal (422) with every fault,
    each with its place (`conditions.2.amount`).
    """
    with transaction.atomic():
        locked = lock_directory(directory.pk, actor)
        refuse_if(blockers(document, locked.centre.demonstration), 422)
        draft = ConditionSet.objects.select_for_update().filter(directory=locked, published_at=None).first()
        if draft is None:
            last = ConditionSet.objects.filter(directory=locked).order_by("-version").first()
            draft = ConditionSet(directory=locked, version=last.version + 1 if last else 1)
        draft.conditions = document
        draft.drafted_by_id, draft.drafted_at = actor.account_id or 0, now()
        draft.save()
        body = {"version": draft.version, "conditions": len(document["conditions"])}
        subject = f"directory:{locked.code}"
        append_entry(kind="conditions.drafted", subject=subject, body=body, actor=actor, readers="supervisor")
    return draft
