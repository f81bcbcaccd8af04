"""The lives of an admission and of a request for one, as tables; docs/lifecycle.md is drawn from them.

`prequalified.actions.directories.change_admission` is the only writer of `Admission.state` and asks `blockers()` first.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from runtime.refusal import Blocker, gettext_noop


class State(StrEnum):
    ACTIVE = "active"
    SUSPENDED = "suspended"
    REMOVED = "removed"
    EXPIRED = "expired"
    LEFT = "left"


class Status(StrEnum):
    DRAFT = "draft"
    SUPPLEMENT = "supplement"
    REVIEW = "review"
    RETURNED = "returned"
    PUBLICITY = "publicity"
    ADMITTED = "admitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    LAPSED = "lapsed"


# The states in words; models/admission.py shows the same.
STATES: Mapping[str, str] = {
    State.ACTIVE: gettext_noop("在册"),
    State.SUSPENDED: gettext_noop("暂停"),
    State.REMOVED: gettext_noop("清退"),
    State.EXPIRED: gettext_noop("到期"),
    State.LEFT: gettext_noop("自愿退出"),
}
STATUSES: Mapping[str, str] = {
    Status.DRAFT: gettext_noop("草稿"),
    Status.SUPPLEMENT: gettext_noop("容缺待补正"),
    Status.REVIEW: gettext_noop("审核中"),
    Status.RETURNED: gettext_noop("已退回"),
    Status.PUBLICITY: gettext_noop("公示中"),
    Status.ADMITTED: gettext_noop("已入库"),
    Status.REFUSED: gettext_noop("不予入库"),
    Status.WITHDRAWN: gettext_noop("已撤回"),
    Status.LAPSED: gettext_noop("逾期未补正"),
}
RULE = "预选名录管理办法"


@dataclass(frozen=True, slots=True)
class Move:
    """`act` is the file in prequalified/actions that makes the move; `who`: the roles that may."""

    left: str
    act: str
    entered: str
    who: str


A, S = State, Status
MOVES: tuple[Move, ...] = (
    Move(A.ACTIVE, "conduct/decide_case", A.SUSPENDED, "staff"),
    Move(A.ACTIVE, "conduct/decide_case", A.REMOVED, "staff"),
    Move(A.SUSPENDED, "conduct/decide_case", A.REMOVED, "staff"),
    Move(A.SUSPENDED, "conduct/lift_suspension", A.ACTIVE, "staff, system"),
    Move(A.ACTIVE, "directories/expire_admissions", A.EXPIRED, "system"),
    Move(A.SUSPENDED, "directories/expire_admissions", A.EXPIRED, "system"),
    Move(A.ACTIVE, "directories/leave_directory", A.LEFT, "bidder, agency"),
    Move(A.SUSPENDED, "directories/leave_directory", A.LEFT, "bidder, agency"),
    Move(A.EXPIRED, "directories/admit_request", A.ACTIVE, "system, staff"),
)
REQUEST_MOVES: tuple[Move, ...] = (
    Move(S.DRAFT, "directories/submit_request", S.REVIEW, "bidder, agency"),
    Move(S.DRAFT, "directories/submit_request", S.SUPPLEMENT, "bidder, agency"),
    Move(S.RETURNED, "directories/submit_request", S.REVIEW, "bidder, agency"),
    Move(S.RETURNED, "directories/submit_request", S.SUPPLEMENT, "bidder, agency"),
    Move(S.SUPPLEMENT, "directories/submit_request", S.REVIEW, "bidder, agency"),
    Move(S.SUPPLEMENT, "directories/lapse_requests", S.LAPSED, "system"),
    Move(S.REVIEW, "directories/decide_request", S.PUBLICITY, "staff"),
    Move(S.REVIEW, "directories/decide_request", S.RETURNED, "staff"),
    Move(S.REVIEW, "directories/decide_request", S.REFUSED, "staff"),
    Move(S.PUBLICITY, "directories/answer_objection", S.REFUSED, "staff"),
    Move(S.PUBLICITY, "directories/admit_request", S.ADMITTED, "system, staff"),
    Move(S.PUBLICITY, "directories/admit_request", S.REFUSED, "system, staff"),
    *(
        Move(status, "directories/withdraw_request", S.WITHDRAWN, "bidder, agency")
        for status in (S.DRAFT, S.SUPPLEMENT, S.REVIEW, S.RETURNED, S.PUBLICITY)
    ),
)
OPEN = (S.DRAFT, S.SUPPLEMENT, S.REVIEW, S.RETURNED, S.PUBLICITY)
EDITABLE = (S.DRAFT, S.SUPPLEMENT, S.RETURNED)
PUBLIC = (S.PUBLICITY, S.ADMITTED)  # what anybody may see of a request


def blockers(left: str, entered: str) -> list[Blocker]:
    """Empty where the table lets an admission go from `left` to `entered`."""
    if any(move.left == left and move.entered == entered for move in MOVES):
        return []
    message = gettext_noop("该单位在册状态为“%(term)s”，不能变更为“%(terms)s”。")
    params = {"term": STATES[left], "terms": STATES[entered]}
    remedy = gettext_noop("请刷新页面，查看该单位当前的在册状态。")
    return [Blocker("admission.wrong_state", message, RULE, remedy, params)]


def request_blockers(left: str, entered: str) -> list[Blocker]:
    """Empty where the table lets a request go from `left` to `entered`; two of the staff at once: the second meets this."""
    if any(move.left == left and move.entered == entered for move in REQUEST_MOVES):
        return []
    return [wrong_status(left)]


def wrong_status(status: str) -> Blocker:
    message = gettext_noop("这份申请当前状态为“%(term)s”，不能进行此操作，可能已由他人办理。")
    remedy = gettext_noop("请刷新后查看最新状态。")
    return Blocker("admission_request.wrong_status", message, RULE, remedy, {"term": STATUSES[status]})


def change_blockers(left: str, entered: str, reason: str, by_staff: bool, basis: str) -> list[Blocker]:
    """As `blockers`; every change says why, and an adverse one by staff on what basis."""
    found = blockers(left, entered)
    if not reason.strip():
        found.append(Blocker("reason.missing", gettext_noop("请写明原因。"), RULE, place="reason"))
    if by_staff and entered in (A.SUSPENDED, A.REMOVED) and not basis.strip():
        found.append(Blocker("basis.missing", gettext_noop("请写明依据。"), RULE, place="basis"))
    return found


def renewed_blockers(state: str) -> list[Blocker]:
    """Why an admission in this state is not renewed ("": there is none to renew); who was removed applies anew."""
    if state not in (A.REMOVED, A.LEFT):
        return []
    message = gettext_noop("该单位在册状态为“%(term)s”，不能续期。")
    return [Blocker("renewal.not_standing", message, RULE, params={"term": STATES[state]})]
