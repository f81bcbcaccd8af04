"""Endpoints of the parties' floor."""

from ninja import Router

from prequalified.api.access import router as access
from prequalified.api.certificates import router as certificates
from prequalified.api.registration import router as registration
from prequalified.api.staff import router as staff

router = Router()
for part in (access, registration, certificates, staff):
    router.add_router("", part)
