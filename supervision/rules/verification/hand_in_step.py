"""Each member's verdicts and scores: signed by that member, complete, the newest ones, and the very ones that are counted."""

import hashlib
from typing import Any

from runtime.refusal import gettext_noop
from signing.rules.canonical import canonical
from supervision.rules.verification import committee_step
from supervision.rules.verification.case import Case
from supervision.rules.verification.committee_step import REPORT, members, this
from supervision.rules.verification.findings import Step

FORMAT = "yangguang-hand-in/1"
KEYS = {"format", "section", "round", "method_sha256", "member", "number", "verdicts", "scores"}


def check(case: Case, step: Step) -> None:
    case.report = case.json(REPORT)
    committee_step.check(case, step)
    method = hashlib.sha256(canonical(case.method)).hexdigest()
    started = case.acts.last("evaluation.started", **this(case))
    opened = [{"bidder": bid.bidder, "inner_sha256": bid.inner_sha256} for bid in case.opened]
    message = gettext_noop("评标开始时的评标办法或投标文件与开标结果不符。")
    begun = started is not None and (started.body["method_sha256"], started.body["bids"]) == (method, opened)
    step.demand(begun, "evaluation.other_bids", message, REPORT)
    listed = {int(row["seat"]): row["sha256"] for row in case.report["hand_ins"]}
    message = gettext_noop("评标报告计入的评分不是全体成员的。")
    step.demand(listed.keys() == members(case).keys(), "hand_in.missing", message, REPORT)
    for seat, member in sorted(members(case).items()):
        content = _hand_in(case, step, member, listed.get(seat, ""), method)
        case.hand_ins += [content] if content else []


def _hand_in(case: Case, step: Step, member: dict[str, Any], listed: str, method: str) -> dict[str, Any]:
    """The signed content; empty with a finding where it is not the one that counts. Raises Refusal where it is missing."""
    seat = member["seat"]
    name = f"evaluation/hand-ins/{seat}.json"
    content: dict[str, Any] = case.json(name)
    entry = case.acts.last("evaluation.handed_in", **this(case), seat=seat, number=member["number"])
    newest = entry is not None and entry.body["sha256"] == case.sha256(name) == listed
    message = gettext_noop("这份评分不是该成员最后提交、评标报告计入的那一份。")
    if not step.demand(newest, "hand_in.not_counted", message, name) or entry is None:
        return {}
    case.by_party(step, name, f"evaluation/hand-ins/{seat}.p7s", member["number"], entry)
    said = (content["format"], content["section"], content["round"], content["method_sha256"])
    who = {"name": member["name"], "number": member["number"], "seat": str(seat)}
    message = gettext_noop("评分不属于本标段、本评标办法或该成员。")
    own = said == (FORMAT, case.code, case.round, method) and content["member"] == who and content.keys() == KEYS
    step.demand(own, "hand_in.foreign", message, name)
    return content
