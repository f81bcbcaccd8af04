"""The sealed journal: nothing was slipped in, dropped or moved before the deadline, and every receipt was honoured."""

import datetime as dt
from itertools import pairwise

from runtime.clock import read_stamp
from runtime.refusal import gettext_noop
from signing.rules.merkle import ProofError, leaf_hash
from signing.rules.sealed_journal import (
    SLACK,
    Commitment,
    Disclosed,
    Opening,
    check_disclosure,
    check_sealed_receipt,
    check_times,
    open_sealed_receipt,
)
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case
from supervision.rules.verification.findings import Step

DOCUMENT = "journal/disclosure.json"
FORMAT = "yangguang-disclosure/1"


def check(case: Case, step: Step) -> None:
    """What was disclosed at the deadline is what had been committed to, from the section's opening on, without a gap."""
    entry = case.acts.one(step, "journal.disclosed", DOCUMENT, section=case.code, number=case.round)
    if entry is None:
        return
    document = case.json(DOCUMENT)
    said = (document["format"], document["section"], document["number"], document["index"])
    message = gettext_noop("披露文件不属于本标段本轮次。")
    step.demand(said == (FORMAT, case.code, case.round, entry.index), "sealed.foreign", message, DOCUMENT)
    message = gettext_noop("披露不是由平台在投标截止之后作出的。")
    after = entry.actor["role"] == "system" and entry.time >= case.deadline
    step.demand(after, "sealed.early", message, entry.place)
    disclosed = Disclosed.read(entry.index, entry.body)
    leaves = _leaves(case, disclosed)
    commitments = {one.index: one for one in case.acts.all("journal.commitment")}
    found = [Commitment(i, one.body["due"], bytes.fromhex(one.body["root"])) for i, one in sorted(commitments.items())]
    openings = [Opening.read(one) for one in document["openings"]]
    check_disclosure(disclosed, leaves, found, openings)
    entries = {one.index: one for one in case.acts.entries}
    places = range(entry.index + 1, entry.index + 1 + disclosed.size)
    check_times([entries[place].time for place in places], found, openings)
    step.looked_at += disclosed.size + len(openings)
    _gapless(case, step, list(commitments.values()), disclosed)
    _only_sealed(case, step, set(places))
    _receipts(case, step, disclosed, leaves)
    step.note(gettext_noop("密封日志 %(size)s 条，承诺 %(count)s 次"), size=disclosed.size, count=len(openings))


def _leaves(case: Case, disclosed: Disclosed) -> list[bytes]:
    places = range(disclosed.index + 1, disclosed.index + 1 + disclosed.size)
    return [leaf_hash(case.content(f"journal/entries/{place}.json")) for place in places]


def _gapless(case: Case, step: Step, commitments: list[Entry], disclosed: Disclosed) -> None:
    """Each commitment names the one before, and the last one's interval was still running when the bundle was made."""
    ordered = sorted(commitments, key=lambda one: one.index)
    for before, after in pairwise(ordered):
        message = gettext_noop("缺少 %(due)s 的承诺。")
        due = after.body["previous"]
        step.demand(due == before.body["due"], "sealed.commitment_missing", message, after.place, due=due)
    if ordered:
        first = ordered[0].body
        due = first["previous"]
        # The first one there ever was names itself.
        begins = due == first["due"] or read_stamp(due) < read_stamp(disclosed.opened) + SLACK
        message = gettext_noop("缺少 %(due)s 的承诺。")
        step.demand(begins, "sealed.commitment_missing", message, ordered[0].place, due=due)
    newest = case.acts.entries[-1].time
    message = gettext_noop("缺少最近的承诺。")
    runs = bool(ordered) and newest < _over(ordered[-1]) + SLACK
    step.demand(runs, "sealed.commitment_missing", message, DOCUMENT)


def _over(commitment: Entry) -> dt.datetime:
    return read_stamp(commitment.body["due"]) + dt.timedelta(seconds=int(commitment.body["every"]))


def _only_sealed(case: Case, step: Step, places: set[int]) -> None:
    """Deliveries, replacements and withdrawals stand in the sealed tree, all of it and nothing beside it."""
    for kind in ("bid.delivered", "bid.withdrawn"):
        for entry in case.acts.of(kind):
            message = gettext_noop("递交或撤回的记录不在密封日志之中。")
            step.demand(entry.sealed and entry.index in places, "sealed.outside", message, entry.place)


def _receipts(case: Case, step: Step, disclosed: Disclosed, leaves: list[bytes]) -> None:
    for bid in case.bids.values():
        name = f"bids/{bid.id}/receipt.json"
        note = bid.receipt["journal"]["receipt"]
        try:
            place = check_sealed_receipt(open_sealed_receipt(note, case.journal_key), disclosed, leaves)
        except ProofError as error:
            message = gettext_noop("回执的承诺没有兑现：%(error)s")
            step.demand(False, "sealed.receipt_broken", message, name, error=str(error))
            continue
        message = gettext_noop("回执证明的不是这次递交。")
        step.demand(disclosed.index + 1 + place == bid.entry.index, "sealed.other_receipt", message, name)
