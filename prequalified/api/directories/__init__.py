"""Endpoints of the directories."""

from ninja import Router

from prequalified.api.directories.party import router as party
from prequalified.api.directories.public import router as public
from prequalified.api.directories.staff import router as staff

router = Router()
for part in (public, party, staff):
    router.add_router("", part)
