"""seal.json (`yangguang-seal/1`): what a sealed bid says of itself before anybody can open it (protocol §2).

It commits the bidder to everything that comes out at the opening: the sealed bytes, the plain inner container, the bid's
identity and each trustee's share. The container's signature is over it, through the manifest.
"""

import hashlib
from dataclasses import dataclass

from runtime.refusal import Blocker, Refusal, gettext_noop
from signing.rules.age_file import is_recipient
from signing.rules.canonical import canonical
from signing.rules.fields import CODE, NUMBER, SLUG, BadField, Fields, read_object

FORMAT = "yangguang-seal/1"
SEAL, PAYLOAD = "seal.json", "payload.age"
SUITES = ("rsa-sha256", "ecdsa-p256-sha256")
TRUSTEES, BIDDER, BOTH = "trustees", "bidder", "both"
MODES = (TRUSTEES, BIDDER, BOTH)
SALT_PREFIX = b"yangguang-inner-salt/1\n"


@dataclass(frozen=True, slots=True)
class Trustee:
    """A place among the n; `recipient` is an age X25519 recipient."""

    place: int
    slug: str
    recipient: str


@dataclass(frozen=True, slots=True)
class SealedShare:
    """The share of one trustee: `sha256` of the plain share bytes. The sealed share lies in `member`."""

    trustee: Trustee
    sha256: str

    @property
    def member(self) -> str:
        return f"shares/{self.trustee.slug}.age"


@dataclass(frozen=True, slots=True)
class Seal:
    """Hashes are SHA-256 in hex, sizes in bytes, `made_at` a stamp. `inner_sha256` is salted, see `inner_salt`.

    `document` is the version of the tender document that the bidder's client was given.
    """

    suite: str
    tender: str
    section: str
    round: int
    document: int
    bidder_name: str
    bidder_number: str
    made_at: str
    client: str
    payload_size: int
    payload_sha256: str
    inner_sha256: str
    identity_sha256: str
    mode: str
    k: int
    n: int
    shares: tuple[SealedShare, ...]

    def as_data(self) -> dict[str, object]:
        return {
            "format": FORMAT,
            "suite": self.suite,
            "tender": self.tender,
            "section": self.section,
            "round": self.round,
            "document": self.document,
            "bidder": {"name": self.bidder_name, "number": self.bidder_number},
            "made_at": self.made_at,
            "client": self.client,
            "payload": {"name": PAYLOAD, "size": self.payload_size, "sha256": self.payload_sha256},
            "inner": {"sha256": self.inner_sha256},
            "opening": {
                "mode": self.mode,
                "k": self.k,
                "n": self.n,
                "identity_sha256": self.identity_sha256,
                "trustees": [
                    {
                        "place": share.trustee.place,
                        "slug": share.trustee.slug,
                        "recipient": share.trustee.recipient,
                        "share_sha256": share.sha256,
                    }
                    for share in self.shares
                ],
            },
        }

    def as_bytes(self) -> bytes:
        return canonical(self.as_data())

    def share_at(self, place: int) -> SealedShare | None:
        return next((share for share in self.shares if share.trustee.place == place), None)


def inner_salt(identity: str) -> bytes:
    """The salt before the inner container in `inner_sha256`: secret until the opening, so that nobody can test guesses
    of a bid's content against the hash beforehand."""
    return hashlib.sha256(SALT_PREFIX + identity.encode("ascii")).digest()


def identity_hash(identity: str) -> str:
    """SHA-256 (hex) of the identity's text, without a line end."""
    return hashlib.sha256(identity.encode("ascii", "replace")).hexdigest()


def read_seal(data: bytes) -> Seal:
    """Parse and validate by itself; raises Refusal `seal.unreadable` (naming the field) or `seal.unknown_format`."""
    try:
        fields = read_object(data)
        form = fields.text("format", longest=60)
        if form != FORMAT:
            raise Refusal(unknown_format(form, SEAL))
        seal = _read(fields)
        fields.done()
    except BadField as error:
        raise Refusal(unreadable(str(error), SEAL)) from error
    if seal.as_bytes() != data:
        raise Refusal(unreadable("RFC 8785", SEAL))
    return seal


def _read(fields: Fields) -> Seal:
    bidder, payload, inner, opening = (fields.inside(name) for name in ("bidder", "payload", "inner", "opening"))
    payload.one_of("name", PAYLOAD)
    mode = opening.one_of("mode", *MODES)
    seal = Seal(
        suite=fields.one_of("suite", *SUITES),
        tender=fields.text("tender", pattern=CODE),
        section=fields.text("section", pattern=CODE),
        round=fields.integer("round", 1, 99),
        document=fields.integer("document", 1, 9999),
        bidder_name=bidder.text("name"),
        bidder_number=bidder.text("number", pattern=NUMBER),
        made_at=fields.moment("made_at"),
        client=fields.text("client", longest=100),
        payload_size=payload.integer("size", 1),
        payload_sha256=payload.sha256("sha256"),
        inner_sha256=inner.sha256("sha256"),
        identity_sha256=opening.sha256("identity_sha256"),
        mode=mode,
        k=opening.integer("k", 0, 255),
        n=opening.integer("n", 0, 255),
        shares=tuple(_read_share(share) for share in opening.each("trustees")),
    )
    for part in (bidder, payload, inner, opening):
        part.done()
    _check_threshold(seal)
    return seal


def _read_share(fields: Fields) -> SealedShare:
    trustee = Trustee(fields.integer("place", 1, 255), fields.text("slug", pattern=SLUG), fields.text("recipient"))
    if not is_recipient(trustee.recipient):
        raise BadField(f"{fields.place}.recipient")
    share = SealedShare(trustee, fields.sha256("share_sha256"))
    fields.done()
    return share


def _check_threshold(seal: Seal) -> None:
    places = [share.trustee.place for share in seal.shares]
    distinct = (len({share.trustee.slug for share in seal.shares}), len({share.sha256 for share in seal.shares}))
    if places != list(range(1, seal.n + 1)) or distinct != (seal.n, seal.n):
        raise BadField("opening.trustees")
    if seal.mode == BIDDER and (seal.k, seal.n) != (0, 0):
        raise BadField("opening.n")
    if seal.mode != BIDDER and not 2 <= seal.k <= seal.n:
        raise BadField("opening.k")


REMEDY = gettext_noop("请用投标工具按现行招标文件重新密封。")


def unreadable(field: str, place: str) -> Blocker:
    return Blocker(
        code="seal.unreadable",
        message=gettext_noop("%(place)s 不合格式，问题在字段 %(field)s。"),
        rule="20号令 26",
        remedy=REMEDY,
        params={"field": field, "place": place},
        place=place,
    )


def unknown_format(found: str, place: str) -> Blocker:
    return Blocker(
        code="seal.unknown_format",
        message=gettext_noop("%(place)s 的格式 %(found)s 不受支持。"),
        rule="20号令 26",
        remedy=gettext_noop("请更新投标工具。"),
        params={"found": found, "place": place},
        place=place,
    )
