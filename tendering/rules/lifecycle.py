"""The life of a section as one table: from which state, by which act, to which state, by whom, under which rule.

`tendering.actions.move_section` is the only writer of `Section.state` and asks `move()` first; docs/lifecycle.md is
drawn from this table (`manage.py draw_lifecycle`), the life line of the section page too.
"""

from dataclasses import dataclass
from enum import StrEnum

from runtime.refusal import Blocker, gettext_noop


class State(StrEnum):
    DRAFT = "draft"
    REVIEW = "review"
    PUBLISHED = "published"
    OPENING = "opening"
    OPENED = "opened"
    EVALUATING = "evaluating"
    EVALUATED = "evaluated"
    PUBLICITY = "publicity"
    AWARDED = "awarded"
    FAILED = "failed"
    TERMINATED = "terminated"


# The states in words; models/section.py shows the same.
NAMES: dict[str, str] = {
    State.DRAFT: gettext_noop("编制中"),
    State.REVIEW: gettext_noop("审核中"),
    State.PUBLISHED: gettext_noop("招标中"),
    State.OPENING: gettext_noop("开标中"),
    State.OPENED: gettext_noop("已开标"),
    State.EVALUATING: gettext_noop("评标中"),
    State.EVALUATED: gettext_noop("已评标"),
    State.PUBLICITY: gettext_noop("候选人公示"),
    State.AWARDED: gettext_noop("已定标"),
    State.FAILED: gettext_noop("流标"),
    State.TERMINATED: gettext_noop("已终止"),
}


@dataclass(frozen=True, slots=True)
class Move:
    """`act` is the file in tendering/actions (or of a higher app) that makes the move."""

    left: State
    act: str
    entered: State
    who: str
    rule: str = ""


S = State
MOVES: tuple[Move, ...] = (
    Move(S.DRAFT, "submit_for_review", S.REVIEW, "tenderer, agency", "CTS A-52"),
    Move(S.REVIEW, "return_notice", S.DRAFT, "tenderer, staff", "CTS A-52, A-53"),
    Move(S.REVIEW, "publish_notice", S.PUBLISHED, "staff", "CTS A-53, A-54"),
    Move(S.PUBLISHED, "start_opening", S.OPENING, "system, staff", "招标投标法 34"),
    Move(S.PUBLISHED, "fail_section", S.FAILED, "system, staff", "招标投标法 28; 条例 44"),
    Move(S.OPENING, "advance_opening", S.OPENED, "system", "招标投标法 36"),
    Move(S.OPENING, "fail_section", S.FAILED, "system, staff", "条例 44; 20号令 31"),
    Move(S.OPENED, "start_evaluation", S.EVALUATING, "staff", "招标投标法 38"),
    Move(S.OPENED, "fail_section", S.FAILED, "staff", "条例 44; 87号令 43"),
    Move(S.EVALUATING, "record_ranking", S.EVALUATED, "system", "招标投标法 40"),
    Move(S.EVALUATING, "fail_section", S.FAILED, "staff", "招标投标法 42; 87号令 43, 44"),
    Move(S.EVALUATED, "publish_candidates", S.PUBLICITY, "staff", "条例 54"),
    Move(S.EVALUATED, "decide_award", S.AWARDED, "tenderer, system", "87号令 68"),
    Move(S.EVALUATED, "reevaluate_section", S.EVALUATING, "staff", "87号令 64"),
    Move(S.EVALUATED, "fail_section", S.FAILED, "staff", "招标投标法 42"),
    Move(S.PUBLICITY, "decide_award", S.AWARDED, "tenderer", "条例 55"),
    Move(S.PUBLICITY, "reevaluate_section", S.EVALUATING, "staff", "条例 54, 82"),
    Move(S.PUBLICITY, "fail_section", S.FAILED, "staff", "条例 55"),
    Move(S.FAILED, "retender_section", S.DRAFT, "tenderer, agency", "招标投标法 28, 42; 条例 44"),
    *(
        Move(state, "terminate_section", S.TERMINATED, "tenderer, staff", "条例 31; 政府采购法 36")
        for state in (S.DRAFT, S.REVIEW, S.PUBLISHED, S.OPENING, S.OPENED, S.EVALUATING, S.EVALUATED, S.PUBLICITY)
    ),
    Move(S.FAILED, "terminate_section", S.TERMINATED, "tenderer, staff", "政府采购法 36"),
)
# The way that a tender takes when nothing goes wrong: the life line of the section page.
LIFE_LINE: tuple[State, ...] = (
    S.DRAFT, S.REVIEW, S.PUBLISHED, S.OPENING, S.OPENED, S.EVALUATING, S.EVALUATED, S.PUBLICITY, S.AWARDED,
)  # fmt: skip
FINAL: frozenset[State] = frozenset({S.AWARDED, S.TERMINATED})


def moves_from(state: str) -> tuple[Move, ...]:
    return tuple(move for move in MOVES if move.left == state)


def move(left: str, entered: str) -> Move | None:
    """The one move between two states, or None where the table has none."""
    return next((move for move in MOVES if move.left == left and move.entered == entered), None)


def blockers(left: str, entered: str) -> list[Blocker]:
    """Empty where the table allows the move."""
    if move(left, entered):
        return []
    return [
        Blocker(
            "section.wrong_state",
            gettext_noop("标段当前状态为“%(term)s”，不能进行此操作"),
            rule="docs/lifecycle.md",
            remedy=gettext_noop("请刷新页面，查看标段当前所处的环节"),
            params={"term": NAMES[left], "left": str(left), "entered": str(entered)},
        )
    ]


def state_blockers(state: str, allowed: frozenset[State] | set[State]) -> list[Blocker]:
    """For acts that do not move the section but belong to certain states only."""
    if state in allowed:
        return []
    return [
        Blocker(
            "section.wrong_state",
            gettext_noop("标段当前状态为“%(term)s”，此操作只能在以下状态进行：%(terms)s"),
            rule="docs/lifecycle.md",
            remedy=gettext_noop("请刷新页面，查看标段当前所处的环节"),
            params={"term": NAMES[state], "terms": "、".join(NAMES[each] for each in State if each in allowed)},
        )
    ]
