"""From eligible firms to a pool and a plan that anybody replays: tickets by weight, turns by the last engagement."""

from collections.abc import Mapping, Sequence

from prequalified.rules.draws.eligibility import Firm
from runtime.refusal import Blocker, gettext_noop
from signing.rules.draws import Step

FIRM, TURN = "firm", "turn"  # labels of the pool


def labels(firms: Sequence[Firm], method: str, weights: Mapping[str, int]) -> list[tuple[Firm, dict[str, str]]]:
    """A line a ticket: the firm and its labels. Without weights every firm holds one ticket.

    In a rotation the label `turn` is the firm's place among the dates of the last engagement: 000001 waited longest.
    """
    ranks = {turn: f"{rank:06d}" for rank, turn in enumerate(sorted({firm.turn for firm in firms}), 1)}
    told = {firm.admission: {FIRM: firm.admission} for firm in firms}
    if method == "rotation":
        for firm in firms:
            told[firm.admission][TURN] = ranks[firm.turn]
    return [(firm, told[firm.admission]) for firm in firms for _ in range(weights.get(firm.admission, 1))]


def plan(method: str, quantity: int, weighted: bool) -> list[Step]:
    """One step: so many distinct firms; in a rotation those who waited longest, the draw decides among equals."""
    return [Step(quantity, distinct=FIRM if weighted else "", by=TURN if method == "rotation" else "")]


def enough_blockers(eligible: int, quantity: int) -> list[Blocker]:
    if eligible >= quantity and eligible > 0:
        return []
    message = gettext_noop("符合条件的单位只有 %(found)s 家，不足 %(wanted)s 家。")
    remedy = gettext_noop("请核对排除原因，或放宽等级、地区要求后重新申请。")
    params = {"found": str(eligible), "wanted": str(quantity)}
    return [Blocker("draw.too_few_firms", message, "预选名录管理办法", remedy, params)]
