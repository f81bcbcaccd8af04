"""Make the evidence bundle that was asked for (protocol §7). Long, so in the worker and outside transactions."""

import logging
from typing import Any

from django.db import transaction

from runtime.alone import alone
from runtime.clock import now
from runtime.full_disk import full_disk
from runtime.refusal import Refusal, gettext_noop
from runtime.store import in_store
from signing.queries.trust import trust_store
from supervision.actions.take_stock import Busy
from supervision.actions.write_bundle import NoRoom, TooLarge, bundle_relative, write_bundle
from supervision.models import UNDER_WAY, BundleExport
from supervision.rules.verification.findings import Step
from supervision.rules.verification.steps import verify

log = logging.getLogger(__name__)
State = BundleExport.State
DISK_FULL = gettext_noop("平台的存储空间已满，这一步没有办理，没有写入任何数据")
TOO_LARGE = gettext_noop("投标文件合计超过 4 GiB，一个证据包装不下。")
FILE_MISSING = gettext_noop("存储中缺少应有的文件，请立即报告平台管理员。")
NO_TIMESTAMP = gettext_noop("时间戳服务没有应答，请稍后重新生成。")
OTHER = gettext_noop("生成时出错，详情见平台的运行日志。请重新生成，仍失败时报告平台管理员。")


def export_bundle(export_id: int) -> BundleExport:
    """Make what was asked for, if it is still to be made and no other process is at it. Safe to call any number of times.

    A dead process lets go of the file lock, so that the next sweep starts its bundle anew. The file appears under its name
    only when it is whole. A failure is kept with its reason and raised.
    """
    export = BundleExport.objects.select_related("section").get(pk=export_id)
    with alone(in_store(bundle_relative(export)).with_suffix(".lock")) as mine:
        export.refresh_from_db()
        if mine and export.state in UNDER_WAY:
            _make(export)
    export.refresh_from_db()
    return export


def _make(export: BundleExport) -> None:
    export.attempts += 1
    _set(export, state=State.RUNNING, started_at=now(), attempts=export.attempts, members_done=0)
    try:
        whole = write_bundle(export, lambda done, of: _set(export, members_done=done, members=of))
        _set(export, state=State.CHECKING)
        steps = [data_of(step) for step in verify(in_store(bundle_relative(export)), trust_store())]
    except Busy:
        _set(export, state=State.WAITING)  # the next sweep tries again
        return
    except Exception as error:
        log.exception("bundle %s of %s", export.pk, export.section.code)
        _set(export, state=State.FAILED, finished_at=now(), fault=fault_of(error))
        raise
    done = {"path": bundle_relative(export), "sha256": whole.sha256, "size": whole.size, "steps": steps}
    _set(export, state=State.DONE, finished_at=now(), **done)


def _set(export: BundleExport, **fields: Any) -> None:
    with transaction.atomic():
        BundleExport.objects.filter(pk=export.pk).update(**fields)


def fault_of(error: Exception) -> str:
    """What whoever asked is told; the rest is in the log."""
    if isinstance(error, NoRoom) or full_disk(error):
        return DISK_FULL
    if isinstance(error, TooLarge):
        return TOO_LARGE
    if isinstance(error, FileNotFoundError):
        return FILE_MISSING
    if isinstance(error, Refusal) and error.blockers[0].code.startswith("timestamp."):
        return NO_TIMESTAMP
    return OTHER


def data_of(step: Step) -> dict[str, Any]:
    """A step as it is kept and shown; sentences with their places apart, so that pages can translate them."""
    findings = [
        {"code": one.code, "message": one.message, "params": dict(one.params), "place": one.place}
        for one in step.findings[:20]
    ]
    notes = [{"message": one.message, "params": dict(one.params)} for one in step.notes[:20]]
    about = {"number": step.number, "step": step.code, "title": step.title, "ok": step.holds, "reached": step.reached}
    return {**about, "looked_at": step.looked_at, "findings": findings, "notes": notes}


def sweep_bundles() -> int:
    """What a lost message or a killed worker left is made (anew). Returns how many were looked at."""
    under_way = list(BundleExport.objects.filter(state__in=UNDER_WAY).values_list("pk", flat=True)[:10])
    for export_id in under_way:
        try:
            export_bundle(export_id)
        except Exception:  # noqa: BLE001, S112  (kept with the bundle and logged; the others go on)
            continue
    return len(under_way)
