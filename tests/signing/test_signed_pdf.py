"""Papers signed by the platform are recognised; a changed byte, an addition or another signer is not."""

import subprocess

import pytest

from signing.actions.open_platform_authority import open_platform_authority
from signing.actions.sign_pdf import sign_pdf
from signing.queries.trust import trust_store
from signing.reports.paper import render
from signing.rules.certificates import fingerprint
from signing.rules.demo_ca import make_ca
from signing.rules.signed_pdf import verify_pdf
from tests.signing.test_paper import a_paper

pytestmark = pytest.mark.django_db


@pytest.fixture
def signed() -> bytes:
    return sign_pdf(render(a_paper()), "开标记录")


def test_a_signed_paper_is_genuine_and_timestamped(signed):
    verdict = verify_pdf(signed, trust_store())
    assert verdict.ok
    assert verdict.signature.timestamp_time is not None
    assert verdict.signature.holder_fingerprint == fingerprint(open_platform_authority().signer.cert_der)


@pytest.mark.needs("pdfsig")
def test_poppler_finds_the_signature_valid(signed, tmp_path):
    path = tmp_path / "signed.pdf"
    path.write_bytes(signed)
    said = subprocess.run(["pdfsig", "-nocert", path], capture_output=True, text=True).stdout
    assert "Signature is Valid" in said
    assert "Total document signed" in said


def test_any_changed_byte_is_noticed(signed):
    trust = trust_store()
    for at in range(10, len(signed), len(signed) // 40):
        changed = bytearray(signed)
        changed[at] ^= 1
        assert not verify_pdf(bytes(changed), trust).ok, at


def test_what_was_added_after_signing_is_noticed(signed):
    assert verify_pdf(signed + b"\n% more", trust_store()).code in {"pdf.altered", "pdf.unreadable"}


def test_an_unsigned_paper_and_another_file_are_told_apart():
    assert verify_pdf(render(a_paper()), trust_store()).code == "pdf.unsigned"
    assert verify_pdf(b"not a pdf", trust_store()).code == "pdf.unreadable"


def test_a_paper_of_another_platform_is_not_trusted(signed):
    assert verify_pdf(signed, make_ca("别处").trust_store()).ok is False
