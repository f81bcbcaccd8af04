"""Signing with the bidder's certificate, and reading signatures where no trust anchors were given."""

from collections.abc import Callable
from dataclasses import replace

from runtime import clock
from signing.rules.cades import SignatureVerdict, SigningKey, Timestamper, sign_detached, verify_detached
from signing.rules.certificates import TrustStore, fingerprint
from signing.rules.sealed_bid import Verify, verifier

_NOBODY = TrustStore(())
_UNASKED = {"certificate.unknown_ca", "timestamp.untrusted"}


def signature_only(content: bytes, signature: bytes) -> SignatureVerdict:
    """The signature fits content and certificate; who issued the certificate is not asked. For one's own files."""
    verdict = verify_detached(content, signature, _NOBODY, clock.now())
    return replace(verdict, ok=True, code="ok") if verdict.code in _UNASKED else verdict


def verify_with(trust: TrustStore | None) -> Verify:
    """Against anchors, at the signature's timestamp or else now; without anchors the signature alone."""
    if trust is None:
        return signature_only

    def verify(content: bytes, signature: bytes) -> SignatureVerdict:
        verdict = verifier(trust)(content, signature)
        return verifier(trust, clock.now())(content, signature) if verdict.code == "signature.no_moment" else verdict

    return verify


def signing_with(signer: SigningKey, timestamper: Timestamper | None = None) -> Callable[[bytes], bytes]:
    """What `ContainerWriter.sign` wants."""
    return lambda manifest: sign_detached(manifest, signer, timestamper)


def same_certificate(verdict: SignatureVerdict, signer: SigningKey) -> bool:
    return verdict.holder_fingerprint == fingerprint(signer.cert_der)
