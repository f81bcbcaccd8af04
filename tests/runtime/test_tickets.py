"""Tickets for sockets: good for one room, two minutes, and only as issued; no look into the database."""

import time

import pytest

from runtime import tickets
from runtime.actor import Actor, Source
from runtime.refusal import Refusal

ACTOR = Actor("bidder", "甲公司", 7, 9, "91110000100000000X", "demo", Source("192.0.2.7", "s1", "ab" * 32))


def test_a_ticket_brings_back_the_actor():
    assert tickets.read(tickets.issue(ACTOR, "hall:1"), "hall:1") == ACTOR


def test_a_ticket_for_another_room_is_refused():
    with pytest.raises(Refusal) as refused:
        tickets.read(tickets.issue(ACTOR, "hall:1"), "hall:2")
    assert (refused.value.blockers[0].code, refused.value.status) == ("ticket.invalid", 401)


def test_an_old_ticket_is_refused(monkeypatch):
    ticket = tickets.issue(ACTOR, "hall:1")
    later = time.time() + tickets.SECONDS + 1
    monkeypatch.setattr(time, "time", lambda: later)
    with pytest.raises(Refusal):
        tickets.read(ticket, "hall:1")


@pytest.mark.parametrize("place", [0, 10, -1])
def test_a_changed_ticket_is_refused(place):
    ticket = list(tickets.issue(ACTOR, "hall:1"))
    ticket[place] = "A" if ticket[place] != "A" else "B"
    with pytest.raises(Refusal):
        tickets.read("".join(ticket), "hall:1")


def test_something_else_signed_by_the_platform_is_no_ticket():
    from django.core import signing

    for content in ({"room": "hall:1"}, {"room": "hall:1", "actor": {"role": "staff"}}, [1], "x"):
        with pytest.raises(Refusal):
            tickets.read(signing.dumps(content, salt="runtime.tickets"), "hall:1")
