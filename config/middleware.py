"""The edge around every page: refusals and a full disk become pages, oversized bodies 413, cookie requests to the API need the CSRF token."""

from collections.abc import Callable

from django.conf import settings
from django.core.exceptions import RequestDataTooBig
from django.db import DataError
from django.http import HttpRequest, HttpResponse
from ninja.utils import check_csrf

from config.views import bad_request, refused, too_large
from runtime.full_disk import full_disk
from runtime.refusal import Refusal

Next = Callable[[HttpRequest], HttpResponse]


class RefusalMiddleware:
    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if getattr(request, "scope", {}).get("yangguang.too_large"):
            return too_large(request)
        return self.get_response(request)

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        if isinstance(exception, Refusal):
            return refused(request, exception)
        if full := full_disk(exception):
            return refused(request, full)
        if isinstance(exception, ValueError | DataError) and "NUL (0x00)" in str(exception):
            return bad_request(request, exception)  # PostgreSQL stores no such text
        return too_large(request) if isinstance(exception, RequestDataTooBig) else None


class CookieApiMiddleware:
    """An API call that is authenticated by the session cookie could be forged by another site; a Bearer token could not."""

    def __init__(self, get_response: Next) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self, request: HttpRequest, view: Callable[..., HttpResponse], args: object, kwargs: object
    ) -> HttpResponse | None:
        by_cookie = settings.SESSION_COOKIE_NAME in request.COOKIES and "Authorization" not in request.headers
        return check_csrf(request) if request.path.startswith("/api/") and by_cookie else None
