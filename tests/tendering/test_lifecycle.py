"""The table of a section's life."""

import itertools
from pathlib import Path

import pytest

from tendering.management.commands.draw_lifecycle import drawing
from tendering.rules.lifecycle import FINAL, LIFE_LINE, MOVES, State, blockers, move, moves_from

ROOT = Path(__file__).resolve().parents[2]


def test_every_state_is_reached_and_every_open_one_left():
    reached = {each.entered for each in MOVES} | {State.DRAFT}
    assert reached == set(State)
    assert {each.left for each in MOVES} == set(State) - FINAL


def test_there_is_one_act_between_two_states():
    pairs = [(each.left, each.entered) for each in MOVES]
    assert len(set(pairs)) == len(pairs)


def test_the_life_line_is_a_way_through_the_table():
    for left, entered in itertools.pairwise(LIFE_LINE):
        assert move(left, entered), (left, entered)


@pytest.mark.parametrize(
    ("left", "entered"),
    [("draft", "published"), ("awarded", "draft"), ("terminated", "draft"), ("published", "opened")],
)
def test_what_the_table_does_not_know_is_refused_with_both_states(left, entered):
    (found,) = blockers(left, entered)
    assert found.code == "section.wrong_state" and (found.params["left"], found.params["entered"]) == (left, entered)


def test_every_act_of_the_table_in_this_app_is_a_file():
    higher = {"start_evaluation"}
    acts = {each.act for each in MOVES} - higher
    missing = [act for act in acts if not (ROOT / "tendering" / "actions" / f"{act}.py").exists()]
    assert not missing


def test_the_drawing_in_the_docs_is_drawn_from_the_table():
    assert (ROOT / "docs" / "lifecycle.md").read_text("utf-8") == drawing()


def test_terminating_is_possible_from_every_state_that_is_not_final():
    assert all(any(each.act == "terminate_section" for each in moves_from(state)) for state in set(State) - FINAL)
