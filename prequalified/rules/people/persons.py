"""People of a party: what each duty asks for, and how an entry may move from draft to verified (人员登记、核验)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from runtime.refusal import Blocker, gettext_noop

_RULE = "CTS-EBS01 A-04..08"
DUTIES = ("legal_representative", "controller", "staff", "project_manager", "professional")
FIELDS = ("name", "title", "qualification", "grade", "specialty", "certificate_number")
LABELS: Mapping[str, str] = {
    "name": gettext_noop("姓名"), "title": gettext_noop("职称"), "qualification": gettext_noop("执业资格"),
    "grade": gettext_noop("等级"), "specialty": gettext_noop("专业"), "certificate_number": gettext_noop("证书编号"),
    "valid_until": gettext_noop("证书有效期至"), "since": gettext_noop("任职日期"), "number": gettext_noop("证件号码"),
}  # fmt: skip
_LONGEST = {"name": 120, "grade": 40}  # signs; others 80
_QUALIFIED = ("name", "qualification", "specialty", "certificate_number", "valid_until")
ASKED: Mapping[str, tuple[str, ...]] = {
    "legal_representative": ("name",), "controller": ("name",), "staff": ("name",),
    "project_manager": _QUALIFIED, "professional": _QUALIFIED,
}  # fmt: skip
# Papers that prove it: one of each group must be there.
PROOFS: Mapping[str, tuple[frozenset[str], ...]] = {
    "legal_representative": (frozenset({"licence", "other"}),),
    "controller": (frozenset({"licence", "capital", "other"}),),
    "staff": (frozenset({"employment"}),),
    "project_manager": (frozenset({"personal"}), frozenset({"employment"})),
    "professional": (frozenset({"personal"}), frozenset({"employment"})),
}
KIND_NAMES: Mapping[str, str] = {
    "licence": gettext_noop("营业执照"), "personal": gettext_noop("人员证书"), "capital": gettext_noop("资本证明"),
    "employment": gettext_noop("劳动合同或社保证明"), "other": gettext_noop("其他材料"),
}  # fmt: skip
# One person in these duties at two firms is warned about, never refused: a rule may bar it, registration does not.
LONE_DUTIES = frozenset({"legal_representative", "project_manager"})
ALONE_PER_PARTY = frozenset({"legal_representative"})


@dataclass(frozen=True, slots=True)
class PersonFacts:
    """`papers`: (kind, title, valid until) of each; `standing`: the same person stands verified in this duty already."""

    duty: str
    words: Mapping[str, str]
    numbered: bool
    valid_until: dt.date | None
    papers: Sequence[tuple[str, str, dt.date | None]] = ()
    standing: bool = False
    duty_taken: bool = False


# What may be done with an entry in each status.
MOVES: Mapping[str, frozenset[str]] = {
    "draft": frozenset({"edit", "submit", "delete"}),
    "submitted": frozenset({"verify", "refuse", "recall"}),
    "refused": frozenset({"edit", "submit", "delete"}),
    "verified": frozenset({"change", "leave"}),
    "replaced": frozenset(),
    "left": frozenset(),
}
_LOCKED = Blocker(
    "person.locked", gettext_noop("人员资料正在核验，已锁定。"), _RULE, gettext_noop("可先撤回再修改，或等待核验结果。")
)
_DONE = Blocker(
    "person.done",
    gettext_noop("该人员资料已核验或已失效，不能再改动。"),
    _RULE,
    gettext_noop("有变化的，请另行办理变更。"),
)
_NOT_SUBMITTED = Blocker(
    "person.not_submitted", gettext_noop("该人员不在核验中，可能已由他人办理或由申请单位撤回。"), _RULE,
    gettext_noop("请刷新后查看最新状态。"),
)  # fmt: skip
_NOT_VERIFIED = Blocker("person.not_verified", gettext_noop("只有已核验在职的人员才能办理变更或离职。"), _RULE)
OWN = Blocker("person.own", gettext_noop("不能核验本单位的人员，请由另一位工作人员办理。"), "CTS-EBS01 A-04")
CHANGE_OPEN = Blocker("person.change_open", gettext_noop("该人员已有一份未办结的变更。"), _RULE)


def person_move_blockers(status: str, move: str) -> list[Blocker]:
    """Why an entry in this status cannot be edited, submitted, recalled, deleted, decided, changed or ended."""
    if move in MOVES[status]:
        return []
    if move in ("verify", "refuse", "recall"):
        return [_NOT_SUBMITTED]
    if move in ("change", "leave"):
        return [_NOT_VERIFIED]
    return [_LOCKED if status == "submitted" else _DONE]


def draft_blockers(duty: str, words: Mapping[str, str]) -> list[Blocker]:
    """A draft may be half filled, but not endless, and it says who somebody is to the firm."""
    found = []
    if duty not in DUTIES:
        found.append(Blocker("person.duty", gettext_noop("请选择岗位。"), _RULE, place="duty"))
    for key, value in words.items():
        if len(value) > _LONGEST.get(key, 80) or "\0" in value:
            found.append(_about("person.long", gettext_noop("“%(term)s”过长。"), key))
    return found


def submission_blockers(facts: PersonFacts, today: dt.date) -> list[Blocker]:
    """All that is missing or out of date before an entry is handed in, at once (一次性告知)."""
    told: Mapping[str, object] = {**facts.words, "valid_until": facts.valid_until}
    found = [
        _about("person.missing", gettext_noop("请填写“%(term)s”。"), key)
        for key in ASKED[facts.duty]
        if not str(told.get(key) or "").strip()
    ]
    if not facts.numbered:
        found.append(_about("person.missing", gettext_noop("请填写“%(term)s”。"), "number"))
    if facts.valid_until and facts.valid_until < today:
        found.append(_expired(facts))
    return found + _paper_blockers(facts, today) + _standing_blockers(facts)


def _expired(facts: PersonFacts) -> Blocker:
    message = gettext_noop("%(name)s 的执业证书（%(certificate)s）已于 %(day)s 过期。")
    params = {
        "name": facts.words.get("name", ""), "certificate": facts.words.get("certificate_number", ""),
        "day": str(facts.valid_until),
    }  # fmt: skip
    return Blocker(
        "person.certificate_expired", message, _RULE, gettext_noop("请换发后填写新的有效期。"), params, "valid_until"
    )


def _paper_blockers(facts: PersonFacts, today: dt.date) -> list[Blocker]:
    good = {kind for kind, _, until in facts.papers if until is None or until >= today}
    found = []
    for group in PROOFS[facts.duty]:
        if not group & good:
            message = gettext_noop("缺少有效的证明材料：%(terms)s。")
            terms = "、".join(KIND_NAMES[kind] for kind in sorted(group))
            found.append(Blocker("person.proof_missing", message, _RULE, "", {"terms": terms}, "papers"))
    for _, title, until in facts.papers:
        if until and until < today:
            message = gettext_noop("所附材料“%(title)s”已于 %(day)s 过期。")
            params = {"title": title, "day": until.isoformat()}
            found.append(Blocker("person.paper_expired", message, _RULE, "", params, "papers"))
    return found


def _standing_blockers(facts: PersonFacts) -> list[Blocker]:
    if facts.standing:
        return [Blocker("person.standing", gettext_noop("该人员已登记此岗位，请办理变更。"), _RULE, place="number")]
    if facts.duty_taken:
        message = gettext_noop("本单位已有核验在职的法定代表人，请对其办理变更或离职。")
        return [Blocker("person.duty_taken", message, _RULE, place="duty")]
    return []


def _about(code: str, message: str, key: str) -> Blocker:
    return Blocker(code, message, _RULE, "", {"term": LABELS[key]}, key)
