"""The checkpoint: timestamped by an authority, consistent with what was timestamped before and with what witnesses saw."""

import datetime as dt
from hashlib import sha256

from runtime.clock import stamp
from runtime.refusal import gettext_noop
from signing.rules.checkpoint import TreeHead, cosignatures, open_checkpoint, witness_key
from signing.rules.merkle import check_consistency
from signing.rules.notes import VerifierKey
from signing.rules.timestamps import verify_timestamp
from supervision.rules.verification.acts import SLACK
from supervision.rules.verification.case import Case
from supervision.rules.verification.findings import Step
from supervision.rules.verification.journal_step import CHECKPOINT, head_of

CONSISTENCY = "yangguang-consistency/1"


def check(case: Case, step: Step) -> None:
    head = head_of(case)
    step.looked_at += 1
    key = str(case.journal_key)
    step.note(gettext_noop("日志公钥 %(key)s，检查点 %(size)s 条"), key=key, size=head.size)
    if case.known.journal_key:
        message = gettext_noop("日志公钥不是 %(expected)s。")
        expected = case.known.journal_key
        step.demand(key == expected, "checkpoint.other_key", message, "bundle.json", expected=expected)
    stamped = {}
    for name in case.bundle.names("journal/timestamps/", ".tst"):
        size, moment = _timestamp(case, step, name, head)
        if moment:
            stamped[size] = moment
    message = gettext_noop("检查点没有时间戳。")
    if step.demand(head.size in stamped, "checkpoint.not_stamped", message, CHECKPOINT):
        step.note(gettext_noop("检查点的时间戳 %(at)s"), at=stamp(stamped[head.size]))
    _covers_disclosure(case, step, stamped)
    _times(case, step, stamped)
    _witnesses(case, step, head)
    for name in sorted(
        {*case.bundle.names("journal/timestamps/"), *case.bundle.names("journal/cosigned/")} - case.claimed
    ):
        step.demand(False, "bundle.unexpected_member", gettext_noop("没有任何一步用到这份文件。"), name)


def _timestamp(case: Case, step: Step, name: str, head: TreeHead) -> tuple[int, dt.datetime | None]:
    """The checkpoint's size and the proven moment. It must be one of the same journal."""
    stem = name.removesuffix(".tst")
    note = case.content(f"{stem}.checkpoint")
    tree = open_checkpoint(note.decode(), case.journal_key)
    _continues(case, step, tree, head, stem)
    verdict = verify_timestamp(case.content(name), sha256(note).digest(), case.trust)
    message = gettext_noop("检查点的时间戳无效（%(code)s）。")
    step.demand(verdict.ok, "checkpoint.timestamp", message, name, code=verdict.code)
    return tree.size, verdict.time if verdict.ok else None


def _continues(case: Case, step: Step, old: TreeHead, head: TreeHead, stem: str) -> None:
    """The journal of the bundle continues the older checkpoint: no second history. Raises ProofError where it does not."""
    message = gettext_noop("较早的检查点与证据包的检查点不是同一本日志。")
    if old.size == head.size:
        step.demand(old.root == head.root, "checkpoint.other_tree", message, f"{stem}.checkpoint")
        return
    name = f"{stem}.consistency.json"
    proof = case.json(name)
    about = (proof["format"], proof["old"], proof["new"])
    same = step.demand(about == (CONSISTENCY, old.size, head.size), "checkpoint.other_tree", message, name)
    if same and step.demand(old.size < head.size, "checkpoint.other_tree", message, name):
        check_consistency(old.size, old.root, head.size, head.root, [bytes.fromhex(one) for one in proof["path"]])


def _covers_disclosure(case: Case, step: Step, stamped: dict[int, dt.datetime]) -> None:
    """By when it is proven what had been delivered: whoever doubts the platform's clock looks at this moment."""
    disclosed = case.acts.last("journal.disclosed")
    covering = [moment for size, moment in stamped.items() if disclosed and size > disclosed.index]
    if covering:
        step.note(gettext_noop("截止前的递交记录最迟于 %(at)s 由时间戳固定"), at=stamp(min(covering)))


def _times(case: Case, step: Step, stamped: dict[int, dt.datetime]) -> None:
    """No entry says an earlier time than it can have had: what a timestamp does not cover yet came after it."""
    for size, moment in stamped.items():
        for entry in case.acts.entries:
            if entry.sealed:
                continue  # bounded by the commitments (step sealed-journal)
            message = gettext_noop("日志条目所说的时间 %(at)s 与检查点的时间戳 %(stamped)s 矛盾。")
            fits = entry.time <= moment + SLACK if entry.index < size else entry.time >= moment - SLACK
            times = {"at": stamp(entry.time), "stamped": stamp(moment)}
            step.demand(fits, "checkpoint.other_time", message, entry.place, **times)


def _witnesses(case: Case, step: Step, head: TreeHead) -> None:
    """Everybody whom the reader or the bundle names as a witness has cosigned this journal."""
    named = [*case.bundle.about["journal"]["witnesses"], *case.known.witnesses]
    witnesses = list({str(key): key for key in (witness_key(VerifierKey.parse(text)) for text in named)}.values())
    seen = _cosigned(case, step, head, witnesses)
    for witness in witnesses:
        message = gettext_noop("见证人 %(name)s 没有联署。")
        there = witness.name in seen
        step.demand(there, "checkpoint.not_cosigned", message, CHECKPOINT, name=witness.name)
        if there:
            size, at = seen[witness.name]
            about = {"name": witness.name, "key": str(witness), "size": size, "at": stamp(at)}
            step.note(gettext_noop("见证人 %(name)s（%(key)s）联署至第 %(size)s 条，%(at)s"), **about)
    if not witnesses:
        step.note(gettext_noop("没有登记见证人：不能排除平台另有一本日志"))


def _cosigned(
    case: Case, step: Step, head: TreeHead, witnesses: list[VerifierKey]
) -> dict[str, tuple[int, dt.datetime]]:
    """Witness → how far it has seen the journal, and when."""
    notes = [CHECKPOINT, *case.bundle.names("journal/cosigned/", ".checkpoint")]
    seen: dict[str, tuple[int, dt.datetime]] = {}
    for name in notes:
        note = case.content(name).decode()
        tree = open_checkpoint(note, case.journal_key)
        if name != CHECKPOINT:
            _continues(case, step, tree, head, name.removesuffix(".checkpoint"))
        for one in cosignatures(note, witnesses):
            at = dt.datetime.fromtimestamp(one.time, dt.UTC)
            seen[one.key.name] = max(seen.get(one.key.name, (0, at)), (tree.size, at))
    return seen
