"""Pages of the parties' floor."""

from django.urls import include, path

from prequalified.web import access, certificates, parties, registration, verification
from prequalified.web.conduct.urls import urlpatterns as conduct
from prequalified.web.draws.urls import urlpatterns as draws
from prequalified.web.exchange.urls import urlpatterns as exchange
from prequalified.web.people.urls import urlpatterns as people

urlpatterns = [
    path("log-in/", access.log_in, name="log_in"),
    path("log-in/by-file/", access.log_in_by_file, name="log_in_by_file"),
    path("log-in/challenges/<uuid:number>/", access.challenge_text, name="challenge_text"),
    path("log-out/", access.log_out, name="log_out"),
    path("role/", access.role, name="role"),
    path("home/", access.home, name="home"),
    path("register/", registration.register, name="register"),
    path("terms/", registration.terms, name="terms"),
    path("register/citizen/", registration.register_citizen, name="register_citizen"),
    path("registration/", registration.mine, name="my_registration"),
    path("registration/<int:number>/", registration.application, name="application"),
    path("certificates/", certificates.certificates, name="certificates"),
    path("staff/applications/", verification.applications, name="applications"),
    path("staff/applications/<int:number>/", verification.decide, name="verification"),
    path("staff/parties/", parties.parties, name="parties"),
    path("staff/parties/<int:number>/", parties.party, name="party"),
    path("staff/parties/<int:number>/release/", parties.release, name="release_registration"),
    path("staff/parties/<int:number>/roles/<int:role>/status/", parties.status, name="role_status"),
    path("staff/appointments/", parties.appoint, name="appoint_staff"),
    *people,
    *exchange,
    *conduct,
    *draws,
    path("", include("prequalified.web.directories.urls")),
    path("", include("prequalified.web.sanctions.urls")),
]
