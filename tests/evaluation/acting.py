"""Acts that several tests of the room repeat."""

from typing import Any

import pytest

from evaluation.actions.finish_review import finish_review
from evaluation.actions.save_verdict import save_verdict
from evaluation.actions.vote_chair import vote_chair
from evaluation.models import BidStanding
from runtime.refusal import Refusal
from tests.factories.evaluation import METHOD, Room


def refused_codes(call: Any, **arguments: Any) -> list[str]:
    with pytest.raises(Refusal) as refused:
        call(**arguments)
    return [blocker.code for blocker in refused.value.blockers]


def vote(room: Room, voter: int, seat: int) -> None:
    vote_chair(committee=room.fresh(), seat=seat, actor=room.actor(voter))


def judge(room: Room, seat: int, failing: dict[int, str] | None = None) -> None:
    """Everything passes but the items `failing` names by the bid's place."""
    for place, row in enumerate(BidStanding.objects.filter(committee=room.committee).order_by("bid__bid__received_at")):
        for item in METHOD["review"]:
            passed = (failing or {}).get(place) != item["key"]
            save_verdict(
                committee=room.fresh(),
                bid=row.bid.bid.public_id,
                item=item["key"],
                passed=passed,
                reason="" if passed else "未盖章",
                version=0,
                actor=room.actor(seat),
            )
    finish_review(committee=room.fresh(), actor=room.actor(seat))
