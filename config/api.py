"""The REST API: one NinjaAPI, a router an app. Refusals are answered the same everywhere (runtime.refusal)."""

from importlib import import_module

from django.http import HttpRequest, HttpResponse
from ninja import NinjaAPI

from runtime.refusal import Refusal
from runtime.spoken import answer

api = NinjaAPI(
    title="阳光 Yangguang",
    version="1",
    urls_namespace="api",
    description="公共资源交易平台开放接口。金额与分数一律为字符串形式的十进制数；时间为 UTC。",
)

# Apps with endpoints; a line an app.
ROUTERS: tuple[str, ...] = ("prequalified", "signing", "tendering", "evaluation", "supervision")
for app in ROUTERS:
    api.add_router("", import_module(f"{app}.api").router)


@api.exception_handler(Refusal)
def refused(request: HttpRequest, refusal: Refusal) -> HttpResponse:
    return api.create_response(request, answer(refusal), status=refusal.status)
