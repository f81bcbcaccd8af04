"""When a call may be published, and whether it takes requests now."""

import datetime as dt
from dataclasses import dataclass

from prequalified.rules.timing import beijing
from runtime.refusal import Blocker, gettext_noop

_RULE = "预选名录管理办法 公开征集"


@dataclass(frozen=True, slots=True)
class CallFacts:
    opens_at: dt.datetime
    closes_at: dt.datetime | None
    closed_at: dt.datetime | None = None


@dataclass(frozen=True, slots=True)
class CallDraft:
    """`closes_at` None: open all the year."""

    title: str
    text: str
    opens_at: dt.datetime
    closes_at: dt.datetime | None


def publication_blockers(draft: CallDraft, moment: dt.datetime, active: bool, published: bool) -> list[Blocker]:
    """`active`: the directory is in use; `published`: it has conditions that anybody can read."""
    found = inactive_blockers(active)
    if not published:
        message, remedy = gettext_noop("名录还没有公布入库条件。"), gettext_noop("请先公布入库条件。")
        found.append(Blocker("conditions.not_published", message, _RULE, remedy))
    if not 2 <= len(draft.title.strip()) <= 200:
        found.append(Blocker("call.title", gettext_noop("请填写标题，不超过二百个字。"), _RULE, place="title"))
    if len(draft.text) > 20_000:
        found.append(Blocker("call.text", gettext_noop("正文不得超过两万个字。"), _RULE, place="text"))
    if draft.closes_at is not None and draft.closes_at <= max(draft.opens_at, moment):
        message = gettext_noop("截止时间须晚于开始时间和现在。")
        found.append(Blocker("call.times", message, _RULE, place="closes_at"))
    return found


def inactive_blockers(active: bool) -> list[Blocker]:
    """A directory out of use takes neither calls nor requests."""
    return [] if active else [Blocker("directory.inactive", gettext_noop("名录已停用，不再征集和受理申请。"), _RULE)]


def is_open(call: CallFacts, moment: dt.datetime) -> bool:
    return not open_blockers(call, moment)


def open_blockers(call: CallFacts, moment: dt.datetime) -> list[Blocker]:
    """Why no request can be handed in now."""
    if moment < call.opens_at:
        message, at = gettext_noop("本次征集自 %(at)s 起受理申请。"), beijing(call.opens_at)
        return [Blocker("call.not_yet", message, _RULE, "", {"at": at})]
    ends = [moment for moment in (call.closes_at, call.closed_at) if moment is not None]
    if ends and min(ends) <= moment:
        message = gettext_noop("本次征集已于 %(at)s 截止，不再受理申请。")
        remedy = gettext_noop("请关注该名录的下一次征集。")
        return [Blocker("call.closed", message, _RULE, remedy, {"at": beijing(min(ends))})]
    return []


def close_blockers(call: CallFacts, moment: dt.datetime, reason: str) -> list[Blocker]:
    found = [one for one in open_blockers(call, moment) if one.code == "call.closed"]
    if not reason.strip():
        found.append(Blocker("reason.missing", gettext_noop("请写明原因。"), _RULE, place="reason"))
    return found
