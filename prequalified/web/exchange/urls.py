"""Pages of the exchange port."""

from django.urls import path

from prequalified.web.exchange import pages

urlpatterns = [
    path("staff/exchange/", pages.outgoing, name="exchange"),
    path("staff/exchange/push/", pages.push, name="exchange_push"),
    path("staff/exchange/incoming/", pages.incoming, name="exchange_incoming"),
    path("staff/exchange/incoming/<int:number>/", pages.record, name="exchange_record"),
]
