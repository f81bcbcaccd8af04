"""Live rooms over real sockets, on daphne and on uvicorn: order, resuming, slow readers, nonsense, refusals."""

import asyncio
import json
import socket as sockets
from collections.abc import Iterable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
from asgiref.sync import sync_to_async
from django.db import transaction

from runtime.outbox import announce, last_seq
from tests.running import RunningPlatform

pytestmark = pytest.mark.xdist_group("live")
HELLO = (
    "GET /live/halls/slow HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n"
)


@sync_to_async
def say(room: str, words: Iterable[str]) -> None:
    for word in words:
        with transaction.atomic():
            announce(room, "said", {"words": word})


async def test_what_another_process_commits_arrives_in_order(enter):
    async with enter("a") as line, enter("a") as other:
        welcome = await line.next("welcome")
        assert welcome["seq"] == 0 and welcome["now"].endswith("Z")
        await other.next("welcome")
        await say("hall:a", [str(n) for n in range(30)])
        for each in (line, other):
            events = await each.events(30)
            assert [event["seq"] for event in events] == list(range(1, 31))
            assert events[29] == {**events[29], "kind": "said", "body": {"words": "29"}}


async def test_rooms_do_not_hear_each_other(enter):
    async with enter("a") as line:
        await line.next("welcome")
        await say("hall:b", ["not here"])
        await say("hall:a", ["here"])
        assert (await line.next("event"))["body"] == {"words": "here"}


async def test_a_client_that_comes_back_gets_exactly_what_it_missed(enter):
    async with enter("c") as line:
        await line.next("welcome")
        await say("hall:c", "一二")
        assert [event["seq"] for event in await line.events(2)] == [1, 2]
    await say("hall:c", [str(n) for n in range(700)])  # more than the ring and more than one page of the database
    async with enter("c", "?seq=2") as line:
        assert (await line.next("welcome"))["seq"] == 702
        await say("hall:c", ["last"])
        assert [event["seq"] for event in await line.events(701)] == list(range(3, 704))
        await line.send({"type": "resume", "seq": 700})
        assert [event["seq"] for event in await line.events(3)] == [701, 702, 703]


async def test_an_act_is_answered_and_everybody_hears(enter):
    async with enter("d") as line, enter("d") as other:
        await other.next("welcome")
        await line.send({"type": "say", "words": "签到", "id": "c1"})
        assert await line.next("answered") == {"type": "answered", "id": "c1", "result": {"seq": 1}}
        assert (await other.next("event"))["body"] == {"words": "签到"}


async def test_a_ping_is_answered_with_the_servers_time(enter):
    async with enter("e") as line:
        await line.send({"type": "ping", "id": 7})
        pong = await line.next("pong")
        assert pong["id"] == 7 and pong["seq"] == 0 and pong["now"].endswith("Z")


@pytest.mark.parametrize(
    "nonsense",
    ["", "[]", "{}", '{"type": 1}', '{"type": "resume"}', '{"type": "resume", "seq": "1"}', '{"type":"resume","seq":true}',
     '{"type": NaN}', "[" * 100_000, '"' + "x" * 300_000 + '"', b"\x00\x01"],
)  # fmt: skip
async def test_malformed_frames_are_refused_and_the_line_goes_on(enter, nonsense):
    async with enter("f") as line:
        await line.next("welcome")
        await line.send(nonsense)
        refused = await line.next("refused")
        assert refused["blockers"][0]["code"] == "frame.malformed"
        assert refused["blockers"][0]["message"] == "消息格式不正确。"
        await line.send({"type": "ping"})
        assert await line.next("pong")


async def test_who_only_talks_nonsense_is_shown_out(enter):
    async with enter("f") as line:
        for _ in range(20):
            await line.send("?")
        with pytest.raises(Exception, match="4400"):
            while True:
                await line.next("nothing")


async def test_an_unknown_act_and_a_failing_act_are_refused_without_a_traceback(enter):
    async with enter("g", "?language=en") as line:
        await line.send({"type": "dance", "id": 1})
        refused = await line.next("refused")
        assert (refused["id"], refused["blockers"][0]["code"]) == (1, "frame.unknown")
        await line.send({"type": "break", "id": 2})
        refused = await line.next("refused")
        assert (refused["id"], refused["blockers"][0]["code"]) == (2, "server.error")
        assert "bug" not in json.dumps(refused)


async def test_entry_is_refused_with_its_rule(enter):
    async with enter("closed") as line:
        refused = await line.next("refused")
        assert refused["blockers"][0]["message"] == "closed已关闭。"
        assert refused["blockers"][0]["rule"] == "20号令 29"
        with pytest.raises(Exception, match="4403"):
            await line.next("welcome")
    async with enter("nobody") as line:
        assert (await line.next("refused"))["blockers"][0]["code"] == "room.not_admitted"


async def test_an_address_without_a_room_is_refused_at_the_handshake(hall):
    from websockets.asyncio.client import connect
    from websockets.exceptions import InvalidStatus

    with pytest.raises(InvalidStatus) as refused:
        async with connect(f"ws://127.0.0.1:{hall.port}/live/nothing"):
            pass
    assert refused.value.response.status_code == 403


def _slow_line(hall) -> sockets.socket:
    raw = sockets.socket()
    raw.setsockopt(sockets.SOL_SOCKET, sockets.SO_RCVBUF, 4096)
    raw.connect(("127.0.0.1", hall.port))
    return raw


def _memory(process) -> int:
    """Resident MiB of the server."""
    return int(Path(f"/proc/{process.pid}/statm").read_text().split()[1]) * 4096 >> 20


async def test_watchers_that_read_nothing_hold_up_nobody_cost_little_and_miss_nothing(enter, hall):
    """Their transports fill, they fall behind; one that reads again gets all, in order."""
    from websockets.asyncio.client import connect

    address = f"ws://127.0.0.1:{hall.port}/live/halls/slow"
    async with enter("slow") as quick, AsyncExitStack() as stack:
        slow = [
            await stack.enter_async_context(connect(address, sock=_slow_line(hall), compression=None, max_queue=1))
            for _ in range(5)
        ]
        await quick.next("welcome")
        await say("hall:slow", ["x" * 20_000] * 500)
        await quick.events(500)
        before = _memory(hall.process)  # grown to what its work takes
        await say("hall:slow", ["x" * 20_000] * 3_500)
        assert [event["seq"] for event in await quick.events(3_500)] == list(range(501, 4_001))
        assert _memory(hall.process) - before < 50  # 70 MB more have gone through it
        seen = []
        async with asyncio.timeout(90):
            while len(seen) < 4_000:
                frame = json.loads(await slow[0].recv())
                if frame["type"] == "event":
                    seen.append(frame["seq"])
        assert seen == list(range(1, 4_001))
        for each in slow:
            each.transport.abort()


@pytest.mark.parametrize("server", [[], ["--uvicorn"]], ids=["daphne", "uvicorn"])
async def test_a_watcher_that_reads_nothing_for_long_is_dropped(transactional_db, server):
    hall = RunningPlatform("-m", "tests.runtime.hall", "--patience", "1", *server)
    await sync_to_async(hall.start)()
    try:
        raw = _slow_line(hall)
        raw.sendall(HELLO.format(port=hall.port).encode())
        await say("hall:slow", ["x" * 20_000] * 600)
        raw.settimeout(30)

        def read_to_the_end() -> int:
            read = 0
            try:
                while data := raw.recv(1 << 20):
                    read += len(data)
            except ConnectionError:
                pass
            return read

        await asyncio.sleep(4)
        assert await asyncio.to_thread(read_to_the_end) < 600 * 20_000
        raw.close()
    finally:
        await sync_to_async(hall.stop)()


async def test_the_server_killed_and_started_again_loses_nothing(enter, hall):
    async with enter("k") as line:
        await line.next("welcome")
        await say("hall:k", ["before"])
        await line.next("event")
        hall.kill()
    await say("hall:k", ["meanwhile"])
    await sync_to_async(hall.start)()
    async with enter("k", "?seq=1") as line:
        assert (await line.next("event"))["body"] == {"words": "meanwhile"}
        assert await sync_to_async(last_seq)("hall:k") == 2
