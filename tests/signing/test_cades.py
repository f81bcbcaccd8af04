import subprocess
import sys
from pathlib import Path

import pytest
from asn1crypto import cms
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from runtime.refusal import Refusal
from signing.rules import demo_ca
from signing.rules.cades import digest_of, sign_detached, verify_detached
from signing.rules.certificates import fingerprint
from signing.rules.signing_key import SigningKey
from tests.factories.certificates import DAY, NOW, NUMBER, authority, holder, stamper, trust

SUITES = ["rsa", "ecdsa"]
CONTENT = "投标文件正文\r\n第二行\n".encode()


@pytest.fixture
def files(tmp_path):
    """content, and the anchors' root as openssl wants it."""
    (tmp_path / "content").write_bytes(CONTENT)
    return tmp_path


def _pem_pair(folder: Path, key: SigningKey) -> tuple[Path, Path]:
    cert, secret = folder / "signer.pem", folder / "signer.key"
    cert.write_bytes(key.certificate.public_bytes(Encoding.PEM))
    secret.write_bytes(key.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return cert, secret


def _openssl_accepts(folder: Path, suite: str, signature: bytes) -> bool:
    (folder / "signature").write_bytes(signature)
    (folder / "root.pem").write_bytes(authority(suite).root.certificate.public_bytes(Encoding.PEM))
    words = ["openssl", "cms", "-verify", "-purpose", "any", "-cades", "-binary", "-inform", "DER"]
    words += ["-in", folder / "signature", "-content", folder / "content", "-CAfile", folder / "root.pem"]
    return subprocess.run([*words, "-out", folder / "verified"], capture_output=True, check=False).returncode == 0


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("stamped", [False, True])
def test_openssl_accepts_our_signature_and_refuses_it_for_other_content(files, suite, stamped):
    key = holder(suite)
    signature = sign_detached(CONTENT, key, stamper(authority("rsa").timestamp_authority()) if stamped else None)

    assert _openssl_accepts(files, suite, signature)
    assert (files / "verified").read_bytes() == CONTENT
    (files / "content").write_bytes(CONTENT + b" ")
    assert not _openssl_accepts(files, suite, signature)


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("suite", SUITES)
@pytest.mark.parametrize("form", ["DER", "PEM"])
def test_we_accept_what_openssl_signs(files, suite, form):
    cert, secret = _pem_pair(files, holder(suite))
    words = ["openssl", "cms", "-sign", "-cades", "-binary", "-in", files / "content", "-outform", form]
    subprocess.run([*words, "-out", files / "s", "-signer", cert, "-inkey", secret], check=True, capture_output=True)

    verdict = verify_detached(files / "content", (files / "s").read_bytes(), trust(), NOW)

    assert verdict.ok
    assert verdict.holder_fingerprint == fingerprint(holder(suite).cert_der)
    assert verdict.holder.number == NUMBER
    assert verdict.signed_at is not None and verdict.timestamp_time is None


@pytest.mark.parametrize("suite", SUITES)
def test_bytes_file_and_stream_are_the_same_content_and_a_known_digest_is_not_hashed_again(files, suite, monkeypatch):
    path, digest = files / "content", digest_of(CONTENT)
    signature = sign_detached(None, holder(suite), digest=digest, signed_at=NOW)

    for content in (CONTENT, path):
        assert verify_detached(content, signature, trust(), NOW).ok
    with path.open("rb") as stream:
        assert verify_detached(stream, signature, trust(), NOW).ok
    monkeypatch.setattr("signing.rules.cades.digest_of", None)
    assert verify_detached(None, signature, trust(), NOW, digest=digest).ok
    assert verify_detached(None, signature, trust(), NOW, digest=bytes(32)).code == "signature.other_content"


def test_content_and_digest_together_or_neither_is_a_mistake_of_ours():
    with pytest.raises(ValueError, match="exactly one"):
        sign_detached(CONTENT, holder(), digest=digest_of(CONTENT))
    with pytest.raises(ValueError, match="exactly one"):
        verify_detached(None, b"", trust(), NOW)


def test_the_timestamp_gives_the_moment_and_a_stated_moment_wins():
    ca = demo_ca.make_ca("机构", "ecdsa")
    key = ca.issue("甲", NUMBER, not_before=NOW - 9 * DAY, not_after=NOW - DAY)
    tsa = ca.issue("时间戳", profile=demo_ca.TIMESTAMP_PROFILE, not_before=NOW - 9 * DAY)
    store = ca.trust_store(NOW - 5 * DAY)
    signature = sign_detached(CONTENT, key, stamper(tsa, NOW - 3 * DAY))

    by_timestamp = verify_detached(CONTENT, signature, store)
    assert by_timestamp.ok
    assert by_timestamp.at == by_timestamp.timestamp_time == NOW - 3 * DAY
    assert verify_detached(CONTENT, signature, store, NOW).code == "certificate.expired"


def test_a_claimed_signing_time_is_never_the_moment():
    signature = sign_detached(CONTENT, holder(), signed_at=NOW - 5 * DAY)

    verdict = verify_detached(CONTENT, signature, trust())

    assert verdict.code == "signature.no_moment"
    assert verdict.signed_at == NOW - 5 * DAY


def test_the_signature_has_the_attributes_of_the_baseline_and_no_root():
    signed = cms.ContentInfo.load(sign_detached(CONTENT, holder("ecdsa")))["content"]

    kinds = {item["type"].native for item in signed["signer_infos"][0]["signed_attrs"]}
    assert kinds == {"content_type", "message_digest", "signing_time", "signing_certificate_v2"}
    embedded = [choice.chosen.dump() for choice in signed["certificates"]]
    assert sorted(embedded) == sorted([holder("ecdsa").cert_der, authority("ecdsa").intermediate.der])


@pytest.mark.parametrize("passphrase", ["正确的口令", ""])
def test_a_p12_gives_back_the_same_key(passphrase):
    data = holder("ecdsa").to_p12(passphrase)

    opened = SigningKey.from_p12(data, passphrase)

    assert opened.cert_der == holder("ecdsa").cert_der
    assert verify_detached(CONTENT, sign_detached(CONTENT, opened), trust(), NOW).ok


@pytest.mark.needs("openssl")
def test_a_p12_of_openssl_opens(files):
    cert, secret = _pem_pair(files, holder("rsa"))
    words = ["openssl", "pkcs12", "-export", "-in", cert, "-inkey", secret, "-passout", "pass:geheim", "-out"]
    subprocess.run([*words, files / "modern.p12"], check=True, capture_output=True)
    subprocess.run([*words, files / "old.p12", "-keypbe", "PBE-SHA1-3DES", "-certpbe", "PBE-SHA1-3DES"], check=True)

    for name in ("modern.p12", "old.p12"):
        assert SigningKey.from_p12((files / name).read_bytes(), "geheim").cert_der == holder("rsa").cert_der


def test_a_wrong_passphrase_and_a_damaged_file_are_refused():
    data = holder("ecdsa").to_p12("richtig")
    for secret, content in (("falsch", data), ("", data), (None, data), ("richtig", data[:-20]), ("richtig", b"p12")):
        with pytest.raises(Refusal) as refused:
            SigningKey.from_p12(content, secret)
        assert [b.code for b in refused.value.blockers] == ["key.unreadable"]


@pytest.mark.parametrize(
    "key", [lambda: rsa.generate_private_key(65537, 1024), lambda: ec.generate_private_key(ec.SECP384R1())]
)
def test_a_key_that_is_not_accepted_is_refused_before_signing(key):
    weak = authority("ecdsa").issue("甲", NUMBER, key=key())

    with pytest.raises(Refusal) as refused:
        SigningKey.from_p12(weak.to_p12("x"), "x")
    assert refused.value.blockers[0].code == "certificate.weak_key"


def test_a_gigabyte_is_signed_and_verified_in_constant_memory(tmp_path):
    """Measured in a process of its own, so that nothing else counts; the file is sparse."""
    (tmp_path / "big").touch()
    with (tmp_path / "big").open("r+b") as out:
        out.truncate(1024**3)
    program = (
        "import resource, sys\nfrom pathlib import Path\nfrom tests.factories.certificates import *\n"
        "from signing.rules.cades import sign_detached, verify_detached\n"
        "store = trust(); s = sign_detached(b'', holder('ecdsa')); verify_detached(b'', s, store, NOW)\n"
        "before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss\n"
        "s = sign_detached(Path(sys.argv[1]), holder('ecdsa'))\n"
        "assert verify_detached(Path(sys.argv[1]), s, store, NOW).ok\n"
        "print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)\n"
    )
    out = subprocess.run([sys.executable, "-c", program, tmp_path / "big"], capture_output=True, text=True, check=True)

    assert int(out.stdout) < 8 * 1024  # KiB
