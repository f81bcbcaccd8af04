"""The journal's and the draws' REST endpoints."""

from ninja import Router

from signing.api import draws, journal

router = Router()
router.add_router("", journal.router)
router.add_router("", draws.router)
