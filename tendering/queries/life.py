"""The life of a section as a line: what is done and when, where it stands, what comes next."""

import datetime as dt
from typing import Any

from tendering.models import Section, SectionState
from tendering.rules.lifecycle import LIFE_LINE, State

SHORT = (State.EVALUATED,)  # passed within minutes; the line shows the publicity or award after it


def life_of(section: Section) -> list[dict[str, Any]]:
    """Steps for `config/_life.html`: `{title, state: done|now|next|stopped, at, url}`. One query."""
    entered = {
        move.entered: move.at for move in section.moves.all() if move.round == section.round
    }  # a later entry into the same state wins: moves are in the order of time
    line = [state for state in LIFE_LINE if _belongs(state, section)]
    here = section.state
    reached = {SectionState.DRAFT.value} | set(entered)
    steps = [
        {
            "title": SectionState(state.value).label,
            "state": _look(state.value, here, reached),
            "at": _at(state.value, section, entered),
            "url": "",
        }
        for state in line
    ]
    if here in (State.FAILED, State.TERMINATED):
        stop: dict[str, Any] = {
            "title": SectionState(here).label,
            "state": "stopped",
            "at": entered.get(here),
            "url": "",
        }
        steps = [step for step in steps if step["state"] == "done"] + [stop]
    return steps


def _belongs(state: State, section: Section) -> bool:
    """Government procurement publishes the result, not the candidates; a passing state shows only while it lasts."""
    if state is State.PUBLICITY:
        return section.regime != "GP"
    return state not in SHORT or section.state == state


def _look(state: str, here: str, reached: set[str]) -> str:
    if state == here:
        return "done" if state == State.AWARDED else "now"
    order = [each.value for each in LIFE_LINE]
    if here in order:
        return "done" if order.index(state) < order.index(here) else "next"
    return "done" if state in reached else "next"


def _at(state: str, section: Section, entered: dict[str, dt.datetime]) -> dt.datetime | None:
    return section.submitted_at if state == State.DRAFT and section.round == 1 else entered.get(state)
