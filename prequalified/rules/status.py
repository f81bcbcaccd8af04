"""Switching a verified role off and on (CTS A-09)."""

from dataclasses import dataclass

from runtime.refusal import Blocker, gettext_noop

_OPPOSITE = {"suspended": "verified", "verified": "suspended"}
_RULE = "CTS-EBS01 A-09"


@dataclass(frozen=True, slots=True)
class StatusFacts:
    """`own`: the role through which the actor itself acts."""

    now: str
    wanted: str
    reason: str
    own: bool


def blockers(facts: StatusFacts) -> list[Blocker]:
    """Every reason at once why a role cannot be suspended or restored."""
    found = []
    if not facts.reason.strip():
        found.append(Blocker("reason.missing", gettext_noop("请写明原因。"), _RULE, place="reason"))
    if _OPPOSITE.get(facts.wanted) != facts.now:
        message = gettext_noop("只有已核验的身份可以暂停，已暂停的可以恢复。")
        found.append(Blocker("role.status", message, _RULE, place="status"))
    if facts.own:
        message = gettext_noop("不能变更自己的身份状态，请由另一位工作人员办理。")
        found.append(Blocker("role.own", message, _RULE, place="status"))
    return found
