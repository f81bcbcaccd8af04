"""The outbox: numbered without gaps, with the act or not at all."""

import threading

import pytest
from django.db import connection, transaction

from runtime.dispatch import NotInTransaction
from runtime.models import Event, Room
from runtime.outbox import announce, last_seq, since


@pytest.mark.django_db(transaction=True)
def test_announcing_outside_a_transaction_is_refused():
    with pytest.raises(NotInTransaction):
        announce("hall:1", "said", {})
    assert Room.objects.count() == 0


@pytest.mark.django_db(transaction=True)
def test_numbers_run_per_room_and_a_rolled_back_act_leaves_no_gap():
    with transaction.atomic():
        assert [announce("hall:1", "a", {}), announce("hall:2", "a", {}), announce("hall:1", "b", {})] == [1, 1, 2]
    with pytest.raises(ZeroDivisionError), transaction.atomic():
        announce("hall:1", "c", {})
        raise ZeroDivisionError
    with transaction.atomic():
        assert announce("hall:1", "d", {"words": "四"}) == 3
    assert [(event.seq, event.kind, event.body) for event in since("hall:1", 1)] == [
        (2, "b", {}),
        (3, "d", {"words": "四"}),
    ]
    assert (last_seq("hall:1"), last_seq("hall:2"), last_seq("nowhere")) == (3, 1, 0)


@pytest.mark.django_db(transaction=True)
def test_concurrent_writers_number_without_gap_or_double():
    def write():
        try:
            for _ in range(20):
                with transaction.atomic():
                    announce("hall:1", "said", {})
        finally:
            connection.close()

    writers = [threading.Thread(target=write) for _ in range(5)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert sorted(Event.objects.values_list("seq", flat=True)) == list(range(1, 101))
    assert last_seq("hall:1") == 100


@pytest.mark.django_db(transaction=True)
def test_since_is_limited():
    with transaction.atomic():
        for _ in range(7):
            announce("hall:1", "said", {})
    assert [event.seq for event in since("hall:1", 2, limit=3)] == [3, 4, 5]
