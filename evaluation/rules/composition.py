"""Who sits on a committee (评标委员会): 招标投标法 37, 条例 46, 87号令 47."""

from dataclasses import dataclass
from decimal import Decimal

from runtime.refusal import Blocker, gettext_noop


@dataclass(frozen=True, slots=True)
class Rule:
    """`least` members; `least_big` from a budget of `big` yuan or where the matter is complex."""

    least: int
    citation: str
    least_big: int = 0
    big: Decimal | None = None
    expert_share: tuple[int, int] = (2, 3)


RULES = {
    "ENG": Rule(5, "招标投标法 37"),
    "GP": Rule(5, "87号令 47", least_big=7, big=Decimal(10_000_000)),
    "SMALL": Rule(3, "招标文件"),
}


@dataclass(frozen=True, slots=True)
class Composition:
    regime: str
    size: int
    tenderer_members: int
    budget: Decimal
    complex_matter: bool = False  # technically complex or of great social impact (87-47)
    water_works: bool = False  # 水利工程: seven or more


def needed_size(facts: Composition) -> int:
    rule = RULES[facts.regime]
    big = rule.big is not None and (facts.budget >= rule.big or facts.complex_matter)
    return max(rule.least, rule.least_big if big else 0, 7 if facts.water_works else 0)


def blockers(facts: Composition) -> list[Blocker]:
    """Odd, large enough, experts at least two thirds (B-020, B-021, B-022)."""
    rule, found = RULES[facts.regime], []
    params = {"size": str(facts.size), "least": str(needed_size(facts))}
    if facts.size % 2 == 0:
        message = gettext_noop("评标委员会人数应为单数，现为%(size)s人")
        found.append(Blocker("committee.even", message, rule.citation, params=params, place="size"))
    if facts.size < needed_size(facts):
        message = gettext_noop("评标委员会应有%(least)s人以上，现为%(size)s人")
        citation = "水利工程建设项目招标投标管理规定 40" if facts.water_works else rule.citation
        found.append(Blocker("committee.too_small", message, citation, params=params, place="size"))
    experts, (share, whole) = facts.size - facts.tenderer_members, rule.expert_share
    if facts.tenderer_members < 0 or experts * whole < facts.size * share:
        message = gettext_noop("专家不得少于成员总数的三分之二：%(size)s人中专家只有%(experts)s人")
        params = {"size": str(facts.size), "experts": str(experts)}
        found.append(
            Blocker("committee.too_few_experts", message, rule.citation, params=params, place="tenderer_members")
        )
    return found
