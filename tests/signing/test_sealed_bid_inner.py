"""The inner container: the documents that the tender asks for, the items to be read out, the bidder's own signature."""

import json

import pytest

from client.bidding.machine import environment
from client.bidding.making import make_inner
from client.bidding.signatures import signature_only, signing_with
from runtime import clock
from runtime.refusal import Refusal
from signing.rules.container_writer import ContainerWriter
from signing.rules.containers import read_container
from signing.rules.inner_bid import Opening, check_inner, item_faults, read_environment, read_opening
from signing.rules.sealed_bid import verifier
from tests.factories.bids import BIDDER, BIDDER_NUMBER, ITEMS, PDF, fill_folder, make_tender


@pytest.fixture(scope="module")
def tender():
    return make_tender("ecdsa")


@pytest.fixture(scope="module")
def signer(tender):
    return tender.ca.issue(BIDDER, BIDDER_NUMBER)


def codes(call) -> list[tuple[str, str]]:
    with pytest.raises(Refusal) as refused:
        call()
    assert all(blocker.message % dict(blocker.params) and blocker.rule for blocker in refused.value.blockers)
    return [(blocker.code, blocker.place) for blocker in refused.value.blockers]


def opening(terms, **changes) -> bytes:
    data = Opening(terms.tender, terms.section, terms.round, BIDDER, BIDDER_NUMBER, ITEMS).as_data()
    return json.dumps(data | changes, ensure_ascii=False).encode()


def check(tmp_path, tender, signer, verify=signature_only, **members):
    """An inner container with these members changed (None: left out), checked against the tender."""
    files = {
        "opening.json": opening(tender.terms),
        "env.json": environment(),
        "documents/technical.pdf": PDF,
        "documents/commercial.pdf": PDF,
        "bill.xlsx": b"PK\x03\x04sheet",
    }
    files |= {name.replace("__", "/").replace("_", "."): data for name, data in members.items()}
    with ContainerWriter(tmp_path / "inner.asice") as container:
        for name, data in files.items():
            if data is not None:
                container.add(name, data)
        container.sign(signing_with(signer))
    read = read_container(tmp_path / "inner.asice")
    return check_inner(read, verify, tender.terms, BIDDER_NUMBER)


def test_a_complete_inner_container_is_accepted(tmp_path, tender, signer):
    verify = verifier(tender.ca.trust_store(), clock.now())
    inner = check(tmp_path, tender, signer, verify, documents__extra_png=b"\x89PNG")
    assert inner.opening.items == ITEMS
    assert inner.environment["client"].startswith("yangguang")
    assert inner.environment["machine"]["system"]
    assert inner.signature.holder.number == BIDDER_NUMBER


def test_all_that_is_missing_is_named_at_once(tmp_path, tender, signer):
    found = codes(lambda: check(tmp_path, tender, signer, documents__technical_pdf=None, bill_xlsx=b""))
    assert found == [("inner.missing_part", "documents/technical.pdf"), ("inner.missing_part", "bill.xlsx")]


def test_a_part_of_another_kind_is_refused(tmp_path, tender, signer):
    found = codes(lambda: check(tmp_path, tender, signer, documents__technical_pdf=b"MZ program"))
    assert found == [("inner.wrong_media", "documents/technical.pdf")]


def test_members_that_no_tender_asks_for_are_refused(tmp_path, tender, signer):
    found = codes(lambda: check(tmp_path, tender, signer, run_exe=b"MZ"))
    assert found == [("inner.unexpected_member", "run.exe")]


@pytest.mark.parametrize(
    ("items", "expected"),
    [
        ({"price": "980000.00", "period": 90}, ["inner.missing_item"]),
        ({**ITEMS, "discount": "1"}, ["inner.unexpected_item"]),
        ({**ITEMS, "price": 980000}, ["inner.wrong_money"]),
        ({**ITEMS, "price": "980000"}, ["inner.wrong_money"]),
        ({**ITEMS, "price": "-1.00"}, ["inner.wrong_money"]),
        ({**ITEMS, "price": "0980000.00"}, ["inner.wrong_money"]),
        ({**ITEMS, "price": "９８０.００"}, ["inner.wrong_money"]),
        ({**ITEMS, "period": "90"}, ["inner.wrong_integer"]),
        ({**ITEMS, "period": True}, ["inner.wrong_integer"]),
        ({**ITEMS, "period": -1}, ["inner.wrong_integer"]),
        ({**ITEMS, "quality": " "}, ["inner.wrong_text"]),
        ({**ITEMS, "quality": "合格\n合格"}, ["inner.wrong_text"]),
        ({**ITEMS, "quality": "好" * 501}, ["inner.wrong_text"]),
        ({}, ["inner.missing_item"] * 3),
    ],
)
def test_opening_items_must_be_exactly_those_asked_for(tender, items, expected):
    terms = tender.terms
    found = item_faults(Opening(terms.tender, terms.section, 1, BIDDER, BIDDER_NUMBER, items), terms.items)
    assert [blocker.code for blocker in found] == expected


def test_an_opening_file_for_another_tender_or_bidder_is_refused(tmp_path, tender, signer):
    other = opening(tender.terms, section="BSC-9", round=2)
    assert codes(lambda: check(tmp_path, tender, signer, opening_json=other)) == [
        ("inner.foreign", "opening.json"),
        ("inner.foreign", "opening.json"),
    ]
    borrowed = opening(tender.terms, bidder={"name": "别家", "number": "91350100M000100Y43"})
    assert codes(lambda: check(tmp_path, tender, signer, opening_json=borrowed)) == [
        ("bid.signer_differs", "opening.json"),
        ("inner.foreign", "opening.json"),
    ]


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b'{"format":"yangguang-opening/1"}', b'{"a":1,"a":2}'])
def test_an_opening_file_that_cannot_be_read_is_refused(data):
    with pytest.raises(Refusal, match=r"inner\.unreadable"):
        read_opening(data)


def test_unknown_formats_are_refused(tender):
    later = opening(tender.terms, format="yangguang-opening/2")
    assert codes(lambda: read_opening(later)) == [("inner.unknown_format", "opening.json")]
    assert codes(lambda: read_environment(b'{"format":"x","client":"","machine":{}}')) == [
        ("inner.unknown_format", "env.json")
    ]
    assert codes(lambda: read_environment(b'{"format":"yangguang-env/1","client":"","machine":{"a":1}}')) == [
        ("inner.unreadable", "env.json")
    ]


def test_a_folder_becomes_the_same_container_as_its_files_say(tmp_path, tender, signer):
    folder = fill_folder(tmp_path / "files")
    (folder / ".DS_Store").write_bytes(b"x")
    (folder / "documents/~$technical.docx").write_bytes(b"x")
    made = make_inner(folder, tmp_path / "a.asice", signer, tender.terms)
    assert made.passed_over == [".DS_Store", "documents/~$technical.docx"]
    assert set(made.container.members) == {
        "mimetype",
        "opening.json",
        "env.json",
        "bill.xlsx",
        "documents/commercial.pdf",
        "documents/technical.pdf",
        "META-INF/ASiCManifest.xml",
        "META-INF/signature.p7s",
    }
    assert made.inner.opening.bidder_number == BIDDER_NUMBER


def test_nothing_is_left_where_the_folder_is_not_what_the_tender_asks_for(tmp_path, tender, signer):
    folder = fill_folder(tmp_path / "files", items={"price": "1"})
    with pytest.raises(Refusal):
        make_inner(folder, tmp_path / "a.asice", signer, tender.terms)
    assert [path.name for path in tmp_path.iterdir()] == ["files"]
