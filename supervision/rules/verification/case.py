"""What the verification steps have in common: the bundle, whom the reader trusts, and what earlier steps established."""

import datetime as dt
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from runtime.clock import read_stamp
from runtime.refusal import gettext_noop
from signing.rules.cades import SignatureVerdict, verify_detached
from signing.rules.certificates import Authority, TrustStore, read_certificates, read_crls, self_signed
from signing.rules.notes import VerifierKey
from signing.rules.sealed_bid import CheckedBid
from supervision.rules.bundle import Bundle
from supervision.rules.verification.acts import Acts, Entry, read_acts
from supervision.rules.verification.findings import Step
from tendering.rules.rulesets import RegimeRules


@dataclass(frozen=True, slots=True)
class Known:
    """What the reader knows of the platform from elsewhere; empty: taken from the bundle and shown.

    `platform`: SHA-256 (hex) of its certificate; `journal_key` and `witnesses`: verifier keys (C2SP).
    """

    platform: str = ""
    journal_key: str = ""
    witnesses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class TenderVersion:
    """A published version of the tender document."""

    number: int
    content: dict[str, Any]
    sha256: str
    published: dt.datetime

    @property
    def deadline(self) -> dt.datetime:
        return read_stamp(self.content["times"]["deadline"])


@dataclass
class SealedBid:
    """A delivered bid: `bids/<id>/`. `standing` unless it was replaced or withdrawn before the deadline.

    `opening` is what its inner container says, `outcome`, `cause`, `places` and `inner_sha256` what came of it when it was
    opened here again.
    """

    id: str
    entry: Entry
    receipt: dict[str, Any]
    standing: bool = True
    checked: CheckedBid | None = None
    outcome: str = ""
    cause: str = ""
    places: list[int] = field(default_factory=list)
    decided_at: str = ""
    inner_sha256: str = ""  # salted, as seal.json commits to it
    salt: bytes = b""
    opening: dict[str, Any] | None = None

    @property
    def sha256(self) -> str:
        return str(self.receipt["bid"]["sha256"])

    @property
    def bidder(self) -> str:
        return str(self.receipt["bidder"]["number"])

    @property
    def name(self) -> str:
        return str(self.receipt["bidder"]["name"])

    @property
    def received_at(self) -> dt.datetime:
        return read_stamp(self.receipt["received_at"])


@dataclass
class Case:
    bundle: Bundle
    anchors: TrustStore
    folder: Path
    known: Known = Known()
    trust: TrustStore = field(init=False)
    acts: Acts = field(init=False)
    claimed: set[str] = field(default_factory=set)
    tenders: list[TenderVersion] = field(default_factory=list)
    rules: RegimeRules | None = None
    bids: dict[str, SealedBid] = field(default_factory=dict)  # by their id
    record: dict[str, Any] = field(default_factory=dict)
    draws: dict[str, dict[str, Any]] = field(default_factory=dict)  # finished ones, by number
    report: dict[str, Any] = field(default_factory=dict)
    hand_ins: list[dict[str, Any]] = field(default_factory=list)  # counted ones, by seat

    def __post_init__(self) -> None:
        """Certificates of the bundle only help to build chains; none of them is an anchor."""
        bundle = self.bundle
        ders = [der for name in bundle.names("trust/", ".cer") for der in read_certificates(bundle.bytes(name))]
        crls = [der for name in bundle.names("trust/", ".crl") for der in read_crls(bundle.bytes(name))]
        self.claimed |= {*bundle.names("trust/", ".cer"), *bundle.names("trust/", ".crl")}
        helping = Authority("", (), tuple(der for der in ders if not self_signed(der)), tuple(crls))
        self.trust = self.anchors.joined(TrustStore((helping,)))
        self.acts = read_acts(bundle)

    @property
    def about(self) -> dict[str, Any]:
        section: dict[str, Any] = self.bundle.about["section"]
        return section

    @property
    def code(self) -> str:
        return str(self.about["code"])

    @property
    def round(self) -> int:
        return int(self.about["round"])

    @property
    def tender(self) -> dict[str, Any]:
        """The document in force: the newest version."""
        return self.tenders[-1].content

    @property
    def deadline(self) -> dt.datetime:
        return self.tenders[-1].deadline

    @property
    def method(self) -> dict[str, Any]:
        method: dict[str, Any] = self.tender["method"]
        return method

    @property
    def platform(self) -> str:
        return str(self.bundle.about["platform_certificate"])

    @property
    def journal_key(self) -> VerifierKey:
        return VerifierKey.parse(self.bundle.about["journal"]["key"])

    @property
    def standing(self) -> list[SealedBid]:
        """In the order of their arrival, as the platform lists them."""
        found = [bid for bid in self.bids.values() if bid.standing]
        return sorted(found, key=lambda bid: (bid.received_at, bid.entry.index))

    @property
    def opened(self) -> list[SealedBid]:
        return [bid for bid in self.standing if bid.opening is not None]

    def in_force_at(self, moment: dt.datetime) -> TenderVersion:
        """The version a bid that came at this moment was checked by."""
        return [self.tenders[0], *(one for one in self.tenders[1:] if one.published <= moment)][-1]

    # Reading a member claims it: what no step has claimed at the end has no business in a bundle (step `acts`).

    def content(self, name: str) -> bytes:
        self.claimed.add(name)
        return self.bundle.bytes(name)

    def json(self, name: str) -> Any:
        self.claimed.add(name)
        return self.bundle.json(name)

    def sha256(self, name: str) -> str:
        self.claimed.add(name)
        return self.bundle.sha256(name)

    def copy(self, name: str, target: str) -> Path:
        self.claimed.add(name)
        return self.bundle.copy(name, self.folder / target)

    def verdict(self, content: bytes, signature: bytes, at: dt.datetime | None = None) -> SignatureVerdict:
        return verify_detached(content, signature, self.trust, at)

    def by_platform(self, step: Step, name: str) -> dt.datetime | None:
        """Check `<stem>.json` against `<stem>.p7s`, signed by the platform with a timestamp; its time, or None with a finding."""
        signature = f"{name.rpartition('.')[0]}.p7s"
        verdict = self.verdict(self.content(name), self.content(signature))
        if not verdict.ok:
            step.found([verdict.blocker()], signature)
            return None
        message = gettext_noop("签名人不是本平台。")
        own = step.demand(verdict.holder_fingerprint == self.platform, "platform.other_signer", message, signature)
        return verdict.timestamp_time if own else None

    def by_party(self, step: Step, name: str, signature: str, number: str, entry: Entry) -> bool:
        """Check a member signed by the party with this number, its certificate judged at the time of the act's entry.

        Where the entry names the certificate, it must be that one.
        """
        verdict = self.verdict(self.content(name), self.content(signature), entry.time)
        if not verdict.ok:
            step.found([verdict.blocker()], signature)
            return False
        message = gettext_noop("签名人 %(found)s 不是 %(expected)s。")
        found = verdict.holder.number
        own = step.demand(found == number, "party.other_signer", message, signature, found=found, expected=number)
        noted = entry.body.get("certificate", verdict.holder_fingerprint)
        message = gettext_noop("签名所用的证书不是日志记下的那一张。")
        return step.demand(noted == verdict.holder_fingerprint, "party.other_certificate", message, signature) and own
