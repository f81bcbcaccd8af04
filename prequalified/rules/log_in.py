"""Refusals at the door. They never say whether an account exists."""

import datetime as dt

from runtime.clock import BEIJING
from runtime.refusal import Blocker, gettext_noop

# A password is enough to read as a bidder or a citizen; every other role signs what it does, so it comes with a certificate.
READING_ROLES = frozenset({"bidder"})
# Five failures close the door for one name from one address (settings). Fifty close it for a name from everywhere, and for
# an address whatever the name: guessing from many addresses, and one password tried on many names.
WIDE_LIMIT = 50
WRONG_PASSWORD = Blocker(
    code="login.wrong",
    message=gettext_noop("用户名或密码不正确。"),
    remedy=gettext_noop("请核对后重试；连续五次错误将暂停登录十五分钟。"),
    place="password",
)
NOT_BOUND = Blocker(
    code="certificate.not_bound",
    message=gettext_noop("该证书没有绑定到任何已注册的主体。"),
    rule="CTS-EBS01 A-12",
    remedy=gettext_noop("请先用密码登录，在“我的证书”中绑定。"),
    place="signature",
)
ROLE_NOT_HELD = Blocker(
    code="role.not_held",
    message=gettext_noop("您没有这个身份，或该身份尚未通过核验、已被暂停。"),
    place="role",
)


def too_often(until: dt.datetime) -> Blocker:
    """The door is closed for this name from this address until `until`; trying again before that does not prolong it."""
    return Blocker(
        code="login.throttled",
        message=gettext_noop("错误次数过多，登录已暂停到 %(until)s 北京时间。"),
        remedy=gettext_noop("请在该时间之后再试，或使用数字证书登录。"),
        params={"until": until.astimezone(BEIJING).strftime("%Y-%m-%d %H:%M:%S")},
        place="password",
    )
