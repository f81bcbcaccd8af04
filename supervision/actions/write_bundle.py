"""Write a bundle: papers first, then the entry that names them all, then the journal's part under a fresh checkpoint."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction

from runtime.actor import SYSTEM
from runtime.clock import now, stamp
from runtime.store import in_store
from signing.actions.append_entry import append_entry
from signing.actions.journal_key import journal_key
from signing.actions.open_platform_authority import open_platform_authority
from signing.actions.publish_checkpoint import publish_checkpoint
from signing.actions.publish_commitment import publish_commitment
from signing.actions.seal_journal import await_entry, seal_journal
from signing.actions.sign_paper import sign_detached_as_platform
from signing.models import Checkpoint
from signing.rules.certificates import fingerprint
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import Container, read_container
from supervision.actions.take_stock import Stock, take_stock
from supervision.models import BundleExport
from supervision.queries.evidence import Member, as_json
from supervision.queries.journalled import commitment_indexes, journal_members, witnesses
from supervision.rules.bundle import ABOUT, FORMAT, LIMITS, papers_digest, ranges
from supervision.rules.verification.journal_step import COMPOSED
from tendering.models import Section
from tendering.queries.store import room_left

Progress = Callable[[int, int], None]
JOURNAL_ROOM = 64 << 20  # bytes kept free in the container for the journal's part, headers and directory


class TooLarge(ValueError):
    """More than one container of the format can hold."""


class NoRoom(OSError):
    """The disk would be fuller than it may get."""


def bundle_relative(export: BundleExport) -> str:
    return f"bundles/{export.section.code}/{export.pk}.bundle"


def write_bundle(export: BundleExport, progress: Progress) -> Container:
    """The signed file below the store (`bundle_relative`), whole or not at all. Raises TooLarge, Busy, OSError, Refusal `timestamp.…`."""
    section = Section.objects.select_related("tendering_project__project__centre", "rule_set").get(pk=export.section_id)
    publish_commitment()
    stock = take_stock(section)
    papers = _that_fit(stock)
    path = in_store(bundle_relative(export))
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    about = as_json(_about(section))
    with ContainerWriter(path, LIMITS) as container:
        container.add(ABOUT, about)
        _add(container, papers, progress)
        indexes, checkpoint = _journal(export, section, stock, container.digests)
        for member in journal_members(section, checkpoint, indexes):
            _add_one(container, member)
        container.sign(sign_detached_as_platform)
    return read_container(path, LIMITS)


def _that_fit(stock: Stock) -> list[Member]:
    """The opened containers are left out where all together are too large: they come out of the sealed ones again."""
    room = room_left(settings.STORE_RESERVE)
    for members in ([*stock.papers, *stock.opened], stock.papers):
        size = sum(member.size + 2 * len(member.name) + 256 for member in members) + JOURNAL_ROOM
        if size <= LIMITS.size:
            if size > room:
                raise NoRoom(f"{size} bytes are needed, {room} may be used")
            return members
    raise TooLarge(f"{size} bytes")


def _add(container: ContainerWriter, members: list[Member], progress: Progress) -> None:
    for done, member in enumerate(members):
        if done % 20 == 0 or isinstance(member.content, Path):
            progress(done, len(members))
        _add_one(container, member)


def _add_one(container: ContainerWriter, member: Member) -> None:
    if isinstance(member.content, bytes):
        container.add(member.name, member.content)
    else:
        container.add_file(member.name, member.content)


def _journal(
    export: BundleExport, section: Section, stock: Stock, digests: dict[str, str]
) -> tuple[list[int], Checkpoint]:
    """The journal names what the bundle holds: a bundle changed afterwards, or a second one, cannot be passed off as it."""
    publish_commitment()
    seal_journal()
    indexes = sorted({*stock.indexes, *commitment_indexes(section)})
    body = {"bundle": export.pk, "papers": papers_digest(digests), "entries": ranges(indexes)}
    with transaction.atomic():
        row = append_entry(
            kind=COMPOSED, subject=f"section:{section.code}", body=body, actor=SYSTEM, readers="supervisor"
        )
    own = await_entry(row.pk).index
    stamped = publish_checkpoint(f"bundle:{export.pk}/{export.attempts}")
    assert stamped is not None  # noqa: S101  (the journal has at least the entry just written)
    return [*indexes, own], stamped.checkpoint


def _about(section: Section) -> dict[str, Any]:
    """bundle.json: what the bundle is of, and what the verifier must know to begin."""
    centre = section.tendering_project.project.centre
    return {
        "format": FORMAT,
        "platform": settings.PUBLIC_URL,
        "centre": {"code": centre.code, "name": centre.name},
        "section": {
            "tender": section.tendering_project.code,
            "code": section.code,
            "name": section.name,
            "round": section.round,
            "state": section.state,
        },
        "made_at": stamp(now()),
        "reader": "supervisor",
        "platform_certificate": fingerprint(open_platform_authority().signer.cert_der),
        "journal": {"key": str(journal_key()), "witnesses": witnesses()},
    }
