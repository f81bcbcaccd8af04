"""An insider with the database and the platform's keys changes a paper and signs the bundle anew, its new digest journalled.

The journal itself stands as it was published. Each forgery must be named by the step that is there for it.
"""

import json
import re

import pytest

from signing.rules.cades import sign_detached
from tests.supervision.forging import PLATFORM, explain, failed, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("bundles")]
REPORT, RECORD = "evaluation/report.json", "opening/record.json"


@pytest.fixture
def forger(made):
    return made.forger()


def bid_of(forger, name):
    """The folder of a bid of the story."""
    sha256 = forger.made.works.bids[name].sha256
    return next(f for f in forger.names("bids/", "/receipt.json") if forger.json(f)["bid"]["sha256"] == sha256)[:-13]


def stranger(forger):
    return forger.made.works.bids["third"].bidder.signing_key


def of_tenderer_document(forger):
    def lower(tender):
        tender["ceiling"] = "1.00"

    forger.change("tender/2/tender.json", lower)
    forger.sign("tender/2/tender.json", stranger(forger), "tender/2/signature.p7s")


def of_receipt_time(forger):
    name = f"{bid_of(forger, 'first')}/receipt.json"
    forger.change(name, lambda receipt: receipt.update(received_at="2099-01-01T00:00:00.000Z"), PLATFORM)


def of_receipt_platform(forger):
    forger.sign(f"{bid_of(forger, 'first')}/receipt.json", stranger(forger))


def of_receipt_missing(forger):
    forger.drop(*forger.names(f"{bid_of(forger, 'withdrawn')}/"))


def of_withdrawal(forger):
    folder = bid_of(forger, "withdrawn")
    forger.members[f"{folder}/withdrawal.p7s"] = sign_detached(
        forger.members[f"{folder}/withdrawal.json"], stranger(forger)
    )


def of_bid_swapped(forger):
    other = forger.members[f"{bid_of(forger, 'third')}/bid.bid"]
    forger.members[f"{bid_of(forger, 'first')}/bid.bid"] = other


def of_bid_missing(forger):
    forger.drop(f"{bid_of(forger, 'first')}/bid.bid")


def of_bid_kept(forger):
    bid = forger.made.works.bids["before"]
    forger.members[f"{bid_of(forger, 'before')}/bid.bid"] = bid.path.read_bytes()


def of_release_signed_by_another(forger):
    name = forger.names("opening/releases/", ".json")[0]
    forger.sign(name, stranger(forger))


def of_release_swapped(forger):
    first, second = forger.names("opening/releases/", ".json")[:2]
    forger.members[first] = forger.members[second]


def of_release_dropped(forger):
    name = forger.names("opening/releases/", ".json")[-1]
    forger.drop(name, f"{name[:-5]}.p7s")


def of_opened_content(forger):
    first, second = forger.names("opened/")[:2]
    forger.members[first] = forger.members[second]


def of_record_figure(forger):
    def lower(record):
        record["bids"][0]["items"]["price"] = "1.00"

    forger.change(RECORD, lower, PLATFORM)


def of_record_signature(forger):
    forger.drop(forger.names("opening/signatures/")[0])


def of_record_paper(forger):
    forger.members["opening/record.pdf"] = forger.members["evaluation/report.pdf"]


def of_draw_outcome(forger):
    name = next(name for name in forger.names("draws/") if "专家" in forger.json(name)["purpose"])
    forger.change(name, lambda draw: draw["outcome"]["order"].reverse())


def of_draw_made_again(forger):
    """Consistent in itself: the platform picks another value of its own until it likes the outcome."""
    from hashlib import sha256

    from signing.rules.draws import choose, commitment, order, read_plan, read_pool, seed

    name = next(name for name in forger.names("draws/") if "下浮" in forger.json(name)["purpose"])
    draw = forger.json(name)
    own = next(part for part in draw["commitments"] if part["party"]["number"] == "platform")
    own["opening"]["value"] = sha256(b"another").hexdigest()
    salt, value = (bytes.fromhex(own["opening"][key]) for key in ("salt", "value"))
    own["commitment"] = commitment(salt, value).hex()
    openings = [bytes.fromhex(p["opening"]["salt"] + p["opening"]["value"]) for p in draw["commitments"]]
    drawn = seed(openings, draw["number"])
    items = read_pool(draw["pool"]["items"])
    found = order(drawn, len(items))
    chosen = choose(items, found, read_plan(draw["plan"]))
    draw["outcome"] = {"seed": drawn.hex(), "order": found, "chosen": chosen}
    forger.put(name, draw)


def of_draw_hidden(forger):
    forger.drop(forger.names("draws/")[0])


def of_score(forger):
    def raise_score(hand_in):
        bidder = sorted(hand_in["scores"])[0]
        hand_in["scores"][bidder]["t1"] = "30.00"

    forger.change("evaluation/hand-ins/1.json", raise_score, forger.made.works.members[1].signing_key)


def of_hand_in_missing(forger):
    forger.drop("evaluation/hand-ins/1.json", "evaluation/hand-ins/1.p7s")


def of_undertaking(forger):
    forger.members["evaluation/undertakings/1.p7s"] = forger.members["evaluation/undertakings/2.p7s"]


def of_price(forger):
    def lower(report):
        report["score_file"]["bids"][0]["price"] = "1.00"

    forger.change(REPORT, lower)


def of_result(forger):
    def swap(report):
        one, two = report["result"]["standings"][:2]
        one["bidder"], two["bidder"] = two["bidder"], one["bidder"]

    forger.change(REPORT, swap)


def of_report_signature(forger):
    forger.drop("evaluation/signatures/1.p7s")


def of_report_signed_by_another(forger):
    forger.sign(REPORT, stranger(forger), "evaluation/signatures/1.p7s")


def of_dissent(forger):
    name = forger.names("evaluation/signatures/", ".dissent.json")[0]
    forger.change(name, lambda dissent: dissent.update(opinion="完全同意。"))


def of_candidates_notice(forger):
    def swap(notice):
        notice["body"][0]["text"] = "第1名：别的单位，报价1.00元"

    forger.change(notice_of(forger, "candidates"), swap)


def of_letter(forger):
    letters = forger.names("award/letters/")
    forger.members[letters[0]] = forger.members[letters[1]]


def of_letter_missing(forger):
    forger.drop(forger.names("award/letters/")[0])


def of_rules(forger):
    forger.change("rules/ruleset.json", lambda rules: rules.update(name="宽松的规则"))


def of_package(forger):
    forger.members["tender/1/package.tender"] = forger.members["tender/2/package.tender"]


def of_disclosure(forger):
    forger.change("journal/disclosure.json", lambda document: document.update(number=2))


def notice_of(forger, kind):
    return next(name for name in forger.names("notices/") if forger.json(name)["kind"] == kind)


FORGERIES = [
    (of_tenderer_document, "tender", "tender.other_content"),
    (of_rules, "tender", "rules.other_content"),
    (of_package, "tender", "tender.other_package"),
    (of_receipt_time, "receipts", "receipt.late"),
    (of_receipt_platform, "receipts", "signature.no_moment"),
    (of_receipt_missing, "receipts", "bundle.member_missing"),
    (of_withdrawal, "receipts", "party.other_signer"),
    (of_bid_swapped, "bids", "bid.without_receipt"),
    (of_bid_missing, "bids", "bundle.member_missing"),
    (of_bid_kept, "bids", "bid.kept"),
    (of_release_signed_by_another, "releases", "party.other_signer"),
    (of_release_swapped, "releases", "release.other_content"),
    (of_release_dropped, "releases", "bundle.member_missing"),
    (of_opened_content, "unsealing", "opening.other_content"),
    (of_record_figure, "record", "record.differs"),
    (of_record_signature, "record", "bundle.member_missing"),
    (of_record_paper, "record", "paper.other_content"),
    (of_draw_outcome, "draws", "draw.not_replayed"),
    (of_draw_made_again, "draws", "draw.differs"),
    (of_draw_hidden, "draws", "bundle.member_missing"),
    (of_score, "hand-ins", "hand_in.not_counted"),
    (of_hand_in_missing, "hand-ins", "bundle.member_missing"),
    (of_undertaking, "hand-ins", "signature.other_content"),
    (of_price, "arithmetic", "scores.differ"),
    (of_result, "arithmetic", "result.differs"),
    (of_result, "report", "candidates.differ"),
    (of_report_signature, "report", "bundle.member_missing"),
    (of_report_signed_by_another, "report", "party.other_signer"),
    (of_dissent, "report", "report.other_dissent"),
    (of_candidates_notice, "award", "notice.other_content"),
    (of_letter, "award", "paper.other_content"),
    (of_letter_missing, "award", "bundle.member_missing"),
    (of_disclosure, "sealed-journal", "sealed.foreign"),
]


@pytest.mark.parametrize(("forge", "step", "code"), FORGERIES, ids=lambda value: getattr(value, "__name__", None))
def test_a_forged_paper_is_named_by_its_step(forger, made, tmp_path, forge, step, code):
    forge(forger)
    steps = steps_of(forger.write(tmp_path / "forged.bundle"), made)
    found = failed(steps)
    assert step in found, explain(steps)
    assert code is None or code in found[step], explain(steps)
    assert "entries" not in found, "the journal itself was not touched"


def test_a_bundle_put_together_again_without_a_change_holds(forger, made, tmp_path):
    steps = steps_of(forger.write(tmp_path / "same.bundle"), made)
    assert failed(steps) == {}, explain(steps)


def test_a_changed_bundle_that_was_not_journalled_is_another_bundle(forger, made, tmp_path):
    """Whatever was changed, and were it a space that no other step looks at."""
    forger.compose = False
    forger.change("bundle.json", lambda about: about.update(made_at="2026-11-21T00:00:00.000Z"))
    assert failed(steps_of(forger.write(tmp_path / "forged.bundle"), made)) == {"acts": {"bundle.other_papers"}}


def test_an_unknown_member_is_refused(forger, made, tmp_path):
    forger.members["evaluation/minutes.txt"] = "会议纪要".encode()
    assert failed(steps_of(forger.write(tmp_path / "forged.bundle"), made)) == {"acts": {"bundle.unexpected_member"}}


def test_another_signer_of_the_bundle_is_named(forger, made, tmp_path):
    forger.signer = stranger(forger)
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert found == {"bundle": {"bundle.other_signer"}}


def test_a_section_cannot_be_passed_off_as_another(forger, made, tmp_path):
    code = made.forger("goods").json("bundle.json")["section"]["code"]
    forger.change("bundle.json", lambda about: about["section"].update(code=code))
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert "journal.foreign" in found["entries"]
    assert "tender.foreign" in found["tender"]


PAPERS_OF = {
    "record": ("opening/record", "opening/signatures/"),
    "hand-ins": ("evaluation/",),
    "award": ("award/", "notices/"),
}


@pytest.mark.parametrize(("step", "state"), [("record", "opening"), ("hand-ins", "opened"), ("award", "evaluated")])
def test_papers_of_a_stage_that_is_over_cannot_be_left_out(forger, made, tmp_path, step, state):
    """The bundle pretends that the section has not come so far."""
    for prefix in PAPERS_OF[step]:
        forger.drop(*forger.names(prefix))
    forger.change("bundle.json", lambda about: about["section"].update(state=state))
    steps = steps_of(forger.write(tmp_path / "forged.bundle"), made)
    assert step in failed(steps), explain(steps)


def one_of_each(names):
    """A name of every kind: numbers, ids and digests apart, papers of a kind are treated alike."""
    return list({re.sub(r"[0-9a-zA-Z-]*[0-9][0-9a-zA-Z-]*", "#", name): name for name in names}.values())


# The checkpoint and what leads to it the forger makes anew; the opened copies come out of the sealed bids again.
MADE_ANEW = ("journal/entries/", "journal/checkpoint", "META-INF/", "bundle.json", "opened/", "trust/")


def test_every_kind_of_paper_matters(made, tmp_path):
    """One after the other is left out, and the new bundle journalled: none of them is only decoration."""
    unnoticed = []
    for name in one_of_each(sorted(made.forger().members)):
        if name.startswith(MADE_ANEW) or name.endswith(".consistency.json"):
            continue
        forger = made.forger()
        forger.drop(name)
        if not failed(steps_of(forger.write(tmp_path / "forged.bundle"), made)):
            unnoticed.append(name)
    assert unnoticed == []


def test_json_spelled_otherwise_is_not_the_same_paper(forger, made, tmp_path):
    data = forger.json(RECORD)
    forger.put(RECORD, json.dumps(data, ensure_ascii=False, indent=1).encode(), PLATFORM)
    assert "bundle.not_canonical" in failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))["record"]


NONSENSE = (b"", b"null", b'{"a":' * 5000, "\ud800".encode("utf-8", "surrogatepass"))


@pytest.mark.parametrize("nonsense", NONSENSE, ids=["empty", "null", "deep", "not-utf-8"])
def test_nonsense_in_papers_is_found_and_is_no_traceback(forger, made, tmp_path, nonsense):
    for name in (RECORD, REPORT, "tender/1/tender.json", "journal/disclosure.json", forger.names("draws/")[0]):
        forger.put(name, nonsense)
    found = failed(steps_of(forger.write(tmp_path / "forged.bundle"), made))
    assert {"tender", "record", "draws", "hand-ins", "sealed-journal"} <= found.keys()
