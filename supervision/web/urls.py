"""The public's and the supervisor's eye: journal, check page, evidence bundles, information base."""

from django.urls import path

from supervision.web import bundles, check, firms, journal

urlpatterns = [
    path("firms/", firms.firms, name="firms"),
    path("firms/<str:number>/", firms.firm, name="firm"),
    path("journal/", journal.entries, name="journal"),
    path("journal/<int:index>/", journal.entry, name="journal_entry"),
    path("check/", check.check, name="check"),
    path("sections/<slug:code>/bundle/", bundles.bundle, name="bundle"),
    path("sections/<slug:code>/bundle/<int:number>/", bundles.download, name="bundle_download"),
]
