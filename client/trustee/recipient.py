"""`trustee recipient`: a fresh pair for one tender. The identity stays with the trustee, the signed recipient is registered."""

from pathlib import Path

import pyrage

from client.bidding.keeping import keep_identity
from runtime import clock
from signing.rules.cades import SigningKey, Timestamper, sign_detached
from signing.rules.certificates import holder_of
from signing.rules.statements import RecipientStatement, SignedStatement


def make_recipient(
    tender: str, signer: SigningKey, identity_path: Path, passphrase: str, timestamper: Timestamper | None = None
) -> tuple[RecipientStatement, SignedStatement]:
    """Keep a new identity under the passphrase; returns the statement that registers its recipient, and it signed."""
    identity = pyrage.x25519.Identity.generate()
    holder = holder_of(signer.cert_der)
    statement = RecipientStatement(tender, str(identity.to_public()), holder.number)
    signature = sign_detached(statement.as_bytes(), signer, timestamper)
    keep_identity(identity_path, str(identity), passphrase, f"{tender} {statement.recipient}", clock.now())
    return statement, SignedStatement(statement.as_bytes(), signature)
