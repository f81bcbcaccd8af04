"""Log-in by the API: challenge, session, role."""

from typing import Any

from django.http import HttpRequest
from ninja import Router, Status

from prequalified.actions.admission import Admission
from prequalified.actions.issue_challenge import issue_challenge
from prequalified.actions.log_in_by_certificate import log_in_by_certificate
from prequalified.actions.log_in_by_password import log_in_by_password
from prequalified.actions.log_out import log_out
from prequalified.actions.open_access import open_access
from prequalified.actions.switch_role import switch_role
from prequalified.api.schemas import ChallengeOut, LogIn, MeOut, RoleIn, RoleOut, SessionOut, party_out
from prequalified.permissions import Asked, act
from prequalified.queries.actors import verified_roles
from prequalified.rules.encoding import decoded

router = Router(tags=["access"])


@router.post("/challenges", response={201: ChallengeOut}, summary="取得登录挑战码")
def new_challenge(request: HttpRequest) -> Status:
    row = issue_challenge(purpose="log-in")
    return Status(201, {"id": str(row.id), "text": row.text})


@router.post("/sessions", response={201: SessionOut}, summary="登录")
def new_session(request: HttpRequest, body: LogIn) -> Status:
    admission = _admit(request, body)
    token, row = open_access(admission=admission, role=body.role, address=str(request.META.get("REMOTE_ADDR", "")))
    return Status(201, {"token": token, "expires_at": row.expires_at, **_standing(admission, row.role)})


@router.post("/role", response=RoleOut, summary="切换身份")
@act()
def new_role(request: Asked, body: RoleIn) -> dict[str, str]:
    switch_role(request=request, role=body.role)
    return {"role": body.role}


@router.delete("/sessions", response={204: None}, summary="退出")
@act()
def end_session(request: Asked) -> Status:
    log_out(request=request)
    return Status(204, None)


@router.get("/me", response=MeOut, summary="当前身份")
@act()
def me(request: Asked) -> dict[str, Any]:
    actor = request.actor
    roles = verified_roles(actor.party_id) if actor.party_id else []
    return {
        "name": actor.name, "number": actor.number, "role": actor.role, "roles": roles, "centre": actor.centre,
        "certificate": actor.source.certificate,
    }  # fmt: skip


def _admit(request: HttpRequest, body: LogIn) -> Admission:
    if body.challenge or body.signature:
        return log_in_by_certificate(challenge_id=body.challenge, signature=decoded(body.signature))
    return log_in_by_password(request=request, username=body.username, password=body.password)


def _standing(admission: Admission, role: str) -> dict[str, Any]:
    party = admission.account.party
    return {
        "role": role,
        "roles": verified_roles(party.pk) if party else [],
        "party": party_out(party) if party else None,
    }
