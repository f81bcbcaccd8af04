"""A private key with its certificate: what a person signs with."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeAlias

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa
from cryptography.hazmat.primitives.serialization import BestAvailableEncryption, Encoding, NoEncryption, pkcs12

from signing.rules import verdicts
from signing.rules.certificates import self_signed

PrivateKey: TypeAlias = rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey
SMALLEST_RSA = 2048
LARGEST_RSA = 8192  # larger ones only cost the verifier time


def accepted_key(key: object) -> bool:
    """RSA from 2,048 bits or P-256: the suites of protocol 1 without SM2."""
    if isinstance(key, rsa.RSAPublicKey | rsa.RSAPrivateKey):
        return SMALLEST_RSA <= key.key_size <= LARGEST_RSA
    if isinstance(key, ec.EllipticCurvePublicKey | ec.EllipticCurvePrivateKey):
        return isinstance(key.curve, ec.SECP256R1)
    return False


@dataclass(frozen=True)
class SigningKey:
    """`chain` holds the certificates that go into a signature beside the signer's own; a root among them is left out."""

    certificate: x509.Certificate
    key: PrivateKey
    chain: tuple[x509.Certificate, ...] = ()

    @classmethod
    def from_p12(cls, data: bytes, passphrase: str | bytes | None) -> "SigningKey":
        """Raises Refusal `key.unreadable` for a wrong passphrase or a damaged file, `certificate.weak_key` for a key
        that is not accepted. A file without protection opens with any passphrase."""
        secret = passphrase.encode() if isinstance(passphrase, str) else passphrase
        for attempt in (secret or None, None, b""):
            try:
                key, cert, chain = pkcs12.load_key_and_certificates(data, attempt)
            except (ValueError, TypeError):
                continue
            if cert is None or not isinstance(key, rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey):
                break
            if not accepted_key(key):
                raise verdicts.refusal("certificate.weak_key")
            return cls(cert, key, tuple(chain))
        raise verdicts.refusal("key.unreadable")

    def to_p12(self, passphrase: str, name: str = "") -> bytes:
        """PKCS #12 under AES-256; not encrypted when the passphrase is empty (demonstration only)."""
        protection = BestAvailableEncryption(passphrase.encode()) if passphrase else NoEncryption()
        return pkcs12.serialize_key_and_certificates(
            name.encode() or None, self.key, self.certificate, self.chain, protection
        )

    @property
    def cert_der(self) -> bytes:
        return self.certificate.public_bytes(Encoding.DER)

    @property
    def embedded(self) -> Sequence[bytes]:
        """The signer's certificate and its intermediates, DER."""
        ders = [self.cert_der, *(cert.public_bytes(Encoding.DER) for cert in self.chain)]
        return [ders[0], *(der for der in dict.fromkeys(ders[1:]) if der != ders[0] and not self_signed(der))]

    @property
    def is_rsa(self) -> bool:
        return isinstance(self.key, rsa.RSAPrivateKey)

    def sign(self, data: bytes) -> bytes:
        """PKCS #1 v1.5 or ECDSA (DER), both over SHA-256 of `data`."""
        if isinstance(self.key, rsa.RSAPrivateKey):
            return self.key.sign(data, padding.PKCS1v15(), hashes.SHA256())
        return self.key.sign(data, ec.ECDSA(hashes.SHA256()))
