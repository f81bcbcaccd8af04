"""The operator rewrites the journal from beginning to end, signs and timestamps it anew, and fits the papers to it.

What still speaks against him are the signatures of others, the law's own terms, arithmetic, and whoever saw the journal before.
"""

import datetime as dt
import json

import pytest

from runtime.clock import read_stamp, stamp
from signing.rules.cades import sign_detached
from signing.rules.certificates import TrustStore, fingerprint
from signing.rules.demo_ca import make_ca
from supervision.rules.verification.case import Known
from tests.factories.parties import demo_ca
from tests.factories.supervision import WITNESS
from tests.supervision.forging import PLATFORM, explain, failed, forget_witness, steps_of
from tests.supervision.test_insider import RECORD, REPORT, bid_of, stranger

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("bundles")]


@pytest.fixture
def forger(made):
    found = made.forger()
    forget_witness(found)
    return found


def journal_record(forger):
    """The record as it now is becomes the one of the journal."""
    digest = forger.digest(RECORD)
    forger.rewrite_body("opening.moved", where={"entered": "record"}, record=digest)
    forger.rewrite_body("opening.moved", where={"entered": "closed"}, record=digest)
    forger.rewrite_body("opening.record_published", record=digest)
    for which in range(5):
        forger.rewrite_body("opening.record_signed", which, record=digest)


def journal_report(forger):
    digest = forger.digest(REPORT)
    for kind in ("evaluation.report_built", "evaluation.closed"):
        forger.rewrite_body(kind, sha256=digest)
    for which in range(5):
        forger.rewrite_body("evaluation.report_signed", which, sha256=digest)
    forger.rewrite_body("ranking.recorded", report=digest)
    forger.rewrite_body("candidates.published", report=digest)


def of_tender_signed_by_a_stranger(forger):
    forger.change("tender/2/tender.json", lambda tender: tender.update(ceiling="1.00"))
    forger.sign("tender/2/tender.json", stranger(forger), "tender/2/signature.p7s")
    digest = forger.digest("tender/2/tender.json")
    amended = json.loads(forger.journal[forger.entry("document.amended")])["body"]["document"]
    forger.rewrite_body("document.amended", document={**amended, "sha256": digest})
    forger.rewrite_body("document.signed", 1, sha256=digest)


def of_trustee_never_registered(forger):
    forger.hide(forger.entry("trustee.registered", place=1))


def of_trustee_registered_after_publication(forger):
    """The entry of the registration is shown from a later place: the insider swaps two entries of the tree."""
    early, late = forger.entry("trustee.registered", place=1), forger.entry("opening.signed_in")
    registered, other = (json.loads(forger.journal[index]) for index in (early, late))
    registered["index"], other["index"] = late, early
    forger.journal[early], forger.journal[late] = (
        json.dumps(each, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
        for each in (other, registered)
    )


def of_receipt_of_nobody(forger):
    """A delivery that never was: its entry is a copy, its receipt signed by the platform, its bid another's."""
    index = forger.entry("bid.delivered", sha256=forger.made.works.bids["first"].sha256)
    forger.rewrite(index, lambda entry: entry["body"]["bidder"].update(number="91110000000000000X"))
    forger.change(
        f"{bid_of(forger, 'first')}/receipt.json", lambda r: r["bidder"].update(number="91110000000000000X"), PLATFORM
    )


def of_withdrawal_by_the_platform(forger):
    """A bid that stands is made to look withdrawn."""
    index = forger.entry("bid.withdrawn")
    folder, first = bid_of(forger, "first"), forger.made.works.bids["first"]

    def aim(entry):
        entry["body"].update(bid=folder.split("/")[1], sha256=first.sha256, bidder=first.bidder.party.number)

    forger.rewrite(index, aim)
    withdrawn = forger.json(f"{bid_of(forger, 'withdrawn')}/withdrawal.json")
    withdrawn.update(bid=folder.split("/")[1], sha256=first.sha256, bidder=first.bidder.party.number)
    forger.put(f"{folder}/withdrawal.json", withdrawn)
    forger.members[f"{folder}/withdrawal.p7s"] = sign_detached(
        forger.members[f"{folder}/withdrawal.json"], stranger(forger)
    )


def of_early_release(forger):
    index = forger.entry("bid.released")

    def earlier(entry):
        entry["time"] = stamp(read_stamp(entry["time"]) - dt.timedelta(hours=1))

    forger.rewrite(index, earlier)


def of_release_by_a_stranger(forger):
    name = forger.names("opening/releases/", ".json")[-1]
    key = stranger(forger)
    forger.sign(name, key)
    index = forger.entry("bid.released", statement=forger.digest(name))
    forger.rewrite(index, lambda entry: entry["body"].update(certificate=fingerprint(key.cert_der)))


def of_opened_made_revoked(forger):
    sha256 = forger.made.works.bids["first"].sha256

    def fail(entry):
        entry["kind"] = "bid.not_opened"
        entry["body"].update(outcome="revoked", cause="opening.shares_damaged", places=[1, 2, 3], inner_sha256="")

    forger.rewrite(forger.entry("bid.opened", sha256=sha256), fail)


def of_revoked_made_opened(forger):
    sha256 = forger.made.works.bids["spoilt"].sha256

    def open_it(entry):
        entry["kind"] = "bid.opened"
        entry["body"].update(outcome="opened", cause="", places=[], inner_sha256="ab" * 32)

    forger.rewrite(forger.entry("bid.not_opened", sha256=sha256), open_it)


def of_record_figure(forger):
    forger.change(RECORD, lambda record: record["bids"][0]["items"].update(price="1.00"), PLATFORM)
    journal_record(forger)


def of_attendance(forger):
    forger.change(RECORD, lambda record: record.update(present=record["present"][:-1]), PLATFORM)
    journal_record(forger)


def of_score_signed_by_another(forger):
    def best(hand_in):
        for scores in hand_in["scores"].values():
            scores["t1"] = "30.00"

    name, key = "evaluation/hand-ins/1.json", stranger(forger)
    before = forger.digest(name)
    forger.change(name, best, key)
    where = {"seat": 1, "sha256": before}
    forger.rewrite_body(
        "evaluation.handed_in", where=where, sha256=forger.digest(name), certificate=fingerprint(key.cert_der)
    )
    forger.change(REPORT, lambda report: report["hand_ins"][0].update(sha256=forger.digest(name)))
    journal_report(forger)


def of_member_not_drawn(forger):
    """The drawn expert's seat goes to somebody else of the pool, by name and number."""

    def replace(report):
        report["committee"]["members"][0].update(number="110101198001019999", name="熟人")

    forger.change(REPORT, replace)
    journal_report(forger)
    for kind in ("committee.seated", "evaluation.handed_in", "evaluation.undertaken"):
        forger.rewrite_body(kind, where={"seat": 1}, number="110101198001019999")


def of_passed_over_in_silence(forger):
    """The first whom the lot fell on is said to have been another number."""
    forger.rewrite_body("committee.seated", where={"seat": 1}, drawn_as=999)


def of_signature_by_nobody(forger):
    forger.rewrite_body("evaluation.report_signed", where={"seat": 1}, number="nobody")
    forger.drop("evaluation/signatures/1.p7s")


def of_result(forger):
    def swap(report):
        one, two = report["result"]["standings"][:2]
        one["total"], two["total"] = two["total"], one["total"]

    forger.change(REPORT, swap)
    journal_report(forger)


def of_another_winner(forger):
    second = forger.json(REPORT)["candidates"][1]
    forger.rewrite_body(
        "award.decided", winner=second["bidder"], name=second["name"], amount=second["price"], rank=second["rank"]
    )


def of_winner_out_of_nowhere(forger):
    forger.rewrite_body("award.decided", winner=forger.made.works.bids["rejected"].bidder.party.number)


def of_short_publicity(forger):
    index = forger.entry("candidates.published")
    body = json.loads(forger.journal[index])["body"]
    name = f"notices/{body['notice']}.json"
    published = forger.json(name)["published"]
    forger.change(name, lambda notice: notice.update(ends=published))
    forger.rewrite_body("candidates.published", ends=published, sha256=forger.digest(name))


def of_notice_with_others(forger):
    index = forger.entry("candidates.published")
    name = f"notices/{json.loads(forger.journal[index])['body']['notice']}.json"
    forger.change(name, lambda notice: notice["body"][0].update(text="第1名：别的单位，报价1.00元"))
    forger.rewrite_body("candidates.published", sha256=forger.digest(name))


def of_ranking_handed_over(forger):
    def swap(entry):
        entry["body"]["rows"][0]["bidder"], entry["body"]["rows"][1]["bidder"] = "x", "y"

    forger.rewrite(forger.entry("ranking.recorded"), swap)


def of_sealed_entry_changed(forger):
    index = forger.entry("bid.delivered", sha256=forger.made.works.bids["third"].sha256)
    forger.rewrite(index, lambda entry: entry.update(salt="0" * 32))


def of_sealed_entry_dropped(forger):
    forger.hide(forger.entry("question.asked"))


def of_disclosed_size(forger):
    index = forger.entry("journal.disclosed")
    forger.rewrite(index, lambda entry: entry["body"].update(size=entry["body"]["size"] - 1))


def of_commitment_hidden(forger):
    forger.hide(forger.entry("journal.commitment", -1))


def of_commitment_between(forger):
    """The one before is said to have been due while the section's tree was open, and is not shown."""
    forger.rewrite_body("journal.commitment", previous="2099-01-01T00:00:00.000Z")


def of_early_disclosure(forger):
    forger.rewrite(forger.entry("journal.disclosed"), lambda entry: entry.update(time="2026-01-01T00:00:00.000Z"))


def of_draw_committed_after_closing(forger):
    number = json.loads(forger.journal[forger.entry("draw.closed")])["body"]["number"]
    closed, committed = forger.entry("draw.closed", number=number), forger.entry("draw.committed", -1, number=number)
    one, two = (json.loads(forger.journal[index]) for index in (closed, committed))
    one["index"], two["index"] = committed, closed
    forger.journal[closed], forger.journal[committed] = (
        json.dumps(each, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode() for each in (two, one)
    )


def of_hours(forger):
    forger.hide(forger.entry("evaluation.extended"))
    window = ["2026-01-01T00:00:00.000Z", "2026-01-01T01:00:00.000Z"]
    forger.rewrite_body("committee.formed", window=window)


REWRITTEN = [
    (of_tender_signed_by_a_stranger, "tender", "tender.other_signer"),
    (of_trustee_never_registered, "tender", "trustee.not_registered"),
    (of_trustee_registered_after_publication, "tender", "trustee.not_registered"),
    (of_receipt_of_nobody, "bids", "bid.wrong_bidder"),
    (of_withdrawal_by_the_platform, "receipts", "party.other_signer"),
    (of_early_release, "releases", "release.early"),
    (of_release_by_a_stranger, "releases", "party.other_signer"),
    (of_opened_made_revoked, "unsealing", "opening.other_outcome"),
    (of_revoked_made_opened, "unsealing", "opening.other_outcome"),
    (of_record_figure, "record", "record.differs"),
    (of_attendance, "record", "record.other_attendance"),
    (of_draw_committed_after_closing, "draws", "draw.out_of_order"),
    (of_score_signed_by_another, "hand-ins", "party.other_signer"),
    (of_member_not_drawn, "hand-ins", "committee.not_drawn"),
    (of_passed_over_in_silence, "hand-ins", "committee.out_of_order"),
    (of_hours, "hand-ins", "evaluation.outside_hours"),
    (of_signature_by_nobody, "report", "report.unsigned"),
    (of_result, "arithmetic", "result.differs"),
    (of_ranking_handed_over, "report", "ranking.differs"),
    (of_another_winner, "award", "award.not_first"),
    (of_winner_out_of_nowhere, "award", "award.no_candidate"),
    (of_short_publicity, "award", "candidates.too_short"),
    (of_notice_with_others, "award", "candidates.published_otherwise"),
    (of_sealed_entry_changed, "sealed-journal", None),
    (of_sealed_entry_dropped, "sealed-journal", "bundle.member_missing"),
    (of_disclosed_size, "sealed-journal", None),
    (of_commitment_hidden, "sealed-journal", "sealed.commitment_missing"),
    (of_commitment_between, "sealed-journal", "sealed.commitment_missing"),
    (of_early_disclosure, "sealed-journal", "sealed.early"),
]


@pytest.mark.parametrize(("forge", "step", "code"), REWRITTEN, ids=lambda value: getattr(value, "__name__", None))
def test_a_rewritten_journal_does_not_carry_a_forgery(forger, made, tmp_path, forge, step, code):
    forge(forger)
    steps = steps_of(forger.write(tmp_path / "forged.bundle"), made)
    found = failed(steps)
    assert step in found, explain(steps)
    assert code is None or code in found[step], explain(steps)
    assert "entries" not in found, "the forger put the tree together rightly"


def harmless(forger):
    """Something nobody signed and nothing computes: only those who saw the journal before can tell."""
    forger.rewrite_body("award.decided", reason="另有原因")


def test_a_rewritten_journal_is_seen_through_by_the_witness_alone(made, tmp_path):
    forger = made.forger()
    harmless(forger)
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert set(found) == {"checkpoint"}, found


def test_a_witness_that_the_bundle_is_silent_about_is_missed_by_who_knows_it(forger, made, tmp_path):
    """What one bundle alone cannot show, and why readers should bring the witness's key."""
    harmless(forger)
    path = forger.write(tmp_path / "forged.bundle")
    assert failed(steps_of(path, made)) == {}
    known = Known(witnesses=(str(WITNESS.verifier),))
    assert failed(steps_of(path, made, known)) == {"checkpoint": {"checkpoint.not_cosigned"}}


def test_the_honest_bundle_holds_for_a_reader_who_knows_platform_key_and_witness(made):
    about = made.forger().json("bundle.json")
    known = Known(about["platform_certificate"], about["journal"]["key"], (str(WITNESS.verifier),))
    assert failed(steps_of(made.bundles["works"], made, known)) == {}
    wrong = Known("00" * 32, str(WITNESS.verifier))
    found = failed(steps_of(made.bundles["works"], made, wrong))
    assert found == {"bundle": {"bundle.other_platform"}, "checkpoint": {"checkpoint.other_key"}}


def test_an_altered_entry_is_not_in_the_tree(made, tmp_path):
    """The proofs stay as they were published."""
    forger = made.forger()
    honest = {name: forger.members[name] for name in forger.names("journal/")}
    index = forger.entry("award.decided")
    changed = honest[f"journal/entries/{index}.json"].replace("排名第一".encode(), "排名第二".encode())
    forger.compose, forger._journal = False, lambda rest: honest | {f"journal/entries/{index}.json": changed}
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert "entries" in found


def test_an_entry_left_out_is_another_bundle(made, tmp_path):
    forger = made.forger()
    honest = {name: forger.members[name] for name in forger.names("journal/")}
    index = forger.entry("evaluation.signed_in")
    for end in ("json", "tlog-proof"):
        del honest[f"journal/entries/{index}.{end}"]
    forger.compose, forger._journal = False, lambda rest: honest
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert found == {"acts": {"bundle.other_entries"}}


# Steps on the way to a paper that others signed: nothing that a step judges rests on them alone. Who wants to see them reads
# the public journal, where they cannot be missing.
NOTES = frozenset(
    [
        "section.created",
        "section.submitted",
        "document.drafted",
        "document.attached",
        "document.prepared",
        "trustees.named",
        "notice.drafted",
        "notice.approved",
        "amendment.drafted",
        "committee.venue_drawn",
        "committee.excluded",
        "evaluation.signed_in",
        "evaluation.chair_voted",
        "evaluation.reviewed",
        "evaluation.review_concluded",
        "evaluation.extended",
        "candidates.drafted",
        "letter.verified",
        "bundle.requested",
    ]
)


def test_hardly_any_act_can_be_hidden(made, tmp_path):
    """One entry of every kind is left out, the bundle journalled anew without it."""
    unnoticed = set()
    kinds = {json.loads(made.journal[index])["kind"] for index in made.forger().shown}
    for kind in sorted(kinds - {"bundle.composed"}):
        forger = made.forger()
        forger.hide(forger.entry(kind))
        if not failed(steps_of(forger.write(tmp_path / "forged.bundle"), made)):
            unnoticed.add(kind)
    assert unnoticed == NOTES


def test_a_checkpoint_without_a_timestamp_is_named(made, tmp_path):
    forger = made.forger()
    forger.stamped = False
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert found == {"checkpoint": {"checkpoint.not_stamped"}}


def test_a_bundle_without_its_witnesses_cosignature_is_named(made, tmp_path):
    forger = made.forger()
    forger.drop(*forger.names("journal/cosigned/"))
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert found == {"checkpoint": {"checkpoint.not_cosigned"}}


def test_a_checkpoint_stamped_before_its_entries_were_made_is_a_contradiction(made, tmp_path):
    forger = made.forger()
    forger.at = read_stamp("2026-01-02T00:00:00.000Z")
    assert "checkpoint" in failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))


def trust_without(made, name):
    """The reader's anchors without one CA; the bundle cannot bring its own."""
    anchors = [der for der in made.trust.anchors if der not in demo_ca(name).authority().anchors]
    return TrustStore.of(anchors)


def test_certificates_of_a_ca_that_the_reader_does_not_trust(made):
    found = failed(steps_of(made.bundles["works"], made, trust=trust_without(made, "ecdsa")))
    assert any("certificate.unknown_ca" in codes for codes in found.values()), found
    assert "bids" in found


def test_a_certificate_revoked_before_it_signed(made):
    """The reader's own revocation list is newer than the bundle's, and says so."""
    from signing.rules import issuing

    ca, bidder = demo_ca("rsa"), made.works.bids["first"].bidder
    serial = bidder.signing_key.certificate.serial_number
    since = dt.datetime.now(dt.UTC)
    gone = issuing.Revocation(serial, since - dt.timedelta(hours=1))
    fresh = issuing.issue_crl(ca.intermediate, [gone], since, since + dt.timedelta(days=30), int(since.timestamp()) + 1)
    found = failed(steps_of(made.bundles["works"], made, trust=made.trust.with_crls([fresh])))
    assert "certificate.revoked" in found["bids"]


def test_a_hand_in_signed_with_an_expired_certificate(forger, made, tmp_path):
    """By the right person's number, of the right CA, too late."""
    ca = make_ca("过期机构", "ecdsa")
    member = made.works.members[0].party
    then = dt.datetime(2024, 1, 1, tzinfo=dt.UTC)
    key = ca.issue(member.name, member.number, kind="person", not_before=then, not_after=then + dt.timedelta(days=30))
    forger.sign("evaluation/hand-ins/1.json", key)
    forger.rewrite_body("evaluation.handed_in", where={"seat": 1}, certificate=fingerprint(key.cert_der))
    trust = made.trust.joined(ca.trust_store())
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made, trust=trust))
    assert "certificate.expired" in found["hand-ins"]
