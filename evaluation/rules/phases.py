"""The phases of an evaluation (评标) as one table: which act leads from which phase to which."""

from dataclasses import dataclass
from enum import StrEnum

from runtime.refusal import Blocker, gettext_noop


class Phase(StrEnum):
    FORMING = "forming"  # composition fixed, venues and experts being drawn
    GATHERING = "gathering"  # identity, recusal, signed undertaking
    CHAIR = "chair"  # every member votes for the chair
    READY = "ready"  # waiting for the start
    PRELIMINARY = "preliminary"  # form, qualification, response: pass or fail
    FEW = "few"  # fewer than three bids are left: the committee decides
    SCORING = "scoring"  # each member alone; ends with the signed hand-in
    SUMMARY = "summary"  # all is in and open: the machine computes
    REPORT = "report"  # read, objected to, signed by every member
    CLOSED = "closed"
    STOPPED = "stopped"  # no result: all bids rejected, or too few are left


P = Phase


@dataclass(frozen=True, slots=True)
class Move:
    left: Phase
    act: str
    entered: Phase
    rule: str = ""


MOVES: tuple[Move, ...] = (
    Move(P.FORMING, "draw_experts", P.GATHERING, "条例 46; 87号令 48"),
    Move(P.GATHERING, "sign_undertaking", P.CHAIR, "rules.md §4"),
    Move(P.CHAIR, "vote_chair", P.READY, "87号令 45"),
    Move(P.READY, "start_evaluation", P.PRELIMINARY, "招标投标法 38"),
    Move(P.READY, "start_evaluation", P.SCORING, "招标投标法 38"),
    Move(P.PRELIMINARY, "finish_review", P.SCORING, "招标投标法 40"),
    Move(P.PRELIMINARY, "finish_review", P.FEW, "招标投标法 42"),
    Move(P.FEW, "decide_few", P.SCORING, "招标投标法 42"),
    Move(P.FEW, "decide_few", P.STOPPED, "招标投标法 42; 87号令 43"),
    Move(P.SCORING, "hand_in", P.SUMMARY, "招标投标法 40; 87号令 55"),
    Move(P.SUMMARY, "build_report", P.REPORT, "条例 53; 87号令 58"),
    Move(P.REPORT, "close_evaluation", P.CLOSED, "条例 53"),
)
# The chair asks with reasons, the supervisor approves, history stays (rules.md §4).
ROLL_BACKS: tuple[Move, ...] = tuple(
    Move(left, "decide_roll_back", entered, "87号令 64")
    for left, targets in (
        (P.FEW, (P.PRELIMINARY,)),
        (P.SCORING, (P.PRELIMINARY,)),
        (P.SUMMARY, (P.PRELIMINARY, P.SCORING)),
        (P.REPORT, (P.PRELIMINARY, P.SCORING, P.SUMMARY)),
    )
    for entered in targets
)
# Replacing a member voids that member's opinions: what was complete no longer is (条例 48, 87号令 49).
REPLACEMENTS: tuple[Move, ...] = (
    Move(P.CHAIR, "replace_member", P.GATHERING, "条例 48"),
    Move(P.READY, "replace_member", P.GATHERING, "条例 48"),
    *(
        Move(left, "replace_member", entered, "条例 48; 87号令 49")
        for left in (P.FEW, P.SCORING, P.SUMMARY, P.REPORT)
        for entered in (P.PRELIMINARY, P.SCORING)
        if left is not entered
    ),
)
LINE: tuple[Phase, ...] = (
    P.GATHERING, P.CHAIR, P.READY, P.PRELIMINARY, P.SCORING, P.SUMMARY, P.REPORT, P.CLOSED,
)  # fmt: skip
ENDED = frozenset({P.CLOSED, P.STOPPED})
SITTING = frozenset({P.PRELIMINARY, P.FEW, P.SCORING, P.SUMMARY, P.REPORT})


def may_move(left: str, entered: str, act: str) -> bool:
    return any(m.left == left and m.entered == entered and m.act == act for m in MOVES + ROLL_BACKS + REPLACEMENTS)


def roll_back_targets(phase: str) -> tuple[Phase, ...]:
    return tuple(move.entered for move in ROLL_BACKS if move.left == phase)


def after_replacement(phase: str, has_review: bool) -> Phase | None:
    """Where the room goes when a seat changes hands; None where it stays: the successor does what is still open."""
    if phase in (P.CHAIR, P.READY):
        return P.GATHERING
    target = P.PRELIMINARY if has_review else P.SCORING
    return target if may_move(phase, target, "replace_member") else None


def phase_blockers(phase: str, *allowed: Phase) -> list[Blocker]:
    """Empty where the act belongs to the phase the room is in."""
    if phase in allowed:
        return []
    message = gettext_noop("这项操作不属于评标室当前的环节")
    params = {"phase": str(phase), "allowed": ", ".join(allowed)}
    return [Blocker("room.wrong_phase", message, remedy=gettext_noop("请刷新页面，查看当前环节"), params=params)]
