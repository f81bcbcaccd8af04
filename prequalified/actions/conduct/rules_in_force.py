"""A directory's conduct rules: the newest published, or the preset, which becomes version 1 when it is first needed."""

from typing import Any

from django.db import transaction

from prequalified.models import ConductRules, Directory
from prequalified.queries.directory import centres_of
from prequalified.rules.conduct.preset import preset
from prequalified.rules.conduct.scheme import digest, scheme_blockers
from runtime.actor import SYSTEM, Actor
from runtime.clock import now
from runtime.dispatch import demand_transaction
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry

UNKNOWN = Blocker("directory.unknown", gettext_noop("没有这个名录。"))
UNCHANGED = Blocker("conduct.unchanged", gettext_noop("与现行规则相同，无需发布。"), place="rules")


def publish_conduct_rules(*, directory_code: str, rules: dict[str, Any], actor: Actor) -> ConductRules:
    """The next version; cases proposed before keep theirs. Raises Refusal `conduct.rules|unchanged`, 404 elsewhere."""
    refuse_if(scheme_blockers(rules), 422)
    with transaction.atomic():
        rows = Directory.objects.select_for_update(of=("self",)).filter(centre__in=centres_of(actor))
        directory = rows.filter(code=directory_code).first()
        if directory is None:
            raise Refusal(UNKNOWN, 404)
        standing = directory.conduct_rules.first()
        refuse_if([UNCHANGED] if standing and standing.sha256 == digest(rules) else [])
        return _write(directory, rules, standing.version + 1 if standing else 1, actor)


def rules_in_force(directory: Directory) -> ConductRules:
    """In the caller's transaction."""
    demand_transaction()
    found = directory.conduct_rules.first()
    if found is not None:
        return found
    Directory.objects.select_for_update(of=("self",)).get(pk=directory.pk)
    return directory.conduct_rules.first() or _write(directory, preset(), 1, SYSTEM)


def _write(directory: Directory, rules: dict[str, Any], version: int, actor: Actor) -> ConductRules:
    row = ConductRules.objects.create(
        directory=directory, version=version, rules=rules, sha256=digest(rules), published_by_id=actor.account_id,
        published_at=now(),
    )  # fmt: skip
    body = {"directory": directory.code, "version": version, "sha256": row.sha256}
    append_entry(kind="conduct.rules_published", subject=f"directory:{directory.code}", body=body, actor=actor)
    return row
