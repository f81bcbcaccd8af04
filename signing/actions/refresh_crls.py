"""Newer revocation lists for a trusted CA."""

from collections.abc import Iterable

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from django.db import transaction

from signing.actions.trust_authority import as_pem
from signing.models import TrustedAuthority
from signing.rules.certificates import read_certificates, read_crls


def refresh_crls(*, authority: TrustedAuthority, crls: Iterable[bytes]) -> int:
    """Take over DER lists that one of the CA's own certificates signed; returns how many were new.

    Older lists are kept: a revocation once published still counts, and a signature of last year is judged by a list of
    last year. A foreign or badly signed list is passed over. Twice the same list changes nothing.
    """
    with transaction.atomic():
        row = TrustedAuthority.objects.select_for_update().get(pk=authority.pk)
        issuers = [x509.load_der_x509_certificate(der) for der in read_certificates(row.certificates.encode())]
        held = read_crls(row.crls.encode()) if row.crls else []
        fresh = [der for der in dict.fromkeys(crls) if der not in held and _signed_by_one_of(der, issuers)]
        if fresh:
            row.crls = as_pem([*_worth_keeping(held, fresh), *fresh])
            row.save(update_fields=["crls", "changed_at"])
    return len(fresh)


def _worth_keeping(held: list[bytes], fresh: list[bytes]) -> list[bytes]:
    """One list a week and scope is enough of those that agree: a held one goes when a fresh one of its week covers it."""
    return [der for der in held if not any(_covers(x509.load_der_x509_crl(new), der) for new in fresh)]


def _covers(new: x509.CertificateRevocationList, old_der: bytes) -> bool:
    old = x509.load_der_x509_crl(old_der)
    if new.issuer != old.issuer or _scope(new) != _scope(old) or new.last_update_utc < old.last_update_utc:
        return False
    if new.last_update_utc.isocalendar()[:2] != old.last_update_utc.isocalendar()[:2]:
        return False
    # A certificate may leave the list once it has expired; then only the old list tells that it was revoked.
    return {entry.serial_number for entry in old} <= {entry.serial_number for entry in new}


def _scope(crl: x509.CertificateRevocationList) -> object:
    kinds = (x509.IssuingDistributionPoint, x509.DeltaCRLIndicator)
    return [extension.value for extension in crl.extensions if isinstance(extension.value, kinds)]


def _signed_by_one_of(der: bytes, issuers: Iterable[x509.Certificate]) -> bool:
    crl = x509.load_der_x509_crl(der)
    for issuer in issuers:
        try:
            if issuer.subject == crl.issuer and crl.is_signature_valid(issuer.public_key()):  # type: ignore[arg-type]
                return True
        except (InvalidSignature, UnsupportedAlgorithm, TypeError, ValueError):
            continue
    return False
