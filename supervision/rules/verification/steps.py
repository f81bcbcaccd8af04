"""The numbered steps of `yangguang verify`, in the order a tender lives (protocol §7)."""

import tempfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from runtime.refusal import Refusal, gettext_noop
from signing.rules.certificates import TrustStore
from supervision.rules.bundle import Bundle
from supervision.rules.verification import (
    arithmetic_step,
    award_step,
    checkpoint_step,
    container_step,
    delivery_step,
    draws_step,
    hand_in_step,
    journal_step,
    record_step,
    release_step,
    report_step,
    sealed_step,
    stages,
    tender_step,
    unsealing_step,
)
from supervision.rules.verification.case import Case, Known
from supervision.rules.verification.findings import Step

Check = Callable[[Case, Step], None]
UNREADABLE = (
    LookupError,
    ValueError,
    TypeError,
    AttributeError,
    ArithmeticError,
    OSError,
    AssertionError,
    RecursionError,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """`reached`: whether the section has come so far that the step must be able to be made."""

    code: str
    title: str
    check: Check
    reached: Callable[[Case], bool] = stages.always


STEPS: tuple[Planned, ...] = (
    Planned("bundle", gettext_noop("证据包完整，由平台签名"), container_step.check),
    Planned("tender", gettext_noop("招标文件由招标人签名并如期公告，受托人已登记"), tender_step.check),
    Planned(
        "receipts", gettext_noop("每次递交都有回执，由平台签名并加盖时间戳，均在截止前"), delivery_step.check_receipts
    ),
    Planned("bids", gettext_noop("投标文件由投标人签名，密封完好，与回执一致"), delivery_step.check_sealed),
    Planned(
        "releases", gettext_noop("密钥份额由其持有人签名，均在解密时段内释放"), release_step.check, stages.decryption
    ),
    Planned("unsealing", gettext_noop("达到门限，开启内容就是密封内容"), unsealing_step.check, stages.decryption),
    Planned("record", gettext_noop("开标记录与投标文件一致并已签名"), record_step.check, stages.record),
    Planned("draws", gettext_noop("每次抽取都公布过，可以重演"), draws_step.check),
    Planned("hand-ins", gettext_noop("评委依法抽取，评分由本人签名"), hand_in_step.check, stages.evaluation),
    Planned("arithmetic", gettext_noop("得分、报价和排名重新计算一致"), arithmetic_step.check, stages.evaluation),
    Planned("report", gettext_noop("评标报告由全体成员签名，候选人与排名一致"), report_step.check, stages.evaluation),
    Planned("award", gettext_noop("公示和定标与评标报告一致"), award_step.check, stages.award),
    Planned("entries", gettext_noop("日志条目都在树中"), journal_step.check_inclusion),
    Planned("sealed-journal", gettext_noop("截止前的密封日志没有增删改动"), sealed_step.check),
    Planned("acts", gettext_noop("证据包就是日志记下的那一份，没有多余或缺少的文件"), lambda case, step: None),
    Planned("checkpoint", gettext_noop("检查点已签名、加盖时间戳和联署"), checkpoint_step.check),
)
NOT_REACHED = gettext_noop("本标段尚未进行到这一步")


def verify(path: Path, anchors: TrustStore, known: Known | None = None) -> Iterator[Step]:
    """Each step as it ends; only the first one where the file cannot be read any further. Raises NotABundle."""
    with tempfile.TemporaryDirectory(prefix="yangguang-verify-") as folder:
        made: list[Step] = []
        try:
            case = Case(Bundle.read(path), anchors, Path(folder), known or Known())
        except (Refusal, LookupError, TypeError, UnicodeError) as error:
            first = Step(1, STEPS[0].code, STEPS[0].title)
            first.unreadable(error)
            yield first
            return
        for number, planned in enumerate(STEPS, 1):
            step = Step(number, planned.code, planned.title)
            _run(planned, case, step, made)
            made.append(step)
            yield step


def _run(planned: Planned, case: Case, step: Step, earlier: list[Step]) -> None:
    """A member that cannot be read, or lacks what the step needs, speaks against the step; the others still run."""
    try:
        if not planned.reached(case):
            step.reached = False
            step.note(NOT_REACHED)
        elif planned.code == "acts":
            journal_step.check_acts(case, step, earlier)
        else:
            planned.check(case, step)
    except Refusal as refusal:
        step.unreadable(refusal)
    except UNREADABLE as error:
        step.unreadable(error)
