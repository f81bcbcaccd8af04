"""May this member do this now? One answer for page, API and socket (A-133, A-146, A-156)."""

import datetime as dt
from dataclasses import dataclass

from evaluation.rules.phases import Phase, phase_blockers
from prequalified.rules.timing import beijing
from runtime.refusal import Blocker, gettext_noop


@dataclass(frozen=True, slots=True)
class RoomFacts:
    phase: str
    window_from: dt.datetime
    window_until: dt.datetime
    now: dt.datetime


@dataclass(frozen=True, slots=True)
class MemberFacts:
    standing: bool
    signed_in: bool
    undertaken: bool
    handed_in: bool = False
    review_finished: bool = False


def window_blockers(room: RoomFacts) -> list[Blocker]:
    if room.window_from <= room.now <= room.window_until:
        return []
    message = gettext_noop("现在不在评标时间内（%(from)s至%(until)s）")
    params = {"from": beijing(room.window_from), "until": beijing(room.window_until)}
    remedy = gettext_noop("时间不够的，请中心工作人员依条例48条延长评标时间")
    return [Blocker("room.outside_window", message, "条例 48; CTS A-156", remedy, params=params)]


def membership_blockers(member: MemberFacts) -> list[Blocker]:
    if member.standing:
        return []
    message = gettext_noop("您已回避或被更换，不能再参加本项目评审")
    return [Blocker("room.recused", message, "条例 48; 87号令 49")]


def act_blockers(room: RoomFacts, member: MemberFacts, *allowed: Phase) -> list[Blocker]:
    """For every act of a member after signing in and undertaking."""
    found = [*membership_blockers(member), *window_blockers(room), *phase_blockers(room.phase, *allowed)]
    if member.standing and not member.signed_in:
        found.append(Blocker("room.not_signed_in", gettext_noop("请先签到"), remedy=gettext_noop("在评标室页面签到")))
    elif member.standing and not member.undertaken:
        message = gettext_noop("请先确认没有回避情形并签署承诺书")
        found.append(Blocker("room.not_undertaken", message, "87号令 46"))
    return found


def draft_blockers(room: RoomFacts, member: MemberFacts) -> list[Blocker]:
    """For saving a score: own, before the hand-in, within the window."""
    found = act_blockers(room, member, Phase.SCORING)
    if member.handed_in:
        message = gettext_noop("评分表已经提交，不能再修改")
        remedy = gettext_noop("确需修改的，由组长说明理由申请回退")
        found.append(Blocker("score.handed_in", message, "87号令 64", remedy))
    return found


def verdict_blockers(room: RoomFacts, member: MemberFacts) -> list[Blocker]:
    found = act_blockers(room, member, Phase.PRELIMINARY)
    if member.review_finished:
        message = gettext_noop("初步评审意见已经提交，不能再修改")
        found.append(Blocker("review.finished", message, remedy=gettext_noop("由组长说明理由申请回退")))
    return found
