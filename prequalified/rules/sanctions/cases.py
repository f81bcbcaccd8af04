"""A case of misconduct step by step (行政处罚法 36, 44, 45, 48, 60, 61, 63, 64): what may come next, and until when.

The table `STEPS` is the whole procedure; every fact of a case is a step of its own and is never changed.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from prequalified.rules.holidays import Calendar
from prequalified.rules.sanctions.lists import ListRule, last_day_of_ban, months_after
from prequalified.rules.timing import Term, day_of, earliest, latest, read_term
from runtime.refusal import Blocker, gettext_noop

LAW = "行政处罚法"
# Five and seven days are working days (85); where the authority is the one who must hurry we count calendar days, so that
# both readings are kept. How long a defence may take is not in the law and is ours [D].
TERMS: Mapping[str, tuple[Term, str]] = {
    "defence": (read_term({"workdays": 3}), f"{LAW} 45"),
    "hearing_asked": (read_term({"workdays": 5}), f"{LAW} 64"),
    "hearing_notified": (read_term({"workdays": 7}), f"{LAW} 64"),
    "decided": (read_term({"days": 90}), f"{LAW} 60"),
    "served": (read_term({"days": 7}), f"{LAW} 61"),
    "retracted": (read_term({"days": 3}), f"{LAW} 48"),
}  # fmt: skip
LIMITATION_YEARS = 2
WORDS_LIMIT = 20_000
_PUBLISHED_RULE = re.compile(r"《[^《》]+》.*\d{4}\s*[-年./]\s*\d{1,2}\s*[-月./]\s*\d{1,2}", re.DOTALL)

# state → step → state. A step that is missing is not allowed then.
STEPS: Mapping[str, Mapping[str, str]] = {
    "filed": {"told": "told", "dropped": "closed"},
    "told": {
        "defended": "told", "hearing_asked": "hearing", "decided": "decided", "dropped": "closed", "told": "told",
    },
    "hearing": {"defended": "hearing", "hearing_set": "hearing", "heard": "hearing", "decided": "decided", "dropped": "closed"},
    "decided": {"served": "served", "overturned": "overturned"},
    "served": {"published": "published", "overturned": "overturned"},
    "published": {"overturned": "overturned"},
    "overturned": {"retracted": "overturned"},
    "closed": {},
}  # fmt: skip
ACTORS: Mapping[str, frozenset[str]] = {
    "filed": frozenset({"staff", "supervisor"}),
    "told": frozenset({"staff", "supervisor"}),
    "defended": frozenset({"party"}),
    "hearing_asked": frozenset({"party"}),
    "hearing_set": frozenset({"staff", "supervisor"}),
    "heard": frozenset({"staff", "supervisor"}),
    "decided": frozenset({"supervisor"}),
    "dropped": frozenset({"supervisor"}),
    "served": frozenset({"staff", "supervisor"}),
    "published": frozenset({"staff", "supervisor"}),
    "overturned": frozenset({"supervisor"}),
    "retracted": frozenset({"staff", "supervisor"}),
}


def fault(code: str, message: str, rule: str = "", remedy: str = "", place: str = "", **params: str) -> Blocker:
    return Blocker(f"case.{code}", message, rule, remedy, params, place)


@dataclass(frozen=True, slots=True)
class Step:
    """One fact of a case as the rules see it."""

    kind: str
    at: dt.datetime
    body: Mapping[str, object]


@dataclass(frozen=True, slots=True)
class CaseFacts:
    """`concerns` : the actor's own party is the one accused; `party`: it acts for it."""

    state: str
    steps: Sequence[Step]
    role: str
    concerns: bool

    def last(self, kind: str) -> Step | None:
        return next((step for step in reversed(self.steps) if step.kind == kind), None)

    def moment(self, kind: str) -> dt.datetime | None:
        step = self.last(kind)
        return step.at if step else None


def step_blockers(facts: CaseFacts, step: str) -> list[Blocker]:
    """Who may take this step, and whether it is its turn."""
    allowed = ACTORS[step]
    if "party" in allowed and not facts.concerns:
        return [fault("not_party", gettext_noop("只有当事人可以陈述、申辩或者要求听证。"), f"{LAW} 45")]
    if "party" not in allowed and facts.concerns:
        message = gettext_noop("不能办理涉及本单位的案件。")
        return [fault("own", message, f"{LAW} 43", gettext_noop("请由其他人员办理。"))]
    if "party" not in allowed and facts.role not in allowed:
        message = gettext_noop("作出、撤销决定由监督人员办理。")
        return [fault("not_yours", message, f"{LAW} 57")]
    if step not in STEPS.get(facts.state, {}):
        return [fault("wrong_state", gettext_noop("案件当前的状态不能办理此事。"), f"{LAW} 44")]
    return []


def filing_blockers(
    rule: ListRule | None, conduct: str, act_on: dt.date | None, today: dt.date, own: bool
) -> list[Blocker]:
    found = []
    if own:
        found.append(fault("own", gettext_noop("不能办理涉及本单位的案件。"), f"{LAW} 43"))
    if rule is None or not rule.decided_here:
        message = gettext_noop("请选择可以在本平台认定的名单；没有法定依据的名单不得设立。")
        found.append(fault("kind", message, "", place="kind"))
    found += text_blockers(conduct, "conduct", gettext_noop("请写明违法事实。"))
    if act_on is None:
        found.append(fault("no_day", gettext_noop("请写明违法行为发生或者终了之日。"), f"{LAW} 36", place="act_on"))
    elif act_on > today:
        found.append(fault("day_ahead", gettext_noop("违法行为发生日不能晚于今天。"), f"{LAW} 36", place="act_on"))
    elif months_after(act_on, 12 * LIMITATION_YEARS) < today:
        message = gettext_noop("违法行为终了已超过两年，不再给予处罚。")
        found.append(fault("too_old", message, f"{LAW} 36", place="act_on"))
    return found


def text_blockers(text: str, place: str, message: str) -> list[Blocker]:
    if not text.strip():
        return [fault("empty", message, f"{LAW} 44", place=place)]
    if len(text) > WORDS_LIMIT:
        return [fault("long", gettext_noop("内容不得超过两万字。"), place=place)]
    return []


def ground_blockers(rule: ListRule, basis: str) -> list[Blocker]:
    """A centre's own list stands on a rule that the centre has published: which one, and of which day."""
    if rule.force != "centre" or not basis.strip() or _PUBLISHED_RULE.search(basis):
        return []
    message = gettext_noop(
        "依据须写明本中心已公布的办法和公布日期，例如《预选名录管理办法》（2026-01-05 公布）第十二条。"
    )
    return [fault("no_ground", message, rule.ground, place="basis")]


def ban_blockers(rule: ListRule, months: int | None) -> list[Blocker]:
    """Whether the list lets such a ban be imposed. None or 0: no ban, a record only."""
    if not months:
        if rule.ban_needed:
            return [_ban_terms(rule)]
        return []
    return [] if rule.shortest <= months <= rule.longest else [_ban_terms(rule)]


def _ban_terms(rule: ListRule) -> Blocker:
    return fault(
        "ban_term", gettext_noop("限制参加的期限应当为 %(least)s 至 %(most)s 个月。"), rule.ground, "", "months",
        least=str(rule.shortest), most=str(rule.longest),
    )  # fmt: skip


def deciding_blockers(facts: CaseFacts, months: int, now: dt.datetime, calendar: Calendar) -> list[Blocker]:
    """Not before the party could speak, not heavier than it was told, not after the term; a hearing asked for is held."""
    found = []
    told = facts.last("told")
    if told is None:
        return [fault("not_told", gettext_noop("作出决定前应当告知事实、理由、依据和权利。"), f"{LAW} 44")]
    until = speaking_until(facts, calendar)
    spoken = facts.last("defended") is not None and facts.last("heard") is not None
    if until and now < until and not spoken:
        message = gettext_noop("当事人陈述、申辩和要求听证的期限尚未届满。")
        found.append(fault("defence_runs", message, f"{LAW} 45, 64"))
    if facts.last("hearing_asked") and not facts.last("heard"):
        message = gettext_noop("当事人要求听证，应当先组织听证。")
        found.append(fault("not_heard", message, f"{LAW} 63", gettext_noop("请通知听证并记录听证笔录。")))
    most = told.body.get("months", 0)
    if isinstance(most, int) and months > most:
        message = gettext_noop("决定不得重于告知的处理（%(months)s 个月），不得因当事人申辩而加重。")
        remedy = gettext_noop("如事实有变化，请重新告知。")
        found.append(fault("heavier", message, f"{LAW} 45", remedy, "months", months=str(most)))
    filed = facts.moment("filed")
    if filed and now >= term_end("decided", filed, calendar):
        message = gettext_noop("自立案之日起已超过九十日，不能再作出处罚决定。")
        found.append(fault("too_late", message, f"{LAW} 60", gettext_noop("请作出不予认定的决定。")))
    return found


def term_end(name: str, start: dt.datetime, calendar: Calendar) -> dt.datetime:
    return latest(start, TERMS[name][0], calendar)


def speaking_until(facts: CaseFacts, calendar: Calendar) -> dt.datetime | None:
    """Until when the party may defend itself or ask for a hearing: the longer of both terms, from the last telling."""
    told = facts.moment("told")
    if told is None:
        return None
    return max(term_end("defence", told, calendar), term_end("hearing_asked", told, calendar))


def hearing_asked_blockers(facts: CaseFacts, now: dt.datetime, calendar: Calendar) -> list[Blocker]:
    told = facts.moment("told")
    if told and now >= term_end("hearing_asked", told, calendar):
        message = gettext_noop("要求听证的期限（告知后五个工作日内）已过。")
        return [fault("hearing_late", message, f"{LAW} 64", gettext_noop("您仍然可以陈述和申辩。"))]
    return []


def hearing_set_blockers(held: dt.datetime, now: dt.datetime, calendar: Calendar) -> list[Blocker]:
    """The party is notified at least seven days ahead."""
    if held >= earliest(now, TERMS["hearing_notified"][0], calendar):
        return []
    message = gettext_noop("应当在举行听证的七个工作日前通知当事人。")
    return [fault("hearing_soon", message, f"{LAW} 64", place="held_at")]


def heard_blockers(facts: CaseFacts, now: dt.datetime) -> list[Blocker]:
    step = facts.last("hearing_set")
    if step is None:
        return [fault("hearing_not_set", gettext_noop("请先通知听证的时间和地点。"), f"{LAW} 64")]
    held = dt.datetime.fromisoformat(str(step.body["held_at"]))
    if now < held:
        return [fault("hearing_ahead", gettext_noop("听证的时间还没有到。"), f"{LAW} 64")]
    return []


@dataclass(frozen=True, slots=True)
class Effect:
    """What a decision does: from which day until which, and until when it is public."""

    starts: dt.date
    ends: dt.date | None
    bans: bool
    public_until: dt.date


def effect_of(rule: ListRule, months: int, served: dt.date) -> Effect:
    """A ban runs from the day of service; it is public as long as it runs, and at least as long as the list says (48)."""
    least = months_after(served, rule.public_months)
    if not months:
        return Effect(served, None, False, least)
    ends = last_day_of_ban(served, months)
    return Effect(served, ends, True, max(least, ends))


def published_until(rule: ListRule, served: dt.datetime, calendar: Calendar) -> dt.datetime:
    return latest(served, rule.publish_within, calendar)


def repair_from(rule: ListRule, published: dt.datetime) -> dt.date:
    return months_after(day_of(published), rule.repair_months)


def repair_blockers(
    rule: ListRule, published: dt.datetime | None, today: dt.date, over: bool, statement: str, papers: int
) -> list[Blocker]:
    """Asked after the shortest publication time, with proof (社会信用体系)."""
    found = []
    if over:
        found.append(fault("over", gettext_noop("该记录已经届满、修复或者撤销，不需要修复。"), rule.repair_rule))
    if published is None:
        found.append(fault("not_published", gettext_noop("该记录还没有公布，不能申请修复。"), rule.repair_rule))
    elif today < repair_from(rule, published):
        message = gettext_noop("最短公示期未满，%(day)s 起可以申请信用修复。")
        day = repair_from(rule, published).isoformat()
        found.append(fault("repair_early", message, rule.repair_rule, day=day))
    found += text_blockers(statement, "statement", gettext_noop("请写明整改情况。"))
    if not papers:
        found.append(fault("no_proof", gettext_noop("请附整改和纠正的证明材料。"), rule.repair_rule, place="papers"))
    return found


def running_term(facts: CaseFacts, calendar: Calendar) -> tuple[str, dt.datetime] | None:
    """(what must be done, until when) on the authority's side; None where nothing waits for it."""
    filed, decided, overturned = (facts.moment(kind) for kind in ("filed", "decided", "overturned"))
    if facts.state in ("filed", "told", "hearing") and filed:
        return "decided", term_end("decided", filed, calendar)
    if facts.state == "decided" and decided:
        return "served", term_end("served", decided, calendar)
    if facts.state == "overturned" and overturned and facts.last("published") and not facts.last("retracted"):
        return "retracted", term_end("retracted", overturned, calendar)
    return None


def next_steps(facts: CaseFacts) -> Iterable[str]:
    """The steps that this actor may take now."""
    return [step for step in STEPS.get(facts.state, {}) if not step_blockers(facts, step)]
