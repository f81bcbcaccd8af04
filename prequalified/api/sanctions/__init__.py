"""Lists, cases, repairs, imports and the gate by the API."""

from ninja import Router

from prequalified.api.sanctions.cases import router as cases
from prequalified.api.sanctions.imports import router as imports
from prequalified.api.sanctions.public import router as public

router = Router()
for part in (public, cases, imports):
    router.add_router("", part)
