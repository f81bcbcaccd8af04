"""Records that platforms exchange about verified parties: their form, how two are compared, when one is tried again (CTS A-10, A-11)."""

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from prequalified.rules import names, uscc
from prequalified.rules.details import DETAILS
from runtime.refusal import Blocker, gettext_noop

TYPE = "yangguang-exchange/1"
RECEIPT_TYPE = "yangguang-exchange-receipt/1"
KIND = "party"
ROLES = ("tenderer", "agency", "bidder")  # what the public service platform keeps
STATUSES = ("verified", "suspended")
LARGEST = 256 * 1024  # bytes of one request
_LONGEST = 4000
_MOST_PEOPLE = 500
_RULE = "CTS-EBS01 A-10、A-11"
_ENVELOPE = {"type", "record", "kind", "key", "to", "made_at", "body"}
_NUMBER = re.compile(r"[0-9A-Za-z._:-]{8,80}")


@dataclass(frozen=True, slots=True)
class Difference:
    """`field`: name, or role.<role>.<detail>; what stands here and what the peer says, "" for nothing.

    `fixed`: shown, but not taken over: whether a role is suspended is decided here.
    """

    field: str
    ours: str
    theirs: str
    fixed: bool = False

    def as_data(self) -> dict[str, object]:
        return {"field": self.field, "ours": self.ours, "theirs": self.theirs, "fixed": self.fixed}


def envelope(record: str, key: str, to: str, made_at: str, body: Mapping[str, Any]) -> dict[str, Any]:
    """What is signed. `to` is the SHA-256 of the receiver's certificate, so that nobody passes a record on as if sent to him."""
    return {"type": TYPE, "record": record, "kind": KIND, "key": key, "to": to, "made_at": made_at, "body": dict(body)}


def receipt(record: str, sha256: str, received_at: str) -> dict[str, str]:
    return {"type": RECEIPT_TYPE, "record": record, "sha256": sha256, "received_at": received_at}


def pause(tries: int) -> dt.timedelta:
    """How long to wait after so many failures: a minute, doubling, six hours at most."""
    return min(dt.timedelta(minutes=2 ** min(max(tries - 1, 0), 12)), dt.timedelta(hours=6))


def form_blockers(record: object) -> list[Blocker]:
    """Why this is no record of ours to read, all reasons at once. Nothing is believed: a peer may be mistaken, or broken into."""
    if not isinstance(record, dict) or set(record) != _ENVELOPE:
        return [_blocker("record.form", gettext_noop("记录的格式不符合交换规范。"), "record")]
    texts = ("type", "record", "kind", "key", "to", "made_at")
    if not all(isinstance(record[key], str) and len(record[key]) <= 200 for key in texts):
        return [_blocker("record.form", gettext_noop("记录的格式不符合交换规范。"), "record")]
    found = []
    if record["type"] != TYPE or record["kind"] != KIND:
        found.append(_blocker("record.kind", gettext_noop("不接收这种记录。"), "kind"))
    if not _NUMBER.fullmatch(record["record"]):
        found.append(_blocker("record.number", gettext_noop("记录的编号不符合交换规范。"), "record"))
    return found + _body_blockers(record["key"], record["body"])


def _body_blockers(key: str, body: object) -> list[Blocker]:
    if not isinstance(body, dict) or set(body) != {"name", "number", "roles", "people"}:
        return [_blocker("record.form", gettext_noop("记录的格式不符合交换规范。"), "body")]
    found = []
    if body["number"] != key or not isinstance(key, str):
        found.append(_blocker("record.key", gettext_noop("记录的主键与内容不一致。"), "key"))
    found += uscc.check(key)
    if not _text(body["name"], 200) or len(names.tidy(body["name"])) < 2:
        found.append(_blocker("record.name", gettext_noop("记录中没有可用的名称。"), "name"))
    if not _roles_fit(body["roles"]):
        found.append(_blocker("record.roles", gettext_noop("记录中的身份或资料不符合交换规范。"), "roles"))
    if not _people_fit(body["people"]):
        found.append(_blocker("record.people", gettext_noop("记录中的人员不符合交换规范。"), "people"))
    return found


def _roles_fit(roles: object) -> bool:
    if not isinstance(roles, dict) or not roles or not set(roles) <= set(ROLES):
        return False
    return all(
        isinstance(told, dict)
        and set(told) == {"status", "details"}
        and told["status"] in STATUSES
        and isinstance(told["details"], dict)
        and set(told["details"]) <= {detail.key for detail in DETAILS[role]}
        and all(_text(value, _LONGEST) for value in told["details"].values())
        for role, told in roles.items()
    )


def _people_fit(people: object) -> bool:
    asked = {"name", "duty", "qualification", "grade", "specialty", "certificate_number", "valid_until"}
    if not isinstance(people, list) or len(people) > _MOST_PEOPLE:
        return False
    return all(
        isinstance(each, dict) and set(each) == asked and all(_text(v, 200) for v in each.values()) for each in people
    )


def _text(value: object, longest: int) -> bool:
    return isinstance(value, str) and len(value) <= longest and "\0" not in value


def flat(body: Mapping[str, Any]) -> dict[str, str]:
    """One value a field; empty ones are left out, for not told and told as nothing are the same."""
    found = {"name": names.tidy(body["name"])}
    for role, told in body["roles"].items():
        found[f"role.{role}.status"] = told["status"]
        found |= {f"role.{role}.{key}": value.strip() for key, value in told["details"].items()}
    return {field: value for field, value in found.items() if value}


def differences(ours: Mapping[str, Any] | None, theirs: Mapping[str, Any]) -> list[Difference]:
    """Field by field, in order. None: nothing stands here, all is new. A name spelt otherwise is the same name."""
    mine, other = flat(ours) if ours else {}, flat(theirs)
    if mine and names.key(mine["name"]) == names.key(other["name"]):
        other["name"] = mine["name"]
    fields = [field for field in sorted({*mine, *other}, key=_order) if mine.get(field, "") != other.get(field, "")]
    return [
        Difference(field, mine.get(field, ""), other.get(field, ""), _is_fixed(field, mine))
        for field in fields
        if not _only_here(field, mine, other)
    ]


def _only_here(field: str, mine: Mapping[str, str], other: Mapping[str, str]) -> bool:
    """A role that the peer does not know is no difference: it keeps what it was told."""
    role = _role(field)
    return bool(role) and f"role.{role}.status" in mine and f"role.{role}.status" not in other


def _is_fixed(field: str, mine: Mapping[str, str]) -> bool:
    return field.endswith(".status") and field in mine


def _role(field: str) -> str:
    return field.split(".")[1] if field.startswith("role.") else ""


def _order(field: str) -> tuple[bool, str, bool, str]:
    return field != "name", _role(field), not field.endswith(".status"), field


def merged(ours: Mapping[str, str], found: list[Difference], values: Mapping[str, str]) -> dict[str, str]:
    """What stands after staff confirmed: ours, with what differs as corrected, or as the peer has it where nothing is said."""
    taken = {each.field: values.get(each.field, each.theirs).strip() for each in found if not each.fixed}
    return {**ours, **taken}


def confirm_blockers(found: list[Difference], values: Mapping[str, str]) -> list[Blocker]:
    """Why these corrections cannot be stored, at once."""
    known = {each.field for each in found if not each.fixed}
    wrong = [field for field in values if field not in known]
    problems = [
        _blocker("record.field", gettext_noop("“%(field)s”不是可以更正的字段。"), field, field=field) for field in wrong
    ]
    for field in known & set(values):
        value = values[field]
        if not _text(value, 200 if field == "name" else _LONGEST):
            problems.append(_blocker("record.long", gettext_noop("“%(field)s”过长。"), field, field=field))
        if field.endswith(".status") and value not in ("", *STATUSES):
            problems.append(_blocker("record.status", gettext_noop("身份状态只能是已核验、已暂停或不采纳。"), field))
    return problems


def _blocker(code: str, message: str, place: str, **params: str) -> Blocker:
    return Blocker(code, message, _RULE, "", params, place)
