"""A supervisor asks for the evidence bundle of a section; the worker makes it."""

from celery import current_app
from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.dispatch import after_commit
from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.actions.append_entry import append_entry
from supervision.models import UNDER_WAY, BundleExport
from tendering.actions.lock_section import lock_section
from tendering.models import Section


def request_bundle(*, section: Section, actor: Actor) -> BundleExport:
    """The export, new or the one that is under way already. Raises Refusal before the deadline (nothing may be shown)."""
    with transaction.atomic():
        locked = lock_section(section)
        if locked.deadline is None or now() < locked.deadline:
            raise Refusal(NOT_YET)
        standing = BundleExport.objects.filter(section=locked, state__in=UNDER_WAY).first()
        if standing:
            return standing
        export = BundleExport.objects.create(section=locked, asked_by_id=actor.account_id, asked_at=now())
        body = {"bundle": export.pk}
        append_entry(
            kind="bundle.requested", subject=f"section:{locked.code}", body=body, actor=actor, readers="supervisor"
        )
        # A lost message loses nothing: the sweep finds the row.
        after_commit(current_app.send_task, "supervision.export_bundle", args=[export.pk])
    return export


NOT_YET = Blocker(
    "bundle.before_deadline",
    gettext_noop("投标截止前不能导出证据包。"),
    "20号令 27",
    gettext_noop("请在开标后再导出。"),
)
