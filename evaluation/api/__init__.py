"""Endpoints of evaluation."""

from ninja import Router

from evaluation.api.committee import router as committee
from evaluation.api.experts import router as experts
from evaluation.api.report import router as report
from evaluation.api.room import router as room

router = Router()
router.add_router("", experts)
router.add_router("", committee)
router.add_router("", room)
router.add_router("", report)
