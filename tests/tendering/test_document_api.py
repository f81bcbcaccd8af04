"""The tender document over HTTP: template, faults, trustees, attachments, signature, tender file."""

import base64
import hashlib

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from signing.rules.asic_manifest import MANIFEST, SIGNATURE, check_manifest
from signing.rules.cades import sign_detached, verify_detached
from signing.rules.canonical import canonical
from signing.rules.containers import read_container
from tendering.models import TenderDocument
from tests.factories.parties import demo_ca
from tests.factories.tendering import (
    FIELDS,
    bill,
    make_drafted_section,
    make_section,
    make_signed_section,
    new_party,
    register,
)
from tests.tendering.calling import Caller, codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(store):
    return store


def path(tender, rest="", version=1):
    return f"/sections/{tender.section.code}/documents/{version}{rest}"


@pytest.mark.cts("A-59", "A-60", "A-61", "A-62", "A-63", "A-69")
def test_a_document_is_drawn_up_from_a_template_with_the_section_s_data():
    tender = make_section()
    runner = Caller(tender.tenderer)
    offered = [each["code"] for each in runner.get("/templates?regime=GP&kind=goods")[1]]
    assert offered == ["gp-goods"]
    status, made = runner.post(f"/sections/{tender.section.code}/documents", {"template": "gp-goods"})
    assert status == 201
    content = made["content"]
    assert content["budget"] == "1000000.00" and content["tenderer"]["number"] == tender.tenderer.party.number
    assert content["format"] == "yangguang-tender/1" and content["section"] == tender.section.code
    assert {each["code"] for each in made["blockers"]} >= {"document.field_missing", "document.no_deadline"}
    status, edited = runner.put(
        path(tender), {"content": {"fields": FIELDS}, "plan": {"deadline_after": {"seconds": 60}}}
    )
    assert status == 200
    assert {each["code"] for each in edited["blockers"]} == {"document.trustees_missing"}


def test_a_template_of_another_regime_is_refused():
    tender = make_section()
    status, refused = Caller(tender.tenderer).post(
        f"/sections/{tender.section.code}/documents", {"template": "eng-works"}
    )
    assert status == 409 and codes(refused) == ["document.unknown_template"]
    assert refused["blockers"][0]["remedy"] == "请选用：gp-goods"


@pytest.mark.cts("A-62", "B-020", "B-021", "B-025")
def test_preparing_tells_every_fault_at_once_and_nothing_is_frozen():
    tender = make_drafted_section(registered=False)
    runner = Caller(tender.tenderer)
    method = {**tender.document.content["method"], "price_weight": "29"}
    method["items"] = [*method["items"][:1], {**method["items"][1], "key": "t1"}, *method["items"][2:]]
    committee = {"size": 6, "specialty": "货物", "tenderer_members": 3, "venues": ["main"]}
    runner.put(path(tender), {"content": {"method": method, "committee": committee}})
    status, refused = runner.post(path(tender, "/preparation"))
    assert status == 422
    assert set(codes(refused)) == {
        "method.price_weight_low", "method.not_hundred", "method.duplicate_key", "document.committee_size",
        "document.tenderer_share", "document.trustee_not_registered",
    }  # fmt: skip
    assert codes(refused).count("document.trustee_not_registered") == 5
    tender.document.refresh_from_db()
    assert tender.document.state == "draft" and tender.document.sha256 == ""


def test_a_refusal_is_told_in_english_to_who_reads_english():
    tender = make_drafted_section(registered=False)
    reader = Caller(tender.tenderer, language="en")
    _, refused = reader.post(path(tender, "/preparation"))
    messages = [each["message"] for each in refused["blockers"]]
    assert messages and all(message.startswith("The opening trustee") for message in messages)


def test_what_the_section_says_cannot_be_written_into_the_document():
    tender = make_drafted_section()
    status, refused = Caller(tender.tenderer).put(
        path(tender), {"content": {"budget": "1.00", "times": {"deadline": "x"}}}
    )
    assert status == 409 and codes(refused) == ["document.not_editable", "document.not_editable"]


@pytest.mark.cts("A-66", "A-67")
def test_the_tenderer_signs_and_everything_is_packed_into_one_tender_file(store):
    tender = make_drafted_section(regime="ENG", kind="works", budget="5000000.00", ceiling="4900000.00")
    runner = Caller(tender.tenderer)
    status, prepared = runner.post(path(tender, "/preparation"))
    assert status == 200, prepared
    to_sign = {name: base64.b64decode(data) for name, data in prepared["to_sign"].items()}
    body = {
        "signature": runner.sign(to_sign["tender.json"]),
        "package_signature": runner.sign(to_sign["ASiCManifest.xml"]),
    }
    status, signed = runner.post(path(tender, "/signature"), body)
    assert status == 200 and signed["state"] == "signed"
    document = TenderDocument.objects.get(pk=tender.document.pk)
    file = read_container(store / document.package_path)
    assert file.sha256 == signed["package_sha256"] and set(file.members) >= {"tender.json", "attachments/bill.xlsx"}
    assert file.members["attachments/bill.xlsx"].sha256 == hashlib.sha256(bill()).hexdigest()
    manifest = check_manifest(file)
    assert manifest == file.content(MANIFEST)
    trust = demo_ca("rsa").trust_store()
    assert verify_detached(manifest, file.content(SIGNATURE), trust, document.signed_at).ok
    assert file.content("tender.json") == canonical(document.content)
    assert verify_detached(file.content("tender.json"), bytes(document.signature), trust, document.signed_at).ok


def test_a_signature_over_something_else_or_by_somebody_else_is_refused_and_nothing_is_stored(store):
    tender = make_drafted_section()
    runner, other = Caller(tender.tenderer), Caller(new_party("别的单位", "tenderer"))
    prepared = runner.post(path(tender, "/preparation"))[1]["to_sign"]
    document, manifest = base64.b64decode(prepared["tender.json"]), base64.b64decode(prepared["ASiCManifest.xml"])
    good = {"signature": runner.sign(document), "package_signature": runner.sign(manifest)}
    for change, code in (
        ({"signature": runner.sign(b"{}")}, "signature.other_content"),
        ({"package_signature": runner.sign(document)}, "signature.other_content"),
        ({"signature": other.sign(document)}, "certificate.wrong_holder"),
        ({"package_signature": other.sign(manifest)}, "certificate.wrong_holder"),
        ({"signature": base64.b64encode(b"nothing").decode()}, "signature.unreadable"),
    ):
        status, refused = runner.post(path(tender, "/signature"), good | change)
        assert status == 409 and codes(refused) == [code]
    tender.document.refresh_from_db()
    assert tender.document.state == "prepared" and tender.document.signature is None
    assert not list(store.rglob("*.tender")) and not list(store.rglob("*.part"))
    assert other.post(path(tender, "/signature"), good)[0] == 404


def test_a_change_after_the_signature_makes_it_a_draft_again():
    tender = make_signed_section()
    status, edited = Caller(tender.tenderer).put(path(tender), {"content": {"qualifications": ["有履约能力"]}})
    assert status == 200 and edited["state"] == "draft" and edited["sha256"] == ""
    document = TenderDocument.objects.get(pk=tender.document.pk)
    assert document.signature is None and document.package_path == ""


def test_a_signature_for_a_preparation_that_was_made_anew_is_refused():
    tender = make_drafted_section()
    runner = Caller(tender.tenderer)
    old = {
        name: base64.b64decode(data) for name, data in runner.post(path(tender, "/preparation"))[1]["to_sign"].items()
    }
    runner.post(path(tender, "/preparation"))
    body = {
        "signature": runner.sign(old["tender.json"]), "package_signature": runner.sign(old["ASiCManifest.xml"]),
    }  # fmt: skip
    status, refused = runner.post(path(tender, "/signature"), body)
    assert status == 409 and codes(refused) == ["signature.other_content"]


@pytest.mark.cts("A-65")
def test_attachments_are_added_checked_and_taken_off(store):
    tender = make_drafted_section()
    runner = Caller(tender.tenderer)
    url = f"/api/v1{path(tender, '/attachments')}"

    def upload(name, data, title="图纸"):
        return runner.client.post(url, {"title": title, "file": SimpleUploadedFile(name, data)})

    made = upload("plan.pdf", b"%PDF-1.7 drawing")
    assert made.status_code == 201
    (attachment,) = made.json()["attachments"]
    assert attachment["sha256"] == hashlib.sha256(b"%PDF-1.7 drawing").hexdigest()
    for name, data, title, code in (
        ("plan.pdf", b"x", "图纸", "document.repeated"),
        ("virus.exe", b"x", "图纸", "document.bad_media"),
        ("empty.pdf", b"", "图纸", "document.bad_size"),
        ("x.pdf", b"x", " ", "document.bad_text"),
    ):
        refused = upload(name, data, title)
        assert refused.status_code == 422 and codes(refused.json()) == [code]
    assert len(list(store.rglob("attachments/*"))) == 1
    status, content = runner.get(path(tender, f"/attachments/{attachment['id']}"))
    assert status == 200 and content == b"%PDF-1.7 drawing"
    assert runner.delete(path(tender, f"/attachments/{attachment['id']}"))[0] == 204


def test_a_works_tender_without_its_bill_is_not_prepared():
    tender = make_drafted_section(regime="ENG", kind="works", budget="5000000.00", ceiling=None)
    tender.document.attachments.all().delete()
    status, refused = Caller(tender.tenderer).post(path(tender, "/preparation"))
    assert status == 422 and codes(refused) == ["document.no_bill"]


def statement_of(trustee, kit, /, **change):
    data = {
        "format": "yangguang-recipient/1",
        "tender": kit.section.tendering_project.code,
        "recipient": trustee.recipient,
        "holder": trustee.kit.party.number,
    }
    return canonical(data | change)


def test_a_trustee_registers_its_recipient_by_a_signed_statement():
    tender = make_drafted_section(registered=False)
    trustee = tender.trustees[0]
    caller = Caller(trustee.kit)
    statement = statement_of(trustee, tender)
    body = {"statement": base64.b64encode(statement).decode(), "signature": caller.sign(statement)}
    status, made = caller.post(f"/sections/{tender.section.code}/trustees/registration", body)
    assert status == 200 and made == {"place": 1, "slug": "trustee-1", "recipient": trustee.recipient}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"tender": "TP-20200101-AAAAAAAA"}, "document.foreign_statement"),
        ({"holder": "91350100M000100Y43"}, "document.foreign_holder"),
        ({"recipient": "age1nonsense"}, "recipient.unreadable"),
    ],
)
def test_a_statement_for_something_else_is_refused(change, code):
    tender = make_drafted_section(registered=False)
    trustee = tender.trustees[0]
    caller, statement = Caller(trustee.kit), statement_of(trustee, tender, **change)
    body = {"statement": base64.b64encode(statement).decode(), "signature": caller.sign(statement)}
    status, refused = caller.post(f"/sections/{tender.section.code}/trustees/registration", body)
    assert status in (409, 422) and codes(refused) == [code]


def test_one_key_in_two_hands_or_another_s_signature_is_refused():
    tender = make_drafted_section(registered=False)
    first, second = tender.trustees[:2]
    register(tender, first)
    caller = Caller(second.kit)
    url = f"/sections/{tender.section.code}/trustees/registration"
    taken = statement_of(second, tender, recipient=first.recipient)
    body = {"statement": base64.b64encode(taken).decode(), "signature": caller.sign(taken)}
    assert codes(caller.post(url, body)[1]) == ["document.recipient_taken"]
    own = statement_of(second, tender)
    forged = base64.b64encode(sign_detached(own, first.kit.signing_key)).decode()
    body = {"statement": base64.b64encode(own).decode(), "signature": forged}
    assert codes(caller.post(url, body)[1]) == ["certificate.wrong_holder"]
    outsider = new_party("旁人", "trustee")
    assert Caller(outsider).post(url, body)[0] == 404


def test_trustees_must_be_verified_and_hold_one_place():
    tender = make_drafted_section(registered=False)
    numbers = [each.kit.party.number for each in tender.trustees]
    stranger = new_party("未核验", "bidder").party.number
    runner = Caller(tender.tenderer)
    url = f"/sections/{tender.section.code}/trustees"
    assert codes(runner.put(url, {"trustees": [*numbers[:4], stranger]})[1]) == ["trustee.unknown"]
    assert codes(runner.put(url, {"trustees": [*numbers[:4], numbers[0]]})[1]) == ["trustee.repeated"]
    swapped = [numbers[1], numbers[0], *numbers[2:]]
    status, rows = runner.put(url, {"trustees": swapped})
    assert status == 200 and [each["number"] for each in rows] == swapped
