"""When a certificate may be bound to a party (CTS A-12, A-13)."""

import datetime as dt
from dataclasses import dataclass

from prequalified.rules import names
from runtime.refusal import Blocker, gettext_noop

SOON = dt.timedelta(days=30)  # from here on an expiring certificate is a matter for the to-do list
_STAGES = (SOON, dt.timedelta(days=7), dt.timedelta(days=1))  # a mail each
_RULE = "CTS-EBS01 A-12"


@dataclass(frozen=True, slots=True)
class CertificateFacts:
    holder_name: str
    holder_number: str
    bound_elsewhere: bool
    bound_here: bool


def blockers(facts: CertificateFacts, party_name: str, party_number: str) -> list[Blocker]:
    """Every reason at once why this certificate does not fit this party."""
    found = []
    if facts.holder_number != party_number:
        message = gettext_noop("证书中的代码 %(found)s 与注册代码 %(expected)s 不一致。")
        found.append(
            _blocker("certificate.wrong_holder", message, found=facts.holder_number or "-", expected=party_number)
        )
    if names.key(facts.holder_name) != names.key(party_name):
        message = gettext_noop("证书中的名称“%(found)s”与注册名称“%(expected)s”不一致。")
        found.append(_blocker("certificate.other_name", message, found=facts.holder_name, expected=party_name))
    if facts.bound_elsewhere:
        found.append(BOUND_ELSEWHERE)
    if facts.bound_here:
        found.append(_blocker("certificate.bound_already", gettext_noop("该证书已经绑定。")))
    return found


def announcement_due(not_after: dt.datetime, announced_at: dt.datetime | None, moment: dt.datetime) -> bool:
    """Whether the holder is to be told of the expiry now: once 30 days, once 7 days and once a day before (CTS A-13)."""
    if moment >= not_after:
        return False
    begun = [not_after - stage for stage in _STAGES if not_after - stage <= moment]
    return bool(begun) and (announced_at is None or announced_at < max(begun))


def _blocker(code: str, message: str, **params: str) -> Blocker:
    remedy = gettext_noop("请使用本主体的有效证书；名称变更的，先办理变更核验或换发证书。")
    return Blocker(code, message, _RULE, remedy, params, place="signature")


BOUND_ELSEWHERE = _blocker("certificate.bound_elsewhere", gettext_noop("该证书已绑定到其他主体。"))
NOT_BOUND_HERE = Blocker("certificate.not_bound_here", gettext_noop("该证书没有绑定在本主体名下。"), _RULE)
NO_PARTY = Blocker(
    "party.none",
    gettext_noop("个人账户没有可绑定证书的主体。"),
    _RULE,
    gettext_noop("请先注册主体。"),
)
