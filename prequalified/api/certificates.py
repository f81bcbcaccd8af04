"""A party's certificates by the API."""

from typing import Any

from ninja import Router, Status

from prequalified.actions.bind_certificate import bind_certificate
from prequalified.actions.issue_challenge import issue_challenge
from prequalified.actions.unbind_certificate import unbind_certificate
from prequalified.api.schemas import Binding, CertificateOut, ChallengeOut, certificate_out
from prequalified.models import PartyCertificate
from prequalified.permissions import Asked, act
from prequalified.rules.encoding import decoded

router = Router(tags=["certificates"])


@router.post("/certificates/challenges", response={201: ChallengeOut}, summary="取得绑定证书的挑战码")
@act()
def new_challenge(request: Asked) -> Status:
    row = issue_challenge(purpose="bind", account_id=request.actor.account_id)
    return Status(201, {"id": str(row.id), "text": row.text})


@router.post("/certificates", response={201: CertificateOut}, summary="绑定证书")
@act()
def bind(request: Asked, body: Binding) -> Status:
    signature = decoded(body.signature)
    row = bind_certificate(challenge_id=body.challenge, signature=signature, actor=request.actor)
    return Status(201, certificate_out(row))


@router.get("/certificates", response=list[CertificateOut], summary="我的证书")
@act()
def certificates(request: Asked) -> list[dict[str, Any]]:
    rows = PartyCertificate.objects.filter(party_id=request.actor.party_id or 0).order_by("-bound_at")
    return [certificate_out(row) for row in rows]


@router.delete("/certificates/{fingerprint}", response={204: None}, summary="解绑证书")
@act()
def unbind(request: Asked, fingerprint: str) -> Status:
    unbind_certificate(fingerprint=fingerprint, actor=request.actor)
    return Status(204, None)
