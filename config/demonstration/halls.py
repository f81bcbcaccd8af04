"""The opening hall: watched over a socket, shares released by the trustees' own programs, the record signed."""

import json
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from websockets.sync.client import connect
from websockets.typing import Origin

from config.demonstration.cast import BIDDERS, DAMAGED, LARGE, PIECES, REPLACER, STEADY, TRUSTEES
from config.demonstration.people import Failed, Person, yangguang

STANDING = (REPLACER, PIECES, LARGE, STEADY, DAMAGED)
RELEASING = 3  # of the five


class Watcher:
    """A citizen in the hall: keeps every event the socket brings."""

    def __init__(self, url: str, code: str) -> None:
        self.events: list[dict[str, Any]] = []
        self._socket = connect(
            f"{url.replace('http', 'ws', 1)}/live/openings/{code}?seq=0", origin=Origin(url), max_size=None
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        for frame in self._socket:
            data = json.loads(frame)
            if data["type"] == "event":
                self.events.append(data)

    def close(self) -> None:
        self._socket.close()

    @property
    def kinds(self) -> list[str]:
        return sorted({event["kind"] for event in self.events})


def until(person: Person, code: str, states: set[str], seconds: float = 240) -> dict[str, Any]:
    """The hall once it has come to one of the states."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        hall: dict[str, Any] = person.get(f"/sections/{code}/opening")
        if hall["state"] in states:
            return hall
        time.sleep(0.5)
    raise Failed(f"the opening is still {hall['state']}")


def sign_in(people: dict[str, Person], code: str) -> int:
    for number in STANDING:
        people[BIDDERS[number].key].post(f"/sections/{code}/opening/sign-in")
    return len(STANDING)


def release(people: dict[str, Person], code: str, identities: dict[str, Path], folder: Path) -> int:
    """Three trustees, each at home: fetch every sealed bid, decrypt one's share, post it signed; the shares given."""
    with ThreadPoolExecutor(RELEASING) as pool:
        trustees = [people[part.key] for part in TRUSTEES[:RELEASING]]
        given = pool.map(lambda person: _release_all(person, code, identities[person.part.key], folder), trustees)
        return sum(given)


def _release_all(person: Person, code: str, identity: Path, folder: Path) -> int:
    bids = person.get(f"/sections/{code}/opening/bids", role="trustee")
    for bid in bids:
        sealed = folder / f"{person.part.key}-{bid['id']}.bid"
        share = sealed.with_suffix(".share.json")
        share.unlink(missing_ok=True)
        _fetch(person, f"/api/v1/sections/{code}/opening/bids/{bid['id']}/container", sealed)
        # A share that the bidder spoilt is released all the same (the client then ends with 1): it is the evidence.
        yangguang("trustee", "release", sealed, "--identity", identity, "-o", share, "--p12", person.p12, refused=None)
        person.post(f"/sections/{code}/opening/releases", json.loads(share.read_text()), role="trustee")
        sealed.unlink()
    return len(bids)


def _fetch(person: Person, path: str, target: Path) -> None:
    with person.as_role("trustee").http.stream("GET", path) as answer, target.open("wb") as out:
        answer.raise_for_status()
        for piece in answer.iter_bytes(1 << 20):
            out.write(piece)


def object_and_confirm(people: dict[str, Person], tenderer: Person, code: str) -> str:
    """One bidder objects and is answered on the spot; the others confirm what was read out."""
    objector = people[BIDDERS[STEADY].key]
    raised = objector.post(f"/sections/{code}/opening/objections", {"text": "请确认工期按日历天计算。"})
    tenderer.post(
        f"/sections/{code}/opening/objections/{raised['id']}/answer", {"text": "按日历天计算,与招标文件一致。"}
    )
    for number in STANDING:
        people[BIDDERS[number].key].post(f"/sections/{code}/opening/confirmation")
    return "异议 1 项,当场答复"


def sign_record(people: dict[str, Person], code: str) -> int:
    for number in STANDING:
        person = people[BIDDERS[number].key]
        record = person.as_role().http.get(f"/api/v1/sections/{code}/opening/record.json").content
        person.post(f"/sections/{code}/opening/record/signature", {"signature": person.signed(record)})
    return len(STANDING)
