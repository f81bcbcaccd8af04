"""Papers that prove something about a party: which files are taken, and what is said about each (证明材料)."""

import datetime as dt
from dataclasses import dataclass

from runtime.refusal import Blocker, gettext_noop

LARGEST = 8 * 1024 * 1024 - 64 * 1024  # bytes; with its signature a paper fits into one request
LARGEST_SIGNATURE = 64 * 1024
KINDS = (
    "licence", "qualification", "personal", "employment", "track_record", "credit", "capital", "commitment", "other",
)  # fmt: skip
_RULE = "电子招标投标办法 9、20"
_MAGIC = ((b"%PDF-", "application/pdf"), (b"\x89PNG\r\n\x1a\n", "image/png"), (b"\xff\xd8\xff", "image/jpeg"))
ENDINGS = {"application/pdf": ".pdf", "image/png": ".png", "image/jpeg": ".jpg"}


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is said about a file of `size` bytes whose `media` (by its first bytes, never by its name) is empty if unknown."""

    kind: str
    title: str
    size: int
    media: str
    signature_size: int
    number: str = ""
    issuer: str = ""
    valid_from: dt.date | None = None
    valid_until: dt.date | None = None


def media_of(data: bytes) -> str:
    """PDF, PNG or JPEG; empty for anything else. What a browser could run as a page is never among them."""
    return next((media for magic, media in _MAGIC if data.startswith(magic)), "")


def paper_blockers(facts: PaperFacts, today: dt.date) -> list[Blocker]:
    """All that is wrong with a paper, at once; the signature is checked after it."""
    return _file_blockers(facts) + _word_blockers(facts) + _date_blockers(facts, today)


def _file_blockers(facts: PaperFacts) -> list[Blocker]:
    found = []
    if not facts.size:
        found.append(_blocker("paper.empty", gettext_noop("请选择文件，文件不能为空。"), "file"))
    elif facts.size > LARGEST:
        message = gettext_noop("文件超过 %(limit)s MB。")
        found.append(_blocker("paper.large", message, "file", limit=f"{LARGEST / 1024**2:.1f}"))
    elif not facts.media:
        found.append(_blocker("paper.media", gettext_noop("只接受 PDF、PNG 或 JPEG 文件。"), "file"))
    if not facts.signature_size:
        found.append(_blocker("paper.unsigned", gettext_noop("材料须用本单位的数字证书签名。"), "signature"))
    elif facts.signature_size > LARGEST_SIGNATURE:
        found.append(_blocker("paper.signature_large", gettext_noop("签名文件过大。"), "signature"))
    return found


def _word_blockers(facts: PaperFacts) -> list[Blocker]:
    found = []
    if facts.kind not in KINDS:
        found.append(_blocker("paper.kind", gettext_noop("请选择材料种类。"), "kind"))
    if not facts.title.strip():
        found.append(_blocker("paper.title", gettext_noop("请填写材料名称。"), "title"))
    limits = (("title", facts.title, 200), ("number", facts.number, 80), ("issuer", facts.issuer, 200))
    for place, value, limit in limits:
        if len(value) > limit or "\0" in value:
            message = gettext_noop("不得超过 %(limit)s 个字。")
            found.append(_blocker("paper.long", message, place, limit=str(limit)))
    return found


def _date_blockers(facts: PaperFacts, today: dt.date) -> list[Blocker]:
    found = []
    if facts.valid_from and facts.valid_until and facts.valid_from > facts.valid_until:
        found.append(_blocker("paper.dates", gettext_noop("有效期的起始日晚于截止日。"), "valid_until"))
    elif facts.valid_until and facts.valid_until < today:
        message = gettext_noop("材料已于 %(day)s 过期。")
        found.append(_blocker("paper.expired", message, "valid_until", day=facts.valid_until.isoformat()))
    if facts.valid_from and facts.valid_from > today:
        message = gettext_noop("材料自 %(day)s 起才有效。")
        found.append(_blocker("paper.not_yet", message, "valid_from", day=facts.valid_from.isoformat()))
    return found


def _blocker(code: str, message: str, place: str, **params: str) -> Blocker:
    return Blocker(code, message, _RULE, "", params, place)
