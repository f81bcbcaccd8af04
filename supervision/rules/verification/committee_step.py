"""The committee: composed as the law demands, seated as drawn, bound by signed undertakings, at work within its hours."""

from decimal import Decimal
from typing import Any

from evaluation.rules import composition, undertaking
from runtime.clock import read_stamp, stamp
from runtime.refusal import gettext_noop
from signing.rules.draws import read_plan, read_pool
from supervision.rules.verification.acts import SLACK, Entry
from supervision.rules.verification.case import Case
from supervision.rules.verification.draws_step import identity_of
from supervision.rules.verification.findings import Step

REPORT = "evaluation/report.json"
EXPERT = "expert"


def members(case: Case) -> dict[int, dict[str, Any]]:
    """Those who stand at the end, by seat, as the report that all of them signed names them."""
    return {int(member["seat"]): member for member in case.report["committee"]["members"]}


def this(case: Case) -> dict[str, Any]:
    """What entries of this committee have in their bodies."""
    return {"round": case.round, "committee": case.report["committee"]["number"]}


def check(case: Case, step: Step) -> None:
    formed = case.acts.one(step, "committee.formed", REPORT, **this(case))
    if formed is None:
        return
    seats = members(case)
    tenderers = sum(member["kind"] != EXPERT for member in seats.values())
    facts = composition.Composition(case.tender["regime"], len(seats), tenderers, Decimal(case.tender["budget"]))
    step.looked_at += 1
    step.found(composition.blockers(facts), REPORT)
    message = gettext_noop("评标委员会的席位与组建时不符。")
    laid_out = (formed.body["size"], formed.body["tenderer_members"]) == (len(seats), tenderers)
    full = sorted(seats) == list(range(1, len(seats) + 1))
    people = len({member["number"] for member in seats.values()}) == len(seats)
    step.demand(laid_out and full and people, "committee.other_seats", message, REPORT)
    for seat, member in seats.items():
        _seated(case, step, seat, member)
    _skipped(case, step)
    _venue(case, step)
    _left(case, step)
    _undertakings(case, step)
    _hours(case, step, formed)


def _seated(case: Case, step: Step, seat: int, member: dict[str, Any]) -> None:
    """An expert by a draw that shows the name, a tenderer's representative by appointment."""
    equal = {**this(case), "seat": seat, "number": member["number"]}
    if member["kind"] != EXPERT:
        appointed = case.acts.of("committee.tenderer_appointed", **equal)
        message = gettext_noop("席位 %(seat)s 没有招标人的委派记录。")
        step.demand(appointed, "committee.not_appointed", message, REPORT, seat=seat)
        return
    seated = case.acts.of("committee.seated", **equal)
    message = gettext_noop("席位 %(seat)s 的专家不是抽取出来的。")
    if step.demand(seated, "committee.not_drawn", message, REPORT, seat=seat):
        draw = case.draws.get(str(seated[-1].body["draw"]))
        drawn = identity_of(draw, seated[-1].body["drawn_as"]) if draw else {}
        step.demand(drawn.get("number") == member["number"], "committee.not_drawn", message, REPORT, seat=seat)


def _skipped(case: Case, step: Step) -> None:
    """Nobody whom the lot fell on was left out without a word: the seated and the passed over are the first of each step."""
    called = [*case.acts.of("committee.seated", **this(case)), *case.acts.of("committee.passed_over", **this(case))]
    for number, draw in case.draws.items():
        taken = {int(entry.body["drawn_as"]) for entry in called if entry.body["draw"] == number}
        items, order = {item.number: item for item in read_pool(draw["pool"]["items"])}, draw["outcome"]["order"]
        for plan in read_plan(draw["plan"]):
            in_line = [place for place in order if plan.admits(items[place])]
            of_step = [place for place in in_line if place in taken]
            message = gettext_noop("抽取 %(number)s 抽中的人没有按次序入席。")
            as_drawn = not taken or in_line[: len(of_step)] == of_step
            step.demand(as_drawn, "committee.out_of_order", message, f"draws/{number}.json", number=number)


def _venue(case: Case, step: Step) -> None:
    for entry in case.acts.of("committee.venue_drawn", **this(case)):
        draw = case.draws.get(str(entry.body["draw"]))
        drawn = identity_of(draw, draw["outcome"]["chosen"][0][0]) if draw else {}
        message = gettext_noop("副场不是抽取出来的。")
        step.demand(drawn.get("code") == entry.body["venue"], "committee.venue_not_drawn", message, entry.place)


def _left(case: Case, step: Step) -> None:
    gone = [*case.acts.of("committee.recused", **this(case)), *case.acts.of("committee.replaced", **this(case))]
    noted = sorted((entry.body["seat"], entry.body["number"], entry.body["ground"]) for entry in gone)
    said = sorted((row["seat"], row["number"], row["ground"]) for row in case.report["committee"]["left"])
    message = gettext_noop("评标报告所写的回避和更换与日志不符。")
    step.demand(noted == said, "committee.other_left", message, REPORT)


def _undertakings(case: Case, step: Step) -> None:
    """Each member declared, before the evaluation began, to have nothing to do with these very organisations."""
    tender = case.tender
    parties = [tender["tenderer"], *([tender["agency"]] if tender["agency"] else [])]
    parties += [{"name": bid.name, "number": bid.bidder} for bid in case.standing]
    for seat, member in members(case).items():
        name = f"evaluation/undertakings/{seat}.json"
        entry = case.acts.last("evaluation.undertaken", **this(case), seat=seat, number=member["number"])
        message = gettext_noop("席位 %(seat)s 没有签署承诺书的记录。")
        if not step.demand(entry, "undertaking.missing", message, name, seat=seat) or entry is None:
            continue
        expected = undertaking.content(
            section=case.code,
            round=case.round,
            member={"name": member["name"], "number": member["number"], "seat": seat},
            organisations=parties,
        )
        message = gettext_noop("承诺书的内容与应当承诺的不符。")
        step.demand(case.json(name) == expected, "undertaking.other_content", message, name)
        case.by_party(step, name, f"evaluation/undertakings/{seat}.p7s", member["number"], entry)


def _hours(case: Case, step: Step, formed: Entry) -> None:
    """What members do happens between the hours laid down, as far as they were extended before everybody's eyes."""
    opens, closes = (read_stamp(moment) for moment in formed.body["window"])
    for entry in case.acts.of("evaluation.extended", **this(case)):
        closes = read_stamp(entry.body["until"])
    for kind in ("evaluation.handed_in", "evaluation.report_signed"):
        for entry in case.acts.of(kind, lambda body: body.get("kind") != "deemed", **this(case)):
            message = gettext_noop("不在评标时间之内（%(at)s）。")
            within = opens <= entry.time < closes + SLACK
            step.demand(within, "evaluation.outside_hours", message, entry.place, at=stamp(entry.time))
