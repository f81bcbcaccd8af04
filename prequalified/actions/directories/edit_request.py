"""The firm fills in its request: grade, what it states, the papers it chose, what it commits to. A draft may be half filled."""

from collections.abc import Sequence
from typing import Any

from django.db import transaction

from prequalified.actions.directories.lock_request import lock_own_request
from prequalified.models import AdmissionRequest
from prequalified.rules.directories.requests import edit_blockers, fact_blockers
from runtime.actor import Actor
from runtime.refusal import Blocker, gettext_noop, refuse_if


def edit_request(
    *, number: str, grade: str, facts: dict[str, Any], committed: Sequence[str], actor: Actor
) -> AdmissionRequest:
    """`facts`: `{"<condition>": {"text": "…", "papers": ["<public id>"]}}`. Raises Refusal where it is locked or malformed."""
    with transaction.atomic():
        row = lock_own_request(number, actor)
        refuse_if(edit_blockers(row.status))
        document = row.call.condition_set.conditions
        keys = frozenset(one["key"] for one in document["conditions"])
        refuse_if(fact_blockers(facts, keys), 422)
        if (grade and grade not in document["grades"]) or not set(committed) <= keys:
            message = gettext_noop("申请内容的格式不正确。")
            refuse_if([Blocker("request.form", message, "预选名录管理办法", place="grade")], 422)
        row.grade, row.facts, row.committed = grade, facts, sorted(set(committed))
        row.statement = row.signature = None
        row.save(update_fields=["grade", "facts", "committed", "statement", "signature"])
    return row
