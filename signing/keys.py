"""The platform's private keys, below settings.KEYS, made on first use. Imported only by signing.actions (architecture, contract 5)."""

import os
import tempfile
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import cast

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)
from django.conf import settings

from runtime import clock
from signing.rules import issuing
from signing.rules.issuing import Issuer
from signing.rules.notes import NoteSigner
from signing.rules.signing_key import PrivateKey, SigningKey

_signers: dict[Path, NoteSigner] = {}


def keep(path: Path, content: bytes) -> bytes:
    """Write a private file once, whole, mode 0600; of two processes at once one wins and both read the winner's."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".new-")  # mkstemp makes it 0600
        with os.fdopen(handle, "wb") as out:
            out.write(content)
            out.flush()
            os.fsync(out.fileno())
        try:
            os.link(draft, path)
        except FileExistsError:
            pass
        finally:
            Path(draft).unlink()
    return path.read_bytes()


def journal_signer() -> NoteSigner:
    """The journal's Ed25519 key and its name, which is the log's origin.

    The origin is fixed on first use and kept in the key's file: it names the log for ever, wherever the platform is reached later.
    """
    path = Path(settings.KEYS) / "journal-key"
    if path not in _signers:
        _signers[path] = NoteSigner.parse(keep(path, _new_signer()).decode())
    return _signers[path]


def _new_signer() -> bytes:
    origin = settings.PUBLIC_URL.split("://", 1)[-1].rstrip("/") + "/log"
    return NoteSigner(origin, Ed25519PrivateKey.generate()).secret().encode() + b"\n"


@dataclass(frozen=True)
class PlatformIdentity:
    """The platform's own CA, the certificate that signs its papers, and the one of its timestamp authority."""

    root: Issuer
    signer: SigningKey
    tsa: SigningKey


_identities: dict[Path, PlatformIdentity] = {}


def platform_identity() -> PlatformIdentity:
    """P-256 throughout; kept as one file, so that root and leaves always belong together."""
    path = Path(settings.KEYS) / "platform-identity.pem"
    if path not in _identities:
        content = path.read_bytes() if path.exists() else keep(path, _new_identity())
        _identities[path] = _read_identity(content)
    return _identities[path]


def _new_identity() -> bytes:
    since = clock.now() - timedelta(days=1)
    until, longer = since + timedelta(days=3653), since + timedelta(days=7305)
    name = settings.PLATFORM_NAME
    root_key, key, tsa_key = (issuing.new_key("ecdsa") for _ in range(3))
    root_name = issuing.subject(f"{name} 证书机构", organisation=name)
    root = Issuer(issuing.issue(root_name, root_key, None, issuing.CA_PROFILE, since, longer), root_key)
    who = issuing.subject(name, organisation=name)
    leaf = issuing.issue(who, key, root, issuing.SIGNER_PROFILE, since, until)
    clock_name = issuing.subject(f"{name} 时间戳", organisation=name)
    stamping = issuing.issue(clock_name, tsa_key, root, issuing.TIMESTAMP_PROFILE, since, until)
    pairs = ((root_key, root.certificate), (key, leaf), (tsa_key, stamping))
    return b"".join(_pem_pair(key, certificate) for key, certificate in pairs)


def _pem_pair(key: PrivateKey, certificate: x509.Certificate) -> bytes:
    secret = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return secret + certificate.public_bytes(Encoding.PEM)


def _read_identity(content: bytes) -> PlatformIdentity:
    certificates = x509.load_pem_x509_certificates(content)
    begin = b"-----BEGIN PRIVATE KEY-----"
    keys = [load_pem_private_key(begin + part, None) for part in content.split(begin)[1:]]
    root, signer, tsa = zip(certificates, cast(list[PrivateKey], keys), strict=True)
    return PlatformIdentity(Issuer(*root), SigningKey(*signer), SigningKey(*tsa))
