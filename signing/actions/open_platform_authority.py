"""The platform's own CA among the trusted authorities, with a revocation list that is always fresh."""

from datetime import timedelta

from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding
from django.db import IntegrityError, transaction

from runtime import clock
from signing.keys import PlatformIdentity, platform_identity
from signing.models import TrustedAuthority
from signing.rules import issuing
from signing.rules.certificates import fingerprint, read_blocks

LIST_GOOD_FOR = timedelta(days=60)
RENEW_BEFORE = timedelta(days=30)


def open_platform_authority() -> PlatformIdentity:
    """The platform's identity; its CA stands among the trusted authorities when this returns.

    Cheap when all is in place (one read). Delivered twice or in two processes at once, one row results.
    """
    identity = platform_identity()
    name = f"{identity.root.certificate.subject.rfc4514_string()} {fingerprint(identity.root.der)[:16]}"
    row = TrustedAuthority.objects.filter(name=name).only("id", "crls").first()
    if row is None:
        _create(name, identity)
    elif _ages(row.crls):
        TrustedAuthority.objects.filter(pk=row.pk).update(crls=_fresh_list(identity), changed_at=clock.now())
    return identity


def _create(name: str, identity: PlatformIdentity) -> None:
    try:
        with transaction.atomic():
            TrustedAuthority.objects.create(
                name=name,
                local=True,
                certificates=identity.root.certificate.public_bytes(Encoding.PEM).decode(),
                crls=_fresh_list(identity),
                number_rule={"place": "serialNumber"},
            )
    except IntegrityError:  # another process was first
        pass


def _ages(crls: str) -> bool:
    ends = [x509.load_der_x509_crl(der).next_update_utc for der in read_blocks(crls.encode(), frozenset({"X509 CRL"}))]
    return not any(end is not None and end > clock.now() + RENEW_BEFORE for end in ends)


def _fresh_list(identity: PlatformIdentity) -> str:
    now = clock.now()
    der = issuing.issue_crl(identity.root, [], now, now + LIST_GOOD_FOR, int(now.timestamp()))
    return x509.load_der_x509_crl(der).public_bytes(Encoding.PEM).decode()
