"""Addresses that refuse and break, for the tests of the edges."""

from django.core.exceptions import PermissionDenied, SuspiciousOperation
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config.urls import handler400, handler403, handler404, handler500, urlpatterns
from runtime.refusal import Blocker, Refusal

__all__ = ["handler400", "handler403", "handler404", "handler500"]

LATE = Blocker(
    "bid.late",
    "投标截止时间%(at)s已过",
    rule="20号令 27",
    remedy="请关注下一轮招标",
    params={"at": "2026-11-21 14:00:00"},
    place="file",
)


def _raises(error):
    def view(request):
        raise error

    return view


urlpatterns = [
    path("refuse/", _raises(Refusal(LATE))),
    path("api/v1/refuse", csrf_exempt(_raises(Refusal(LATE, 422)))),  # as ninja's endpoints are
    path("break/", _raises(RuntimeError("a secret detail"))),
    path("forbid/", _raises(PermissionDenied())),
    path("suspect/", _raises(SuspiciousOperation())),
    path("take/", lambda request: _raises(RuntimeError(len(request.body)))(request)),
    *urlpatterns,
]
