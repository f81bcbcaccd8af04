"""Why an act of a draw is refused (protocol §6)."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from runtime.refusal import Blocker, gettext_noop
from signing.rules.draws import Item, Step, pool_faults

_RULE = "protocol §6"


@dataclass(frozen=True, slots=True)
class DrawFacts:
    """What the blockers need to know about a draw."""

    number: str
    state: str
    invited: Collection[str]  # party numbers; empty: any party
    committed: Collection[str]


def freeze_blockers(items: Sequence[Item], plan: Sequence[Step], trustees: int, k: int) -> list[Blocker]:
    blockers = [
        Blocker("draw.pool", gettext_noop("抽取名单或方案不成立：%(detail)s"), _RULE, params={"detail": detail})
        for detail in pool_faults(items, plan)
    ]
    if trustees and not 2 <= k <= trustees:
        message = gettext_noop("%(n)s 位受托人中至少 %(k)s 位不是有效的门限")
        blockers.append(Blocker("draw.threshold", message, _RULE, params={"k": str(k), "n": str(trustees)}))
    return blockers


def commit_blockers(facts: DrawFacts, party: str) -> list[Blocker]:
    if facts.state != "committing":
        return [_wrong_phase(facts, gettext_noop("抽取 %(number)s 的承诺阶段已经结束"))]
    if not party or (facts.invited and party not in facts.invited):
        return [_blocker("draw.not_invited", gettext_noop("您不是抽取 %(number)s 的参与方"), facts)]
    if party in facts.committed:
        return [_blocker("draw.already_committed", gettext_noop("您已对抽取 %(number)s 作出承诺，承诺不得更改"), facts)]
    return []


def close_blockers(facts: DrawFacts) -> list[Blocker]:
    if facts.state != "committing":
        return [_wrong_phase(facts, gettext_noop("抽取 %(number)s 的承诺阶段已经结束"))]
    if len(facts.committed) < 2:
        message = gettext_noop("抽取 %(number)s 除平台外还没有任何一方作出承诺")
        return [_blocker("draw.too_few", message, facts, gettext_noop("请招标人、监督人员或在场投标人先作出承诺"))]
    return []


def reveal_blockers(facts: DrawFacts, party: str, opened: Collection[str]) -> list[Blocker]:
    if facts.state != "revealing":
        return [_wrong_phase(facts, gettext_noop("抽取 %(number)s 不在公开阶段"))]
    if party not in facts.committed:
        return [_blocker("draw.not_committed", gettext_noop("该方没有对抽取 %(number)s 作出承诺"), facts)]
    if party in opened:
        return [_blocker("draw.already_opened", gettext_noop("该方对抽取 %(number)s 的承诺已经公开"), facts)]
    return []


def finish_blockers(facts: DrawFacts, opened: Collection[str]) -> list[Blocker]:
    if facts.state != "revealing":
        return [_wrong_phase(facts, gettext_noop("抽取 %(number)s 不在公开阶段"))]
    missing = sorted(set(facts.committed) - set(opened))
    if missing:
        message = gettext_noop("抽取 %(number)s 还有承诺没有公开：%(missing)s")
        remedy = gettext_noop("请该方公开，或由受托人凭份额恢复")
        params = {"number": facts.number, "missing": ", ".join(missing)}
        return [Blocker("draw.not_all_opened", message, _RULE, remedy, params)]
    return []


def malformed(detail: str) -> Blocker:
    return Blocker("draw.malformed", gettext_noop("内容不符合抽取规则：%(detail)s"), _RULE, params={"detail": detail})


def wrong_opening(number: str) -> Blocker:
    message = gettext_noop("公开的数值与对抽取 %(number)s 的承诺不符")
    return Blocker("draw.wrong_opening", message, _RULE, params={"number": number})


def wrong_share(detail: str) -> Blocker:
    return Blocker("draw.wrong_share", gettext_noop("份额不符：%(detail)s"), _RULE, params={"detail": detail})


def unknown(number: str) -> Blocker:
    return Blocker("draw.unknown", gettext_noop("没有编号为 %(number)s 的抽取"), params={"number": number})


def not_replaceable(number: str) -> Blocker:
    message = gettext_noop("抽取 %(number)s 尚未结束，或已被另一次抽取取代，不能重新抽取")
    return Blocker("draw.not_replaceable", message, _RULE, params={"number": number})


def over(facts: DrawFacts) -> Blocker:
    return _wrong_phase(facts, gettext_noop("抽取 %(number)s 已经结束"))


def reason_needed() -> Blocker:
    return Blocker("draw.reason_needed", gettext_noop("重新抽取或作废必须写明理由"), _RULE, place="reason")


def _wrong_phase(facts: DrawFacts, message: str) -> Blocker:
    return _blocker("draw.wrong_phase", message, facts)


def _blocker(code: str, message: str, facts: DrawFacts, remedy: str = "") -> Blocker:
    return Blocker(code, message, _RULE, remedy, {"number": facts.number})
