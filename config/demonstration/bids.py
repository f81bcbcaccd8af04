"""Eight bids: made, sealed and delivered by the bidders' own programs, each with its own fate."""

import json
import time
from base64 import b64encode
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

from tusclient import client as tus

from client.bidding.sealing import seal_bid, seal_share
from config.demonstration import materials
from config.demonstration.cast import (
    BIDDERS,
    DAMAGED,
    LARGE,
    LATE,
    LEVELS,
    PASSPHRASE,
    PIECES,
    REPLACER,
    REVOKED,
    WITHDRAWER,
)
from config.demonstration.ground import Ground
from config.demonstration.people import Failed, Person, expect_refusal, yangguang
from runtime.refusal import Refusal
from signing.rules.seal import Trustee
from signing.rules.tender_terms import terms_of

PERIOD = 300
PIECE = 1 << 20


@dataclass
class Materials:
    """A bidder's papers on its own disk."""

    folder: Path
    price: Decimal
    pages: int


@dataclass(frozen=True)
class Scale:
    """How large and how long: the demonstration's own, or a quick one that tests the same ways."""

    large: int = 200  # MB of photographs in the large bid
    pieces: int = 24  # MB in the bid that arrives in pieces
    seconds: int = 150  # from publication to the deadline


QUICK = Scale(large=6, pieces=4, seconds=75)


def prepare(folder: Path, number: int, scale: Scale, again: bool = False) -> Materials:
    """Technical and commercial PDF, priced bill, the items to be read out."""
    part = BIDDERS[number]
    home = folder / (f"{part.key}-first" if again else part.key)
    (home / "documents").mkdir(parents=True, exist_ok=True)
    level = LEVELS[number] + (Decimal("0.02") if again else Decimal(0))
    price = materials.write_bill(home / "bill.xlsx", f"{part.key} {level}", level)
    pages = materials.write_technical(home / "documents" / "technical.pdf", part.name)
    materials.write_commercial(home / "documents" / "commercial.pdf", part.name, f"{price:.2f}", PERIOD)
    if number == LARGE:
        materials.write_photographs(home / "documents" / "photographs.pdf", part.name, scale.large)
    if number == PIECES:
        materials.write_photographs(home / "documents" / "photographs.pdf", part.name, scale.pieces)
    return Materials(home, price, pages)


def prepare_all(folder: Path, scale: Scale, tell: Callable[[int, int, str], None]) -> dict[str, Materials]:
    """Every bidder's papers, and the first version of the bid that is replaced; by the folder's name."""
    made = {}
    for number, part in enumerate(BIDDERS):
        made[part.key] = prepare(folder, number, scale)
        tell(number + 1, len(BIDDERS), part.name)
    first = prepare(folder, REPLACER, scale, again=True)
    made[first.folder.name] = first
    return made


class Bidding:
    """All bidders at one section; `tender` is the tender.json that each of them downloaded."""

    def __init__(
        self, url: str, code: str, people: dict[str, Person], papers: dict[str, Materials], ground: Ground
    ) -> None:
        self.url, self.code, self.people, self.papers, self.ground = url, code, people, papers, ground
        self.tender: Path = ground.home / "tender.json"

    def person(self, number: int) -> Person:
        return self.people[BIDDERS[number].key]

    def download(self) -> None:
        content = self.person(LARGE).get(f"/sections/{self.code}/tender.json")
        self.tender.write_text(json.dumps(content, ensure_ascii=False))

    def make(self, number: int, papers: str = "", p12: Path | None = None) -> Path:
        """`yangguang bid make`: the plain inner container."""
        home = self.papers[papers or BIDDERS[number].key]
        tender = json.loads(self.tender.read_text())
        holder = BIDDERS[number]
        (home.folder / "opening.json").write_text(json.dumps({
            "format": "yangguang-opening/1", "tender": tender["tender"], "section": tender["section"], "round": tender["round"],
            "bidder": {"name": holder.name, "number": holder.number},
            "items": {"price": f"{home.price:.2f}", "period": PERIOD, "quality": "合格", "leader": f"项目负责人{number + 1}号"},
        }, ensure_ascii=False))  # fmt: skip
        inner = self.ground.home / f"{home.folder.name}.asice"
        yangguang(
            "bid", "make", home.folder, "-o", inner, "--tender", self.tender, "--p12", p12 or self.person(number).p12
        )
        return inner

    def seal(self, number: int, papers: str = "", p12: Path | None = None) -> Path:
        """`yangguang bid make` and `bid seal`."""
        inner = self.make(number, papers, p12)
        bid = inner.with_suffix(".bid")
        for stale in (bid, bid.with_suffix(".identity")):
            stale.unlink(missing_ok=True)
        yangguang("bid", "seal", inner, "--tender", self.tender, "-o", bid, "--p12", p12 or self.person(number).p12)
        inner.unlink()
        return bid

    def deliver(self, number: int, bid: Path, refused: bool = False) -> dict[str, Any]:
        return yangguang("bid", "deliver", bid, "--to", self.url, "--p12", self.person(number).p12, refused=refused)

    def seal_and_deliver(self, number: int) -> Path:
        bid = self.seal(number)
        self.deliver(number, bid)
        return bid

    def standing(self, number: int) -> dict[str, Any]:
        found = [
            bid for bid in self.person(number).get(f"/sections/{self.code}/bids/mine") if bid["status"] == "delivered"
        ]
        return found[0] if found else {}

    # -- each its own fate

    def replace(self) -> str:
        """Delivered, thought better of, delivered again: the newer one stands."""
        self.deliver(REPLACER, self.seal(REPLACER, f"{BIDDERS[REPLACER].key}-first"))
        first = self.standing(REPLACER)["sha256"]
        self.seal_and_deliver(REPLACER)
        if self.standing(REPLACER)["sha256"] == first:
            raise Failed("the first bid still stands")
        return f"{BIDDERS[REPLACER].name} 替换一次"

    def in_pieces(self) -> str:
        """Over a line that breaks: the stock tus client goes on where the platform says it stopped."""
        bid = self.seal(PIECES)
        begun = self.upload(PIECES, bid)
        size = begun.get_file_size()
        begun.upload(stop_at=size // 3)
        again = self.upload(PIECES, bid, begun.url)
        gone_on = again.offset
        again.upload()
        self.person(PIECES).post(f"/sections/{self.code}/bids", {"upload": again.url})
        return f"{BIDDERS[PIECES].name} 断点续传,从第 {gone_on} 字节继续,共 {size} 字节"

    def upload(self, number: int, bid: Path, url: str | None = None) -> Any:
        token = self.person(number).as_role().token
        endpoint = tus.TusClient(f"{self.url}/uploads/", headers={"Authorization": f"Bearer {token}"})
        metadata = {"filename": bid.name, "section": self.code}
        return endpoint.uploader(str(bid), chunk_size=PIECE, metadata=metadata, url=url)

    def damaged(self) -> str:
        """This bidder's own client spoils the shares while sealing: nobody can tell before the opening."""
        inner = self.make(DAMAGED)
        bid = inner.with_suffix(".bid")
        identity = bid.with_suffix(".identity")
        for stale in (bid, identity):
            stale.unlink(missing_ok=True)
        terms = terms_of(json.loads(self.tender.read_text()))
        seal_bid(inner, terms, self.person(DAMAGED).key, bid, identity, PASSPHRASE, sealing_share=_spoilt)
        inner.unlink()
        self.deliver(DAMAGED, bid)
        return BIDDERS[DAMAGED].name

    def withdraw(self) -> str:
        """Delivered and withdrawn before the deadline: the record stays, the bytes are destroyed."""
        self.seal_and_deliver(WITHDRAWER)
        person, bid = self.person(WITHDRAWER), self.standing(WITHDRAWER)
        path = f"/sections/{self.code}/bids/{bid['id']}/withdrawal"
        statement = person.as_role().http.get(f"/api/v1{path}").content
        person.post(path, {"statement": b64encode(statement).decode(), "signature": person.signed(statement)})
        return f"{BIDDERS[WITHDRAWER].name} 撤回"

    def revoked(self) -> str:
        """Signed with a certificate that its CA revoked as of yesterday: refused, whatever it is delivered with."""
        part = BIDDERS[REVOKED]
        path, key = self.ground.certificate(part, f"{part.key}-second")
        bid = self.seal(REVOKED, p12=path)
        self.ground.revoke_yesterday(part, key)
        answer = self.deliver(REVOKED, bid, refused=True)
        codes = [blocker["code"] for blocker in answer["blockers"]]
        if "certificate.revoked" not in codes:
            raise Failed(f"refused with {codes}")
        return f"{part.name}:{answer['blockers'][0]['message']}"

    def begin_late(self) -> Any:
        """The bytes arrive in time, but finishing is left to the last moment."""
        uploader = self.upload(LATE, self.seal(LATE))
        uploader.upload()
        return uploader

    def finish_late(self, uploader: Any, deadline: float) -> str:
        """A second after the deadline: refused, and the bytes are destroyed."""
        time.sleep(max(0.0, deadline + 1 - time.time()))
        try:
            self.person(LATE).post(f"/sections/{self.code}/bids", {"upload": uploader.url})
        except Refusal as refusal:
            return f"{BIDDERS[LATE].name}:{expect_refusal('bid.late', refusal)}"
        raise Failed("a late bid was accepted")


def _spoilt(trustee: Trustee, share: bytes) -> bytes:
    """What a broken program seals instead of the share it committed to."""
    return seal_share(trustee, bytes(byte ^ 0x5A for byte in share))


def side_by_side(*acts: Callable[[], str]) -> list[str]:
    """Two at a time, as bidders do not wait for one another."""
    with ThreadPoolExecutor(2) as pool:
        return [done.result() for done in [pool.submit(act) for act in acts]]
