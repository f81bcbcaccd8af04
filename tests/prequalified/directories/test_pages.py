"""The directories' pages and endpoints: they show to whom they may, keep what was typed, and cost the same with 1 and 3 rows."""

import base64
import csv
import io
import json
import xml.etree.ElementTree as ET

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from openpyxl import load_workbook

from prequalified.actions.directories.admit_request import admit_due
from prequalified.actions.directories.announce_reviews import announce_review
from prequalified.actions.directories.decide_request import decide_request
from prequalified.actions.directories.start_request import start_request
from prequalified.models import Admission, AdmissionRequest, Call, Category, Commitment, ConditionSet, Directory
from prequalified.rules.directories.settings import preset_figures, preset_terms
from prequalified.rules.timing import day_of
from runtime.clock import now
from signing.rules.cades import sign_detached
from tests.factories.directories import (
    fitting_facts,
    fitting_firm,
    ground_conditions,
    hand_in,
    make_admission,
    make_call,
    make_conditions,
    make_directory,
)
from tests.factories.parties import log_in, make_centre, make_party
from tests.prequalified.api import codes, send

pytestmark = pytest.mark.django_db


@pytest.fixture
def staff_kit(store):
    return make_party("审核员", 991, ["staff"])


@pytest.fixture
def staff(client, staff_kit):
    return log_in(client, staff_kit)


def page(client, path, status=200, **more) -> str:
    answer = client.get(path, **more)
    assert answer.status_code == status, answer.content[:800]
    return answer.content.decode()


def grown(serial: int) -> None:
    """One row more in every list: a directory with a call, a firm in it, one in publicity and one that is reviewed."""
    directory = make_directory(f"road-{serial}")
    call = make_call(
        directory, directory.condition_sets.first() or make_conditions(directory, published_by=staff_account())
    )
    admission = make_admission(directory)
    announce_review(admission, 2027, day_of(now()))
    for at, decision in enumerate(("pass", "")):
        firm = fitting_firm(f"申请单位{serial}之{at}", 810 + 10 * serial + at)
        row = hand_in(firm, call)
        Commitment.objects.create(request=row, key="capital", text="承诺", due=now())
        if decision:
            AdmissionRequest.objects.filter(pk=row.pk).update(
                status="publicity", publicity_from=now(), publicity_until=call.opens_at.replace(year=2099)
            )


def staff_account():
    from prequalified.models import Account

    return Account.objects.get(party__name="审核员")


PUBLIC = ["/directories/", "/directories/calls/", "/directories/publicity/", "/directories/feed/"]
STAFF = ["/staff/directories/", "/staff/requests/", "/staff/commitments/", "/staff/reviews/"]
API = [
    "/api/v1/directories", "/api/v1/directories/calls", "/api/v1/directories/publicity", "/api/v1/staff/requests",
    "/api/v1/staff/commitments", "/api/v1/staff/yearly-reviews",
]  # fmt: skip


def test_lists_cost_the_same_for_one_row_and_three(staff):
    counts: list[dict[str, int]] = []
    for serials in ([1], [2, 3]):
        for serial in serials:
            grown(serial)
        found = {}
        for path in [*PUBLIC, *STAFF, *API, "/home/"]:
            with CaptureQueriesContext(connection) as queries:
                page(staff, path)
            found[path] = len(queries)
        counts.append(found)
    assert counts[0] == counts[1]
    assert {path: count for path, count in counts[1].items() if count > 15 and path != "/home/"} == {}


def test_the_firms_in_a_directory_cost_the_same_for_one_and_three(client, staff_kit):
    directory = make_directory()
    make_conditions(directory, published_by=staff_kit.account)
    counts = []
    for many in (1, 2):
        for _ in range(many):
            make_admission(directory)
        for path in (f"/directories/{directory.code}/", f"/api/v1/directories/{directory.code}/admissions"):
            with CaptureQueriesContext(connection) as queries:
                page(client, path)
            counts.append(len(queries))
    assert counts[:2] == counts[2:]
    assert max(counts) <= 15


def test_a_firms_own_lists_cost_the_same(client, staff_kit):
    firm = fitting_firm()
    counts = []
    for many in ([1], [2, 3]):
        for serial in many:
            directory = make_directory(f"road-{serial}")
            call = make_call(directory, make_conditions(directory, published_by=staff_kit.account))
            start_request(call=call, actor=firm.actor())
            announce_review(make_admission(directory, firm), 2027, day_of(now()))
        log_in(client, firm)
        for path in ("/my/admissions/", "/api/v1/my/requests", "/api/v1/my/admissions", "/api/v1/my/yearly-reviews"):
            with CaptureQueriesContext(connection) as queries:
                page(client, path)
            counts.append(len(queries))
    assert counts[:4] == counts[4:]
    assert max(counts) <= 15


@pytest.mark.parametrize("language", ["zh-hans", "en"])
def test_public_pages_show_to_visitors_in_both_languages(client, staff_kit, language):
    grown(1)
    call, admission = Call.objects.get(), Admission.objects.get()
    row = AdmissionRequest.objects.get(status="publicity")
    paths = [
        *PUBLIC, "/directories/road-1/", "/directories/road-1/conditions/1/", f"/directories/calls/{call.number}/",
        f"/directories/publicity/{row.number}/", f"/directories/admissions/{admission.number}/",
    ]  # fmt: skip
    for path in paths:
        text = page(client, path, headers={"Accept-Language": language})
        assert "feed" in path or "<h1>" in text
    english = page(client, "/directories/road-1/conditions/1/", headers={"Accept-Language": "en"})
    assert "Registered in Beijing" in english


def test_what_is_not_public_is_not_found(client, staff_kit):
    grown(1)
    hidden = AdmissionRequest.objects.get(status="review")
    make_conditions(make_directory("other"), published_by=staff_kit.account, published_at=None)
    for path in (f"/directories/publicity/{hidden.number}/", "/directories/other/conditions/1/", "/directories/none/"):
        page(client, path, 404)
    assert hidden.number not in page(client, "/directories/publicity/")


@pytest.mark.parametrize("path", [*STAFF, "/staff/directories/new/", "/api/v1/staff/requests"])
def test_staff_pages_are_for_staff_with_a_certificate(client, store, path):
    firm = make_party("某公司", 1, ["bidder"])
    assert client.get(path).status_code in (302, 401)
    assert log_in(client, firm).get(path).status_code == 403
    kit = make_party("审核员", 2, ["staff"])
    assert log_in(client, kit, certificate=False).get(path).status_code == 403


def test_firms_are_searched_and_filtered(client, staff_kit):
    directory = make_directory()
    make_admission(directory, make_party("甲市政公司", 1), grade="一级", rating="A")
    make_admission(directory, make_party("乙市政公司", 2), grade="二级", rating="B", state="suspended")
    make_admission(directory, make_party("丙市政公司", "91350100M000100Y43"), grade="二级", rating="A", state="removed")
    wanted = {
        "q=甲": ["甲"], "grade=二级": ["乙", "丙"], "state=suspended": ["乙"], "rating=A": ["丙", "甲"],
        "region=35": ["丙"], "region=x": ["丙", "乙", "甲"], "q=甲&state=removed": [], "sort=name": ["丙", "乙", "甲"],
    }  # fmt: skip
    for query, names in wanted.items():
        found = client.get(f"/api/v1/directories/road-2026/admissions?{query}").json()["items"]
        assert sorted(row["party"]["name"][0] for row in found) == sorted(names), query
        text = page(client, f"/directories/road-2026/?{query}")
        assert all((f"{name}市政公司" in text) == (name in names) for name in "甲乙丙"), query


def test_downloads_hold_every_row_and_no_formula(client, staff_kit):
    directory = make_directory()
    make_admission(directory, make_party("=HYPERLINK(1)", 1))
    for _ in range(24):
        make_admission(directory)
    base = "/directories/road-2026/"
    lines = list(
        csv.reader(io.StringIO(b"".join(client.get(f"{base}?format=csv").streaming_content).decode("utf-8-sig")))
    )
    assert len(lines) == 26 and "'=HYPERLINK(1)" in {line[1] for line in lines}
    rows = json.loads(b"".join(client.get(f"{base}?format=json").streaming_content))
    assert len(rows) == 25 and "=HYPERLINK(1)" in {row["party"]["name"] for row in rows}
    book = load_workbook(io.BytesIO(b"".join(client.get(f"{base}?format=xlsx").streaming_content)), read_only=False)
    cells = list(book.active.iter_rows())
    assert len(cells) == 26
    assert {cell.data_type for row in cells for cell in row} <= {"s", "n", "inlineStr"}  # "f" would be a formula
    assert "=HYPERLINK(1)" in {row[1].value for row in cells}
    for path in ("/directories/", "/directories/calls/", "/directories/publicity/"):
        for form in ("csv", "xlsx", "json"):
            assert b"".join(client.get(f"{path}?format={form}").streaming_content)


def test_the_feed_tells_calls_and_admissions(client, staff_kit):
    directory = make_directory()
    make_call(directory, make_conditions(directory, published_by=staff_kit.account))
    admission = make_admission(directory)
    make_admission(make_directory("other"))
    root = ET.fromstring(page(client, "/directories/feed/?directory=road-2026"))
    links = [link.get("href") for link in root.iter("{http://www.w3.org/2005/Atom}link")]
    assert len(root.findall("{http://www.w3.org/2005/Atom}entry")) == 2
    assert any(link.endswith(f"/directories/admissions/{admission.number}/") for link in links)


def test_the_conditions_file_hashes_to_what_is_shown(client, staff_kit):
    import hashlib

    row = make_conditions(make_directory(), published_by=staff_kit.account)
    data = client.get("/directories/road-2026/conditions/1.json").content
    assert hashlib.sha256(data).hexdigest() == row.sha256
    assert row.sha256 in page(client, "/directories/road-2026/conditions/1/")


def test_published_conditions_never_change(staff_kit):
    from django.db import Error, transaction

    row = make_conditions(make_directory(), published_by=staff_kit.account)
    with pytest.raises(Error), transaction.atomic():
        ConditionSet.objects.filter(pk=row.pk).update(sha256="")


def directory_form(**more) -> dict[str, object]:
    form: dict[str, object] = {
        "code": "new-road", "centre": "demo", "category": "municipal", "name": "新名录", "name_en": "New directory",
        **preset_figures(),
    }  # fmt: skip
    for key, term in preset_terms().items():
        ((unit, amount),) = term.items()
        form |= {key: amount, f"{key}_unit": unit}
    return {**form, **more}


def test_staff_found_draft_publish_and_call_by_the_pages(staff):
    make_centre()
    answer = staff.post("/staff/directories/new/", directory_form(name_en="", capacity=0))
    assert answer.status_code == 422 and "新名录" in answer.content.decode()
    assert staff.post("/staff/directories/new/", directory_form()).status_code == 302
    row = Directory.objects.get()
    assert (row.category.code, row.terms["review"], row.figures["capacity"]) == ("municipal", {"workdays": 10}, 3)
    base = "/staff/directories/new-road/"
    assert staff.post(f"{base}edit/", directory_form(review=30, review_unit="seconds")).status_code == 302
    row.refresh_from_db()
    assert row.terms["review"] == {"seconds": 30}
    assert staff.post(f"{base}calls/new/", {"title": "征集公告"}).status_code == 422
    assert staff.post(f"{base}conditions/", {"grades": "一级、二级"}).status_code == 302
    people = {"key": "manager", "text": "有建造师", "text_en": "A constructor", "count": "2", "accepted": "一级、二级"}
    assert staff.post(f"{base}conditions/new/people/", {**people, "count": "0"}).status_code == 422
    assert (
        staff.post(
            f"{base}conditions/new/people/",
            {**people, "commitment": "on", "commitment_amount": "9", "commitment_unit": "days"},
        ).status_code
        == 302
    )
    licence = {"key": "licence", "text": "执照", "text_en": "Licence", "paper": "licence", "grades": ["一级"]}
    assert staff.post(f"{base}conditions/new/paper/", licence).status_code == 302
    assert staff.post(f"{base}conditions/", {"up": "licence"}).status_code == 302
    assert staff.post(f"{base}conditions/people/manager/", {**people, "count": "3"}).status_code == 302
    page(staff, f"{base}conditions/people/manager/")
    draft = ConditionSet.objects.get()
    first, second = draft.conditions["conditions"]
    assert (first["key"], first["grades"], second["count"], second["commitment"]) == ("licence", ["一级"], 3, None)
    assert staff.post(f"{base}conditions/", {"publish": "1"}).status_code == 302
    assert staff.post(f"{base}conditions/", {"publish": "1"}).status_code == 409
    form = {"title": "征集公告", "closes_at": "2020-01-01T00:00"}
    assert "截止时间须晚于" in staff.post(f"{base}calls/new/", form).content.decode()
    assert staff.post(f"{base}calls/new/", {"title": "征集公告"}).status_code == 302
    call = Call.objects.get()
    assert "正在受理" in page(staff, base)
    assert staff.post(f"/staff/calls/{call.number}/close/", {"reason": ""}).status_code == 409
    assert staff.post(f"/staff/calls/{call.number}/close/", {"reason": "名额已满"}).status_code == 302
    assert staff.post(f"{base}active/", {"active": "0", "reason": "合并"}).status_code == 302
    assert "新名录" not in page(staff, "/directories/")


def test_a_second_version_shows_how_it_differs(client, staff_kit):
    directory = make_directory()
    make_conditions(directory, published_by=staff_kit.account)
    second = ground_conditions()
    second["conditions"][2]["count"] = 5
    make_conditions(directory, second, published_by=staff_kit.account)
    text = page(client, "/directories/road-2026/conditions/2/")
    assert "<del>1</del>" in text and "<ins>5</ins>" in text


def test_a_whole_admission_by_the_api(client, staff_kit):
    """Founding, conditions, call, request, decision, objection, answer, admission, as a program would."""
    make_centre()
    firm = fitting_firm()
    log_in(client, staff_kit)
    body = {
        "code": "api-road", "category": "municipal", "name": "接口名录", "name_en": "By the API",
        "terms": preset_terms(), "figures": preset_figures(),
    }  # fmt: skip
    assert codes(send(client, "post", "/staff/directories", {**body, "category": "contractors"})) == [
        "category.unknown"
    ]
    assert send(client, "post", "/staff/directories", body).status_code == 201
    assert codes(send(client, "post", "/staff/directories", body)) == ["directory.code_taken"]
    base = "/staff/directories/api-road"
    bad = send(client, "put", f"{base}/conditions", {"conditions": {**ground_conditions(), "grades": []}})
    assert (bad.status_code, codes(bad)) == (422, ["condition.grades"])
    assert send(client, "put", f"{base}/conditions", {"conditions": ground_conditions()}).status_code == 200
    published = send(client, "post", f"{base}/conditions/publication").json()
    call = send(client, "post", f"{base}/calls", {"title": "接口征集"}).json()
    assert call["conditions_sha256"] == published["sha256"]
    log_in(client, firm)
    row = send(client, "post", f"/directories/calls/{call['number']}/requests").json()
    mine = f"/my/requests/{row['number']}"
    told = send(client, "get", f"{mine}/statement").json()
    assert [one["code"] for one in told["blockers"]] == ["request.grade", "paper.missing"]
    filled = {"grade": "二级", "facts": fitting_facts(firm), "committed": []}
    assert send(client, "put", mine, filled).status_code == 200
    text = send(client, "get", f"{mine}/statement").json()["text"]
    signature = base64.b64encode(sign_detached(text.encode(), firm.signing_key)).decode()
    assert send(client, "post", f"{mine}/submission", {"signature": "%"}).status_code == 400
    assert send(client, "post", f"{mine}/submission", {"signature": signature}).json()["status"] == "review"
    log_in(client, staff_kit)
    decision = f"/staff/requests/{row['number']}/decision"
    assert send(client, "post", decision, {"decision": "pass"}).json()["status"] == "publicity"
    assert codes(send(client, "post", decision, {"decision": "pass"})) == ["admission_request.wrong_status"]
    public = f"/directories/publicity/{row['number']}"
    objection = send(client, "post", f"{public}/objections", {"text": "资质证书系借用"})
    assert codes(
        send(
            client, "post", f"/staff/objections/{objection.json()['id']}/answer", {"answer": "不属实", "upheld": False}
        )
    ) == ["objection.own"]
    other = make_party("审核员乙", 992, ["staff"])
    log_in(client, other)
    answer = send(
        client, "post", f"/staff/objections/{objection.json()['id']}/answer", {"answer": "不属实", "upheld": False}
    )
    assert answer.json()["upheld"] is False
    AdmissionRequest.objects.update(publicity_until=now())
    client.logout()
    assert send(client, "get", public).json()["status"] == "admitted"  # whoever looks first
    number = Admission.objects.get().number
    shown = send(client, "get", f"/directories/admissions/{number}").json()
    assert (shown["state"], shown["party"]["name"]) == ("active", firm.party.name)
    assert [one["after"] for one in send(client, "get", f"/directories/admissions/{number}/changes").json()] == [
        "active"
    ]


def test_the_firms_page_keeps_what_was_typed_and_tells_everything_before_signing(client, staff_kit):
    directory = make_directory()
    call = make_call(directory, make_conditions(directory, published_by=staff_kit.account))
    firm = fitting_firm()
    log_in(client, firm)
    assert client.post(f"/my/calls/{call.number}/request/").status_code == 302
    row = AdmissionRequest.objects.get()
    facts = fitting_facts(firm)
    form = {"grade": "二级", "text-region": "在京三十年", "papers-licence": facts["licence"]["papers"], "check": "1"}
    assert (
        client.post(f"/my/requests/{row.number}/", form).headers["Location"] == f"/my/requests/{row.number}/signature/"
    )
    text = page(client, f"/my/requests/{row.number}/signature/")
    assert "可以先提交" in text and "data-content" in text
    assert "在京三十年" in page(client, f"/my/requests/{row.number}/")
    answer = client.post(f"/my/requests/{row.number}/signature/", {"signature": ""})
    assert answer.status_code in (409, 422) and "这一步现在不能办理" in answer.content.decode()
    client.post(f"/my/requests/{row.number}/", {"grade": "一级", "save": "1"})
    stopped = page(client, f"/my/requests/{row.number}/signature/")
    assert "全部问题" in stopped and "data-content" not in stopped
    assert client.post(f"/my/requests/{row.number}/withdrawal/").status_code == 302
    assert client.post(f"/my/requests/{row.number}/withdrawal/").status_code == 409


def test_the_certificate_is_served_and_verified_by_its_page(client, staff_kit):
    directory = make_directory()
    call = make_call(directory, make_conditions(directory, published_by=staff_kit.account))
    row = hand_in(fitting_firm(), call)
    decide_request(number=row.number, decision="pass", reasons="", actor=staff_kit.actor())
    AdmissionRequest.objects.update(publicity_until=now())
    assert admit_due() == 1
    admission = Admission.objects.get()
    path = f"/directories/admissions/{admission.number}/"
    data = b"".join(client.get(f"{path}certificate.pdf").streaming_content)
    assert data[:5] == b"%PDF-"
    admission.refresh_from_db()
    assert admission.certificate_sha256 in page(client, path)
    Admission.objects.update(state="removed", certificate_path="")
    page(client, f"{path}certificate.pdf", 404)


def test_categories_stand_after_migrating_and_loading_twice_changes_nothing(db):
    from prequalified.actions.directories.load_categories import load_categories

    load_categories()
    assert Category.objects.get(code="municipal").parent.code == "contractors"
    assert load_categories() == 0


def test_a_papers_facts_are_filled_in_on_its_page_and_proved_by_it(client, staff_kit):
    firm = fitting_firm()
    log_in(client, firm)
    data = b"%PDF-1.7\nqualification"
    form = {
        "kind": "qualification", "title": "资质证书", "fact_name": "市政公用工程施工总承包", "fact_grade": "二级",
        "fact_amount": "5.00", "signature": base64.b64encode(sign_detached(data, firm.signing_key)).decode(),
        "file": SimpleUploadedFile("q.pdf", data, "application/pdf"),
    }  # fmt: skip
    answer = client.post("/papers/new/", form)
    assert answer.status_code == 302, answer.content.decode()
    paper = firm.party.papers.get()
    assert {key: paper.facts[key] for key in ("name", "grade")} == {"name": "市政公用工程施工总承包", "grade": "二级"}
    assert "amount" not in paper.facts
    assert "市政公用工程施工总承包" in page(client, f"/papers/{paper.public_id}/")
    call = make_call(make_directory(), make_conditions(make_directory(), published_by=staff_kit.account))
    facts = {"qualification": {"text": "", "papers": [paper.public_id]}, "licence": fitting_facts(firm)["licence"]}
    assert hand_in(firm, call, facts).status == "review"
