"""Pages without a browser: who sees what, forms that keep what was typed, faults at the field, few queries."""

import base64
import datetime as dt
import html
import re

import pytest
from django.contrib.messages import get_messages
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from runtime.clock import now
from signing.rules.cades import sign_detached
from tendering.models import Amendment, Notice, Project, Question, Section, TenderDocument
from tests.factories.parties import log_in, make_centre
from tests.factories.tendering import (
    make_drafted_section,
    make_evaluated_section,
    make_published_section,
    make_reviewed_section,
    make_section,
    new_party,
    second_person,
)

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(store):
    return store


def web(kit=None, role=""):
    client = Client()
    return log_in(client, kit, role) if kit else client


def text(response):
    return html.unescape(response.content.decode())


def fields(response):
    """What a browser would send back: every input, choice and text of the page's largest form."""
    page = response.content.decode()
    found = {}
    for tag in re.findall(r"<input[^>]+>", page):
        attributes = dict(re.findall(r'([a-z-]+)="([^"]*)"', tag))
        kind = attributes.get("type", "text")
        if "name" not in attributes or kind in ("file", "submit", "search"):
            continue
        if kind == "checkbox" and " checked" not in tag:
            continue
        found[attributes["name"]] = html.unescape(attributes.get("value", "on" if kind == "checkbox" else ""))
    for name, inner in re.findall(r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', page, re.S):
        chosen = re.search(r'<option value="([^"]*)"[^>]*selected', inner) or re.search(
            r'<option value="([^"]*)"', inner
        )
        found[name] = html.unescape(chosen[1]) if chosen else ""
    for name, inner in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>\n?(.*?)</textarea>', page, re.S):
        found[name] = html.unescape(inner)
    return {key: value for key, value in found.items() if "__prefix__" not in key}


def test_the_first_page_shows_notices_openings_and_figures_without_a_log_in():
    tender = make_published_section(name="学校课桌椅采购", mode="bidder")
    Section.objects.filter(pk=tender.section.pk).update(deadline=now() + dt.timedelta(seconds=5))
    page = text(web().get("/"))
    assert tender.notice.title in page and "data-until" in page and "今日开标" in page
    assert text(web().get("/openings/today/")).count(tender.section.name) == 1


@pytest.mark.parametrize("path", ["/", "/notices/", "/notices/?q=采购&sort=-deadline", "/projects/"])
def test_a_list_asks_the_database_as_often_with_three_rows_as_with_one(path):
    centre = make_centre("one")
    first = make_published_section(mode="bidder", centre=centre, deadline_after={"days": 50})
    client = web(first.staff)
    counts = []
    for more in range(2):
        client.get(path)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
        if not more:
            for _ in range(2):
                make_published_section(mode="bidder", centre=centre, deadline_after={"days": 50})
    assert counts[0] == counts[1] < 25


def test_the_page_of_a_section_asks_as_often_with_many_papers():
    tender = make_evaluated_section(
        ["1.00", "2.00", "3.00", "4.00"], regime="ENG", kind="works", budget="9.00", ceiling=None, bond="0"
    )
    client = web(tender.tenderer)
    path = f"/sections/{tender.section.code}/"
    client.get(path)
    with CaptureQueriesContext(connection) as few:
        client.get(path)
    for number in range(3):
        Notice.objects.create(
            section=tender.section,
            kind="clarification",
            title=f"澄清{number}",
            body=[],
            state="published",
            published_at=now(),
        )
    with CaptureQueriesContext(connection) as many:
        client.get(path)
    assert len(few) == len(many) < 40


def test_notices_are_searched_filtered_ordered_and_downloaded():
    for name in ("学校课桌椅采购", "医院床单采购"):
        make_published_section(name=name, mode="bidder")
    client = web()
    page = text(client.get("/notices/?q=课桌"))
    assert "学校课桌椅采购" in page and "医院床单采购" not in page
    assert "没有找到公告" in text(client.get("/notices/?kind=result"))
    csv = b"".join(client.get("/notices/?q=床单&format=csv").streaming_content).decode("utf-8-sig")
    assert csv.splitlines()[0].startswith("公告类型") and "医院床单采购" in csv and "课桌椅" not in csv
    data = client.get("/notices/?format=json").json()
    assert len(data["notices"]) == 2 and all(each["sha256"] for each in data["notices"])
    feed = client.get("/notices/feed.atom?q=课桌")
    assert feed["Content-Type"].startswith("application/atom+xml") and "学校课桌椅采购" in text(feed)
    assert client.get("/notices/?page=99&since=yesterday&sort=secret").status_code == 200


def test_a_draft_s_page_is_nobody_else_s():
    tender = make_drafted_section(centre=make_centre("city"))
    paths = [
        f"/sections/{tender.section.code}/", f"/sections/{tender.section.code}/document/edit/",
        f"/sections/{tender.section.code}/review/", f"/sections/{tender.section.code}/document/?version=1",
    ]  # fmt: skip
    strangers = [
        None,
        new_party("投标人", "bidder"),
        new_party("别家", "tenderer"),
        new_party("外地", "staff", centre=make_centre("other")),
    ]
    for kit in strangers:
        client = web(kit)
        assert {client.get(path).status_code for path in paths} <= {401, 403, 404}
    own = web(tender.tenderer)
    assert own.get(paths[0]).status_code == own.get(paths[1]).status_code == 200


@pytest.mark.cts("A-36", "A-37", "A-39")
def test_project_tendering_project_and_section_are_made_by_forms():
    kit = new_party("采购单位", "tenderer")
    make_centre("demo")
    client = web(kit)
    wrong = client.post(
        "/projects/new/", {"name": "图书馆设备", "centre": "demo", "region": "abc", "overview": "很长的说明"}
    )
    assert wrong.status_code == 422 and "很长的说明" in text(wrong) and "行政区划代码应为6、9或12位数字" in text(wrong)
    made = client.post(
        "/projects/new/", {"name": "图书馆设备", "centre": "demo", "region": "110000", "state_controlled": "on"}
    )
    project = Project.objects.get()
    assert made.url == f"/projects/{project.code}/" and project.tenderer == kit.party
    client.post(made.url, {**fields(client.get(made.url)), "submit": ""})
    tendering = client.post(f"{made.url}new/", {"name": "书架采购", "regime": "GP", "kind": "goods"}).url
    client.post(tendering, {**fields(client.get(tendering)), "submit": ""})
    body = {"name": "一标段", "budget": "500000", "bond": "0", "scope": "书架100组"}
    section = client.post(f"{tendering}new/", body).url
    done = client.post(section, {**fields(client.get(section)), "period": "60日", "submit": ""})
    row = Section.objects.get()
    assert done.url == f"/sections/{row.code}/" and row.period == "60日" and row.submitted_at
    assert "编制招标文件" in text(client.get(done.url))


@pytest.mark.cts("A-59", "A-60", "A-62")
def test_the_editor_keeps_what_was_typed_and_shows_each_fault_at_its_field():
    tender = make_section()
    client = web(tender.tenderer)
    path = f"/sections/{tender.section.code}/document/edit/"
    assert "政府采购货物招标文件范本" in text(client.get(path))
    client.post(path, {"template": "gp-goods"})
    page = client.get(path)
    assert "请填写“招标人联系人及电话”" in text(page)
    sent = fields(page) | {
        "field_contact": "王明", "field_demand": "见附件", "size": "六", "price_weight": "29", "items-0-key": "t2",
        "items-1-max": "abc", "parts-0-path": "../x", "deadline": "2030-01-10T09:30:00", "save": "",
    }  # fmt: skip
    answer = client.post(path, sent)
    assert answer.status_code == 302
    page = client.get(path)
    again = fields(page)
    for name in ("field_contact", "size", "price_weight", "items-1-max", "parts-0-path", "deadline"):
        assert again[name] == sent[name], name
    shown = text(page)
    for id_, message in (
        ("id_size", "人数应当是整数"),
        ("id_price_weight", "价格分占总分的比重不得低于30%"),
        ("id_parts-0-path", "文件路径不规范"),
    ):
        (errors,) = re.findall(rf'id="{id_}_error">(.*?)</div></div>', shown, re.S)
        assert message in errors, (id_, errors)
    document = TenderDocument.objects.get()
    assert document.plan == {"deadline": "2030-01-10T01:30:00.000Z"}


def test_saving_the_editor_without_touching_it_changes_nothing():
    tender = make_drafted_section()
    client = web(tender.tenderer)
    path = f"/sections/{tender.section.code}/document/edit/"
    before = TenderDocument.objects.get().content
    client.post(path, {**fields(client.get(path)), "save": ""})
    after = TenderDocument.objects.get().content
    assert {key: after[key] for key in after if before[key] != after[key]} == {}
    assert tender.section.trustees.filter(registered_at__isnull=False).count() == 5


def test_a_row_can_be_added_struck_out_and_trustees_changed():
    tender = make_drafted_section(trustees=2, k=2)
    client = web(tender.tenderer)
    path = f"/sections/{tender.section.code}/document/edit/"
    sent = fields(client.get(path))
    number = int(sent["opening_items-TOTAL_FORMS"]) - 1
    sent |= {
        f"opening_items-{number}-title": "质保期",
        f"opening_items-{number}-key": "warranty",
        f"opening_items-{number}-type": "integer",
    }
    sent |= {"opening_items-1-DELETE": "on", "trustees-0-DELETE": "on", "save": ""}
    client.post(path, sent)
    content = TenderDocument.objects.get().content
    assert [item["key"] for item in content["opening_items"]] == ["price", "warranty"]
    assert [each.party for each in tender.section.trustees.all()] == [tender.trustees[1].kit.party]


@pytest.mark.cts("A-52", "A-53", "A-66")
def test_from_the_editor_to_publication_by_pages():
    tender = make_drafted_section()
    TenderDocument.objects.update(plan={"deadline": (now() + dt.timedelta(hours=2)).isoformat()})
    owner, base = web(tender.tenderer), f"/sections/{tender.section.code}"
    answer = owner.post(f"{base}/document/edit/", {**fields(owner.get(f"{base}/document/edit/")), "prepare": ""})
    assert answer.url == f"{base}/document/sign/", [str(each) for each in get_messages(answer.wsgi_request)]
    page = owner.get(answer.url).content.decode()
    contents = re.findall(r'name="(\w+)" data-content="([^"]+)"', page)
    signatures = {
        name: base64.b64encode(sign_detached(base64.b64decode(data), tender.tenderer.signing_key)).decode()
        for name, data in contents
    }
    wrong = owner.post(answer.url, signatures | {"signature": signatures["package_signature"]})
    assert wrong.status_code == 409 and "这一步现在不能办理" in text(wrong)
    assert owner.post(answer.url, signatures).url == f"{base}/review/"
    locked = owner.post(f"{base}/document/edit/", {**fields(owner.get(f"{base}/document/edit/")), "save": ""})
    assert locked.status_code == 422 and "正在审核，已锁定" in text(locked)
    assert owner.post(f"{base}/review/", {"approve": ""}).status_code == 302
    staff = web(tender.staff)
    assert "核验通过并发布" in text(staff.get(f"{base}/review/"))
    assert staff.post(f"{base}/review/", {"publish": ""}).url == f"{base}/"
    assert "招标中" in text(web().get(f"{base}/"))


def test_sending_back_needs_a_reason_and_shows_it():
    tender = make_reviewed_section(mode="bidder")
    staff, path = web(tender.staff), f"/sections/{tender.section.code}/review/"
    refused = staff.post(path, {"return": "", "reason": ""})
    assert refused.status_code == 409 and "请写明退回原因" in text(refused)
    staff.post(path, {"return": "", "reason": "缺少资金来源"})
    assert "缺少资金来源" in text(web(tender.tenderer).get(path))


@pytest.mark.cts("A-80", "A-81")
def test_a_question_and_its_answer_by_pages():
    tender = make_published_section(mode="bidder")
    kit = new_party("投标单位", "bidder")
    bidder, path = web(kit), f"/sections/{tender.section.code}/questions/"
    empty = bidder.post(path, {"ask": "", "question-text": ""})
    assert empty.status_code == 422 and "请填写内容" in text(empty)
    bidder.post(path, {"ask": "", "question-text": "能否延长交货期？"})
    owner = web(tender.tenderer)
    page = text(owner.get(path))
    assert "能否延长交货期？" in page and kit.party.name not in page
    key = Question.objects.get().public_id
    refused = owner.post(f"/questions/{key}/", {"answer": f"{kit.party.name}可以", "restated": "交货期？"})
    assert refused.status_code == 422 and "不得透露提问人" in text(refused) and f"{kit.party.name}可以" in text(refused)
    answered = owner.post(f"/questions/{key}/", {"answer": "不能", "restated": "交货期能否延长？"})
    assert "交货期能否延长" in text(web().get(answered.url))


@pytest.mark.cts("A-83", "A-84", "A-85", "A-86", "B-014")
def test_an_amendment_by_pages_is_shown_prominently_to_every_holder():
    tender = make_published_section(mode="bidder")
    holder = web(new_party("持有人", "bidder"))
    holder.get(f"/api/v1/sections/{tender.section.code}/tender")
    base = f"/sections/{tender.section.code}"
    assert "请确认收到" in text(holder.get(f"{base}/"))
    holder.post(f"{base}/document/1/receipt/")
    assert "请确认收到" not in text(holder.get(f"{base}/"))
    owner = web(tender.tenderer)
    edit = owner.post(f"{base}/amendment/", {"start": "", "reason": "技术参数调整", "affects_bids": "on"}).url
    sent = fields(owner.get(edit)) | {"qualifications": "具有ISO9001认证", "prepare": ""}
    sign = owner.post(edit, sent).url
    assert sign == f"{base}/document/sign/"
    page = owner.get(sign).content.decode()
    signatures = {
        name: base64.b64encode(sign_detached(base64.b64decode(data), tender.tenderer.signing_key)).decode()
        for name, data in re.findall(r'name="(\w+)" data-content="([^"]+)"', page)
    }
    assert owner.post(sign, signatures).url == f"{base}/amendment/"
    assert "qualifications.0" in text(owner.get(f"{base}/amendment/"))
    owner.post(f"{base}/amendment/", {"publish": ""})
    assert Amendment.objects.get().published_at
    warned = text(holder.get(f"{base}/"))
    assert "招标文件已变更为第2版" in warned and 'role="alert"' in warned
    assert "招标文件已变更，请下载新版本" in text(holder.get("/home/"))
    holder.get(f"/api/v1/sections/{tender.section.code}/tender")
    assert "招标文件已变更为第2版" not in text(holder.get(f"{base}/"))


@pytest.mark.cts("A-163", "A-166", "A-172")
def test_candidates_award_and_letters_by_pages():
    tender = make_evaluated_section(
        ["1.00", "2.00", "3.00"], regime="ENG", kind="works", budget="9.00", ceiling=None, bond="0"
    )
    owner, staff, base = web(tender.tenderer), web(tender.staff), f"/sections/{tender.section.code}"
    owner.post(f"{base}/award/", {"candidates": ""})
    web(second_person(tender.tenderer)).post(f"{base}/review/", {"approve": ""})
    staff.post(f"{base}/review/", {"publish": ""})
    early = owner.post(f"{base}/award/", {"decide": "", "rank": "1", "reason": "第一名"})
    assert early.status_code == 409 and "公示期尚未届满" in text(early)
    Notice.objects.filter(kind="candidates").update(ends_at=now())
    second = owner.post(f"{base}/award/", {"decide": "", "rank": "2", "reason": "更好"})
    assert "排名第一的中标候选人" in text(second) and "更好" in text(second)
    owner.post(f"{base}/award/", {"decide": "", "rank": "1", "reason": "第一名"})
    winner = tender.bidders[0]
    assert winner.party.name in text(owner.get(f"{base}/award/"))
    assert "中标人：" not in text(web().get(f"{base}/"))  # not before the result notice
    letter = tender.section.letters.get(kind="award")
    owner.post(f"/letters/{letter.public_id}/", {"text": letter.text + "特此通知。", "reasons": "第一名"})
    owner.post(f"{base}/award/", {"verify": letter.public_id})
    owner.post(f"{base}/award/", {"send": letter.public_id})
    pdf = web(winner).get(f"/letters/{letter.public_id}.pdf")
    assert pdf["Content-Type"] == "application/pdf" and b"".join(pdf.streaming_content).startswith(b"%PDF")
    assert web(tender.bidders[1]).get(f"/letters/{letter.public_id}.pdf").status_code == 404


@pytest.mark.cts("A-197", "A-198")
def test_a_section_is_terminated_by_its_page():
    tender = make_published_section(mode="bidder")
    owner, path = web(tender.tenderer), f"/sections/{tender.section.code}/exceptions/"
    refused = owner.post(path, {"act": "terminate_section", "reason": "取消", "basis": ""})
    assert refused.status_code == 422 and "请写明终止的依据" in text(refused) and "取消" in text(refused)
    owner.post(path, {"act": "terminate_section", "reason": "预算取消", "basis": "政府采购法 36"})
    assert "预算取消" in text(web().get(f"/sections/{tender.section.code}/"))


def test_a_trustee_registers_by_the_file_that_the_client_wrote(tmp_path):
    from signing.rules.statements import RecipientStatement, SignedStatement

    tender = make_drafted_section(registered=False)
    trustee = tender.trustees[0]
    statement = RecipientStatement(
        tender.section.tendering_project.code, trustee.recipient, trustee.kit.party.number
    ).as_bytes()
    file = tmp_path / "recipient.statement.json"
    file.write_bytes(SignedStatement(statement, sign_detached(statement, trustee.kit.signing_key)).as_bytes())
    client, path = web(trustee.kit), f"/sections/{tender.section.code}/trustee/"
    with file.open("rb") as data:
        assert client.post(path, {"file": data}).status_code == 302
    assert trustee.recipient in text(client.get(path))
    assert client.post(path, {"statement": "!", "signature": ""}).status_code == 409


def test_every_role_s_to_do_list_says_what_waits():
    drafted = make_drafted_section(registered=False)
    waiting = make_reviewed_section(mode="bidder")
    assert "招标文件待完成和签名" in text(web(drafted.tenderer).get("/home/"))
    assert "请登记开标公钥" in text(web(drafted.trustees[0].kit).get("/home/"))
    assert "待核验发布" in text(web(waiting.staff).get("/home/"))
    assert "没有等您办理" in text(web(new_party("外地", "staff", centre=make_centre("far"))).get("/home/"))
