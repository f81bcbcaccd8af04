"""Whether a bid can be opened, and whose fault it is where it cannot (20号令 30, 31; CTS A-112)."""

import itertools
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from runtime.refusal import gettext_noop
from signing.rules.bid_identity import Fault, ShareVerdict, cause_of_failure
from signing.rules.seal import Seal
from tendering.rules.opening import Mode, Terms


class Outcome(StrEnum):
    """Of a standing bid that could not be opened, by cause (20号令 31)."""

    REVOKED = "revoked"  # 撤销: the bidder's
    WITHDRAWN = "withdrawn"  # 撤回: somebody else's


@dataclass(frozen=True, slots=True)
class Failure:
    """`cause` is a key of CAUSES; `places` are the shares that it rests on."""

    outcome: Outcome
    cause: str
    places: tuple[int, ...] = ()


def ready(terms: Terms, good: int, identity: bool) -> bool:
    """Whether enough good releases are there to try to open the bid."""
    if identity and terms.mode is not Mode.TRUSTEES:
        return True
    return terms.mode is not Mode.BIDDER and good >= terms.k


def failure(
    terms: Terms, verdicts: Sequence[ShareVerdict], seal: Seal, *, identity_wrong: bool, over: bool
) -> Failure | None:
    """Why a bid that is not `ready` will not be opened; None while it still may be.

    `verdicts`: the latest of each trustee. `over`: the decryption window is closed. Before that only the trustees' mode can
    be decided: once all have spoken, or once the bidder is proven to have spoilt so many shares that k can never be good.
    Whose fault it is follows signing.rules.bid_identity (decisions/0112, 0163).
    """
    spoilt = sum(verdict.fault is Fault.BIDDER for verdict in verdicts)
    settled = len(verdicts) == terms.n or spoilt > terms.n - terms.k
    if not over and not (terms.mode is Mode.TRUSTEES and settled):
        return None
    if terms.mode is Mode.BIDDER:
        cause = "opening.identity_wrong" if identity_wrong else "opening.bidder_did_not_decrypt"
        return Failure(Outcome.REVOKED, cause)
    bad = tuple(verdict.place for verdict in verdicts if verdict.fault is not Fault.NOBODY)
    if cause_of_failure(verdicts, seal) is Fault.BIDDER:
        return Failure(Outcome.REVOKED, "opening.shares_damaged", bad)
    if bad:
        return Failure(Outcome.WITHDRAWN, "opening.shares_disputed", bad)
    return Failure(Outcome.WITHDRAWN, "opening.trustees_absent", absent(terms, verdicts))


def absent(terms: Terms, verdicts: Iterable[ShareVerdict]) -> tuple[int, ...]:
    spoken = {verdict.place for verdict in verdicts}
    return tuple(place for place in range(1, terms.n + 1) if place not in spoken)


def choices(shares: Mapping[int, bytes], k: int) -> Iterator[dict[int, bytes]]:
    """Every k of the good shares, lowest places first: a bidder that committed to shares of two secrets gains nothing."""
    for places in itertools.combinations(sorted(shares), k):
        yield {place: shares[place] for place in places}


CAUSES: dict[str, str] = {
    "opening.bidder_did_not_decrypt": gettext_noop("投标人未在解密时限内解密"),
    "opening.identity_wrong": gettext_noop("投标人提交的密钥与投标文件中的承诺不一致"),
    "opening.shares_damaged": gettext_noop("投标人封装的份额与其承诺不一致"),
    "opening.shares_disputed": gettext_noop("受托人提交的份额与承诺不一致"),
    "opening.trustees_absent": gettext_noop("受托人未在解密时限内提交足够的份额"),
    "opening.commitment_wrong": gettext_noop("由份额恢复的密钥与投标文件中的承诺不一致"),
    "opening.payload_unreadable": gettext_noop("密文无法解密"),
    "opening.inner_refused": gettext_noop("解密后的投标文件不合格"),
    "opening.store_damaged": gettext_noop("平台保存的投标文件与回执不一致"),
}
