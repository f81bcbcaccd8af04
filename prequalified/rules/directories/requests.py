"""Requests for admission: who may ask, what is signed, and what the staff may decide."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prequalified.rules.directories.calls import CallFacts, open_blockers
from prequalified.rules.directories.lifecycle import EDITABLE, Status, request_blockers, wrong_status
from prequalified.rules.timing import beijing
from runtime.refusal import Blocker, gettext_noop

FORMAT = "yangguang-admission-request/1"
REVIEW_FORMAT = "yangguang-yearly-review/1"
LONGEST = 4000  # signs of what is stated about one condition
_RULE = "预选名录管理办法"


@dataclass(frozen=True, slots=True)
class Standing:
    """What a firm has in a directory on `day`: `state` of its admission ("" for none), until when it waits after removal."""

    day: dt.date
    state: str = ""
    waits_until: dt.date | None = None
    open_request: bool = False


def start_blockers(standing: Standing, call: CallFacts, moment: dt.datetime) -> list[Blocker]:
    found = open_blockers(call, moment)
    if standing.state in ("active", "suspended"):
        message = gettext_noop("贵单位已在本名录在册，不必重复申请。")
        found.append(Blocker("admission.standing", message, _RULE, gettext_noop("到期前可申请续期。")))
    if standing.waits_until is not None and standing.waits_until > standing.day:
        message = gettext_noop("贵单位被清退，%(day)s 起方可重新申请。")
        found.append(Blocker("admission.waiting", message, _RULE, "", {"day": standing.waits_until.isoformat()}))
    if standing.open_request:
        message = gettext_noop("贵单位在本名录已有一份未办结的申请。")
        found.append(Blocker("admission_request.open", message, _RULE, gettext_noop("请在“我的入库”中继续办理。")))
    return found


def renewal_blockers(standing: Standing, valid_until: dt.date, window: int) -> list[Blocker]:
    """`window`: from how many days before expiry a renewal may be asked for."""
    found = []
    if standing.state != "active":
        message = gettext_noop("只有在册单位可以申请续期。")
        found.append(Blocker("renewal.not_active", message, _RULE))
    begins = valid_until - dt.timedelta(days=window)
    if standing.day < begins:
        message = gettext_noop("有效期至 %(until)s，%(begins)s 起可申请续期。")
        params = {"until": valid_until.isoformat(), "begins": begins.isoformat()}
        found.append(Blocker("renewal.early", message, _RULE, "", params))
    if standing.open_request:
        message = gettext_noop("贵单位在本名录已有一份未办结的申请。")
        found.append(Blocker("admission_request.open", message, _RULE, gettext_noop("请在“我的入库”中继续办理。")))
    return found


def edit_blockers(status: str) -> list[Blocker]:
    return [] if status in EDITABLE else [wrong_status(status)]


def submit_blockers(
    status: str, call: CallFacts, moment: dt.datetime, supplement_until: dt.datetime | None, renewal: bool
) -> list[Blocker]:
    """A draft needs an open call (a renewal does not); what was returned or lacks papers may follow within its term."""
    if status not in EDITABLE:
        return [wrong_status(status)]
    if status == Status.DRAFT:
        return [] if renewal else open_blockers(call, moment)
    if supplement_until is not None and moment < supplement_until:
        return []
    if status == Status.RETURNED:
        return [] if renewal else open_blockers(call, moment)
    message = gettext_noop("补正期限已于 %(at)s 届满。")
    at = beijing(supplement_until) if supplement_until else "-"
    return [Blocker("supplement.over", message, _RULE, "", {"at": at})]


DECISIONS: Mapping[str, str] = {"pass": Status.PUBLICITY, "return": Status.RETURNED, "refuse": Status.REFUSED}


def decision_blockers(status: str, decision: str, reasons: str, own: bool) -> list[Blocker]:
    """`own`: the request of the party that the staff member acts for."""
    if decision not in DECISIONS:
        return [Blocker("decision.unknown", gettext_noop("请选择办理结果。"), _RULE, place="decision")]
    found = request_blockers(status, DECISIONS[decision]) if status == Status.REVIEW else [wrong_status(status)]
    if decision != "pass" and not reasons.strip():
        message = gettext_noop("退回或不予入库须一次性写明全部原因。")
        found.append(Blocker("reasons.missing", message, _RULE, place="reasons"))
    if own:
        message = gettext_noop("不能办理本单位的申请，请由另一位工作人员办理。")
        found.append(Blocker("admission_request.own", message, _RULE))
    return found


def objection_blockers(status: str, until: dt.datetime | None, moment: dt.datetime, text: str) -> list[Blocker]:
    found = []
    if status != Status.PUBLICITY or until is None or moment >= until:
        message = gettext_noop("公示期已过或公示已结束，不能再提出异议。")
        found.append(Blocker("publicity.over", message, _RULE))
    if not 5 <= len(text.strip()) <= 10_000:
        message = gettext_noop("请写明异议的事实和理由，五个字以上、一万字以内。")
        found.append(Blocker("objection.text", message, _RULE, place="text"))
    return found


def answer_blockers(answered: bool, answer: str, own: bool) -> list[Blocker]:
    found = []
    if answered:
        message = gettext_noop("这条异议已经答复，可能已由他人办理。")
        found.append(Blocker("objection.answered", message, _RULE, gettext_noop("请刷新后查看最新状态。")))
    if not answer.strip():
        found.append(Blocker("answer.missing", gettext_noop("请填写答复。"), _RULE, place="answer"))
    if own:
        found.append(Blocker("objection.own", gettext_noop("不能答复自己提出的异议。"), _RULE))
    return found


def statement(
    *,
    form: str,
    number: str,
    directory: str,
    conditions_sha256: str,
    party: Mapping[str, str],
    grade: str,
    facts: Mapping[str, Any],
    papers: Sequence[Mapping[str, str]],
    commitments: Sequence[Mapping[str, str]],
) -> dict[str, Any]:
    """What the firm signs as canonical JSON: what it states, the digest of each paper, the words it commits to."""
    return {
        "format": form, "number": number, "directory": directory, "conditions": conditions_sha256,
        "party": dict(party), "grade": grade, "facts": {key: dict(fact) for key, fact in facts.items()},
        "papers": [dict(paper) for paper in papers], "commitments": [dict(one) for one in commitments],
    }  # fmt: skip


def fact_blockers(facts: object, keys: frozenset[str]) -> list[Blocker]:
    """`{"<condition>": {"text": "…", "papers": ["<public id>", …]}}`, nothing else."""
    wrong = Blocker("request.form", gettext_noop("申请内容的格式不正确。"), _RULE, place="facts")
    if not isinstance(facts, Mapping) or not set(facts) <= keys:
        return [wrong]
    for fact in facts.values():
        if not isinstance(fact, Mapping) or set(fact) != {"text", "papers"}:
            return [wrong]
        text, papers = fact["text"], fact["papers"]
        if not isinstance(text, str) or len(text) > LONGEST or "\x00" in text:
            return [wrong]
        if not isinstance(papers, list) or len(papers) > 50 or not all(isinstance(one, str) for one in papers):
            return [wrong]
    return []
