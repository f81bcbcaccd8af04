"""Challenges: what is signed to prove that a private key is at hand. Each is used once, soon, and for one purpose."""

import datetime as dt
import re
from dataclasses import dataclass

from runtime.clock import read_stamp, stamp
from runtime.refusal import Blocker, gettext_noop

LIFE = dt.timedelta(minutes=2)
_WORDS = {"log-in": "登录 log in", "bind": "绑定证书 bind certificate"}
_NONCE = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class ChallengeFacts:
    purpose: str
    issued_at: dt.datetime
    used_at: dt.datetime | None


def text(purpose: str, platform: str, nonce: str, moment: dt.datetime) -> str:
    """Says what is being signed, so that nobody can be made to sign a bid letter, nor another platform's log-in."""
    return f"Yangguang 阳光\n{_WORDS[purpose]}\n{platform}\n{stamp(moment)}\n{nonce}\n"


def platform_of(words: str, purpose: str) -> str:
    """The platform that a text of `text` names. Raises ValueError for anything else: whoever signs looks first.

    A signer who signs whatever a server sends could be made to sign a withdrawal, or be passed on to another platform.
    """
    parts = words.split("\n")
    if len(parts) != 6 or parts[:2] != ["Yangguang 阳光", _WORDS[purpose]] or parts[5] != "":
        raise ValueError("not a challenge of this purpose")
    read_stamp(parts[3])
    if not _NONCE.fullmatch(parts[4]):
        raise ValueError("not a challenge: no nonce")
    return parts[2]


def blockers(facts: ChallengeFacts | None, purpose: str, moment: dt.datetime) -> list[Blocker]:
    if facts is None or facts.purpose != purpose:
        return [_blocker("challenge.unknown", gettext_noop("挑战码不存在或不是为此事发出的。"))]
    if facts.used_at is not None:
        return [_blocker("challenge.used", gettext_noop("该挑战码已经用过，每个挑战码只能用一次。"))]
    if moment - facts.issued_at > LIFE:
        return [_blocker("challenge.stale", gettext_noop("挑战码已超过两分钟，不再有效。"))]
    return []


def _blocker(code: str, message: str) -> Blocker:
    return Blocker(code, message, remedy=gettext_noop("请重新获取挑战码后再签名。"), place="challenge")
