"""When a document may be changed, prepared, signed, and how its package is made up."""

import base64
import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from runtime.refusal import Blocker, gettext_noop
from signing.rules.asic_manifest import write_manifest
from signing.rules.canonical import canonical
from signing.rules.member_names import name_fault
from signing.rules.statements import RecipientStatement
from tendering.rules.document_parts import fault
from tendering.rules.lifecycle import State

TENDER_JSON = "tender.json"
OPEN_DRAFTS = frozenset({"draft", "prepared", "signed"})
LARGEST_ATTACHMENT = 8 * 1024 * 1024
NOTHING = gettext_noop("尚未编制")
DOCUMENT_STATES = {
    "draft": gettext_noop("编制中"),
    "prepared": gettext_noop("待签名"),
    "signed": gettext_noop("已签名"),
    "published": gettext_noop("已发布"),
    "superseded": gettext_noop("已被新版本取代"),
}
MEDIA_BY_END = {
    ".pdf": "application/pdf",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ".dwg": "image/vnd.dwg",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".zip": "application/zip",
    ".txt": "text/plain",
    ".xml": "application/xml",
}


def edit_blockers(section_state: str, document_state: str, version: int) -> list[Blocker]:
    """A first version is drawn up before the review, a later one while the tender runs; in review nothing moves (A-52)."""
    if section_state == State.REVIEW:
        message = gettext_noop("招标文件正在审核，已锁定")
        return [fault("locked", message, "", "CTS A-52", gettext_noop("如需修改，请先由审核人退回"))]
    wanted = State.DRAFT if version == 1 else State.PUBLISHED
    if section_state != wanted or document_state not in OPEN_DRAFTS:
        message = gettext_noop("此版本的招标文件已不能修改")
        return [fault("not_a_draft", message, "", "招标投标法 23", gettext_noop("请发布变更公告"))]
    return []


def state_blockers(document_state: str, wanted: str) -> list[Blocker]:
    if document_state == wanted:
        return []
    message = gettext_noop("招标文件的状态为“%(term)s”，现在不能进行此操作")
    return [fault("wrong_state", message, "", term=DOCUMENT_STATES.get(document_state, NOTHING), wanted=wanted)]


def attachment_blockers(name: str, title: str, size: int, taken: Iterable[str]) -> list[Blocker]:
    found = []
    end = "." + name.rpartition(".")[2].lower()
    if "/" in name or name_fault(name.encode("utf-8", "replace")) or len(name) > 120:
        found.append(fault("bad_file_name", gettext_noop("附件文件名不规范"), "file"))
    elif end not in MEDIA_BY_END:
        message = gettext_noop("附件类型应当是下列之一：%(choices)s")
        found.append(fault("bad_media", message, "file", choices=" ".join(sorted(MEDIA_BY_END))))
    if name.casefold() in {each.casefold() for each in taken}:
        found.append(fault("repeated", gettext_noop("“%(value)s”重复"), "file", value=name))
    if not 0 < size <= LARGEST_ATTACHMENT:
        message = gettext_noop("附件大小应在1字节至%(most)s MiB之间")
        found.append(fault("bad_size", message, "file", most=str(LARGEST_ATTACHMENT // 1024 // 1024)))
    if not title.strip() or len(title) > 200:
        found.append(fault("bad_text", gettext_noop("请填写，且不超过%(most)s字"), "title", most="200"))
    return found


def attachment_member(name: str) -> str:
    return f"attachments/{name}"


def package_members(content: Mapping[str, Any]) -> dict[str, str]:
    """Name → SHA-256 (hex) of every member of the tender file that is signed."""
    digests = {TENDER_JSON: hashlib.sha256(canonical(content)).hexdigest()}
    return digests | {each["path"]: each["sha256"] for each in content.get("attachments", [])}


def package_manifest(content: Mapping[str, Any]) -> bytes:
    """META-INF/ASiCManifest.xml of the tender file: the second thing that the tenderer signs."""
    return write_manifest(package_members(content))


@dataclass(frozen=True, slots=True)
class TrusteeFacts:
    """One registered trustee as the document names it. `statement` and `signature` are the bytes that were checked."""

    place: int
    slug: str
    name: str
    number: str
    recipient: str
    statement: bytes
    signature: bytes

    def as_data(self) -> dict[str, Any]:
        return {
            "place": self.place,
            "slug": self.slug,
            "name": self.name,
            "number": self.number,
            "recipient": self.recipient,
            "statement": base64.b64encode(self.statement).decode(),
            "signature": base64.b64encode(self.signature).decode(),
        }


def statement_blockers(statement: RecipientStatement, tender: str, holder: str, taken: Iterable[str]) -> list[Blocker]:
    """`taken`: recipients of the section's other trustees; one key in two hands would be worth two shares."""
    found = []
    if statement.tender != tender:
        message = gettext_noop("受托声明针对的是另一个招标项目：%(tender)s")
        found.append(fault("foreign_statement", message, "statement", tender=statement.tender))
    if statement.holder != holder:
        message = gettext_noop("受托声明的持有人与登录主体不一致")
        found.append(fault("foreign_holder", message, "statement"))
    if statement.recipient in taken:
        found.append(fault("recipient_taken", gettext_noop("此公钥已由本标段的另一受托人登记"), "recipient"))
    return found
