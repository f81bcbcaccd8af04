"""The report: it says what the steps before found, and every member signed it, or signed why not."""

from typing import Any

from evaluation.rules import report as form
from runtime.refusal import gettext_noop
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.arithmetic_step import rejected
from supervision.rules.verification.case import Case
from supervision.rules.verification.committee_step import REPORT, members, this
from supervision.rules.verification.findings import Step
from supervision.rules.verification.papers import check_pdf

PDF = "evaluation/report.pdf"
FORMAT = "yangguang-report/1"
SIGNED, DISSENT, DEEMED = "signed", "dissent", "deemed"


def check(case: Case, step: Step) -> None:
    digest, number = case.sha256(REPORT), case.report["number"]
    built = case.acts.last("evaluation.report_built", **this(case))
    message = gettext_noop("评标报告不是最后生成的那一份。")
    newest = built is not None and (built.body["report"], built.body["sha256"]) == (number, digest)
    step.demand(newest, "report.not_newest", message, REPORT)
    _says(case, step)
    _draws(case, step)
    signed = 0
    for seat, member in sorted(members(case).items()):
        signed += _signature(case, step, seat, member, digest)
    files = len(case.bundle.names("evaluation/signatures/", ".p7s"))
    message = gettext_noop("证据包有 %(files)s 份评标报告签名，应有 %(signed)s 份。")
    step.demand(files == signed, "report.signatures", message, REPORT, files=files, signed=signed)
    _ranking(case, step)
    for entry in case.acts.of("evaluation.closed", **this(case)):
        message = gettext_noop("评标结束时的报告不是这一份。")
        step.demand(entry.body["sha256"] == digest, "report.other_closed", message, entry.place)
        check_pdf(case, step, PDF, entry.body["pdf_sha256"])


def _says(case: Case, step: Step) -> None:
    report, tender = case.report, case.tender
    section = report["section"]
    said = [section[key] for key in ("code", "round", "tendering_project", "regime", "kind", "tenderer")]
    about = [case.code, case.round, tender["tender"], tender["regime"], tender["kind"], tender["tenderer"]["name"]]
    message = gettext_noop("评标报告不属于本标段。")
    step.demand(report["format"] == FORMAT and said == about, "report.foreign", message, REPORT)
    started = case.acts.last("evaluation.started", **this(case))
    method = started.body["method_sha256"] if started else None
    message = gettext_noop("评标报告所写的评标办法与日志不符。")
    step.demand(report["committee"]["method_sha256"] == method, "report.other_method", message, REPORT)
    chair = case.acts.last("evaluation.chair_elected", **this(case))
    message = gettext_noop("评标报告所写的组长与日志不符。")
    step.demand(chair and chair.body["seat"] == report["committee"]["chair"], "report.other_chair", message, REPORT)
    message = gettext_noop("评标报告所写的投标文件与开启的不符。")
    step.demand(_bids(case) == _said_bids(report), "report.other_bids", message, REPORT)
    message = gettext_noop("中标候选人与排名不一致。")
    step.demand(form.candidates(report["result"]) == report["candidates"], "candidates.differ", message, REPORT)
    granted = case.acts.of("evaluation.roll_back_decided", **this(case), granted=True)
    noted = [(e.body["target"], e.body["reason"], e.body["answer"]) for e in granted]
    backs = [(row["target"], row["reason"], row["answer"]) for row in report["roll_backs"]]
    message = gettext_noop("评标报告所写的回退与日志不符。")
    step.demand(noted == backs, "report.other_roll_backs", message, REPORT)


def _bids(case: Case) -> dict[str, tuple[Any, ...]]:
    found = {}
    for bid in case.opened:
        entry = case.acts.last("evaluation.found", **this(case), bidder=bid.bidder)
        findings = dict(entry.body["findings"]) if entry else {}
        found[bid.bidder] = (bid.name, bid.inner_sha256, rejected(case, bid.bidder), findings)
    return found


def _said_bids(report: dict[str, Any]) -> dict[str, tuple[Any, ...]]:
    keys = ("name", "inner_sha256", "rejected", "findings")
    return {row["bidder"]: tuple(row[key] for key in keys) for row in report["bids"]}


def _draws(case: Case, step: Step) -> None:
    """Every draw for this committee that came to an end is named, none is left out."""
    named = {str(row["number"]) for row in case.report["committee"]["draws"]}
    formed = case.acts.last("committee.formed", **this(case))
    built = case.acts.last("evaluation.report_built", **this(case))
    since, until = (formed.index if formed else 0), (built.index if built else 0)
    finished = {str(entry.body["number"]) for entry in case.acts.of("draw.finished") if since < entry.index < until}
    message = gettext_noop("评标报告没有写明全部抽取，或者写了别的抽取。")
    step.demand(finished == named, "report.other_draws", message, REPORT)


def _signature(case: Case, step: Step, seat: int, member: dict[str, Any], digest: str) -> int:
    """Of one member; returns how many signature files belong to it."""
    equal = {"seat": seat, "number": member["number"], "sha256": digest}
    entries = case.acts.of("evaluation.report_signed", **this(case), **equal)
    message = gettext_noop("席位 %(seat)s 没有签署评标报告。")
    if not step.demand(len(entries) == 1, "report.unsigned", message, REPORT, seat=seat):
        return 0
    entry = entries[0]
    if entry.body["kind"] == DEEMED:
        step.note(gettext_noop("席位 %(seat)s 拒绝签字且未说明理由，视为同意"), seat=seat)
        return 0
    name = REPORT if entry.body["kind"] == SIGNED else _dissent(case, step, seat, entry, digest)
    case.by_party(step, name, f"evaluation/signatures/{seat}.p7s", member["number"], entry)
    return 1


def _dissent(case: Case, step: Step, seat: int, entry: Entry, digest: str) -> str:
    name = f"evaluation/signatures/{seat}.dissent.json"
    message = gettext_noop("不同意见的内容与日志不符。")
    said = case.json(name) == form.dissent(digest, str(entry.body["opinion"]))
    step.demand(said and entry.body["kind"] == DISSENT, "report.other_dissent", message, name)
    step.note(gettext_noop("席位 %(seat)s 签署了不同意见"), seat=seat)
    return name


def _ranking(case: Case, step: Step) -> None:
    """What evaluation handed over is the report's result."""
    prices = {bid.bidder: str(bid.opening["items"][case.method["price_item"]]) for bid in case.opened if bid.opening}
    ranked = case.acts.of("ranking.recorded")
    message = gettext_noop("移交的排名与评标报告不符。")
    last = ranked[-1].body if ranked else {}
    expected = form.ranking_rows(case.report["result"], prices)
    same = (last.get("report"), last.get("rows")) == (case.sha256(REPORT), expected)
    step.demand(same, "ranking.differs", message, REPORT)
