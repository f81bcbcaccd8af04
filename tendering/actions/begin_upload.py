"""Begin an upload that may become a bid. Nothing of it is visible to anybody but its bidder (20号令 21)."""

from django.conf import settings
from django.db import transaction

from prequalified.models import Party
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from signing.actions.append_entry import append_entry
from tendering.actions.demand_bidder import demand_bidder
from tendering.actions.lock_section import lock_section
from tendering.actions.receive_bytes import create_file
from tendering.models import Section, Upload
from tendering.queries.bids import bytes_limit, section_facts, uploads_under_way
from tendering.queries.store import room_left, upload_path
from tendering.rules import tus
from tendering.rules.delivery import UPLOAD_LIFE, upload_blockers


def begin_upload(*, section: Section, bidder: Party, length: int, metadata: str, actor: Actor) -> Upload:
    """Make the row and the empty file. Raises Refusal: wrong state, late, own tender, too many, barred (`gate.*`),
    413 too large, 507 no room."""
    _check_room(section, length)
    refuse_if(upload_blockers(section_facts(section), bidder.number, 0))
    demand_bidder(section=section, bidder=bidder, actor=actor)
    with transaction.atomic():
        section = lock_section(section)
        facts = section_facts(section)
        refuse_if(upload_blockers(facts, bidder.number, uploads_under_way(section, bidder.pk).count()))
        upload = Upload.objects.create(
            section=section,
            round=section.round,
            party=bidder,
            account_id=actor.account_id,
            length=length,
            metadata=metadata,
            created_at=facts.now,
            expires_at=facts.now + UPLOAD_LIFE,
        )
        append_entry(
            kind="upload.begun",
            subject=f"section:{section.code}",
            body={"upload": str(upload.id), "bidder": bidder.number, "length": length},
            actor=actor,
            readers="party",
            sealed_until=section.code,
        )
        create_file(upload_path(upload))  # before the commit: a file without a row is swept, the reverse would be a lie
    return upload


def _check_room(section: Section, length: int) -> None:
    limit = bytes_limit(section, settings.BID_BYTES_LIMIT)
    if length > limit:
        message = gettext_noop("投标文件不得超过 %(limit)s 字节")
        raise Refusal(Blocker("bid.too_large", message, "protocol §2", params={"limit": str(limit)}), 413)
    if length > room_left(settings.STORE_RESERVE):
        raise tus.full()
