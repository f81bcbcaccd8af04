"""A holder confirms that it has a version: the receipt that the tenderer sees after the deadline (CTS A-86)."""

from django.db import transaction

from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.actions.append_entry import append_entry
from tendering.models import DocumentDownload, TenderDocument


def confirm_download(*, document: TenderDocument, actor: Actor) -> DocumentDownload:
    """Twice is the same as once. Raises Refusal where this party never took the version."""
    with transaction.atomic():
        download = (
            DocumentDownload.objects.select_for_update().filter(document=document, party__number=actor.number).first()
        )
        if download is None or actor.role != "bidder":
            message = gettext_noop("您尚未下载此版本的招标文件")
            raise Refusal(Blocker("download.none", message, rule="CTS A-86", remedy=gettext_noop("请先下载")))
        if download.confirmed_at is None:
            download.confirmed_at = now()
            download.save(update_fields=["confirmed_at"])
            append_entry(
                kind="document.receipt",
                subject=f"section:{document.section.code}",
                body={"download": download.public_id, "version": document.version, "sha256": document.sha256},
                actor=actor,
                readers="party",
                sealed_until=document.section.code,
            )
    return download
