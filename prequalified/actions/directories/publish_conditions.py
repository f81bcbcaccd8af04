"""Staff publish the drafted conditions: from now on nobody can change this version."""

from django.db import transaction

from prequalified.actions.directories.save_directory import lock_directory
from prequalified.models import ConditionSet, Directory
from prequalified.rules.directories.conditions import publication_blockers, sha256_of
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

NO_DRAFT = Blocker(
    "conditions.no_draft",
    gettext_noop("没有待公布的入库条件草稿，可能已由他人公布。"),
    "预选名录管理办法 入库条件",
    gettext_noop("请刷新后查看最新状态。"),
)


def publish_conditions(*, directory: Directory, actor: Actor) -> ConditionSet:
    """Calls under earlier versions keep theirs. Raises Refusal; called twice: the second finds no draft."""
    with transaction.atomic():
        locked = lock_directory(directory.pk, actor)
        draft = ConditionSet.objects.select_for_update().filter(directory=locked, published_at=None).first()
        if draft is None:
            raise Refusal(NO_DRAFT)
        refuse_if(publication_blockers(draft.conditions, locked.centre.demonstration), 422)
        draft.sha256 = sha256_of(draft.conditions)
        draft.published_by_id, draft.published_at = actor.account_id, now()
        draft.save()
        append_entry(
            kind="conditions.published",
            subject=f"directory:{locked.code}",
            body={"version": draft.version, "sha256": draft.sha256, "conditions": draft.conditions},
            actor=actor,
        )
    return draft
