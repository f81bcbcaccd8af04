"""Take in an outside list, its second half: confirmed, entered batch by batch, dropped, or undone whole."""

import datetime as dt
from collections.abc import Iterable, Iterator
from typing import TypeVar

from celery import current_app
from django.db import transaction

from prequalified.actions.sanctions.take_list import read_list_file
from prequalified.models import ImportedRow, Sanction, SanctionEnd, SanctionImport
from prequalified.queries.sanctions.held import rule_of
from prequalified.rules.sanctions.lists import ListRule, months_after
from prequalified.rules.sanctions.outside import Entry, confirm_blockers, fault, read_row, undo_blockers
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM, Actor
from runtime.alone import alone
from runtime.clock import now
from runtime.dispatch import after_commit
from runtime.refusal import Refusal, gettext_noop, refuse_if
from runtime.store import in_store
from signing.actions.append_entry import append_entry

BATCH = 500
State = SanctionImport.State
T = TypeVar("T")


def confirm_list(*, import_id: int, actor: Actor) -> SanctionImport:
    """The good rows become entries; rows with faults and duplicates stay behind and are told."""
    with transaction.atomic():
        row = _locked(import_id)
        refuse_if(confirm_blockers(row.state, row.good))
        row.state, row.confirmed_by_id, row.confirmed_at = State.TAKING, actor.account_id, now()
        row.save()
        _journal("import.confirmed", row, {"good": row.good, "bad": row.bad}, actor)
        after_commit(current_app.send_task, "prequalified.tasks.read_list", args=[row.pk])
    return row


def drop_list(*, import_id: int, actor: Actor) -> SanctionImport:
    with transaction.atomic():
        row = _locked(import_id)
        if row.state not in (State.PREVIEW, State.BROKEN, State.READING):
            raise Refusal(fault("state", gettext_noop("只有待确认的名单可以放弃。")))
        row.state = State.DROPPED
        row.save(update_fields=["state"])
        _journal("import.dropped", row, {}, actor)
    return row


def undo_list(*, import_id: int, reason: str, actor: Actor) -> SanctionImport:
    """Every entry made of it ends as if it had never barred; the entries and their ends stay readable as facts."""
    with transaction.atomic():
        row = _locked(import_id)
        refuse_if(undo_blockers(row.state, reason))
        standing = Sanction.objects.filter(imported__sanction_import=row, end=None)
        moment = now()
        for batch in _batches(standing.values_list("pk", "starts").order_by("pk").iterator(chunk_size=BATCH)):
            SanctionEnd.objects.bulk_create(
                SanctionEnd(
                    sanction_id=key, kind="undone", effective=starts, reason=reason.strip(), by_id=actor.account_id or 0,
                    at=moment,
                )
                for key, starts in batch
            )  # fmt: skip
        row.state, row.undone_by_id, row.undone_at, row.undo_reason = (
            State.UNDONE,
            actor.account_id,
            moment,
            reason.strip(),
        )
        row.save()
        _journal("import.undone", row, {"taken": row.taken, "reason": row.undo_reason}, actor)
    return row


def enter_rows(import_id: int) -> bool:
    """Enter what was confirmed, batch by batch; a killed one goes on where it stopped. Safe to call any number of times."""
    row = SanctionImport.objects.select_related("kind").get(pk=import_id)
    with alone(in_store(f"{row.path}.lock")) as mine:
        row.refresh_from_db()
        if not mine or row.state != State.TAKING:
            return False
        rule = rule_of(row.kind)
        last = 0
        while reached := _enter_batch(row, rule, last):
            last = reached
        with transaction.atomic():
            row.state = State.TAKEN
            row.save(update_fields=["state"])
            _journal("import.taken", row, {"taken": row.taken}, SYSTEM)
    return True


def _enter_batch(row: SanctionImport, rule: ListRule, after: int) -> int:
    """The number of the last row entered; 0 when none is left."""
    waiting = ImportedRow.objects.filter(
        sanction_import=row, place__gt=after, errors=[], duplicate=False, sanction=None
    )
    rows = list(waiting.select_related("party").order_by("place")[:BATCH])
    if not rows:
        return 0
    today = day_of(row.at)  # read as it was read for the preview
    with transaction.atomic():
        made = [_sanction(each, row, rule, today) for each in rows]
        Sanction.objects.bulk_create(made)
        for entry in made:
            if entry.party_id:
                body = {"list": row.kind.code, "import": row.pk, "starts": entry.starts.isoformat()}
                subject = f"party:{entry.party_id}"
                append_entry(kind="sanction.imported", subject=subject, body=body, actor=SYSTEM, readers="party")
        row.taken += len(made)
        row.save(update_fields=["taken"])
    return rows[-1].place


def _sanction(each: ImportedRow, row: SanctionImport, rule: ListRule, today: dt.date) -> Sanction:
    entry, blockers = read_row(each.said, rule, today)
    if entry is None:
        raise ValueError(f"row {each.place} of import {row.pk} is no longer good: {blockers}")
    return Sanction(
        kind=row.kind, imported=each, party=each.party, name=entry.name, number=entry.number, conduct=entry.conduct,
        basis=entry.basis, authority=entry.authority, decision=entry.decision, decided_on=entry.decided_on,
        starts=entry.starts, ends=entry.ends, bans=rule.ban_needed or entry.ends is not None, published_at=now(),
        public_until=_public_until(entry, rule),
    )  # fmt: skip


def _public_until(entry: Entry, rule: ListRule) -> dt.date | None:
    """As long as the ban, and at least as long as the list says; without an end as long as it bars."""
    least = months_after(entry.decided_on, rule.public_months)
    if entry.ends is None:
        return None if rule.ban_needed else least
    return max(least, entry.ends)


def _locked(import_id: int) -> SanctionImport:
    row = SanctionImport.objects.select_for_update(of=("self",)).select_related("kind").filter(pk=import_id).first()
    if row is None:
        raise Refusal(fault("unknown", gettext_noop("没有这次导入。")), 404)
    return row


def _batches(rows: Iterable[T]) -> Iterator[list[T]]:
    batch: list[T] = []
    for row in rows:
        batch.append(row)
        if len(batch) == BATCH:
            yield batch
            batch = []
    if batch:
        yield batch


def _journal(kind: str, row: SanctionImport, more: dict[str, object], actor: Actor) -> None:
    body = {"list": row.kind.code, "name": row.name, "sha256": row.sha256, **more}
    append_entry(kind=kind, subject=f"import:{row.pk}", body=body, actor=actor, readers="supervisor")


def go_on_with_lists() -> int:
    """What a lost task or a restart left waiting; returns how many were worked on."""
    waiting = SanctionImport.objects.filter(state__in=(State.READING, State.TAKING)).values_list("pk", "state")
    return sum(read_list_file(pk) if state == State.READING else enter_rows(pk) for pk, state in list(waiting))
