"""Notices as they were published: the very bytes whose digest the act's entry names."""

from typing import Any

from runtime.clock import read_stamp
from runtime.refusal import gettext_noop
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case
from supervision.rules.verification.findings import Step

FORMAT = "yangguang-notice/1"


def check_notice(case: Case, step: Step, entry: Entry, kind: str) -> dict[str, Any]:
    """The notice that `entry` is about; empty with a finding where it is another. Raises Refusal where it is missing."""
    name = f"notices/{entry.body['notice']}.json"
    notice: dict[str, Any] = case.json(name)
    message = gettext_noop("公告与日志记下的摘要不符。")
    if not step.demand(case.sha256(name) == entry.body["sha256"], "notice.other_content", message, name):
        return {}
    said = (notice["format"], notice["kind"], notice["section"], notice["id"])
    message = gettext_noop("公告不属于本标段，或者不是这一类公告。")
    step.demand(said == (FORMAT, kind, case.code, entry.body["notice"]), "notice.foreign", message, name)
    message = gettext_noop("公告所写的发布时间 %(at)s 不是日志记下的时间。")
    at = read_stamp(notice["published"])
    step.demand(entry.is_about(at), "notice.other_time", message, name, at=notice["published"])
    return notice


def text_of(notice: dict[str, Any]) -> str:
    """The notice's words in one string; thousands separators are left out, so that amounts are found however written."""
    return "\n".join(str(row["text"]) for row in notice.get("body", [])).replace(",", "").replace("，", "\n")
