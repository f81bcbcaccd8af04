"""`yangguang cms` and `yangguang chain` as programs of their own, as their users run them."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from signing.rules.certificates import fingerprint
from signing.rules.demo_ca import write_public
from tests.factories.certificates import DAY, NOW, NUMBER, authority, holder
from tests.factories.timestamp_peer import timestamp_peer

ROOT = Path(__file__).parents[2]
KEPT = ROOT / "tests" / "artefacts" / "certificates"
INDEX = json.loads((KEPT / "index.json").read_text())
PASSPHRASE = "口令 with spaces"


def run(*words: object, stdin: str = "", expect: int = 0) -> subprocess.CompletedProcess[str]:
    done = subprocess.run(
        [sys.executable, "-m", "client", *map(str, words)],
        input=stdin, capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip
    assert done.returncode == expect, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


@pytest.fixture
def desk(tmp_path):
    """A file, a .p12, an anchors folder."""
    (tmp_path / "file").write_bytes(b"content\n")
    (tmp_path / "my.p12").write_bytes(holder("rsa").to_p12(PASSPHRASE))
    (tmp_path / "secret").write_text(PASSPHRASE + "\nsecond line\n")
    for suite in ("rsa", "ecdsa"):
        write_public(authority(suite), tmp_path / "anchors", f"{suite}-", NOW - DAY)
    return tmp_path


def sign(desk: Path, *more: object, **how) -> subprocess.CompletedProcess[str]:
    return run("cms", "sign", desk / "file", "--p12", desk / "my.p12", "-o", desk / "s", *more, **how)


def verify(desk: Path, *more: object, **how) -> subprocess.CompletedProcess[str]:
    return run("cms", "verify", desk / "file", "--signature", desk / "s", "--anchors", desk / "anchors", *more, **how)


def test_sign_and_verify_with_the_passphrase_from_standard_input_or_a_file(desk):
    sign(desk, stdin=f"{PASSPHRASE}\nrest")
    assert "签名有效" in verify(desk).stdout

    (desk / "s").unlink()
    sign(desk, "--passphrase-file", desk / "secret")
    data = json.loads(verify(desk, "--json").stdout)

    assert data["ok"] is True and data["code"] == "ok"
    assert data["holder"] == {"name": "甲建设有限公司", "number": NUMBER, "kind": "organisation"}
    assert data["certificate"] == fingerprint(holder("rsa").cert_der)
    assert data["at_from"] == "now"


def test_a_stated_moment_is_used(desk):
    sign(desk, stdin=PASSPHRASE)

    early = json.loads(verify(desk, "--json", "--at", "2020-01-01T00:00:00+08:00", expect=1).stdout)
    assert early["code"] == "certificate.not_yet_valid"
    assert early["at"] == "2019-12-31T16:00:00.000Z"
    assert early["refused"] is True
    assert early["blockers"][0]["code"] == "certificate.not_yet_valid"
    assert "%(" not in early["blockers"][0]["message"]
    assert "证书" in verify(desk, "--at", "2020-01-01", expect=1).stdout
    verify(desk, "--at", "yesterday", expect=2)


def test_a_timestamp_of_a_real_authority_is_fetched_and_used(desk):
    with timestamp_peer() as peer:
        sign(desk, "--tsa", peer.url, stdin=PASSPHRASE)

    data = json.loads(verify(desk, "--json").stdout)

    assert data["at_from"] == "timestamp"
    assert data["at"] == data["timestamp"] == NOW.strftime("%Y-%m-%dT%H:%M:%S.000Z")


def test_without_its_timestamp_authority_nothing_is_written(desk):
    done = sign(desk, "--tsa", "http://127.0.0.1:9/", "--json", stdin=PASSPHRASE, expect=1)

    assert json.loads(done.stdout)["blockers"][0]["code"] == "timestamp.unreachable"
    assert not (desk / "s").exists()
    assert not list(desk.glob(".s.*"))


def test_a_wrong_passphrase_is_refused_and_nothing_is_written(desk):
    for stdin in ("falsch\n", ""):
        done = sign(desk, stdin=stdin, expect=1)
        assert "key.unreadable" in done.stdout
    assert not (desk / "s").exists()


def test_what_cannot_be_read_is_status_two(desk):
    sign(desk, stdin=PASSPHRASE)
    (desk / "text").write_text("no signature\n")
    (desk / "empty").mkdir()
    run("cms", "sign", desk / "none", "--p12", desk / "my.p12", "-o", desk / "t", stdin=PASSPHRASE, expect=2)
    run("cms", "sign", desk / "file", "--p12", desk / "none", "-o", desk / "t", stdin=PASSPHRASE, expect=2)
    run("cms", "sign", desk / "file", "--p12", desk / "my.p12", stdin=PASSPHRASE, expect=2)
    run("cms", "sign", desk / "file", "--p12", desk / "my.p12", "-o", desk / "no" / "t", stdin=PASSPHRASE, expect=2)
    base = ("cms", "verify", desk / "file", "--anchors", desk / "anchors")
    run(*base, "--signature", desk / "none", expect=2)
    run(*base, "--signature", desk / "text", expect=2)
    run(*base, expect=2)
    for folder in ("none", "empty"):
        words = ("cms", "verify", desk / "file", "--signature", desk / "s", "--anchors", desk / folder, "--json")
        assert "error" in json.loads(run(*words, expect=2).stdout)
    run(expect=2)
    run("nonsense", expect=2)


def test_a_passphrase_is_no_option(desk):
    run("cms", "sign", desk / "file", "--p12", desk / "my.p12", "-o", desk / "s", "--passphrase", "x", expect=2)


@pytest.mark.parametrize(
    "name",
    ["good-ecdsa", "good-openssl-rsa", "good-rsa-timestamped", "revoked-the-day-before", "swapped-certificate",
     "truncated", "sha1-digest", "timestamp-flipped", "two-signers"],
)  # fmt: skip
def test_kept_signatures_get_the_same_answer_from_the_program(name):
    entry = INDEX["signatures"][name]
    at = () if entry.get("at") == "timestamp" else ("--at", INDEX["at"])
    words = ("cms", "verify", KEPT / "content.txt", "--signature", KEPT / f"{name}.p7s", "--anchors", KEPT / "anchors")

    done = run(*words, *at, "--json", expect=0 if entry["code"] == "ok" else 1)

    assert json.loads(done.stdout)["code"] == entry["code"]


@pytest.mark.needs("openssl")
@pytest.mark.parametrize("suite", ["rsa", "ecdsa"])
def test_openssl_and_our_program_accept_each_others_signatures(desk, suite):
    (desk / "my.p12").write_bytes(holder(suite).to_p12(PASSPHRASE))
    sign(desk, stdin=PASSPHRASE)
    words = ["openssl", "cms", "-verify", "-purpose", "any", "-cades", "-binary", "-inform", "DER", "-in", desk / "s"]
    words += ["-content", desk / "file", "-CAfile", desk / "anchors" / f"{suite}-root.crt", "-out", desk / "out"]
    subprocess.run(words, check=True, capture_output=True)

    (desk / "cert").write_bytes(holder(suite).certificate.public_bytes(Encoding.PEM))
    (desk / "key").write_bytes(holder(suite).key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()))
    words = [
        "openssl",
        "cms",
        "-sign",
        "-cades",
        "-binary",
        "-in",
        desk / "file",
        "-outform",
        "DER",
        "-out",
        desk / "s",
    ]
    subprocess.run([*words, "-signer", desk / "cert", "-inkey", desk / "key"], check=True, capture_output=True)
    verify(desk)


def _chain(desk: Path, cert: bytes, *more: object, expect: int = 0) -> dict:
    (desk / "cert").write_bytes(cert)
    done = run("chain", "verify", desk / "cert", "--anchors", desk / "anchors", "--json", *more, expect=expect)
    return json.loads(done.stdout)


def test_a_chain_is_shown_from_the_certificate_to_its_anchor(desk):
    data = _chain(desk, holder("rsa").certificate.public_bytes(Encoding.PEM))

    assert [step["subject"] for step in data["chain"]] == ["甲建设有限公司", "测试机构 rsa 签发", "测试机构 rsa 根"]
    assert _chain(desk, authority("rsa").intermediate.der)["ok"]
    assert "证书链有效" in run("chain", "verify", desk / "cert", "--anchors", desk / "anchors").stdout


def test_lists_may_be_given_beside_the_anchors_and_without_any_the_chain_is_refused(desk):
    lists = sorted((desk / "anchors").glob("*.crl"))
    for path in lists:
        path.rename(desk / path.name)
    cert = holder("ecdsa").cert_der

    assert _chain(desk, cert, expect=1)["code"] == "certificate.crl_missing"
    more = [word for path in lists for word in ("--crl", desk / path.name)]
    assert _chain(desk, cert, *more)["ok"]
    (desk / "cert").write_bytes(cert)
    run("chain", "verify", desk / "cert", "--anchors", desk / "anchors", "--crl", desk / "file", expect=2)


def test_a_chain_is_judged_at_the_stated_moment_and_for_the_stated_use(desk):
    key = authority("ecdsa").issue("甲", NUMBER, not_before=NOW - 30 * DAY, not_after=NOW - DAY)

    assert _chain(desk, key.cert_der, expect=1)["code"] == "certificate.expired"
    assert _chain(desk, key.cert_der, "--at", (NOW - 2 * DAY).isoformat())["ok"]
    tsa = authority("ecdsa").timestamp_authority()
    assert _chain(desk, tsa.cert_der, "--usage", "timestamping")["ok"]
    assert _chain(desk, tsa.cert_der, "--usage", "signing", expect=1)["code"] == "certificate.wrong_usage"


def test_a_cut_certificate_is_false_and_a_text_file_is_unusable(desk):
    assert _chain(desk, holder("rsa").cert_der[:-9], expect=1)["code"] == "certificate.unreadable"
    run("chain", "verify", desk / "file", "--anchors", desk / "anchors", expect=2)
    run("chain", "verify", desk / "none", "--anchors", desk / "anchors", expect=2)
