"""Who may act: one decorator for pages, endpoints of the API and socket handlers alike.

    @act(roles={"tenderer", "agency"}, certificate=True)
    def publish(request, code): …

The first argument of what is decorated carries `actor` (a request, or a live consumer).
"""

import inspect
from collections.abc import Callable, Iterable
from functools import wraps
from typing import Any, TypeVar

from asgiref.sync import sync_to_async
from django.http import HttpRequest

from prequalified.models import PartyRole, Role, RoleStatus
from runtime.actor import Actor
from runtime.refusal import Blocker, Refusal, gettext_noop

F = TypeVar("F", bound=Callable[..., Any])


class Asked(HttpRequest):
    """A request as views see it: ActorMiddleware has put the actor on it."""

    actor: Actor


ROLE_NAMES = {
    "tenderer": gettext_noop("招标人"), "agency": gettext_noop("招标代理机构"), "bidder": gettext_noop("投标人"),
    "evaluator": gettext_noop("评标专家"), "trustee": gettext_noop("开标受托人"), "supervisor": gettext_noop("监督人员"),
    "staff": gettext_noop("中心工作人员"),
}  # fmt: skip


def demand(actor: Actor, roles: Iterable[str] = (), certificate: bool = False) -> None:
    """Refuse (401 or 403) an actor who is not logged in, not in one of `roles` (any, when empty), or without certificate."""
    roles = frozenset(roles)
    if actor.account_id is None:
        raise Refusal(LOGIN_NEEDED, 401)
    if roles and actor.role not in roles:
        raise Refusal(_wrong_role(actor, roles), 403)
    if certificate and not actor.source.certificate:
        raise Refusal(CERTIFICATE_NEEDED, 403)


def act(roles: Iterable[str] = (), certificate: bool = False) -> Callable[[F], F]:
    """Decorate a view, an endpoint or a socket handler; `roles` empty means: whoever is logged in."""
    allowed = frozenset(roles)
    unknown = allowed - set(Role.values)
    if unknown:
        raise ValueError(f"unknown roles {sorted(unknown)}")

    def decorate(function: F) -> F:
        if inspect.iscoroutinefunction(function):

            @wraps(function)
            async def asynchronous(where: Any, *args: Any, **kwargs: Any) -> Any:
                await sync_to_async(demand)(where.actor, allowed, certificate)
                return await function(where, *args, **kwargs)

            return asynchronous  # type: ignore[return-value]

        @wraps(function)
        def synchronous(where: Any, *args: Any, **kwargs: Any) -> Any:
            demand(where.actor, allowed, certificate)
            return function(where, *args, **kwargs)

        return synchronous  # type: ignore[return-value]

    return decorate


def _wrong_role(actor: Actor, roles: frozenset[str]) -> Blocker:
    """Why not: by a password, not yet verified, or in another role. Nothing is told about anybody else's roles."""
    held = PartyRole.objects.filter(party_id=actor.party_id, role__in=roles) if actor.party_id else ()
    verified = [row.role for row in held if row.status == RoleStatus.VERIFIED]
    if verified and not actor.source.certificate:
        return CERTIFICATE_NEEDED
    if held and not verified:
        return NOT_VERIFIED
    return Blocker(
        code="role.not_allowed",
        message=gettext_noop("您当前的身份不能办理此事，需要的身份：%(terms)s。"),
        remedy=gettext_noop("如您同时具有该身份，请在“我的事项”中切换。"),
        params={"terms": "、".join(ROLE_NAMES[role] for role in sorted(roles))},
    )


LOGIN_NEEDED = Blocker(
    code="login.needed",
    message=gettext_noop("办理此事须先登录。"),
    remedy=gettext_noop("请使用数字证书或密码登录。"),
)
NOT_VERIFIED = Blocker(
    code="role.not_verified",
    message=gettext_noop("您的注册尚未通过核验或已被暂停，暂时不能办理此事。"),
    rule="CTS-EBS01 A-05",
    remedy=gettext_noop("请在“我的注册”中查看办理进度和原因。"),
)
CERTIFICATE_NEEDED = Blocker(
    code="login.certificate_needed",
    message=gettext_noop("密码登录只能查看，办理此事须使用数字证书登录。"),
    rule="电子签名法 13",
    remedy=gettext_noop("请退出后使用数字证书重新登录。"),
)
