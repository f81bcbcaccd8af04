"""Too early, foreign, forged, wrong and too few shares over the API: the code, the words in both languages, and what is kept."""

import base64
import json

import pytest

from signing.rules.cades import sign_detached
from signing.rules.statements import Bidding, ShareRelease, SignedStatement
from tendering.models import OpenedBid, Release
from tests.faults.told import CHINESE, ENGLISH, by_api
from tests.tendering.delivering import entries
from tests.tendering.test_opening import Scene

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("bad-shares")]


def signed_by(key, statement: bytes) -> SignedStatement:
    return SignedStatement(statement, sign_detached(statement, key))


def wrong_share(kit, trustee) -> SignedStatement:
    """Not the share that was sealed to this trustee, signed by it all the same."""
    honest = json.loads(kit.share(trustee).statement)
    file_key = base64.b64decode(honest["file_key"])
    release = ShareRelease(Bidding.of(kit.seal, kit.sha256), trustee.place, b"wrong" * 8, file_key)
    return signed_by(trustee.kit.signing_key, release.as_bytes())


def assert_refused(scene, trustee, signed: SignedStatement, code: str) -> None:
    path = f"/sections/{scene.section.code}/opening/releases"
    for language in (CHINESE, ENGLISH):
        told = by_api(trustee.kit, "POST", path, signed.as_data(), language)
        assert told.codes == [code], told.words
    told.assert_english()


@pytest.mark.cts("A-110", "B-016")
def test_bad_shares_are_refused_with_their_reason_and_only_evidence_is_kept(tmp_path):
    scene = Scene(tmp_path)
    first, second = scene.kits[:2]
    one, two = scene.tender.trustees[:2]
    scene.open()
    assert_refused(scene, one, first.share(one), "opening.window_not_open")
    scene.decrypting()
    theirs = first.share(one)
    assert_refused(scene, two, theirs, "release.foreign")
    assert_refused(scene, one, signed_by(two.kit.signing_key, theirs.statement), "certificate.wrong_holder")
    other = SignedStatement(theirs.statement, sign_detached(b"something else", one.kit.signing_key))
    assert_refused(scene, one, other, "signature.other_content")
    assert (Release.objects.count(), entries("bid.released")) == (0, [])
    assert_refused(scene, one, wrong_share(second, one), "share.posted_otherwise")
    assert set(Release.objects.values_list("verdict", flat=True)) == {"trustee"}, "the evidence of who is to blame"
    scene.release_all(places=(1, 2))
    scene.window_over()
    scene.now()
    assert_refused(scene, two, second.share(two), "opening.window_closed")
    assert not OpenedBid.objects.filter(outcome="opened").exists(), "two of three shares open nothing"
