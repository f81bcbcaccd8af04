"""What every page knows."""

from typing import Any

from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import Role
from runtime.actor import Actor
from runtime.clock import now


def page(request: HttpRequest) -> dict[str, Any]:
    actor: Actor | None = getattr(request, "actor", None)
    return {
        "server_now": now(),
        "actor": actor,
        "actor_role": dict(Role.choices).get(actor.role, "") if actor else "",
        "navigation": _navigation(request.path, actor),
    }


def _navigation(path: str, actor: Actor | None) -> list[dict[str, object]]:
    entries = [
        ("/", _("首页")),
        ("/notices/", _("公告")),
        ("/directories/", _("预选名录")),
        ("/firms/", _("市场主体")),
        ("/blacklist/", _("黑名单")),
        ("/journal/", _("公开日志")),
        ("/check/", _("核验文件")),
    ]
    if actor and actor.role in ("tenderer", "agency", "staff", "supervisor"):
        entries.append(("/projects/", _("项目")))
    if actor and actor.account_id:
        entries.append(("/home/", _("我的事项")))
    return [
        {"url": url, "title": title, "here": path == url if url == "/" else path.startswith(url)}
        for url, title in entries
    ]
