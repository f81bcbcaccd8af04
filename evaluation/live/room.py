"""The evaluation room over a socket: `/live/rooms/<code>`. Presence, phases, and drafts saved on every change.

An act goes the same way as over HTTP. A save is answered only after its commit:
`answered {id, result: {type: "saved", bid, item, score, version, at}}`, or for two tabs
`answered {id, result: {type: "conflict", bid, item, score, version, at, yours}}`.
"""

from typing import Any

from django.db import transaction

from evaluation.actions.save_drafts import Change, Outcome
from evaluation.actions.save_verdict import save_verdict
from evaluation.events import PRESENCE, room_name
from evaluation.live import presence
from evaluation.live.batch import writer
from evaluation.live.frames import SaveScore, SaveVerdict, read_save, read_verdict
from evaluation.models import Committee, CommitteeMember
from evaluation.permissions import may_watch, member_of, not_a_member, sees_inside, sees_names
from evaluation.queries.room_state import room_state
from evaluation.queries.rooms import committee_by_code
from prequalified.queries.actors import as_of_now, for_scope
from runtime.actor import Actor
from runtime.clock import stamp
from runtime.live import LiveConsumer
from runtime.outbox import announce
from runtime.refusal import Refusal
from runtime.tail import in_database


class RoomConsumer(LiveConsumer):
    actor: Actor
    committee: Committee
    member: CommitteeMember | None = None
    _counted = False

    async def admit(self) -> str | None:
        code = self.scope["url_route"]["kwargs"]["code"]
        await in_database(self._admit, code)
        if self.member and presence.came(self.committee.pk, self.member.seat):
            await in_database(self._announce_presence, True)
        self._counted = self.member is not None
        return room_name(code)

    def _admit(self, code: str) -> None:
        self.actor = self.ticket_actor(room_name(code)) or for_scope(self.scope)
        self.committee = committee_by_code(code)
        if not may_watch(self.actor, self.committee):
            raise Refusal(not_a_member(), status=403)
        self.member = member_of(self.actor, self.committee)

    async def left(self) -> None:
        if self.member and self._counted and presence.went(self.committee.pk, self.member.seat):
            await in_database(self._announce_presence, False)

    def _announce_presence(self, present: bool) -> None:
        if self.member is None:
            return
        with transaction.atomic():
            announce(room_name(self.committee.section.code), PRESENCE, {"seat": self.member.seat, "present": present})

    async def receive_act(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        match frame["type"]:
            case "save":
                return await self._save(read_save(frame))
            case "verdict":
                return await in_database(self._verdict, read_verdict(frame))
            case "state":
                return await in_database(self._state)
        return await super().receive_act(frame)

    async def _save(self, asked: SaveScore) -> dict[str, Any]:
        if self.member is None:
            raise Refusal(not_a_member(), status=403)
        outcome = await writer().save(Change(self.member.pk, asked.bid, asked.item, asked.score, asked.version))
        if outcome.blockers:
            raise Refusal(outcome.blockers)
        return said(asked, outcome)

    def _verdict(self, asked: SaveVerdict) -> dict[str, Any]:
        committee = committee_by_code(self.committee.section.code)
        row = save_verdict(
            committee=committee,
            bid=asked.bid,
            item=asked.item,
            passed=asked.passed,
            reason=asked.reason,
            version=asked.version,
            actor=as_of_now(self.actor),
        )
        return {"type": "saved", "bid": asked.bid, "item": asked.item, "version": row.version, "at": stamp(row.at)}

    def _state(self) -> dict[str, Any]:
        """What the reader sees now; somebody recused meanwhile sees nothing any more."""
        with transaction.atomic():
            committee = committee_by_code(self.committee.section.code)
            if not may_watch(self.actor, committee):
                raise Refusal(not_a_member(), status=403)
            return room_state(
                committee,
                member_of(self.actor, committee),
                names=sees_names(self.actor, committee),
                inside=sees_inside(self.actor, committee),
            )


def said(asked: SaveScore, outcome: Outcome) -> dict[str, Any]:
    """The answer to a save: what stands now, and at a conflict also what was asked."""
    answer = {
        "type": "saved" if outcome.saved else "conflict",
        "bid": asked.bid,
        "item": asked.item,
        "score": outcome.score,
        "version": outcome.version,
        "at": stamp(outcome.at) if outcome.at else None,
    }
    return answer if outcome.saved else {**answer, "yours": asked.score}
