"""Endpoints of the parties' floor."""

from ninja import Router

from prequalified.api.access import router as access
from prequalified.api.certificates import router as certificates
from prequalified.api.conduct.conduct import router as conduct
from prequalified.api.directories import router as directories
from prequalified.api.draws.draws import router as draws
from prequalified.api.exchange.exchange import router as exchange
from prequalified.api.people.papers import router as papers
from prequalified.api.people.people import router as people
from prequalified.api.registration import router as registration
from prequalified.api.sanctions import router as sanctions
from prequalified.api.staff import router as staff

router = Router()
for part in (
    access,
    registration,
    certificates,
    staff,
    people,
    papers,
    exchange,
    conduct,
    draws,
    directories,
    sanctions,
):
    router.add_router("", part)
