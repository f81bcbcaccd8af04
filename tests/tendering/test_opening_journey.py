"""The bidder's, the trustee's and the watcher's whole way over HTTP and websockets, against the running platform."""

import asyncio
import base64
import json

import httpx
import pytest
import websockets

from prequalified.models import PartyRole
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
from tendering.actions.open_bid import sweep_bids_to_open
from tendering.actions.publish_record import sweep_records
from tendering.models import Bid, Opening
from tests.factories.sealed_bids import make_bid
from tests.factories.tendering import make_published_section
from tests.tendering.delivering import Tus, bearer, come_to_deadline, new_bidder

pytestmark = pytest.mark.django_db(transaction=True)
TERMS = {"sign_in_seconds": 600, "window_seconds": 600, "objection_seconds": 600}


class Person:
    """A logged-in API client."""

    def __init__(self, platform, kit, role="") -> None:
        self.kit, self.platform = kit, platform
        self.headers = bearer(kit, role)
        self.http = httpx.Client(base_url=f"{platform.url}/api/v1", headers=self.headers, timeout=60)

    def post(self, path, status=201, **body):
        answer = self.http.post(path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()

    def get(self, path, status=200):
        answer = self.http.get(path)
        assert answer.status_code == status, answer.text
        return answer.json() if answer.headers["content-type"].startswith("application/json") else answer.content

    def deliver(self, section, bid):
        tus = Tus(self.platform.port, self.headers)
        address = tus.send(section, bid.path)
        tus.connection.close()
        return self.post(f"/sections/{section}/bids", upload=address)


@pytest.mark.cts("A-91", "A-101", "A-106", "A-107", "A-108", "A-110", "A-111", "A-113", "A-114", "B-017", "B-019")
def test_from_delivery_to_the_published_record_over_the_api(platform, tmp_path):
    tender = make_published_section(decryption=TERMS)
    code = tender.section.code
    people = [Person(platform, new_bidder(("rsa", "ecdsa")[number % 2])) for number in range(3)]
    bids = [
        make_bid(tender, person.kit, tmp_path, items={"price": f"90000{number}.00"})
        for number, person in enumerate(people)
    ]
    for person, bid in zip(people, bids, strict=True):
        delivered = person.deliver(code, bid)
        assert delivered["sha256"] == bid.sha256
        assert person.get(f"/sections/{code}/bids/mine")[0]["receipt"]["number"]
        assert person.get(f"/sections/{code}/bids/{delivered['id']}/receipt.pdf").startswith(b"%PDF-")
        assert people[0].get(f"/sections/{code}/bids/mine") or person is not people[0]
    visitor = httpx.Client(base_url=f"{platform.url}/api/v1", timeout=60)
    assert visitor.get(f"/sections/{code}/opening").json()["state"] == "waiting"
    come_to_deadline(tender)
    assert visitor.get(f"/sections/{code}/opening").json()["state"] == "sign_in"
    for person in people:
        person.post(f"/sections/{code}/opening/sign-in")
    trustees = [Person(platform, trustee.kit) for trustee in tender.trustees[:3]]
    for person, trustee in zip(trustees, tender.trustees, strict=False):
        for listed in person.get(f"/sections/{code}/opening/bids"):
            release(person, trustee, code, listed)
        assert all(listed["released"] for listed in person.get(f"/sections/{code}/opening/bids"))
    sweep_bids_to_open()
    hall = visitor.get(f"/sections/{code}/opening").json()
    assert [bid["items"]["price"] for bid in hall["bids"]] == ["900000.00", "900001.00", "900002.00"]
    for person in people:
        person.post(f"/sections/{code}/opening/confirmation", status=200)
    record = visitor.get(f"/sections/{code}/opening/record.json").content
    for person in people:
        signature = base64.b64encode(sign_detached(record, person.kit.signing_key)).decode()
        person.post(f"/sections/{code}/opening/record/signature", signature=signature)
    sweep_records()
    assert visitor.get(f"/sections/{code}/opening/record.pdf").content.startswith(b"%PDF-")
    assert len(visitor.get(f"/sections/{code}/opening/record/signatures").json()) == 3
    assert Opening.objects.get().state == "closed"


def release(person, trustee, code, listed):
    """What the trustee's client does: only seal.json and its own share leave the platform."""
    from client.trustee.releasing import release_share
    from signing.rules.seal import read_seal

    base = f"/sections/{code}/opening/bids/{listed['id']}"
    seal = read_seal(person.http.get(f"{base}/seal.json").content)
    share = person.get(f"{base}/share/{trustee.place}")
    released = release_share(seal, listed["sha256"], share, str(trustee.identity), trustee.kit.signing_key)
    person.post(f"/sections/{code}/opening/releases", **released.signed.as_data())


@pytest.mark.cts("A-96", "A-107")
def test_until_the_deadline_nobody_else_learns_of_a_bid(platform, tmp_path):
    tender = make_published_section(decryption=TERMS)
    code = tender.section.code
    bidder, rival = Person(platform, new_bidder()), Person(platform, new_bidder())
    others = [rival, Person(platform, tender.tenderer), Person(platform, tender.staff)]
    others.append(Person(platform, tender.trustees[0].kit))
    before = [everything_shown(person, code) for person in others]
    delivered = bidder.deliver(code, make_bid(tender, bidder.kit, tmp_path))
    assert [everything_shown(person, code) for person in others] == before
    for person in others:
        for path in (f"bids/{delivered['id']}", f"opening/bids/{delivered['id']}/seal.json"):
            nowhere = path.replace(delivered["id"], "2" * 16)
            mine, none = (person.http.get(f"/sections/{code}/{each}") for each in (path, nowhere))
            assert (mine.status_code, mine.text) == (none.status_code, none.text)
    assert delivered["sha256"] not in platform.log.read_text()


def everything_shown(person, code):
    """Status and body of every reading address of a section, without the moments that run on."""
    shown = []
    for path in ("", "/opening", "/opening/bids", "/bids/mine", "/opening/record.json", "/documents", "/exceptions"):
        answer = person.http.get(f"/sections/{code}{path}")
        body = answer.json() if "json" in answer.headers["content-type"] else answer.text
        shown.append(
            (
                path,
                answer.status_code,
                {k: v for k, v in body.items() if k != "now"} if isinstance(body, dict) else body,
            )
        )
    return shown


def test_withdrawal_over_the_api(platform, tmp_path):
    tender = make_published_section()
    code = tender.section.code
    person = Person(platform, new_bidder())
    delivered = person.deliver(code, make_bid(tender, person.kit, tmp_path))
    statement = person.http.get(f"/sections/{code}/bids/{delivered['id']}/withdrawal").content
    assert canonical(json.loads(statement)) == statement
    signed = {
        "statement": base64.b64encode(statement).decode(),
        "signature": base64.b64encode(sign_detached(statement, person.kit.signing_key)).decode(),
    }
    person.post(f"/sections/{code}/bids/{delivered['id']}/withdrawal", status=200, **signed)
    assert Bid.objects.get().status == "withdrawn"


class Hall:
    """A watcher of a hall over a real websocket."""

    def __init__(self, platform, code, headers=None, seq=None):
        self.url = f"ws://127.0.0.1:{platform.port}/live/openings/{code}" + ("" if seq is None else f"?seq={seq}")
        self.headers, self.origin = headers or {}, platform.url

    async def __aenter__(self):
        self.socket = await websockets.connect(
            self.url, additional_headers=self.headers, origin=self.origin, max_size=None
        )
        self.welcome = await self.next("welcome")
        return self

    async def __aexit__(self, *_):
        await self.socket.close()

    async def next(self, kind):
        while True:
            frame = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
            if frame["type"] == kind or frame.get("kind") == kind:
                return frame

    async def ask(self, **frame):
        await self.socket.send(json.dumps({**frame, "id": "1"}))
        while True:
            answer = json.loads(await asyncio.wait_for(self.socket.recv(), 60))
            if answer["type"] in {"answered", "refused"}:
                return answer


@pytest.mark.cts("A-97", "A-98", "A-106")
async def test_the_hall_over_websockets_for_bidders_and_watchers(platform, tmp_path):
    loop = asyncio.get_running_loop()

    def prepare():
        tender = make_published_section(decryption=TERMS)
        bids = [make_bid(tender, new_bidder(), tmp_path) for _ in range(3)]
        for bid in bids:
            Person(platform, bid.bidder).deliver(tender.section.code, bid)
        return tender, [(bid, bearer(bid.bidder)) for bid in bids]

    tender, bidders = await loop.run_in_executor(None, prepare)
    code = tender.section.code
    async with Hall(platform, code) as watcher, Hall(platform, code, bidders[0][1]) as bidder:
        assert (await watcher.ask(type="state"))["result"]["state"] == "waiting"
        early = await bidder.ask(type="sign_in")
        assert [blocker["code"] for blocker in early["blockers"]] == ["opening.not_begun"]
        await loop.run_in_executor(None, come_to_deadline, tender)
        assert (await watcher.ask(type="look"))["result"]["state"] == "sign_in"
        assert (await bidder.ask(type="sign_in"))["result"]["present"]
        signed_in = await watcher.next("opening.signed_in")
        assert signed_in["body"]["name"] == bidders[0][0].bidder.party.name
        refused = await watcher.ask(type="sign_in")
        assert [blocker["code"] for blocker in refused["blockers"]] == ["login.needed"]
        for nonsense in ("{", "[]", '{"type": 5}', '{"type": "object", "text": 7}', '{"type": "sign_in", "x": "y"}'):
            await watcher.socket.send(nonsense)
            answer = await watcher.next("refused")
            assert answer["blockers"][0]["code"] == "frame.malformed"
        assert (await watcher.ask(type="dance"))["blockers"][0]["code"] == "frame.unknown"
        seq = signed_in["seq"]
        async with Hall(platform, code, bidders[1][1]) as second_tab, Hall(platform, code, bidders[1][1]) as first_tab:
            assert "result" in await first_tab.ask(type="sign_in")
            assert len((await second_tab.ask(type="sign_in"))["result"]["present"]) == 2
    async with Hall(platform, code, seq=seq) as returned:
        missed = await returned.next("opening.signed_in")
        assert missed["seq"] == seq + 1
        assert missed["body"]["name"] == bidders[1][0].bidder.party.name


@pytest.mark.cts("A-33")
async def test_a_bidder_suspended_while_in_the_hall_does_nothing_more_there(platform, tmp_path):
    loop = asyncio.get_running_loop()

    def prepare():
        tender = make_published_section(decryption=TERMS)
        bid = make_bid(tender, new_bidder(), tmp_path)
        Person(platform, bid.bidder).deliver(tender.section.code, bid)
        return tender, bid.bidder, bearer(bid.bidder)

    def suspend(kit):
        come_to_deadline(tender)
        PartyRole.objects.filter(party=kit.party).update(status="suspended")

    tender, kit, headers = await loop.run_in_executor(None, prepare)
    async with Hall(platform, tender.section.code, headers) as bidder:
        await loop.run_in_executor(None, suspend, kit)
        refused = await bidder.ask(type="sign_in")
        assert [blocker["code"] for blocker in refused["blockers"]] == ["role.not_verified"]
        assert (await bidder.ask(type="state"))["result"]["present"] == []


async def test_a_hall_that_does_not_exist_admits_nobody(platform):
    address = f"ws://127.0.0.1:{platform.port}/live/openings/BSC-NONE"
    async with websockets.connect(address, origin=platform.url) as socket:
        frame = json.loads(await socket.recv())
        assert frame["blockers"][0]["code"] == "section.not_found"
        with pytest.raises(websockets.ConnectionClosed) as closed:
            await socket.recv()
        assert closed.value.rcvd.code == 4403
