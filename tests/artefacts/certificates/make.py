"""Makes every file beside it: signatures good and bad, with what each must be answered (`index.json`).

    python tests/artefacts/certificates/make.py

Run it from the root of the project. New keys each time; none is kept. Needs openssl, for what our own code refuses
to make. All is judged at AT unless the entry says otherwise.
"""

import base64
import datetime as dt
import json
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parents[2]))

from asn1crypto import cms, crl  # noqa: E402
from asn1crypto import x509 as ax509  # noqa: E402
from cryptography import x509  # noqa: E402
from cryptography.hazmat.primitives import hashes  # noqa: E402
from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: E402
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat  # noqa: E402
from cryptography.x509.oid import ExtendedKeyUsageOID  # noqa: E402

from signing.rules import demo_ca, issuing  # noqa: E402
from signing.rules.cades import SigningKey, sign_detached  # noqa: E402
from signing.rules.demo_numbers import organisation_number  # noqa: E402
from signing.rules.issuing import SIGNER_PROFILE, Issuer, Profile  # noqa: E402
from signing.rules.timestamps import issue_timestamp, obtain  # noqa: E402

AT = dt.datetime(2026, 11, 15, 4, 0, tzinfo=dt.UTC)
DAY = dt.timedelta(days=1)
CONTENT = "投标文件：总价 980000.00 元。\n".encode()
NUMBER = organisation_number(77)
WORK = Path(tempfile.mkdtemp())
index: dict[str, dict[str, str]] = {}


def keep(name: str, data: bytes, code: str, **more: str) -> None:
    (HERE / f"{name}.p7s").write_bytes(data)
    index[name] = {"code": code, **more}


def openssl(*words: object) -> None:
    subprocess.run(["openssl", *map(str, words)], check=True, capture_output=True)


def pair(signer: SigningKey) -> list[object]:
    """-signer … -inkey … for openssl."""
    cert, key = WORK / "signer.pem", WORK / "signer.key"
    cert.write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return ["-signer", cert, "-inkey", key]


def by_openssl(signer: SigningKey, *options: object, cades: bool = True, digest: str = "sha256") -> bytes:
    out = WORK / "out.der"
    words = ["cms", "-sign", "-binary", "-in", HERE / "content.txt", "-outform", "DER", "-out", out, "-md", digest]
    openssl(*words, *(["-cades"] if cades else []), *pair(signer), *options)
    return out.read_bytes()


def sign(signer: SigningKey, stamper=None, content: bytes = CONTENT) -> bytes:
    return sign_detached(content, signer, stamper, signed_at=AT)


def stamper_of(tsa: SigningKey, at: dt.datetime = AT):
    return lambda digest: obtain(digest, lambda request: issue_timestamp(request, tsa, 4711, at))


def changed(data: bytes, change) -> bytes:
    """The signature with `change(signer_info, signed_data)` applied to its structure."""
    info = cms.ContentInfo.load(data)
    signed = info["content"].copy()
    change(signed["signer_infos"][0], signed)
    return cms.ContentInfo({"content_type": "signed_data", "content": signed}).dump(force=True)


def good(ca: demo_ca.DemoCA, ecdsa: demo_ca.DemoCA, tsa: SigningKey) -> None:
    signer = ca.issue("甲建设有限公司", NUMBER, not_before=AT - 300 * DAY)
    other = ecdsa.issue("乙建设有限公司", NUMBER, not_before=AT - 300 * DAY)
    keep("good-rsa", sign(signer), "ok")
    keep("good-ecdsa", sign(other), "ok")
    keep("good-rsa-timestamped", sign(signer, stamper_of(tsa)), "ok", at="timestamp")
    keep("good-ecdsa-timestamped", sign(other, stamper_of(tsa)), "ok", at="timestamp")
    keep("good-openssl-rsa", by_openssl(signer), "ok")
    keep("good-openssl-ecdsa", by_openssl(other), "ok")
    keep("good-openssl-key-identifier", by_openssl(signer, "-keyid"), "ok")
    keep("openssl-streamed", by_openssl(signer, "-stream"), "signature.not_detached")  # it puts the content inside
    keep("good-openssl-pss", by_openssl(signer, "-keyopt", "rsa_padding_mode:pss"), "ok")
    keep("good-extension-number", sign(_extension_ca_signer(signer)), "certificate.unknown_ca")
    pem = b"-----BEGIN CMS-----\n" + base64.encodebytes(sign(signer)) + b"-----END CMS-----\n"
    keep("good-pem", pem, "ok")


def _extension_ca_signer(signer: SigningKey) -> SigningKey:
    unknown = demo_ca.make_ca("不受认可的机构", "ecdsa", at=AT, number_rule=demo_ca.LAYOUTS["extension"])
    return unknown.issue("甲建设有限公司", NUMBER, not_before=AT - 300 * DAY)


def certificates(ca: demo_ca.DemoCA) -> None:
    def holder(**more) -> SigningKey:
        return ca.issue("甲建设有限公司", NUMBER, **({"not_before": AT - 300 * DAY} | more))

    keep("expired", sign(holder(not_after=AT - DAY)), "certificate.expired")
    keep("not-yet-valid", sign(holder(not_before=AT + DAY)), "certificate.not_yet_valid")
    unknown = demo_ca.make_ca("不受认可的机构", "rsa", at=AT)
    keep("unknown-ca", sign(unknown.issue("甲建设有限公司", NUMBER, not_before=AT - DAY)), "certificate.unknown_ca")
    false_twin = demo_ca.make_ca(ca.name, "rsa", at=AT)
    keep("false-twin-ca", sign(false_twin.issue("甲建设有限公司", NUMBER)), "certificate.unknown_ca")
    key = issuing.new_key("rsa")
    alone = issuing.issue(issuing.subject("自签"), key, None, SIGNER_PROFILE, AT - DAY, AT + DAY)
    keep("self-signed", sign(SigningKey(alone, key)), "certificate.unknown_ca")
    revoked, later = holder(), holder()
    demo_ca.revoke(ca, revoked.cert_der, AT - DAY)
    demo_ca.revoke(ca, later.cert_der, AT + DAY)
    keep("revoked-the-day-before", sign(revoked), "certificate.revoked")
    keep("revoked-the-day-after", sign(later), "ok")
    keep("revocation-list-expired", sign(holder(not_after=AT + 900 * DAY)), "certificate.crl_expired",
         at=(AT + 500 * DAY).isoformat())  # fmt: skip
    keep("revocation-list-missing", sign(holder()), "certificate.crl_missing", anchors="anchors-without-lists")
    keep("revocation-list-by-sha1", sign(holder()), "certificate.crl_missing", anchors="anchors-with-sha1-list")
    cannot_sign = Profile(digital_signature=False, non_repudiation=False)
    keep("wrong-usage", sign(holder(profile=cannot_sign)), "certificate.wrong_usage")
    server = Profile(purposes=(ExtendedKeyUsageOID.SERVER_AUTH,))
    keep("server-certificate", sign(holder(profile=server)), "certificate.wrong_usage")
    keep("weak-rsa-key", by_openssl(holder(key=rsa.generate_private_key(65537, 1024))), "certificate.weak_key")
    keep("other-curve", by_openssl(holder(key=ec.generate_private_key(ec.SECP384R1()))), "certificate.weak_key")
    keep("sha1-certificate", sign(_sha1_certificate(ca)), "certificate.weak_algorithm")
    keep("issued-by-a-holder", sign(_issued_by_a_holder(ca)), "certificate.path_invalid")


def _sha1_certificate(ca: demo_ca.DemoCA) -> SigningKey:
    """Our library refuses to sign with SHA-1, so openssl issues it."""
    signer = ca.issue("甲建设有限公司", NUMBER, not_before=AT - DAY)
    words = pair(signer)
    ca_cert, ca_key = WORK / "ca.pem", WORK / "ca.key"
    ca_cert.write_bytes(ca.intermediate.certificate.public_bytes(Encoding.PEM))
    ca_key.write_bytes(ca.intermediate.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    request, out = WORK / "request.pem", WORK / "sha1.pem"
    openssl("req", "-new", "-key", words[3], "-subj", "/CN=sha1", "-out", request)
    days = (AT + 400 * DAY - dt.datetime.now(dt.UTC)).days
    openssl("x509", "-req", "-in", request, "-CA", ca_cert, "-CAkey", ca_key, "-sha1", "-days", days, "-out", out)
    info = ax509.Certificate.load(x509.load_pem_x509_certificate(out.read_bytes()).public_bytes(Encoding.DER))
    info["tbs_certificate"]["validity"]["not_before"] = ax509.Time({"utc_time": AT - DAY})
    tbs = info["tbs_certificate"].dump(force=True)
    value = _openssl_sha1(tbs, ca_key)
    info["signature_value"] = value
    return SigningKey(x509.load_der_x509_certificate(info.dump(force=True)), signer.key, signer.chain)


def _openssl_sha1(data: bytes, key: Path) -> bytes:
    (WORK / "tbs").write_bytes(data)
    openssl("dgst", "-sha1", "-sign", key, "-out", WORK / "sig", WORK / "tbs")
    return (WORK / "sig").read_bytes()


def _issued_by_a_holder(ca: demo_ca.DemoCA) -> SigningKey:
    """A holder plays CA: basicConstraints must stop it."""
    first = ca.issue("甲建设有限公司", NUMBER, not_before=AT - 300 * DAY)
    key = issuing.new_key("rsa")
    issuer = Issuer(first.certificate, first.key)
    cert = issuing.issue(issuing.subject("冒名", serial_number=NUMBER), key, issuer, SIGNER_PROFILE, AT - DAY, AT + DAY)
    return SigningKey(cert, key, (first.certificate, *first.chain))


def signatures(ca: demo_ca.DemoCA, ecdsa: demo_ca.DemoCA) -> None:
    signer = ca.issue("甲建设有限公司", NUMBER, not_before=AT - 300 * DAY)
    again = ca.issue("甲建设有限公司", NUMBER, not_before=AT - 200 * DAY, key=signer.key)
    stranger = ca.issue("丙建设有限公司", organisation_number(78), not_before=AT - 300 * DAY)
    whole = sign(signer)
    keep("other-content", sign(signer, content=CONTENT + b" "), "signature.other_content")
    keep("truncated", whole[: len(whole) // 2], "signature.unreadable")
    keep("trailing-bytes", whole + b"\0", "signature.unreadable")
    keep("empty-sequence", b"\x30\x00", "signature.unreadable")
    keep("flipped-value", changed(whole, _flip_value), "signature.invalid")
    keep(
        "swapped-certificate",
        changed(whole, lambda info, signed: _put(info, signed, again)),
        "signature.wrong_certificate",
    )
    keep(
        "foreign-certificate",
        changed(whole, lambda info, signed: _put(info, signed, stranger)),
        "signature.wrong_certificate",
    )
    keep("two-signers", by_openssl(signer, *pair_again(stranger)), "signature.signers")
    keep("no-certificate", by_openssl(signer, "-nocerts"), "signature.no_certificate")
    keep("no-attributes", by_openssl(signer, "-noattr", cades=False), "signature.not_cades")
    keep("no-ess", by_openssl(signer, cades=False), "signature.not_cades")
    keep("with-content-inside", by_openssl(signer, "-nodetach"), "signature.not_detached")
    keep("sha1-digest", by_openssl(signer, digest="sha1"), "signature.weak_digest")
    keep("md5-digest", by_openssl(signer, digest="md5"), "signature.weak_digest")
    keep(
        "sha1-digest-ecdsa",
        by_openssl(ecdsa.issue("乙", NUMBER, not_before=AT - DAY), digest="sha1"),
        "signature.weak_digest",
    )
    many = [ca.issue(f"多{n}", NUMBER, not_before=AT - DAY).certificate for n in range(8)]
    keep("nine-certificates", sign(SigningKey(signer.certificate, signer.key, tuple(many))), "certificate.too_many")
    keep("attribute-twice", _attribute_twice(signer), "signature.unreadable")
    keep("explosion-by-a-ca", sign(explosion(ecdsa, True)), "certificate.too_complex", slow="yes")
    keep("explosion-by-a-stranger", sign(explosion(ecdsa, False)), "certificate.unknown_ca")


def pair_again(signer: SigningKey) -> list[object]:
    cert, key = WORK / "second.pem", WORK / "second.key"
    cert.write_bytes(signer.certificate.public_bytes(Encoding.PEM))
    key.write_bytes(signer.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    return ["-signer", cert, "-inkey", key]


def _flip_value(info, signed) -> None:
    value = bytearray(info["signature"].native)
    value[7] ^= 1
    info["signature"] = bytes(value)


def _put(info, signed, other: SigningKey) -> None:
    """Another certificate instead of the signer's; the reference to it is not covered by the signature value."""
    cert = ax509.Certificate.load(other.cert_der)
    info["sid"] = cms.SignerIdentifier(
        name="issuer_and_serial_number",
        value=cms.IssuerAndSerialNumber({"issuer": cert.issuer, "serial_number": cert.serial_number}),
    )
    signed["certificates"] = cms.CertificateSet([cert, signed["certificates"][1]])


def _attribute_twice(signer: SigningKey) -> bytes:
    def twice(info, signed) -> None:
        attributes = [*info["signed_attrs"], info["signed_attrs"][0]]
        info["signed_attrs"] = cms.CMSAttributes(attributes)
        info["signature"] = signer.sign(cms.CMSAttributes(attributes).dump())

    return changed(sign(signer), twice)


def explosion(ca: demo_ca.DemoCA, by_ca: bool) -> SigningKey:
    """Seven CA certificates of one name, each signed by the one before: thousands of paths through them.

    The first is signed by the trusted CA itself, or by nobody we know (then all of them are thrown away unread).
    """
    name = issuing.subject("互签", organisation=ca.name)
    keys = [issuing.new_key("ecdsa") for _ in range(7)]
    certs = []
    for place, key in enumerate(keys):
        if place == 0 and by_ca:
            issuer = ca.root
        else:
            issuer_cert = issuing.issue(name, keys[place - 1], None, issuing.CA_PROFILE, AT - DAY, AT + DAY)
            issuer = Issuer(issuer_cert, keys[place - 1])
        certs.append(_without_identifiers(name, key, issuer))
    # Signed by none of the seven keys, so that every path through them fails, and only at its end.
    key, stray = issuing.new_key("ecdsa"), issuing.new_key("ecdsa")
    leaf = _without_identifiers(issuing.subject("甲"), key, Issuer(certs[0], stray), ca=False)
    return SigningKey(leaf, key, tuple(certs))


def _without_identifiers(name: x509.Name, key, issuer: Issuer, ca: bool = True) -> x509.Certificate:
    """No key identifiers: nothing tells the path builder which of the namesakes signed."""
    builder = x509.CertificateBuilder().subject_name(name).issuer_name(issuer.certificate.subject)
    builder = builder.public_key(key.public_key()).serial_number(x509.random_serial_number())
    builder = builder.not_valid_before(AT - DAY).not_valid_after(AT + DAY)
    builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    return builder.sign(issuer.key, hashes.SHA256())


def timestamps(ca: demo_ca.DemoCA, tsa: SigningKey) -> None:
    signer = ca.issue("甲建设有限公司", NUMBER, not_before=AT - 300 * DAY)
    one, two = sign(signer, stamper_of(tsa)), sign(signer, stamper_of(tsa), CONTENT + b" ")
    token = cms.ContentInfo.load(two)["content"]["signer_infos"][0]["unsigned_attrs"][0]

    def moved(info, signed) -> None:
        info["unsigned_attrs"] = cms.CMSAttributes([token])

    def doubled(info, signed) -> None:
        mine = info["unsigned_attrs"][0]
        info["unsigned_attrs"] = cms.CMSAttributes([mine, token])

    def flipped(info, signed) -> None:
        inner = info["unsigned_attrs"][0]["values"][0]
        _flip_value(inner["content"]["signer_infos"][0], None)

    keep("timestamp-of-another", changed(one, moved), "timestamp.other_content", at="timestamp")
    keep("timestamp-twice", changed(one, doubled), "timestamp.several", at="timestamp")
    keep("timestamp-flipped", changed(one, flipped), "timestamp.invalid", at="timestamp")
    keep("timestamp-moved-in-time", _moved_in_time(one), "timestamp.invalid", at="timestamp")
    strange = demo_ca.make_ca("不受认可的机构", "ecdsa", at=AT).timestamp_authority()
    keep("timestamp-unknown-authority", sign(signer, stamper_of(strange)), "timestamp.untrusted", at="timestamp")
    lax = ca.issue("时间戳", profile=Profile(purposes=(ExtendedKeyUsageOID.TIME_STAMPING,)), not_before=AT - DAY)
    keep("timestamp-purpose-not-critical", sign(signer, stamper_of(lax)), "timestamp.untrusted", at="timestamp")
    keep("timestamp-by-a-holder", sign(signer, stamper_of(signer)), "timestamp.untrusted", at="timestamp")
    gone = ca.issue("时间戳", profile=issuing.TIMESTAMP_PROFILE, not_before=AT - 300 * DAY)
    demo_ca.revoke(ca, gone.cert_der, AT - DAY)
    keep("timestamp-revoked-authority", sign(signer, stamper_of(gone)), "timestamp.untrusted", at="timestamp")
    late = sign(ca.issue("甲", NUMBER, not_before=AT - 300 * DAY, not_after=AT + DAY), stamper_of(tsa, AT + 2 * DAY))
    keep("timestamp-after-expiry", late, "certificate.expired", at="timestamp")


def _moved_in_time(data: bytes) -> bytes:
    """The time inside the token moved by a year, everything else untouched."""
    old, new = b"20261115040000", b"20251115040000"
    assert data.count(old) == 1
    return data.replace(old, new)


def anchors(ca: demo_ca.DemoCA, ecdsa: demo_ca.DemoCA) -> None:
    for folder in ("anchors", "anchors-without-lists", "anchors-with-sha1-list"):
        shutil.rmtree(HERE / folder, ignore_errors=True)
    demo_ca.write_public(ca, HERE / "anchors", "rsa-", AT)
    demo_ca.write_public(ecdsa, HERE / "anchors", "ecdsa-", AT)
    (HERE / "anchors" / "README.txt").write_text("Not a certificate: passed over.\n")
    bare = HERE / "anchors-without-lists"
    demo_ca.write_public(ca, bare, "rsa-", AT)
    for path in bare.glob("*.crl"):
        path.unlink()
    weak = HERE / "anchors-with-sha1-list"
    demo_ca.write_public(ca, weak, "rsa-", AT)
    (weak / "rsa-intermediate.crl").write_bytes(_sha1_list(ca))


def _sha1_list(ca: demo_ca.DemoCA) -> bytes:
    parsed = crl.CertificateList.load(ca.crls(AT)[1])
    for algorithm in (parsed["signature_algorithm"], parsed["tbs_cert_list"]["signature"]):
        algorithm["algorithm"] = "sha1_rsa"
    key = WORK / "ca.key"
    key.write_bytes(ca.intermediate.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    parsed["signature"] = _openssl_sha1(parsed["tbs_cert_list"].dump(force=True), key)
    return parsed.dump(force=True)


def main() -> None:
    for path in HERE.glob("*.p7s"):
        path.unlink()
    (HERE / "content.txt").write_bytes(CONTENT)
    ca, ecdsa = demo_ca.make_ca("演示机构甲", "rsa", at=AT), demo_ca.make_ca("演示机构乙", "ecdsa", at=AT)
    tsa = ecdsa.issue("演示时间戳", profile=issuing.TIMESTAMP_PROFILE, not_before=AT - 300 * DAY)
    good(ca, ecdsa, tsa)
    certificates(ca)
    signatures(ca, ecdsa)
    timestamps(ca, tsa)
    anchors(ca, ecdsa)
    text = json.dumps({"at": AT.isoformat(), "signatures": index}, indent=1, ensure_ascii=False)
    (HERE / "index.json").write_text(text + "\n")
    shutil.rmtree(WORK)


if __name__ == "__main__":
    main()
