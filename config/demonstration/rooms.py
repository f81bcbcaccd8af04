"""The evaluation: committee drawn verifiably, the room over sockets, hand-ins and report signed."""

import datetime as dt
import json
import random
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Origin

from config.demonstration.cast import EXPERTS
from config.demonstration.lots import commit_values, open_values
from config.demonstration.people import Failed, Person
from runtime.clock import now, stamp
from runtime.refusal import Refusal


def form(staff: Person, code: str) -> None:
    """Five experts, two of them in a sub-venue that is drawn first."""
    body = {
        "size": 5, "tenderer_members": 0, "specialties": ["A08"], "main_venue": "main", "sub_seats": 2,
        "window_from": stamp(now() - dt.timedelta(seconds=5)), "window_until": stamp(now() + dt.timedelta(hours=2)),
    }  # fmt: skip
    staff.post(f"/sections/{code}/committee", body, role="staff")


def draw(people: dict[str, Person], staff: Person, code: str, purpose: str) -> str:
    """Freeze the pool, let tenderer and supervisor commit and reveal, finish; the draw's number."""
    path = f"/sections/{code}/committee/draws"
    number = staff.post(path, {"purpose": purpose, "reason": ""}, role="staff")["number"]
    frozen = staff.get(f"/draws/{number}", role="staff")
    terms = frozen["trustees"]
    secrets = commit_values(people, number, terms["recipients"], terms["k"])
    staff.post(f"{path}/{number}/close", role="staff")
    open_values(people, number, secrets)
    staff.post(f"{path}/{number}/finish", role="staff")
    return str(number)


def seated(people: dict[str, Person], code: str) -> list[Person]:
    """The members, by seat. Nobody may ask who they are: each expert finds out for himself that he is in the room."""
    found = {}
    for part in EXPERTS:
        try:
            state = people[part.key].get(f"/sections/{code}/room")
        except Refusal:
            continue
        found[state["me"]["seat"]] = people[part.key]
    if sorted(found) != [1, 2, 3, 4, 5]:
        raise Failed(f"seats {sorted(found)}")
    return [found[seat] for seat in sorted(found)]


def gather(members: list[Person], code: str) -> None:
    """Sign in, sign the undertaking, elect the chair."""
    room = f"/sections/{code}/room"
    for member in members:
        member.post(f"{room}/sign-in")
        undertaking = member.as_role().http.get(f"/api/v1{room}/undertaking").content
        member.post(f"{room}/undertaking", {"signature": member.signed(undertaking)})
    for member in members:
        member.post(f"{room}/votes", {"seat": 1})


class Seat:
    """A member at the room's socket: every change is saved and answered before the next."""

    def __init__(self, url: str, code: str, member: Person) -> None:
        self.member, self.code = member, code
        ticket = member.post(f"/sections/{code}/room/ticket")["ticket"]
        self.socket = connect(
            f"{url.replace('http', 'ws', 1)}/live/rooms/{code}?ticket={ticket}", origin=Origin(url), max_size=None
        )
        self.asked = 0

    def ask(self, kind: str, **fields: Any) -> dict[str, Any]:
        self.asked += 1
        self.socket.send(json.dumps({"type": kind, "id": self.asked, **fields}))
        while True:
            frame = json.loads(self.socket.recv(timeout=30))
            if frame.get("id") == self.asked and frame["type"] in ("answered", "refused"):
                break
        if frame["type"] == "refused":
            raise Failed(f"{kind}: {frame['blockers']}")
        result: dict[str, Any] = frame["result"]
        return result

    def close(self) -> None:
        self.socket.close()


def review(seats: list[Seat], code: str) -> int:
    """Preliminary review: form, qualification, response, each bid by each member."""
    done = 0
    for seat in seats:
        state = seat.ask("state")
        for bid in state["bids"]:
            for item in state["method"]["review"]:
                seat.ask("verdict", bid=bid["bid"], item=item["key"], passed=True, reason="", version=0)
                done += 1
        seat.member.post(f"/sections/{code}/room/review")
    return done


def score(seats: list[Seat]) -> int:
    """Each member scores each bid by his own lights; objective items come out the same for all."""
    done = 0
    for number, seat in enumerate(seats):
        state = seat.ask("state")
        for bid in state["bids"]:
            for item in state["method"]["items"]:
                points = _points(bid["bidder"], item, number)
                saved = seat.ask("save", bid=bid["bid"], item=item["key"], score=points, version=0)
                if saved["type"] != "saved":
                    raise Failed(f"not saved: {saved}")
                done += 1
    return done


def _points(bidder: str, item: dict[str, Any], member: int) -> str:
    seed = f"{bidder} {item['key']} {'' if item['objective'] else member}"
    steps = int(float(item["max"]) / float(item["step"]))
    taken = random.Random(seed).randint(steps * 7 // 10, steps * 19 // 20)  # noqa: S311
    return f"{taken * float(item['step']):.2f}"


def hand_in(members: list[Person], code: str) -> int:
    """One signature for the whole form, over the bytes the room shows before."""
    for member in members:
        content = member.as_role().http.get(f"/api/v1/sections/{code}/room/hand-in").content
        member.post(f"/sections/{code}/room/hand-in", {"signature": member.signed(content)})
    return len(members)


def report(members: list[Person], code: str) -> dict[str, Any]:
    """The chair summarises and builds the report; all sign; the room closes."""
    room, chair = f"/sections/{code}/room", members[0]
    summary: dict[str, Any] = chair.post(f"{room}/summary")
    chair.post(f"{room}/report", {"remarks": "评标委员会一致推荐以下中标候选人。"})
    for member in members:
        content = member.as_role().http.get(f"/api/v1{room}/report").content
        member.post(f"{room}/report/signature", {"signature": member.signed(content), "opinion": ""})
    chair.post(f"{room}/close")
    return summary
