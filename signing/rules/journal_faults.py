"""Why a question to the journal has no answer."""

from runtime.refusal import Blocker, gettext_noop

_RULE = "protocol §5"


def no_entry(index: int) -> Blocker:
    return Blocker("journal.no_entry", gettext_noop("日志中没有第 %(index)s 条"), _RULE, params={"index": str(index)})


def not_readable(index: int) -> Blocker:
    message = gettext_noop("第 %(index)s 条的内容只对当事人或监督人员开放，其散列值是公开的")
    return Blocker("journal.not_readable", message, _RULE, params={"index": str(index)})


def no_proof(detail: str) -> Blocker:
    return Blocker("journal.no_proof", gettext_noop("不存在这样的证明：%(detail)s"), _RULE, params={"detail": detail})


def not_disclosed(section: str) -> Blocker:
    message = gettext_noop("标段 %(section)s 没有已公开的密封日志")
    return Blocker("journal.not_disclosed", message, _RULE, params={"section": section})
