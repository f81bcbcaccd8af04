"""`yangguang ca demo`: the folder it makes is at once an `--anchors DIR`, and can go on issuing and revoking."""

import json
import stat

import pytest

from signing.rules.certificates import holder_of, load_anchors, read_certificates
from signing.rules.demo_numbers import organisation_number
from signing.rules.signing_key import SigningKey
from tests.client.test_cms_command import run

SECRET = "geheim"


@pytest.mark.parametrize("suite", ["rsa", "ecdsa"])
def test_a_demonstration_ca_signs_and_verifies_out_of_one_folder(tmp_path, suite):
    made = json.loads(run("ca", "demo", tmp_path / "ca", "--suite", suite, "--json", stdin=SECRET).stdout)
    (tmp_path / "file").write_text("x")
    p12 = tmp_path / "ca" / "bidder-1.p12"

    run("cms", "sign", tmp_path / "file", "--p12", p12, "-o", tmp_path / "s", stdin=SECRET)
    verify = ("cms", "verify", tmp_path / "file", "--signature", tmp_path / "s", "--anchors", tmp_path / "ca")
    data = json.loads(run(*verify, "--json").stdout)

    assert str(p12) in made["holders"]
    assert data["holder"]["name"] == "演示投标人一"
    assert len(data["holder"]["number"]) == 18
    assert SigningKey.from_p12(p12.read_bytes(), SECRET).is_rsa == (suite == "rsa")


def test_keys_are_private_and_the_two_suites_have_different_holders(tmp_path):
    for suite in ("rsa", "ecdsa"):
        run("ca", "demo", tmp_path / suite, "--suite", suite, stdin=SECRET)
    secret = [*tmp_path.glob("*/*.p12"), *tmp_path.glob("*/ca.json")]

    assert len(secret) == 36
    assert {stat.S_IMODE(path.stat().st_mode) for path in secret} == {0o600}
    numbers = {
        suite: {
            holder_of(read_certificates(path.read_bytes())[0]).number for path in tmp_path.glob(f"{suite}/holders/*")
        }
        for suite in ("rsa", "ecdsa")
    }
    assert len(numbers["rsa"]) == len(numbers["ecdsa"]) == 17
    assert not numbers["rsa"] & numbers["ecdsa"]


def test_a_second_run_keeps_the_ca_issues_to_whom_is_named_and_revokes_from_a_date(tmp_path):
    number = organisation_number(5)
    run("ca", "demo", tmp_path, "--holder", f"甲公司={number}", "--suite", "ecdsa", stdin=SECRET)
    root = (tmp_path / "root.crt").read_bytes()
    cert = tmp_path / "holders" / f"{number}.crt"
    chain = ("chain", "verify", cert, "--anchors", tmp_path, "--json")
    assert json.loads(run(*chain).stdout)["chain"][0]["subject"] == "甲公司"

    run("ca", "demo", tmp_path, "--revoke", cert, "--revoked-at", "2026-11-20T00:00:00+08:00")

    assert (tmp_path / "root.crt").read_bytes() == root
    assert json.loads(run(*chain, expect=1).stdout)["code"] == "certificate.revoked"
    before = json.loads(run(*chain, "--at", "2026-11-19T12:00:00+08:00", expect=1).stdout)
    assert before["code"] == "certificate.not_yet_valid"
    run("ca", "demo", tmp_path, "--holder", f"乙公司={organisation_number(6)}", stdin=SECRET)
    assert json.loads(run(*chain, expect=1).stdout)["code"] == "certificate.revoked"
    assert (tmp_path / f"{organisation_number(6)}.p12").exists()


def test_without_a_passphrase_the_keys_are_open_and_that_is_said(tmp_path):
    done = run("ca", "demo", tmp_path, "--suite", "ecdsa", "--holder", f"甲={organisation_number(1)}")

    assert "没有加密" in done.stdout
    assert SigningKey.from_p12((tmp_path / f"{organisation_number(1)}.p12").read_bytes(), "")


def test_sm2_is_refused_clearly_and_nothing_is_made(tmp_path):
    done = run("ca", "demo", tmp_path / "ca", "--suite", "sm2", expect=2)

    assert "SM2" in done.stderr
    assert not (tmp_path / "ca").exists()


@pytest.mark.parametrize("holder", ["甲公司", "=123", "甲公司=12", f"甲公司={organisation_number(1)}!"])
def test_a_holder_that_is_not_written_as_name_and_number_is_unusable(tmp_path, holder):
    run("ca", "demo", tmp_path / "ca", "--holder", holder, stdin=SECRET, expect=2)
    assert not (tmp_path / "ca").exists()


def test_a_damaged_ca_is_unusable_and_stays_as_it_was(tmp_path):
    (tmp_path / "ca.json").write_text("{")
    run("ca", "demo", tmp_path, expect=2)
    assert [path.name for path in tmp_path.iterdir()] == ["ca.json"]


def test_the_folder_is_an_anchors_folder_whatever_else_lies_in_it(tmp_path):
    run("ca", "demo", tmp_path, "--suite", "ecdsa", "--holder", f"甲={organisation_number(1)}")

    trust = load_anchors(tmp_path)

    assert (len(trust.anchors), len(trust.intermediates), len(trust.crls)) == (1, 1, 2)
