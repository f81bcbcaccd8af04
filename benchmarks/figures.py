"""How a figure is printed: ours, the peer's, their ratio, the goal, all from one run on one machine."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Goal:
    """`at_most` or `at_least` the ratio ours / peer; `later` is where we want to go."""

    limit: float
    at_most: bool = True
    later: float | None = None

    def reached(self, ratio: float) -> bool:
        return ratio <= self.limit if self.at_most else ratio >= self.limit

    def __str__(self) -> str:
        sign = "<=" if self.at_most else ">="
        return f"goal {sign} {self.limit:g}" + (f", later {sign} {self.later:g}" if self.later is not None else "")


def report(
    name: str, ours: float, peer: float, ratio: float, goal: Goal, unit: str = "ms", against: str = "peer"
) -> bool:
    """One line; True when the goal is reached. `ratio` is given, since the median of ratios is not the ratio of medians."""
    reached = goal.reached(ratio)
    print(
        f"{name:<58} {ours:>10,.1f} {unit:<4} {against} {peer:>10,.1f} {unit:<4} "
        f"ratio {ratio:6.2f}  {goal}  {'reached' if reached else 'MISSED'}"
    )
    return reached
