"""What may be wrong with a bundle before any of its papers is looked at."""

from runtime.refusal import Blocker, gettext_noop

RULE = "docs/protocol/bundle.md"


def not_canonical(name: str) -> Blocker:
    return Blocker("bundle.not_canonical", gettext_noop("不是规范的 JSON（RFC 8785）。"), RULE, place=name)


def missing(name: str) -> Blocker:
    return Blocker("bundle.member_missing", gettext_noop("证据包缺少这份文件。"), RULE, place=name)


def too_large(name: str) -> Blocker:
    return Blocker("bundle.member_too_large", gettext_noop("这份文件过大，不予读取。"), RULE, place=name)
