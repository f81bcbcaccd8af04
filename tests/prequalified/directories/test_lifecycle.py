"""The tables of the lives of requests and admissions: complete, and what they name exists."""

from pathlib import Path

import pytest

from prequalified.models import Admission, AdmissionRequest
from prequalified.rules.directories import lifecycle
from prequalified.tasks import BEAT, admission_requests, admissions

ROOT = Path(__file__).resolve().parents[3]


def test_every_act_of_the_tables_is_a_file():
    acts = {move.act for move in (*lifecycle.MOVES, *lifecycle.REQUEST_MOVES)}
    assert [act for act in sorted(acts) if not (ROOT / "prequalified" / "actions" / f"{act}.py").exists()] == []


def test_models_and_tables_know_the_same_states_in_the_same_words():
    assert {choice.value: str(choice.label) for choice in Admission.State} == dict(lifecycle.STATES)
    assert {choice.value: str(choice.label) for choice in AdmissionRequest.Status} == dict(lifecycle.STATUSES)


def test_every_status_is_reached_and_every_open_one_is_left():
    moves = lifecycle.REQUEST_MOVES
    assert {move.entered for move in moves} == set(lifecycle.Status) - {"draft"}
    assert {move.left for move in moves} == set(lifecycle.OPEN)


@pytest.mark.django_db
def test_the_beat_may_be_delivered_twice_and_finds_nothing():
    assert {name for name, _ in BEAT.values()} >= {admission_requests.name, admissions.name}
    assert (admission_requests(), admissions(), admission_requests(), admissions()) == (0, 0, 0, 0)
