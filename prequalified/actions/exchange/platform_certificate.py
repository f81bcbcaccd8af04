"""The certificate that this platform signs with, for whoever registers it as a peer."""

from signing.actions.open_platform_authority import open_platform_authority
from signing.rules.certificates import pem


def platform_certificate() -> bytes:
    """PEM."""
    return pem(open_platform_authority().signer.cert_der)
