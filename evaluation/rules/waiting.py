"""Who is waited for: one list, shown in the room, on the to-do lists and to the host."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from evaluation.rules.phases import Phase


@dataclass(frozen=True, slots=True)
class Progress:
    """How far one standing member has come."""

    seat: int
    signed_in: bool = False
    undertaken: bool = False
    voted: bool = False
    review_finished: bool = False
    handed_in: bool = False
    signed_report: bool = False


@dataclass(frozen=True, slots=True)
class Wait:
    """`who`: a seat's number, `host`, `chair`, `tenderer` or `supervisor`; `what`: the act that is due."""

    who: str
    what: str


@dataclass(frozen=True, slots=True)
class Matters:
    """What else decides who is due."""

    chair: int | None = None
    vacant: Collection[int] = ()
    vacant_tenderer: Collection[int] = ()
    summarised: bool = False
    roll_back_open: bool = False


def waiting(phase: str, members: Sequence[Progress], matters: Matters) -> list[Wait]:
    found = [Wait("supervisor", "decide_roll_back")] if matters.roll_back_open else []
    found += [Wait("tenderer", "appoint_tenderer_member")] if matters.vacant_tenderer else []
    found += [Wait("host", "draw_experts")] if matters.vacant else []
    for member in members:
        due = _due(phase, member, matters.chair)
        if due:
            found.append(Wait(str(member.seat), due))
    return found + _offices(phase, members, matters)


def _due(phase: str, member: Progress, chair: int | None) -> str:
    """The one thing a member is waited for."""
    if phase in (Phase.FORMING, Phase.CLOSED, Phase.STOPPED):
        return ""
    if not member.signed_in:
        return "sign_in"
    if not member.undertaken:
        return "sign_undertaking"
    if chair is None and phase != Phase.GATHERING:
        return "" if member.voted else "vote_chair"
    done = {
        Phase.PRELIMINARY: ("finish_review", member.review_finished),
        Phase.SCORING: ("hand_in", member.handed_in),
        Phase.REPORT: ("sign_report", member.signed_report),
    }
    what, is_done = done.get(Phase(phase), ("", True))
    return "" if is_done else what


def _offices(phase: str, members: Sequence[Progress], matters: Matters) -> list[Wait]:
    if phase == Phase.READY:
        return [Wait("host", "start_evaluation")]
    if phase == Phase.FEW:
        return [Wait("chair", "decide_few")]
    if phase == Phase.SUMMARY:
        return [Wait("chair", "build_report" if matters.summarised else "summarise")]
    if phase == Phase.REPORT and all(member.signed_report for member in members):
        return [Wait("host", "close_evaluation")]
    return []
