"""The opening hall's socket: everybody watches, those concerned act. What happens goes to all alike, so it is public.

Acts: `state`, `look` (the clock may have run on), `sign_in`, `confirm`, `object {text}`, `answer {objection, text}`.
Shares, identities and signatures come by the API, for they are files.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from prequalified.models import Party
from prequalified.permissions import demand
from prequalified.queries.actors import as_of_now, for_scope
from runtime.actor import ANYBODY, Actor
from runtime.live import LiveConsumer
from runtime.refusal import Blocker, Refusal, gettext_noop
from runtime.tail import in_database
from tendering.actions.advance_opening import advance_opening
from tendering.actions.object_to_opening import answer_objection, object_to_opening
from tendering.actions.sign_in import confirm_opening, sign_in
from tendering.events import hall_room
from tendering.models import Opening, OpeningObjection
from tendering.permissions import sees_section
from tendering.queries.hall import hall_state
from tendering.queries.sections import not_found, section_by_code

KNOWN_FOR = 5.0  # seconds that a process remembers a hall's room, so that a storm of reconnects asks once
_rooms: dict[str, tuple[float, str]] = {}


@dataclass(frozen=True, slots=True)
class Frame:
    """A client's act, read strictly: these fields and no others."""

    act: str
    text: str = ""
    objection: str = ""

    @classmethod
    def read(cls, data: Mapping[str, Any]) -> "Frame":
        given = {name: value for name, value in data.items() if name not in {"type", "id"}}
        if set(given) - {"text", "objection"} or not all(isinstance(value, str) for value in given.values()):
            raise Refusal(Blocker("frame.malformed", gettext_noop("消息格式不正确。")), 400)
        return cls(str(data["type"]), **given)


class HallConsumer(LiveConsumer):
    """One watcher of one hall."""

    async def admit(self) -> str | None:
        code = self.scope["url_route"]["kwargs"]["code"]
        room = _remembered(code) or await in_database(_room, code)
        ticketed = self.ticket_actor(room)
        self.code, self.actor = code, ticketed or await in_database(for_scope, self.scope)
        return room

    async def receive_act(self, frame: dict[str, Any]) -> dict[str, Any] | None:
        return await in_database(_do, self.code, Frame.read(frame), self.actor or ANYBODY)


def _remembered(code: str) -> str:
    at, room = _rooms.get(code, (0.0, ""))
    return room if time.monotonic() - at < KNOWN_FOR else ""


def _room(code: str) -> str:
    """Halls of published sections are open to everybody; raises Refusal 404 for any other."""
    section = section_by_code(code)
    if section.published_at is None:
        raise not_found()
    room = hall_room(section.code, section.round)
    if len(_rooms) > 10_000:
        _rooms.clear()
    _rooms[code] = (time.monotonic(), room)
    return room


def _do(code: str, frame: Frame, actor: Actor) -> dict[str, Any]:
    section = section_by_code(code)
    if not sees_section(actor, section):
        raise not_found()
    opening = advance_opening(section)
    if frame.act in {"state", "look"}:
        return hall_state(section, opening)
    act = ACTS.get(frame.act)
    if act is None:
        raise Refusal(Blocker("frame.unknown", gettext_noop("这里不接受这种消息。")), 400)
    if opening is None:
        raise Refusal(Blocker("opening.not_begun", gettext_noop("开标尚未开始"), "招标投标法 34"))
    act(opening, frame, as_of_now(actor))
    return hall_state(section, advance_opening(section))


def _bidder(actor: Actor) -> Party:
    demand(actor, {"bidder"}, certificate=True)
    return Party.objects.get(pk=actor.party_id or 0)


def _sign_in(opening: Opening, frame: Frame, actor: Actor) -> None:
    sign_in(opening=opening, bidder=_bidder(actor), actor=actor)


def _confirm(opening: Opening, frame: Frame, actor: Actor) -> None:
    confirm_opening(opening=opening, bidder=_bidder(actor), actor=actor)


def _object(opening: Opening, frame: Frame, actor: Actor) -> None:
    object_to_opening(opening=opening, bidder=_bidder(actor), text=frame.text, actor=actor)


def _answer(opening: Opening, frame: Frame, actor: Actor) -> None:
    demand(actor, {"tenderer", "agency"}, certificate=True)
    found = OpeningObjection.objects.filter(opening=opening, public_id=frame.objection).first()
    if found is None:
        raise Refusal(Blocker("opening.no_objection", gettext_noop("没有这项异议")), 404)
    found.opening = opening
    answer_objection(objection=found, answer=frame.text, actor=actor)


ACTS: dict[str, Callable[[Opening, Frame, Actor], None]] = {
    "sign_in": _sign_in,
    "confirm": _confirm,
    "object": _object,
    "answer": _answer,
}
