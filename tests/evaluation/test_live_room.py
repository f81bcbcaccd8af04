"""The room over real sockets and HTTP against the running server, with its attacks."""

import asyncio
import json
import re
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from websockets.exceptions import ConnectionClosed

from evaluation.actions.recuse_member import replace_member
from evaluation.models import DraftScore, HandIn
from tests.evaluation.visiting import Chair, Visitor
from tests.factories.evaluation import Room, make_scoring_room, new_person, score_everything
from tests.running import RunningPlatform

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("evaluation-live")]


def visitor(platform: RunningPlatform, room: Room, seat: int) -> Visitor:
    return Visitor(platform.url, room.members[seat - 1], "evaluator", room.section.code)


@pytest.fixture
def room(platform: RunningPlatform) -> Room:
    return make_scoring_room(sub_seats=0)


def bid_names(room: Room) -> list[str]:
    return [bid.bid.public_id for bid in room.bids]


@pytest.mark.cts("A-140")
async def test_a_save_is_answered_with_its_version_and_its_moment(platform: RunningPlatform, room: Room) -> None:
    here = await visitor(platform, room, 1).enter()
    bid = bid_names(room)[0]
    first = await here.act(type="save", bid=bid, item="plan", score="30.5", version=0)
    assert (first["type"], first["version"], first["score"]) == ("saved", 1, "30.50")
    assert first["at"].endswith("Z")
    assert str(DraftScore.objects.get().score) == "30.50"
    await here.leave()


async def test_a_second_tab_gets_a_conflict_with_both_values(platform: RunningPlatform, room: Room) -> None:
    member = visitor(platform, room, 1)
    one, two = await member.enter(), await member.enter()
    bid = bid_names(room)[0]
    await one.act(type="save", bid=bid, item="plan", score="30", version=0)
    late = await two.act(type="save", bid=bid, item="plan", score="12", version=0)
    assert (late["type"], late["score"], late["yours"], late["version"]) == ("conflict", "30.00", "12", 1)
    kept = await two.act(type="save", bid=bid, item="plan", score="12", version=1)
    assert (kept["type"], kept["version"]) == ("saved", 2)
    for chair in (one, two):
        await chair.leave()


async def test_a_reconnect_shows_ones_own_last_state(platform: RunningPlatform, room: Room) -> None:
    member = visitor(platform, room, 1)
    here = await member.enter()
    bid = bid_names(room)[0]
    await here.act(type="save", bid=bid, item="plan", score="30", version=0)
    here.socket.transport.abort()
    again = await member.enter()
    state = await again.act(type="state")
    assert [(d["bid"], d["item"], d["score"], d["version"]) for d in state["me"]["drafts"]] == [
        (bid, "plan", "30.00", 1)
    ]
    await again.leave()


async def test_a_socket_may_come_with_a_ticket_and_not_with_a_strangers(platform: RunningPlatform, room: Room) -> None:
    ticket = visitor(platform, room, 1).post("/room/ticket").json()["ticket"]
    stranger = Visitor(platform.url, new_person("路人"), "evaluator", room.section.code)
    assert stranger.post("/room/ticket").status_code == 403
    assert stranger.get("/room").status_code == 403
    refused = await stranger.enter()
    assert (await refused.next())["blockers"][0]["code"] == "room.not_a_member"
    with pytest.raises(ConnectionClosed):
        await refused.next()
    stranger.token = "nothing"
    let_in = await stranger.enter(f"?ticket={ticket}")
    assert (await let_in.next())["type"] == "welcome"
    await let_in.leave()
    forged = await stranger.enter(f"?ticket={ticket[:-2]}xx")
    assert (await forged.next())["blockers"][0]["code"] == "ticket.invalid"


NONSENSE = [
    "nonsense",
    "[]",
    "{}",
    '{"type": 3}',
    '{"type": "save"}',
    '{"type":"save","bid":"x","item":"plan","score":30,"version":0}',
    '{"type":"save","bid":"x","item":"plan","score":"30","version":"0"}',
    '{"type":"save","bid":"x","item":"plan","score":"30","version":-1}',
    '{"type":"save","bid":"x","item":"plan","score":"30","version":true}',
    '{"type":"save","bid":["x"],"item":"plan","score":"30","version":0}',
    '{"type":"save","bid":"x","item":"plan","score":"30","version":0,"member_id":1}',
    '{"type":"verdict","bid":"x","item":"seal","passed":"yes","version":0}',
    '{"type":"hand_in_for_everybody"}',
    '{"type":"save","bid":"x","item":"plan","score":"NaN","version":1e99}',
]


async def test_malformed_frames_are_refused_and_the_room_goes_on(platform: RunningPlatform, room: Room) -> None:
    here = await visitor(platform, room, 1).enter()
    await here.until("welcome")
    for version, frame in enumerate(NONSENSE):
        await here.socket.send(frame)
        refused = await here.until("refused")
        assert refused["blockers"][0]["code"] in {"frame.malformed", "frame.unknown"}, frame
        score = str(version)
        saved = await here.act(type="save", bid=bid_names(room)[0], item="plan", score=score, version=version)
        assert (saved["type"], saved["version"]) == ("saved", version + 1)
    await here.leave()


@pytest.mark.cts("A-140", "A-146")
async def test_what_may_not_be_saved_is_refused_over_the_socket_as_over_http(
    platform: RunningPlatform, room: Room
) -> None:
    member = visitor(platform, room, 1)
    here = await member.enter()
    bid = bid_names(room)[0]
    for score, code in (("40.5", "score.out_of_range"), ("30.25", "score.between_steps"), ("x", "score.not_a_number")):
        refused = await here.act(type="save", bid=bid, item="plan", score=score, version=0)
        assert [b["code"] for b in refused["blockers"]] == [code]
        change = {"bid": bid, "item": "plan", "score": score, "version": 0}
        answer = member.post("/room/scores", {"changes": [change]}).json()["answers"][0]
        assert (answer["type"], answer["blockers"]) == ("refused", refused["blockers"])
    replace_member(committee=room.fresh(), seat=1, ground="回避", actor=room.staff.actor())
    refused = await here.act(type="save", bid=bid, item="plan", score="30", version=0)
    assert [b["code"] for b in refused["blockers"]] == ["room.recused"]
    refused = await here.act(type="state")
    assert [b["code"] for b in refused["blockers"]] == ["room.not_a_member"]
    assert not DraftScore.objects.exists()
    await here.leave()


def everything_said(*chairs: Chair) -> str:
    return json.dumps([chair.heard for chair in chairs], ensure_ascii=False)


@pytest.mark.cts("A-146")
async def test_no_others_score_leaks_before_all_are_in_by_event_state_or_page(
    platform: RunningPlatform, room: Room
) -> None:
    watchers = [visitor(platform, room, 2)]
    watchers += [
        Visitor(platform.url, room.staff, "staff", room.section.code),
        Visitor(platform.url, room.supervisor, "supervisor", room.section.code),
    ]
    chairs = [await watcher.enter() for watcher in watchers]
    for chair in chairs:
        await chair.until("welcome")
    score_everything(room, 1, plan="37.5", team="13", record="8")
    member = visitor(platform, room, 1)
    here = await member.enter()
    await here.act(type="save", bid=bid_names(room)[0], item="plan", score="38.5", version=1)
    for chair in chairs:
        await chair.settle()
    kinds = {frame.get("kind") for chair in chairs for frame in chair.heard if frame["type"] == "event"}
    assert kinds <= {"room.presence"}, "a draft makes no event whatever"
    assert member.hand_in().status_code == 201
    for chair in chairs:
        await chair.until("room.handed_in")
        await chair.act(type="state")
    said = everything_said(*chairs)
    said += "".join(watcher.reads("/room") for watcher in watchers)
    said = re.sub(r'"\d{4}-\d\d-\d\dT[0-9:.]+Z"', "", said)  # a moment may hold the same digits
    for secret in ("37.5", "38.5", '"13', 'drafts": [{'):
        assert secret not in said
    for watcher in watchers:
        assert watcher.get("/room/score-file").status_code == 403
        assert watcher.get("/room/report").status_code == 403
    for chair in [*chairs, here]:
        await chair.leave()


@pytest.mark.cts("A-134")
async def test_staff_see_seats_and_never_names_nor_bids(platform: RunningPlatform, room: Room) -> None:
    staff = Visitor(platform.url, room.staff, "staff", room.section.code)
    text = staff.reads("/room") + staff.reads("/committee")
    for kit in room.members:
        assert kit.party.name not in text
        assert kit.party.number not in text
    assert "bids" not in staff.get("/room").json()
    supervisor = Visitor(platform.url, room.supervisor, "supervisor", room.section.code)
    assert room.members[0].party.name in supervisor.reads("/room")


async def test_presence_comes_and_goes_with_the_connection(platform: RunningPlatform, room: Room) -> None:
    watching = await Visitor(platform.url, room.staff, "staff", room.section.code).enter()
    await watching.until("welcome")
    here = await visitor(platform, room, 3).enter()
    assert (await watching.until("room.presence"))["body"] == {"seat": 3, "present": True}
    await here.leave()
    assert (await watching.until("room.presence"))["body"] == {"seat": 3, "present": False}
    await watching.leave()


@pytest.mark.cts("A-140")
def test_two_hand_ins_at_once_are_one(platform: RunningPlatform, room: Room) -> None:
    score_everything(room, 1)
    member = visitor(platform, room, 1)
    body = {"signature": member.sign(member.get("/room/hand-in").content)}

    def go(_: int) -> tuple[int, list[str]]:
        answer = member.post("/room/hand-in", body)
        return answer.status_code, [b["code"] for b in answer.json().get("blockers", [])]

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(go, range(4)))
    assert [status for status, _ in answers] == [201, 409, 409, 409]
    assert {code for _, codes in answers for code in codes} == {"score.handed_in"}
    assert HandIn.objects.count() == 1


async def test_many_saves_at_once_are_all_kept_in_order(platform: RunningPlatform, room: Room) -> None:
    """Three members change every cell twice, each through an own socket, without waiting for one another."""

    async def work(seat: int) -> list[dict[str, Any]]:
        here = await visitor(platform, room, seat).enter()
        answers = []
        for version, score in enumerate(("10", "12")):
            for bid in bid_names(room):
                for item in ("plan", "team"):
                    answers.append(await here.act(type="save", bid=bid, item=item, score=score, version=version))
        await here.leave()
        return answers

    answers = [answer for some in await asyncio.gather(work(1), work(2), work(3)) for answer in some]
    assert {answer["type"] for answer in answers} == {"saved"}
    assert {(str(d.score), d.version) for d in DraftScore.objects.all()} == {("12.00", 2)}
    assert DraftScore.objects.count() == 18


async def test_kill_9_loses_no_acknowledged_score(platform: RunningPlatform, room: Room) -> None:
    """Saves run on several sockets while the server is killed; everything that was acknowledged stands afterwards."""
    acknowledged: dict[tuple[int, str], tuple[str, int]] = {}

    async def work(seat: int) -> None:
        here = await visitor(platform, room, seat).enter()
        bids = bid_names(room)
        try:
            for step in range(10_000):
                bid, version = bids[step % len(bids)], step // len(bids)
                score = f"{step % 80 / 2:.1f}"
                answer = await here.act(type="save", bid=bid, item="plan", score=score, version=version)
                assert answer["type"] == "saved"
                acknowledged[(seat, bid)] = (answer["score"], answer["version"])
        except (ConnectionClosed, OSError, TimeoutError):
            return

    workers = [asyncio.create_task(work(seat)) for seat in (1, 2, 3, 4)]
    while len(acknowledged) < 12 or min(version for _, version in acknowledged.values()) < 5:
        await asyncio.sleep(0.05)
    platform.kill()
    await asyncio.gather(*workers)
    platform.start()
    for (seat, bid), (score, version) in acknowledged.items():
        draft = DraftScore.objects.get(member=room.member(seat), bid__bid__public_id=bid, item="plan")
        # One more change may have been committed whose answer was lost; none that was answered may be missing.
        assert draft.version >= version
        if draft.version == version:
            assert f"{draft.score:.2f}" == score
        assert draft.version <= version + 1
    state = visitor(platform, room, 1).get("/room").json()
    assert len(state["me"]["drafts"]) == 3
