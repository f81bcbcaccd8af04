"""Take in an outside list, its first half: the file arrives, and is read into rows that somebody looks at."""

import hashlib
import secrets
from collections.abc import Iterable
from pathlib import Path

from celery import current_app
from django.db import transaction

from prequalified.models import ImportedRow, ListKind, Party, Sanction, SanctionImport
from prequalified.queries.sanctions.held import rule_of
from prequalified.rules.sanctions.lists import ListRule
from prequalified.rules.sanctions.outside import (
    BYTES_LIMIT,
    Entry,
    columns_of,
    fault,
    key_of,
    key_of_entry,
    read_row,
    said_of,
)
from prequalified.rules.sanctions.tables import FORMATS, Row, Table, Unreadable
from prequalified.rules.timing import day_of
from runtime.actor import Actor
from runtime.alone import alone
from runtime.clock import now
from runtime.dispatch import after_commit
from runtime.refusal import Blocker, Refusal, gettext_noop, refuse_if
from runtime.store import in_store
from signing.actions.append_entry import append_entry

BATCH = 500  # rows a transaction
DONE = (SanctionImport.State.DROPPED, SanctionImport.State.UNDONE, SanctionImport.State.BROKEN)


def upload_list(*, kind: str, name: str, source: str, pieces: Iterable[bytes], actor: Actor) -> SanctionImport:
    """Keep the file and have it read. Raises Refusal: unknown list or format, too large, empty, taken in before."""
    listed = ListKind.objects.filter(code=kind).first()
    form = name.rsplit(".", 1)[-1].lower() if "." in name else ""
    found = _blockers(listed, form, source)
    if listed is None or found:
        raise Refusal(found, 422)
    relative = f"imports/{secrets.token_hex(12)}.{form}"
    path = in_store(relative)
    size, digest = _keep(path, pieces)
    try:
        with transaction.atomic():
            refuse_if(_known(listed, digest))
            row = SanctionImport.objects.create(
                kind=listed, name=Path(name).name[:200], source=source.strip()[:200], format=form, path=relative,
                size=size, sha256=digest, by_id=actor.account_id or 0, at=now(),
            )  # fmt: skip
            _journal("import.uploaded", row, actor)
            after_commit(current_app.send_task, "prequalified.tasks.read_list", args=[row.pk])
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return row


def _blockers(listed: ListKind | None, form: str, source: str) -> list[Blocker]:
    found = []
    if listed is None:
        found.append(fault("kind", gettext_noop("请选择名单种类。"), "kind"))
    if form not in FORMATS:
        found.append(fault("format", gettext_noop("只能导入 CSV、XLSX 或 JSON 文件。"), "file"))
    if not source.strip():
        found.append(fault("source", gettext_noop("请写明名单的来源。"), "source"))
    return found


def _known(listed: ListKind, digest: str) -> list[Blocker]:
    rows = SanctionImport.objects.filter(kind=listed, sha256=digest).exclude(state__in=DONE)
    if not rows.exists():
        return []
    return [fault("known", gettext_noop("同一份文件已经上传过。"), "file", gettext_noop("请查看导入记录。"))]


def _keep(path: Path, pieces: Iterable[bytes]) -> tuple[int, str]:
    """(size, SHA-256), written piece by piece; what is refused leaves nothing."""
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size, digest = 0, hashlib.sha256()
    try:
        with path.open("wb") as file:
            for piece in pieces:
                size += len(piece)
                if size > BYTES_LIMIT:
                    message = gettext_noop("文件不得超过 %(limit)s MB。")
                    raise Refusal(fault("large", message, "file", limit=str(BYTES_LIMIT >> 20)), 413)
                digest.update(piece)
                file.write(piece)
        if not size:
            raise Refusal(fault("blank", gettext_noop("文件是空的。"), "file"), 422)
    except BaseException:
        path.unlink(missing_ok=True)
        raise
    return size, digest.hexdigest()


def read_list_file(import_id: int) -> bool:
    """Read on where the last reader stopped; whether this call read anything. Safe to call at any time, any number of times.

    A file lock lets one process read; each batch of rows and the count of them are one transaction, so that a killed
    reader's work stands and the next goes on after its last row.
    """
    taken = SanctionImport.objects.select_related("kind").get(pk=import_id)
    with alone(in_store(f"{taken.path}.lock")) as mine:
        taken.refresh_from_db()
        if not mine or taken.state != SanctionImport.State.READING:
            return False
        try:
            _read(taken)
        except Unreadable as broken:
            _broken(taken, [blocker.as_data() for blocker in broken.blockers])
        else:
            _finish(taken)
    return True


def _read(taken: SanctionImport) -> None:
    table = Table(in_store(taken.path), taken.format)
    columns, blockers = columns_of(table.header)
    if blockers:
        raise Unreadable(*blockers)
    SanctionImport.objects.filter(pk=taken.pk).update(total=table.total)
    done = ImportedRow.objects.filter(sanction_import=taken).order_by("-place").values_list("place", flat=True).first()
    rule, batch = rule_of(taken.kind), list[tuple[int, dict[str, str], bool]]()
    for number, cells in table.rows():
        if done is None or number > done:
            batch.append(_said((number, cells), columns, table))
        if len(batch) >= BATCH:
            _store(taken, batch, rule)
            batch = []
    _store(taken, batch, rule)


def _said(row: Row, columns: dict[str, int], table: Table) -> tuple[int, dict[str, str], bool]:
    number, cells = row
    return number, said_of(cells, columns), number in table.formulas


def _store(taken: SanctionImport, batch: list[tuple[int, dict[str, str], bool]], rule: ListRule) -> None:
    if not batch:
        return
    today = day_of(now())
    read = [(place, said, formula, *read_row(said, rule, today)) for place, said, formula in batch]
    entries = [entry for *_, entry, _blockers in read if entry]
    parties = dict(Party.objects.filter(number__in={entry.number for entry in entries}).values_list("number", "pk"))
    known = _standing(taken, entries)
    rows = []
    for place, said, formula, entry, blockers in read:
        if formula:
            message = gettext_noop("该行含有公式。")
            blockers = [fault("formula", message, "file", gettext_noop("请把公式粘贴为数值后重新上传。")), *blockers]
        key = key_of_entry(entry) if entry else ""
        rows.append(
            ImportedRow(
                sanction_import=taken, place=place, said=said, errors=[blocker.as_data() for blocker in blockers],
                party_id=parties.get(entry.number) if entry else None, key=key, duplicate=bool(key) and key in known,
            )
        )  # fmt: skip
        known.add(key)
    bad = sum(bool(row.errors) for row in rows)
    with transaction.atomic():
        ImportedRow.objects.bulk_create(rows)
        taken.rows, taken.bad = taken.rows + len(rows), taken.bad + bad
        taken.good += sum(not row.errors and not row.duplicate for row in rows)
        taken.save(update_fields=["rows", "bad", "good"])


def _standing(taken: SanctionImport, entries: list[Entry]) -> set[str]:
    """Keys that this list, or an earlier row of this file, has already."""
    keys = {key_of_entry(entry) for entry in entries}
    earlier = ImportedRow.objects.filter(sanction_import=taken, key__in=keys).values_list("key", flat=True)
    rows = Sanction.objects.filter(kind=taken.kind, number__in={entry.number for entry in entries})
    rows = rows.exclude(end__kind__in=("undone", "overturned"))
    there = rows.values_list("number", "decision", "decided_on", "starts")
    return {*earlier, *(key_of(n, d, on.isoformat(), start.isoformat()) for n, d, on, start in there)}


def _broken(taken: SanctionImport, blockers: list[dict[str, object]]) -> None:
    """Rows read before the fault stay to be looked at; none of them can be confirmed."""
    taken.state, taken.error = SanctionImport.State.BROKEN, blockers
    taken.save(update_fields=["state", "error"])


def _finish(taken: SanctionImport) -> None:
    if not taken.rows:
        _broken(taken, [fault("blank", gettext_noop("文件里没有一行记录。"), "file").as_data()])
        return
    taken.state, taken.total = SanctionImport.State.PREVIEW, taken.rows
    taken.save(update_fields=["state", "total"])


def _journal(kind: str, row: SanctionImport, actor: Actor) -> None:
    body = {"list": row.kind.code, "name": row.name, "source": row.source, "size": row.size, "sha256": row.sha256}
    append_entry(kind=kind, subject=f"import:{row.pk}", body=body, actor=actor, readers="supervisor")
