"""Scores out of range or late, two tabs, malformed frames: socket, API and command line say the same, in both languages."""

import json
from typing import Any

import pytest
from asgiref.sync import sync_to_async
from websockets.asyncio.client import connect

from evaluation.models import Committee, DraftScore
from runtime.clock import now
from tendering.models import Opening
from tests.evaluation.visiting import Chair, Visitor
from tests.factories.evaluation import Room, make_scoring_room
from tests.faults.told import CHINESE, ENGLISH, Told, assert_alike, by_command
from tests.running import RunningPlatform
from tests.tendering.delivering import entries

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("bad-rooms")]
SCORES = {"40.5": "score.out_of_range", "30.25": "score.between_steps", "NaN": "score.not_a_number"}


@pytest.fixture
def room(platform: RunningPlatform) -> Room:
    return make_scoring_room(sub_seats=0)


class Member:
    """A member's two ways to score, in one language."""

    def __init__(self, platform: RunningPlatform, room: Room, language: str) -> None:
        self.visitor = Visitor(platform.url, room.members[0], "evaluator", room.section.code)
        self.language = language

    async def seat(self) -> Chair:
        return await enter(self.visitor, f"/live/rooms/{self.visitor.code}", self.language)

    def by_api(self, change: dict[str, Any]) -> Told:
        headers = {"Accept-Language": self.language}
        answer = self.visitor.http.post("/room/scores", json={"changes": [change]}, headers=headers)
        return Told(answer.status_code, tuple(answer.json()["answers"][0]["blockers"]))


async def enter(visitor: Visitor, path: str, language: str) -> Chair:
    headers = {"Authorization": f"Bearer {visitor.token}", "Origin": visitor.url, "Accept-Language": language}
    return Chair(await connect(visitor.url.replace("http", "ws", 1) + path, additional_headers=headers))


async def by_socket(chair: Chair, **frame: Any) -> Told:
    answer = await chair.act(**frame)
    assert answer["type"] == "refused", answer
    return Told(0, tuple(answer["blockers"]))


@pytest.mark.cts("A-140", "A-146")
async def test_a_bad_or_late_score_is_refused_alike_and_nothing_is_kept(platform, room, tmp_path, capsys):
    bid = room.bids[0].bid.public_id
    for language in (CHINESE, ENGLISH):
        member = Member(platform, room, language)
        chair = await member.seat()
        for score, code in SCORES.items():
            change = {"bid": bid, "item": "plan", "score": score, "version": 0}
            tellings = [member.by_api(change), await by_socket(chair, type="save", **change)]
            assert tellings[0].codes == [code]
            assert_alike(tellings)
            if language == ENGLISH:
                tellings[0].assert_english()
        await chair.leave()
    await sync_to_async(Committee.objects.update)(
        window_from=now().replace(year=2020), window_until=now().replace(year=2021)
    )
    for language in (CHINESE, ENGLISH):
        member = Member(platform, room, language)
        chair = await member.seat()
        change = {"bid": bid, "item": "plan", "score": "30", "version": 0}
        tellings = [member.by_api(change), await by_socket(chair, type="save", **change)]
        assert tellings[0].codes == ["room.outside_window"]
        assert_alike(tellings)
        await chair.leave()
    tellings[0].assert_english()
    assert not await sync_to_async(DraftScore.objects.exists)()


def test_a_score_out_of_range_in_a_file_has_the_same_code(room, tmp_path, capsys):
    method = room.tender.document.content["method"]
    scores = {"one": {"plan": "40.5", "team": "15", "record": "6"}}
    bids = [{"bidder": f"9111{n}", "name": f"投标人{n}", "price": "900000.00", "scores": scores} for n in range(3)]
    (tmp_path / "scores.json").write_text(json.dumps({"method": method, "bids": bids}))
    told = by_command(capsys, "score", tmp_path / "scores.json")
    assert (told.status, set(told.codes)) == (1, {"score.out_of_range"})


async def test_two_tabs_collide_alike_by_socket_and_api(platform, room):
    bid = room.bids[0].bid.public_id
    member = Member(platform, room, CHINESE)
    one, two = await member.seat(), await member.seat()
    change = {"bid": bid, "item": "plan", "version": 0}
    assert (await one.act(type="save", score="30", **change))["type"] == "saved"
    late = await two.act(type="save", score="20", **change)
    told = member.visitor.post("/room/scores", {"changes": [{**change, "score": "20"}]}).json()["answers"][0]
    for answer in (late, told):
        assert (answer["type"], answer["score"], answer["version"]) == ("conflict", "30.00", 1)
    assert str((await sync_to_async(DraftScore.objects.get)()).score) == "30.00"
    for chair in (one, two):
        await chair.leave()


FRAMES = [
    "nonsense",
    "[]",
    '{"type": 3}',
    '{"type":"sign_in","text":7}',
    '{"type":"object","member":"x"}',
    '{"type":"destroy"}',
]


async def test_malformed_frames_of_the_hall_are_refused_in_the_reader_s_language_and_change_nothing(platform, room):
    for language in (CHINESE, ENGLISH):
        member = Member(platform, room, language)
        chair = await enter(member.visitor, f"/live/openings/{room.section.code}", language)
        await chair.until("welcome")
        before = await sync_to_async(lambda: (Opening.objects.count(), len(entries("opening.signed_in"))))()
        for frame in FRAMES:
            await chair.socket.send(frame)
            refused = Told(0, tuple((await chair.until("refused"))["blockers"]))
            assert refused.codes[0] in {"frame.malformed", "frame.unknown"}, (frame, refused.codes)
            if language == ENGLISH:
                refused.assert_english()
        assert (await sync_to_async(lambda: (Opening.objects.count(), len(entries("opening.signed_in"))))()) == before
        await chair.leave()
