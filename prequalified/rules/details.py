"""What a party tells about itself in each role, and whether it is complete (CTS A-01..35)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from runtime.refusal import Blocker, gettext_noop


@dataclass(frozen=True, slots=True)
class Detail:
    """One thing an application asks for; `kind`: text, phone, email, long."""

    key: str
    label: str
    required: bool = True
    kind: str = "text"


_CONTACT = (
    Detail("contact", gettext_noop("联系人")),
    Detail("phone", gettext_noop("联系电话"), kind="phone"),
    Detail("email", gettext_noop("电子邮箱"), kind="email"),
)
_ORGANISATION = (
    Detail("legal_representative", gettext_noop("法定代表人")),
    Detail("address", gettext_noop("注册地址")),
    *_CONTACT,
)
DETAILS: Mapping[str, tuple[Detail, ...]] = {
    "tenderer": (*_ORGANISATION, Detail("nature", gettext_noop("单位性质"))),
    "agency": (*_ORGANISATION, Detail("scope", gettext_noop("代理业务范围"), kind="long")),
    "bidder": (
        *_ORGANISATION,
        Detail("capital", gettext_noop("注册资本（万元）")),
        Detail("qualifications", gettext_noop("资质"), required=False, kind="long"),
    ),
    "evaluator": (
        *_CONTACT,
        Detail("employer", gettext_noop("工作单位")),
        Detail("title", gettext_noop("职称")),
        Detail("specialties", gettext_noop("评标专业")),
    ),
    "trustee": (*_CONTACT, Detail("office", gettext_noop("职务或机构类别"))),
    "supervisor": (
        *_CONTACT,
        Detail("office", gettext_noop("监督部门")),
        Detail("powers", gettext_noop("监督依据"), kind="long"),
    ),
    "staff": _CONTACT,
}
_PHONE = re.compile(r"\+?[0-9][0-9 \-]{5,19}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
_LONGEST = {"long": 4000, "email": 254}  # signs; others 200


def asked(role: str, details: Mapping[str, object]) -> dict[str, str]:
    """Only what the role asks for, as text without blanks around it: whatever else a client sends is dropped."""
    return {detail.key: str(details.get(detail.key, "")).strip() for detail in DETAILS[role]}


def blockers(role: str, details: Mapping[str, str]) -> list[Blocker]:
    """What is missing or malformed in an application's details, all at once (一次性告知)."""
    found = []
    for detail in DETAILS[role]:
        value = details.get(detail.key, "").strip()
        if not value and detail.required:
            found.append(_blocker("detail.missing", gettext_noop("请填写“%(term)s”。"), detail))
        elif value and not _fits(detail.kind, value):
            found.append(_blocker("detail.form", gettext_noop("“%(term)s”的格式不正确。"), detail))
    return found


def size_blockers(role: str, details: Mapping[str, str]) -> list[Blocker]:
    """A draft may be half filled and wrong, but not endless."""
    too_long = gettext_noop("“%(term)s”不得超过四千个字。")
    longest = _LONGEST["long"]
    return [_blocker("detail.long", too_long, detail) for detail in DETAILS[role] if len(details[detail.key]) > longest]


def _fits(kind: str, value: str) -> bool:
    if kind == "phone":
        return bool(_PHONE.fullmatch(value))
    if kind == "email" and not _EMAIL.fullmatch(value):
        return False
    return len(value) <= _LONGEST.get(kind, 200)


def _blocker(code: str, message: str, detail: Detail) -> Blocker:
    return Blocker(code, message, "CTS-EBS01 A-01..35", "", {"term": detail.label}, detail.key)
