"""What the gate says about each bidder lies before the committee; the committee decides."""

import pytest
from django.test import Client

from evaluation.actions.start_evaluation import start_evaluation
from evaluation.queries.room_state import room_state
from prequalified.models import GateAnswer, ListKind
from tests.factories.directories import make_sanction
from tests.factories.evaluation import elect, gather, make_room
from tests.factories.parties import log_in
from tests.tendering.delivering import entries

pytestmark = pytest.mark.django_db(transaction=True)


def started_with_a_ban():
    room = elect(gather(make_room()))
    regime = room.section.regime
    code = {"ENG": "eng-misconduct", "GP": "gp-bad-record", "SMALL": "directory-blacklist"}[regime]
    make_sanction(room.bidders[0].party, kind=ListKind.objects.get(code=code))
    start_evaluation(committee=room.fresh(), actor=room.staff.actor("staff"))
    room.fresh()
    return room


def test_a_barred_bidder_is_shown_to_the_committee_and_evaluated_all_the_same():
    room = started_with_a_ban()
    state = room_state(room.committee, room.member(1), names=True, inside=True)
    said = {bid["bidder"]: bid["gate"] for bid in state["bids"]}
    barred = said.pop(room.bidders[0].party.number)
    assert (barred["allowed"], [reason["code"] for reason in barred["reasons"]]) == (False, ["gate.sanctioned"])
    assert said and all(gate["allowed"] and not gate["reasons"] for gate in said.values())
    assert GateAnswer.objects.filter(gate="evaluate").count() == len(said) + 1
    [told] = entries("gate.answered")
    assert [answer["allowed"] for answer in told["body"]["answers"]] == [False]


def test_the_page_of_the_review_shows_the_answer_beside_the_bid():
    room = started_with_a_ban()
    page = log_in(Client(), room.members[0], "evaluator").get(f"/sections/{room.section.code}/room/")
    assert page.status_code == 200
    assert "有限制参加的记录，请评审其资格" in page.content.decode()
    assert "未发现限制参加的记录" in page.content.decode()
