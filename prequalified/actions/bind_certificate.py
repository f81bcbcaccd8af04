"""Bind a certificate to one's own party: possession is proven by a fresh challenge, the number must be the party's."""

from cryptography import x509
from cryptography.x509.oid import NameOID
from django.db import IntegrityError, transaction

from prequalified.actions.answer_challenge import answer_challenge
from prequalified.models import Party, PartyCertificate
from prequalified.rules.binding import BOUND_ELSEWHERE, NO_PARTY, CertificateFacts, blockers
from runtime.actor import Actor
from runtime.clock import now
from runtime.refusal import Refusal, refuse_if
from signing.actions.append_entry import append_entry
from signing.rules.cades import SignatureVerdict


def bind_certificate(*, challenge_id: str, signature: bytes, actor: Actor) -> PartyCertificate:
    """Raises Refusal: `challenge.*`, `signature.*`, `certificate.*` (another's number or name, bound already, revoked …)."""
    verdict = answer_challenge(
        challenge_id=challenge_id, purpose="bind", signature=signature, account_id=actor.account_id
    )
    try:
        with transaction.atomic():
            return _write(verdict, actor)
    except IntegrityError as error:  # bound for another party between look and write
        raise Refusal(BOUND_ELSEWHERE) from error


def _write(verdict: SignatureVerdict, actor: Actor) -> PartyCertificate:
    party = Party.objects.select_for_update().filter(pk=actor.party_id or 0).first()
    if party is None:
        raise Refusal(NO_PARTY, 403)
    refuse_if(blockers(_facts(verdict, party), party.name, party.number))
    row = _bound(verdict, party, actor)
    body = {"certificate": row.fingerprint, "subject": row.subject, "issuer": row.issuer}
    append_entry(kind="certificate.bound", subject=f"party:{party.pk}", body=body, actor=actor, readers="supervisor")
    return row


def _facts(verdict: SignatureVerdict, party: Party) -> CertificateFacts:
    standing = PartyCertificate.objects.filter(fingerprint=verdict.holder_fingerprint, unbound_at=None).first()
    holder = verdict.holder
    return CertificateFacts(
        holder.name,
        holder.number,
        bound_elsewhere=standing is not None and standing.party_id != party.pk,
        bound_here=standing is not None and standing.party_id == party.pk,
    )


def _bound(verdict: SignatureVerdict, party: Party, actor: Actor) -> PartyCertificate:
    certificate = x509.load_der_x509_certificate(verdict.signer_cert_der)
    return PartyCertificate.objects.create(
        party=party,
        fingerprint=verdict.holder_fingerprint,
        der=verdict.signer_cert_der,
        holder=verdict.holder.name[:200],
        subject=readable(certificate.subject),
        issuer=readable(certificate.issuer),
        serial=f"{certificate.serial_number:x}",
        not_before=certificate.not_valid_before_utc,
        not_after=certificate.not_valid_after_utc,
        bound_at=now(),
        bound_by_id=actor.account_id,
    )


def readable(name: x509.Name) -> str:
    """RFC 4514, with the serial number by its name: there stands the holder's code."""
    return name.rfc4514_string({NameOID.SERIAL_NUMBER: "SERIALNUMBER"})[:500]
