"""Registration of a party in a role: who may register as what, and how an application may move (CTS A-01..35)."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from prequalified.rules import names, uscc
from runtime.refusal import Blocker, gettext_noop

TERMS_VERSION = "2026-01"
PERSON_ROLES = frozenset({"evaluator"})
ORGANISATION_ROLES = frozenset({"tenderer", "agency", "bidder"})
OPEN_ROLES = ("tenderer", "agency", "bidder", "evaluator", "trustee", "supervisor")  # staff are appointed by staff
_RULE = "CTS-EBS01 A-01..35"


@dataclass(frozen=True, slots=True)
class Identity:
    """What a party says it is. `name_taken` and `number_taken`: by another party."""

    kind: str
    name: str
    number: str
    name_taken: bool = False
    number_taken: bool = False


def registration_blockers(identity: Identity, role: str, terms_accepted: bool) -> list[Blocker]:
    """All that is wrong with a first registration, at once."""
    return terms_blockers(terms_accepted) + role_blockers(identity.kind, role) + identity_blockers(identity)


def identity_blockers(identity: Identity) -> list[Blocker]:
    """The name and the number of whoever is registered, appointed or renamed."""
    return kind_blockers(identity.kind) + name_blockers(identity.name, identity.name_taken) + _number_blockers(identity)


def kind_blockers(kind: str) -> list[Blocker]:
    known = kind in ("organisation", "person")
    return [] if known else [_blocker("kind.unknown", gettext_noop("请选择单位或个人。"), "kind")]


def name_blockers(name: str, taken: bool) -> list[Blocker]:
    if len(names.tidy(name)) < 2:
        return [_blocker("name.missing", gettext_noop("请填写名称。"), "name")]
    if len(name) > 200:
        return [_blocker("name.long", gettext_noop("名称不得超过二百个字。"), "name")]
    if taken:
        return [_blocker("name.taken", gettext_noop("该名称已经注册（全角、空格、括号、繁简不同视为同名）。"), "name")]
    return []


def terms_blockers(accepted: bool) -> list[Blocker]:
    return [] if accepted else [_blocker("terms.not_accepted", gettext_noop("须先阅读并接受注册协议。"), "terms")]


def role_blockers(kind: str, role: str) -> list[Blocker]:
    """Whether this kind of party may apply for this role."""
    if role not in OPEN_ROLES:
        return [_blocker("role.not_open", gettext_noop("该身份不能自行注册。"), "role")]
    if kind == "person" and role in ORGANISATION_ROLES:
        return [_blocker("role.organisations_only", gettext_noop("该身份只对单位开放。"), "role")]
    if kind != "person" and role in PERSON_ROLES:
        return [_blocker("role.persons_only", gettext_noop("评标专家须以个人身份注册。"), "role")]
    return []


def _number_blockers(identity: Identity) -> list[Blocker]:
    if identity.kind != "person":
        found = uscc.check(identity.number)
    elif re.fullmatch(r"[0-9A-Z]{15,18}", identity.number):
        found = []
    else:
        found = [
            _blocker("number.form", gettext_noop("个人编号须为 15 至 18 位数字或大写字母，与证书一致。"), "number")
        ]
    if not found and identity.number_taken:
        remedy = gettext_noop(
            "资料由其他平台传来、还没有账户的，请到交易中心开立账户；被冒名注册的，请交易中心核实注销。"
        )
        found = [replace(_blocker("number.taken", gettext_noop("该代码已经注册。"), "number"), remedy=remedy)]
    return found


# What may be done with an application in each status (CTS A-05..08).
MOVES: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"edit", "submit", "delete"}),
    "submitted": frozenset({"verify", "refuse", "recall"}),
    "refused": frozenset({"edit", "submit", "delete"}),
    "verified": frozenset(),
}
_LOCKED = Blocker(
    "application.locked",
    gettext_noop("申请正在核验，资料已锁定。"),
    "CTS-EBS01 A-06",
    gettext_noop("可先撤回再修改，或等待核验结果。"),
)
_DONE = Blocker(
    "application.locked",
    gettext_noop("申请已经核验办结，不能再改动。"),
    "CTS-EBS01 A-08",
    gettext_noop("资料有变化的，请另行申请变更。"),
)
_NOT_SUBMITTED = Blocker(
    "application.not_submitted",
    gettext_noop("这份申请不在核验中，可能已由他人办理或由申请人撤回。"),
    "CTS-EBS01 A-05",
    gettext_noop("请刷新后查看最新状态。"),
)

_OWN = Blocker(
    "application.own",
    gettext_noop("不能核验本人或本单位的申请，请由另一位工作人员办理。"),
    "CTS-EBS01 A-04",
)


def move_blockers(status: str, move: str) -> list[Blocker]:
    """Why an application in this status cannot be edited, submitted, deleted, recalled, verified or refused."""
    if move in MOVES[status]:
        return []
    if move in ("verify", "refuse", "recall"):
        return [_NOT_SUBMITTED]
    return [_LOCKED if status == "submitted" else _DONE]


def decision_blockers(status: str, move: str, own: bool) -> list[Blocker]:
    """As `move_blockers`; and nobody decides about the party that they act for."""
    return move_blockers(status, move) or ([_OWN] if own else [])


def refusal_blockers(reasons: str) -> list[Blocker]:
    if reasons.strip():
        return []
    return [_blocker("reasons.missing", gettext_noop("退回须一次性写明全部原因。"), "reasons")]


def _blocker(code: str, message: str, place: str) -> Blocker:
    return Blocker(code, message, _RULE, "", {}, place)
