"""Pages that belong to no app: errors, the clock, the words of the scripts."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.utils import translation
from django.utils.cache import patch_vary_headers
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe
from django.views.i18n import JavaScriptCatalog

from runtime.clock import now, stamp
from runtime.refusal import Refusal
from runtime.spoken import answer, spoken


@require_safe
def clock(request: HttpRequest) -> JsonResponse:
    """`{"now": "2026-11-21T06:03:07.123Z"}`: the server's time, for the running clocks."""
    response = JsonResponse({"now": stamp(now())})
    response["Cache-Control"] = "no-store"
    return response


class Words(JavaScriptCatalog):
    """The translations the scripts need; asked for with the language in the address, so that it may be kept an hour."""

    domain = "djangojs"

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        asked = request.GET.get("language", "")
        with translation.override(asked if asked in dict(settings.LANGUAGES) else translation.get_language()):
            return super().get(request, *args, **kwargs)

    def render_to_response(self, context: dict[str, Any], **kwargs: Any) -> HttpResponse:
        response = super().render_to_response(context, **kwargs)
        response["Cache-Control"] = "private, max-age=3600"
        return response


def wants_json(request: HttpRequest) -> bool:
    return request.path.startswith("/api/") or request.headers.get("Accept", "").startswith("application/json")


def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    """A refusal nobody on the way answered: a page, a fragment for htmx, or JSON."""
    if wants_json(request):
        return JsonResponse(answer(refusal), status=refusal.status)
    template = "config/_refusal.html" if request.headers.get("HX-Request") else "errors/refusal.html"
    back = request.path if request.method == "POST" else "/"
    context = {"refusal": spoken(refusal), "status": refusal.status, "back": back}
    response = render(request, template, context, status=refusal.status)
    patch_vary_headers(response, ["HX-Request", "Accept"])
    return response


def _error(request: HttpRequest, status: int, heading: str, explanation: str, remedy: str = "") -> HttpResponse:
    if wants_json(request):
        return JsonResponse({"detail": heading}, status=status)
    context = {"status": status, "heading": heading, "explanation": explanation, "remedy": remedy}
    return render(request, "errors/page.html", context, status=status)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400, _("请求无法理解"), _("服务器不能理解这个请求。"), _("请返回上一页重新操作。"))


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403, _("没有权限"), _("您当前的身份不能查看或办理这一页。"), _("请用有权限的身份登录。"))


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return _error(
        request,
        403,
        _("页面已过期"),
        _("为防止他人冒用您的登录，过期的页面不能提交。没有写入任何数据。"),
        _("请返回上一页，刷新后重新提交。"),
    )


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(
        request, 404, _("没有这一页"), _("这个地址下没有内容，或者现在还不能公开。"), _("请检查地址，或从首页搜索。")
    )


def too_large(request: HttpRequest) -> HttpResponse:
    return _error(
        request,
        413,
        _("提交的内容太大"),
        _("表单和接口一次最多接收 8 MiB。没有写入任何数据。"),
        _("大文件请用断点续传上传。"),
    )


def too_many(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
    """Also what django-axes shows to a locked-out log-in."""
    return _error(request, 429, _("尝试次数太多"), _("短时间内失败次数太多，已暂时停止受理。"), _("请 15 分钟后再试。"))


def server_error(request: HttpRequest) -> HttpResponse:
    """The page, or the plain one where even the page fails."""
    try:
        return _error(
            request,
            500,
            _("服务器出错了"),
            _("这不是您的操作造成的，已经记录。没有写入任何一半的数据。"),
            _("请稍后再试。"),
        )
    except Exception:  # noqa: BLE001  (whatever broke the request may break the page too)
        from django.template.loader import get_template

        return HttpResponse(get_template("errors/plain.html").render(), status=500)
