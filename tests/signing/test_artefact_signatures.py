"""Every kept signature, good or bad, gets exactly the answer that stands beside it (tests/artefacts/certificates)."""

import datetime as dt
import json
from pathlib import Path

import pytest

from signing.rules.cades import verify_detached
from signing.rules.certificates import load_anchors
from signing.rules.verdicts import CATALOGUE

FOLDER = Path(__file__).parents[1] / "artefacts" / "certificates"
INDEX = json.loads((FOLDER / "index.json").read_text())


def _answer(name: str):
    entry = INDEX["signatures"][name]
    at = None if entry.get("at") == "timestamp" else dt.datetime.fromisoformat(entry.get("at") or INDEX["at"])
    signature = (FOLDER / f"{name}.p7s").read_bytes()
    limit = 0.2 if "slow" in entry else 10.0
    trust = load_anchors(FOLDER / entry.get("anchors", "anchors"))
    return verify_detached(FOLDER / "content.txt", signature, trust, at, time_limit=limit)


@pytest.mark.parametrize("name", INDEX["signatures"])
def test_each_kept_signature_gets_the_answer_that_stands_beside_it(name):
    verdict = _answer(name)

    assert verdict.code == INDEX["signatures"][name]["code"]
    assert verdict.ok == (verdict.code == "ok")
    if not verdict.ok:
        blocker = verdict.blocker()
        assert blocker.rule and blocker.remedy
        assert verdict.reason == blocker.message % dict(blocker.params)
        assert "%(" not in verdict.reason


def test_every_kept_file_is_in_the_index_and_every_bad_one_has_a_catalogued_reason():
    assert {path.stem for path in FOLDER.glob("*.p7s")} == set(INDEX["signatures"])
    assert {entry["code"] for entry in INDEX["signatures"].values()} - {"ok"} <= set(CATALOGUE)


@pytest.mark.parametrize("name", ["good-rsa-timestamped", "good-ecdsa", "good-openssl-rsa"])
def test_no_flipped_byte_of_a_signature_leaves_it_good(name):
    """A byte of an embedded intermediate may change nothing (the store has its own); then the verdict must be the same
    as without that certificate, never one about another signer."""
    entry = INDEX["signatures"][name]
    at = None if entry.get("at") == "timestamp" else dt.datetime.fromisoformat(INDEX["at"])
    whole = (FOLDER / f"{name}.p7s").read_bytes()
    trust = load_anchors(FOLDER / "anchors")
    original = verify_detached(FOLDER / "content.txt", whole, trust, at)
    for position in range(0, len(whole), 7):
        changed = bytearray(whole)
        changed[position] ^= 0x40
        verdict = verify_detached(FOLDER / "content.txt", bytes(changed), trust, at)
        assert verdict.holder.name in (original.holder.name, "") or not verdict.ok
        if verdict.ok:
            assert verdict.signer_cert_der == original.signer_cert_der
            assert (verdict.at, verdict.signed_at) == (original.at, original.signed_at)
