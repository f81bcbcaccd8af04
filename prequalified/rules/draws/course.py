"""The course of a draw from a directory: asked, frozen, finished; refused and voided ones stay as they are."""

from collections.abc import Mapping, Sequence

from runtime.refusal import Blocker, gettext_noop

ASKED, REFUSED, FROZEN, FINISHED, VOID = "asked", "refused", "frozen", "finished", "void"
STATES: Mapping[str, str] = {
    ASKED: gettext_noop("待确认"),
    REFUSED: gettext_noop("不予抽取"),
    FROZEN: gettext_noop("名单已冻结"),
    FINISHED: gettext_noop("已完成"),
    VOID: gettext_noop("已作废"),
}
RULE = "预选名录管理办法（抽取）"
LONGEST = 1000  # characters of a reason


def state_blockers(state: str, allowed: Sequence[str]) -> list[Blocker]:
    if state in allowed:
        return []
    message = gettext_noop("这次抽取当前状态为“%(term)s”，不能进行此操作，可能已由他人办理。")
    remedy = gettext_noop("请刷新后查看最新状态。")
    return [Blocker("draw.wrong_state", message, RULE, remedy, {"term": STATES[state]})]


def reason_blockers(reason: str) -> list[Blocker]:
    if reason.strip() and len(reason) <= LONGEST:
        return []
    message = gettext_noop("请写明理由，不超过 %(most)s 字。")
    return [Blocker("draw.reason", message, RULE, params={"most": str(LONGEST)}, place="reason")]


def redraw_blockers(state: str, replaced: bool, standing: int) -> list[Blocker]:
    """A voided draw is drawn again; a finished one only when nobody of its list is left in place."""
    if replaced:
        return [Blocker("draw.replaced", gettext_noop("这次抽取已被另一次抽取取代。"), RULE)]
    if state == FINISHED and standing:
        message = gettext_noop("抽取结果仍然有效，不能重新抽取；放弃的由次序在后的递补。")
        return [Blocker("draw.stands", message, RULE)]
    return state_blockers(state, (VOID, FINISHED))


def decline_blockers(state: str, gone: bool, over: bool, reason: str) -> list[Blocker]:
    """`gone`: the place was given up already; `over`: the term to decline has run out."""
    found = state_blockers(state, (FINISHED,))
    if gone:
        found.append(Blocker("draw.gone", gettext_noop("贵单位已放弃，或已被递补。"), RULE))
    if over:
        message = gettext_noop("中选后放弃的期限已过。")
        remedy = gettext_noop("请与招标人联系；无正当理由不签订合同的，将作为履约情况上报。")
        found.append(Blocker("draw.decline_late", message, RULE, remedy))
    return found + reason_blockers(reason)
