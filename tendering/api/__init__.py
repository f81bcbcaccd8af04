"""Endpoints of tendering."""

from ninja import Router

from tendering.api.awards import router as awards
from tendering.api.bids import router as bids
from tendering.api.documents import router as documents
from tendering.api.notices import router as notices
from tendering.api.openings import router as openings
from tendering.api.projects import router as projects
from tendering.api.questions import router as questions

router = Router()
for part in (projects, documents, notices, questions, bids, openings, awards):
    router.add_router("", part)
