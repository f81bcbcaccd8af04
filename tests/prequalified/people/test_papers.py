"""Papers: taken with the party's own good signature and in no other way; who may read them; what bad input is told."""

import base64
import datetime as dt
from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prequalified.actions.people.add_paper import add_paper
from prequalified.models import Paper, PartyCertificate
from prequalified.rules.people.papers import LARGEST, PaperFacts, media_of, paper_blockers
from runtime.clock import now
from runtime.refusal import Refusal
from signing.actions.trust_authority import trust_authority
from signing.queries.trust import trust_store
from signing.rules.cades import sign_detached, verify_detached
from signing.rules.demo_ca import make_ca, revoke
from tests.factories.parties import bind, demo_ca, log_in, make_centre, make_party
from tests.prequalified.api import NAME, codes
from tests.prequalified.journal import kinds, written
from tests.prequalified.people.acting import PDF, add, papers, today

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


def files(store: Path) -> list[Path]:
    return [path for path in store.rglob("*") if path.is_file()]


def test_a_signed_paper_is_kept_listed_downloaded_and_journalled(firm, kit, store):
    answer = add(firm, kit, title="营业执照", number="N-1", issuer="示范市市场监督管理局", facts='{"grade": "二级"}')
    assert answer.status_code == 201, answer.json()
    told = answer.json()
    assert (told["media"], told["size"], told["party"]["name"]) == ("application/pdf", len(PDF), NAME)
    row = Paper.objects.get()
    assert row.facts == {"grade": "二级", "file": "licence.pdf"}
    assert [path.read_bytes() for path in files(store)] == [PDF]
    assert "paper.added" in kinds() and written()[-1]["body"]["sha256"] == row.sha256
    download = firm.get(f"/papers/{row.public_id}/file/")
    assert b"".join(download.streaming_content) == PDF
    assert download["X-Content-Type-Options"] == "nosniff" and "attachment" in download["Content-Disposition"]
    again = firm.get(f"/papers/{row.public_id}/signature/").content
    assert verify_detached(PDF, again, trust_store(), now()).holder.number == kit.party.number
    assert "营业执照" in firm.get(f"/papers/{row.public_id}/").content.decode()


def forged(kit, store):
    good = bytearray(sign_detached(PDF, kit.signing_key))
    good[-5] ^= 1
    return bytes(good)


def for_other_file(kit, store):
    return sign_detached(PDF + b"x", kit.signing_key)


def by_other_holder(kit, store):
    return sign_detached(PDF, make_party("另一家公司", 2).signing_key)


def by_unknown_authority(kit, store):
    return sign_detached(PDF, make_ca("无人认可的机构").issue(NAME, kit.party.number))


def by_expired(kit, store):
    key = demo_ca().issue(NAME, kit.party.number, not_before=now() - 20 * DAY, not_after=now() - DAY)
    bind(kit.party, key)
    return sign_detached(PDF, key)


def by_unbound(kit, store):
    PartyCertificate.objects.update(unbound_at=now())
    return sign_detached(PDF, kit.signing_key)


def by_revoked(kit, store):
    authority = make_ca("会吊销的机构", "ecdsa")
    key = authority.issue(NAME, kit.party.number)
    bind(kit.party, key)
    revoke(authority, key.cert_der, now() - DAY)
    public = authority.authority()
    trust_authority(
        name=public.name, certificates=[*public.anchors, *public.intermediates], crls=public.crls,
        number_rule=public.number_rule, actor=kit.actor(),
    )  # fmt: skip
    return sign_detached(PDF, key)


@pytest.mark.parametrize(
    ("make", "code"),
    [
        (lambda kit, store: b"no signature", "signature.unreadable"),
        (forged, "signature.invalid"),
        (for_other_file, "signature.other_content"),
        (by_other_holder, "certificate.wrong_holder"),
        (by_unknown_authority, "certificate.unknown_ca"),
        (by_expired, "certificate.expired"),
        (by_revoked, "certificate.revoked"),
        (by_unbound, "certificate.not_bound_here"),
    ],
)
def test_a_bad_signature_is_refused_in_clear_words_and_nothing_is_stored(firm, kit, store, make, code):
    wrong = make(kit, store)
    before = kinds()
    with pytest.raises(Refusal) as refusal:
        actor = replace(kit.actor(), party_id=kit.party.pk)
        add_paper(party=kit.party, kind="licence", title="执照", data=PDF, name="a.pdf", signature=wrong, actor=actor)
    assert [blocker.code for blocker in refusal.value.blockers] == [code]
    assert (Paper.objects.count(), files(store), kinds()) == (0, [], before)


def test_a_forged_paper_is_refused_at_the_endpoint_and_on_the_page(firm, kit, store):
    wrong = base64.b64encode(forged(kit, store)).decode()
    assert codes(add(firm, kit, signature=wrong)) == ["signature.invalid"]
    form = {"kind": "licence", "title": "执照", "signature": wrong, "file": SimpleUploadedFile("a.pdf", PDF)}
    answer = firm.post("/papers/new/", form)
    assert answer.status_code == 422 and "签名无效" in answer.content.decode() and "执照" in answer.content.decode()
    assert not Paper.objects.exists() and files(store) == []


FACTS = PaperFacts("licence", "营业执照", 10, "application/pdf", 3000)


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"size": 0}, "paper.empty"),
        ({"size": LARGEST + 1}, "paper.large"),
        ({"media": ""}, "paper.media"),
        ({"signature_size": 0}, "paper.unsigned"),
        ({"signature_size": 10**6}, "paper.signature_large"),
        ({"kind": "x"}, "paper.kind"),
        ({"title": " "}, "paper.title"),
        ({"title": "长" * 201}, "paper.long"),
        ({"issuer": "a\0b"}, "paper.long"),
        ({"valid_until": dt.date(2026, 1, 1)}, "paper.expired"),
        ({"valid_from": dt.date(2027, 1, 1)}, "paper.not_yet"),
        ({"valid_from": dt.date(2026, 3, 1), "valid_until": dt.date(2026, 2, 1)}, "paper.dates"),
    ],
)
def test_each_fault_of_a_paper_has_its_words(change, code):
    day = dt.date(2026, 6, 1)
    assert paper_blockers(FACTS, day) == []
    found = paper_blockers(replace(FACTS, **change), day)
    assert [blocker.code for blocker in found] == [code]
    assert found[0].message % dict(found[0].params)


def test_all_faults_are_told_at_once(firm, kit, store):
    answer = add(firm, kit, "nonsense", b"<html>", title="", valid_until=(today() - DAY).isoformat())
    assert answer.status_code == 422
    assert codes(answer) == ["paper.media", "paper.kind", "paper.title", "paper.expired"]
    assert files(store) == []


def test_a_paper_good_until_today_is_good_today(firm, kit, store):
    assert add(firm, kit, valid_until=today().isoformat()).status_code == 201


def test_a_file_that_is_too_large_is_refused(firm, kit, store):
    data = PDF + b"\0" * LARGEST
    assert codes(add(firm, kit, data=data)) == ["paper.large"]


def test_media_is_told_by_the_first_bytes_and_never_by_the_name():
    assert media_of(b"%PDF-1.7") == "application/pdf" and media_of(b"\x89PNG\r\n\x1a\n") == "image/png"
    assert media_of(b"\xff\xd8\xff\xe0") == "image/jpeg" and media_of(b"<svg/>") == media_of(b"") == ""


def test_a_password_is_not_enough_to_add_a_paper(kit, store):
    client = log_in(Client(), kit, certificate=False)
    assert codes(add(client, kit)) == ["login.certificate_needed"]


def test_papers_are_seen_by_their_party_staff_and_supervisors_and_by_nobody_else(firm, kit, staff, store):
    (number,) = papers(firm, kit, "licence")
    supervisor = log_in(Client(), make_party("监督办", 50, ["supervisor"]))
    other = log_in(Client(), make_party("另一家公司", 2))
    foreign = log_in(Client(), make_party("外地中心", 51, ["staff"], centre=make_centre("other")))
    for client, status in ((firm, 200), (staff, 200), (supervisor, 200), (other, 404), (foreign, 404)):
        for path in (f"/papers/{number}/", f"/papers/{number}/file/", f"/papers/{number}/signature/"):
            assert client.get(path).status_code == status
        assert client.get(f"/api/v1/papers/{number}").status_code == status
        assert client.get("/api/v1/papers").json()["count"] == (status == 200)
    assert Client().get(f"/papers/{number}/file/").status_code in (302, 401)


def test_the_list_is_searched_sorted_narrowed_and_downloaded(firm, kit, store):
    for kind, title in (("licence", "=甲执照"), ("credit", "乙信用")):
        add(firm, kit, kind, title=title)
    assert [row["title"] for row in firm.get("/api/v1/papers?sort=title").json()["items"]] == ["=甲执照", "乙信用"]
    assert (
        firm.get("/api/v1/papers?q=乙信").json()["count"] == firm.get("/api/v1/papers?kind=credit").json()["count"] == 1
    )
    assert firm.get("/api/v1/papers?valid=no").json()["count"] == 0
    text = b"".join(firm.get("/papers/?format=csv").streaming_content).decode("utf-8-sig")
    assert "'=甲执照" in text and "乙信用" in text


def test_the_list_costs_the_same_with_one_row_and_three(firm, kit, store):
    counts = []
    for more in (1, 2):
        papers(firm, kit, *["licence"] * more)
        for path in ("/papers/", "/api/v1/papers"):
            with CaptureQueriesContext(connection) as queries:
                assert firm.get(path).status_code == 200
            counts.append(len(queries))
    assert counts[:2] == counts[2:] and max(counts) <= 15


def test_a_paper_is_never_changed_or_deleted(firm, kit, store):
    papers(firm, kit, "licence")
    for change in (
        lambda: Paper.objects.update(title="别的"),
        lambda: Paper.objects.all().delete(),
    ):
        with pytest.raises(DatabaseError), transaction.atomic():
            change()
    with pytest.raises(TypeError):
        Paper.objects.get().save()
