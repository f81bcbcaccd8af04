"""The journal: every entry of the section stands in its tree; the bundle is the one that was journalled, and whole."""

import re

from runtime.refusal import gettext_noop
from signing.rules.checkpoint import TreeHead, open_checkpoint
from signing.rules.merkle import leaf_hash
from signing.rules.proofs import check_proof_of_hash
from supervision.rules.bundle import papers_digest, ranges
from supervision.rules.verification import stages
from supervision.rules.verification.acts import ENTRY
from supervision.rules.verification.case import Case
from supervision.rules.verification.findings import Step
from supervision.rules.verification.notices import check_notice

CHECKPOINT = "journal/checkpoint"
PROOF = re.compile(r"journal/entries/(0|[1-9][0-9]{0,18})\.tlog-proof")
COMPOSED = "bundle.composed"
ENDED = {"section.failed": "failure", "section.terminated": "termination"}
# Acts without which no section comes so far, beyond those that a paper of the bundle calls for.
PROCESS = {
    stages.always: ("notice.submitted", "notice.approved", "journal.disclosed", "bundle.requested"),
    stages.evaluation: ("evaluation.summarised", "evaluation.closed"),
}


def head_of(case: Case) -> TreeHead:
    return open_checkpoint(case.content(CHECKPOINT).decode(), case.journal_key)


def check_inclusion(case: Case, step: Step) -> None:
    """Each entry leads to the one checkpoint of the bundle, which the platform's journal key signed."""
    head = head_of(case)
    for name in case.acts.unread:
        step.demand(False, "journal.unreadable", gettext_noop("日志条目无法读取。"), name)
    for entry in case.acts.entries:
        name = f"journal/entries/{entry.index}.tlog-proof"
        message = gettext_noop("日志条目没有证明。")
        if not step.demand(case.bundle.has(name), "journal.no_proof", message, entry.place):
            continue
        proven = check_proof_of_hash(case.content(name), leaf_hash(case.content(entry.place)), case.journal_key)
        same = (proven.index, proven.head.size, proven.head.root) == (entry.index, head.size, head.root)
        message = gettext_noop("日志条目不在检查点所指的树中。")
        step.demand(same, "journal.other_tree", message, name)
        foreign = entry.subject not in (f"section:{case.code}", "journal")
        step.demand(not foreign, "journal.foreign", gettext_noop("日志条目不属于本标段。"), entry.place)
    retendered = len(case.acts.all("section.retendered"))
    message = gettext_noop("招标轮次与日志不符。")
    step.demand(retendered == case.round - 1, "journal.other_round", message, CHECKPOINT)


def check_acts(case: Case, step: Step, earlier: list[Step]) -> None:
    """The bundle is the one that the journal names, entry for entry and paper for paper; nothing in it is without an act."""
    composed = case.acts.all(COMPOSED)  # earlier ones are those of bundles made before
    message = gettext_noop("日志中没有 %(kind)s 的条目。")
    step.demand(composed, "journal.act_missing", message, "", kind=COMPOSED)
    for own in composed[-1:]:
        others = [entry.index for entry in case.acts.entries if entry.index != own.index]
        message = gettext_noop("证据包的日志条目不是编制时的那些，有增有减。")
        step.demand(own.body["entries"] == ranges(others), "bundle.other_entries", message, own.place)
        digests = {name: member.sha256 for name, member in case.bundle.container.members.items()}
        message = gettext_noop("证据包的文件不是编制时的那些，有增减或改动。")
        step.demand(own.body["papers"] == papers_digest(digests), "bundle.other_papers", message, own.place)
    for reached, kinds in PROCESS.items():
        for kind in kinds if reached(case) else ():
            message = gettext_noop("日志中没有 %(kind)s 的条目。")
            step.demand(case.acts.of(kind), "journal.act_missing", message, "", kind=kind)
    for kind, notice in ENDED.items():
        for entry in case.acts.of(kind, lambda body: bool(body["notice"])):
            check_notice(case, step, entry, notice)
    _unclaimed(case, step, earlier)


def _unclaimed(case: Case, step: Step, earlier: list[Step]) -> None:
    """What no step needed has no business here. Where a step broke off, nothing can be said of what it left unread."""
    if any(one.broken for one in earlier):
        step.note(gettext_noop("前面有一步中断，没有核对多余的文件"))
        return
    own = {name for name in case.bundle.names("journal/") if ENTRY.fullmatch(name) or PROOF.fullmatch(name)}
    later = set(case.bundle.names("journal/timestamps/")) | set(case.bundle.names("journal/cosigned/"))
    for name in sorted(case.bundle.container.members.keys() - case.claimed - own - later):
        step.demand(False, "bundle.unexpected_member", gettext_noop("没有任何一步用到这份文件。"), name)
