"""From the report to the contract: ranking, candidates published for their term, the award, the letters."""

from typing import Any

from prequalified.rules.holidays import national_calendar
from runtime.clock import read_stamp
from runtime.refusal import gettext_noop
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case
from supervision.rules.verification.committee_step import REPORT
from supervision.rules.verification.findings import Step
from supervision.rules.verification.notices import check_notice, text_of
from supervision.rules.verification.papers import check_pdf
from tendering.rules import award as rule
from tendering.rules.objections import RESULT


def check(case: Case, step: Step) -> None:
    candidates: list[dict[str, Any]] = case.report["candidates"]
    ranked = case.acts.of("ranking.recorded")
    published = [one for one in case.acts.of("candidates.published") if ranked and one.index > ranked[-1].index]
    for entry in published:
        _published(case, step, entry, candidates)
    decided = case.acts.of("award.decided")
    if not decided:
        step.note(gettext_noop("尚未定标"))
        return
    message = gettext_noop("定标的记录多于一条。")
    step.demand(len(decided) == 1, "award.twice", message, decided[0].place)
    _decided(case, step, decided[0], candidates, published)
    for entry in case.acts.of("result.published"):
        _result(case, step, entry, decided[0])
    _letters(case, step)


def _published(case: Case, step: Step, entry: Entry, candidates: list[dict[str, Any]]) -> None:
    """The notice names the candidates in their order with their prices, and stands as long as the rules demand."""
    message = gettext_noop("公示所依据的不是这份评标报告。")
    step.demand(entry.body["report"] == case.sha256(REPORT), "candidates.other_report", message, entry.place)
    notice = check_notice(case, step, entry, "candidates")
    text = text_of(notice)
    places = [text.find(row["name"]) for row in candidates]
    in_order = -1 not in places and places == sorted(places)
    priced = all(row["price"] in text for row in candidates)
    message = gettext_noop("公示的中标候选人、次序或报价与评标报告不同。")
    step.demand(in_order and priced, "candidates.published_otherwise", message, entry.place)
    term = case.rules.term("publicity") if case.rules else None
    if term and notice:
        least = term.end(read_stamp(notice["published"]), national_calendar())
        message = gettext_noop("公示期短于规定：应到 %(least)s。")
        step.demand(read_stamp(entry.body["ends"]) >= least, "candidates.too_short", message, entry.place, least=least)


def _decided(case: Case, step: Step, entry: Entry, candidates: list[dict[str, Any]], published: list[Entry]) -> None:
    body = entry.body
    row = next((one for one in candidates if one["rank"] == body["rank"]), None)
    said = (body["winner"], body["name"], body["amount"])
    message = gettext_noop("中标人、名次或金额与评标报告的中标候选人不符。")
    known = row is not None and said == (row["bidder"], row["name"], row["price"])
    step.demand(known, "award.no_candidate", message, entry.place)
    system = entry.actor["role"] == "system"
    message = gettext_noop("定标的不是招标人。")
    by_tenderer = entry.actor["number"] == case.tender["tenderer"]["number"]
    step.demand(system or by_tenderer, "award.by_another", message, entry.place)
    if case.rules is None:
        return
    dropped = {int(one.body["rank"]) for one in case.acts.of("candidate.dropped") if one.index < entry.index}
    facts = rule.AwardFacts(
        rank=int(body["rank"]),
        standing=int(body["rank"]) not in dropped,
        above_out=[rank in dropped for rank in range(1, int(body["rank"]))],
        publicity_ends=read_stamp(published[-1].body["ends"]) if published else None,
        unanswered=_unanswered(case, entry),
        state_controlled=bool(body["state_controlled"]),
    )
    if not facts.state_controlled:
        step.note(gettext_noop("本项目不是国有资金控股项目，招标人可以不选第一名"))
    step.looked_at += 1
    step.found(rule.award_blockers(facts, str(body["reason"]), entry.time, case.rules), entry.place)


def _unanswered(case: Case, award: Entry) -> int:
    filed = {e.body["objection"] for e in case.acts.of("objection.filed", about=RESULT) if e.index < award.index}
    answered = {e.body["objection"] for e in case.acts.of("objection.answered") if e.index < award.index}
    return len(filed - answered)


def _result(case: Case, step: Step, entry: Entry, decided: Entry) -> None:
    text = text_of(check_notice(case, step, entry, "result"))
    message = gettext_noop("结果公告的中标人或金额与定标不符。")
    agrees = str(decided.body["name"]) in text and str(decided.body["amount"]) in text
    step.demand(agrees, "result.published_otherwise", message, entry.place)


def _letters(case: Case, step: Step) -> None:
    """Every letter that was issued is here as it went out; the award letter went out once."""
    issued = case.acts.of("letter.issued")
    for entry in issued:
        check_pdf(case, step, f"award/letters/{entry.body['letter']}.pdf", entry.body["sha256"])
    message = gettext_noop("发出了不止一份中标通知书。")
    awards = [entry for entry in issued if entry.body["kind"] == "award"]
    step.demand(len(awards) <= 1, "letter.twice", message, "award/letters/")
