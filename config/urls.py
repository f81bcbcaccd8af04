"""Every page and endpoint hangs here; each app owns what is below its prefix."""

from django.urls import URLPattern, URLResolver, include, path
from django.views.i18n import set_language

from config import views
from config.api import api

# Apps with pages; a line an app.
PAGES: tuple[str, ...] = ("signing", "prequalified", "supervision", "evaluation", "tendering")

urlpatterns: list[URLPattern | URLResolver] = [
    path("api/v1/", api.urls),
    path("clock/", views.clock, name="clock"),
    path("words.js", views.Words.as_view(), name="words"),
    path("language/", set_language, name="set_language"),
    *(path("", include(f"{app}.web.urls")) for app in PAGES),
]
handler400 = "config.views.bad_request"
handler403 = "config.views.forbidden"
handler404 = "config.views.not_found"
handler500 = "config.views.server_error"
