"""Pages of lists, cases, repairs, imports and the gate: who sees what, in how many queries, and what the files hold."""

import base64
import datetime as dt
import json
import re

import pytest
from django.test import Client

from prequalified.actions.ask_gate import ask_gate
from prequalified.actions.sanctions.confirm_list import enter_rows
from prequalified.actions.sanctions.serve_case import overturn_case, retract_case
from prequalified.actions.sanctions.take_list import read_list_file
from prequalified.models import GateAnswer, Party, Relation, Sanction, SanctionCase, SanctionEnd, SanctionImport
from prequalified.rules.timing import day_of
from runtime.clock import now
from signing.rules.cades import sign_detached
from tests.factories.directories import make_list_kind, make_sanction
from tests.factories.parties import log_in, make_party
from tests.prequalified.sanctions.acting import Court
from tests.prequalified.sanctions.test_import import as_csv, row

pytestmark = pytest.mark.django_db
DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _store(store):
    return store


@pytest.fixture
def court(monkeypatch) -> Court:
    return Court(monkeypatch)


def page(client: Client, address: str, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status, (address, answer.status_code)
    return answer.content.decode()


def body(answer) -> str:
    return (b"".join(answer.streaming_content) if answer.streaming else answer.content).decode("utf-8-sig")


@pytest.mark.cts("A-215")
def test_everybody_reads_the_blacklist_with_search_filters_and_files():
    firm, other = make_party("北方建设有限公司", 401), make_party("南方建设有限公司", 402)
    make_sanction(firm.party)
    past = day_of(now()) - 9 * DAY
    make_sanction(other.party, kind=make_list_kind("tax-violation"), starts=past, ends=past + DAY)
    everybody = Client()
    assert "北方建设有限公司" in page(everybody, "/blacklist/") and "南方建设有限公司" in page(everybody, "/blacklist/")
    assert "南方建设有限公司" not in page(everybody, "/blacklist/?state=in_force")
    assert "北方建设有限公司" not in page(everybody, "/blacklist/?state=past")
    assert "北方建设有限公司" not in page(everybody, "/blacklist/?kind=tax-violation")
    assert "南方建设有限公司" not in page(everybody, f"/blacklist/?q={firm.party.number}")
    lines = body(everybody.get("/blacklist/?format=csv&sort=name")).splitlines()
    assert [line.split(",")[0] for line in lines] == ["名称", "北方建设有限公司", "南方建设有限公司"]
    found = json.loads(body(everybody.get("/blacklist/?format=json&sort=name")))
    assert (found[0]["name"], found[0]["ground"]) == ("北方建设有限公司", "政府采购法 77")
    assert body_bytes(everybody.get("/blacklist/?format=xlsx"))[:2] == b"PK"


def body_bytes(answer) -> bytes:
    return b"".join(answer.streaming_content)


def test_the_list_takes_as_many_queries_for_one_row_as_for_three():
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    counts = []
    for rows in (1, 2):
        for _ in range(rows):
            make_sanction(make_party(f"北方公司{Sanction.objects.count()}", 410 + Sanction.objects.count()).party)
        with CaptureQueriesContext(connection) as queries:
            page(Client(), "/blacklist/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize(
    ("fields", "shown"),
    [
        ({}, True),
        ({"published_at": None}, False),
        ({"public_until": day_of(now()) - DAY}, False),
        ({"public_until": day_of(now())}, True),
        ({"public_until": None, "ends": None}, True),
    ],
)
def test_the_public_sees_an_entry_as_far_as_its_publication_lasts(fields, shown):
    row = make_sanction(make_party("北方建设有限公司", 401).party, **fields)
    page(Client(), f"/blacklist/{row.pk}/", 200 if shown else 404)


@pytest.mark.parametrize(("kind", "shown"), [("repaired", False), ("undone", False), ("overturned", True)])
def test_what_was_repaired_or_undone_is_shown_no_longer_what_was_overturned_until_retracted(kind, shown):
    firm = make_party("北方建设有限公司", 401)
    row = make_sanction(firm.party)
    SanctionEnd.objects.create(sanction=row, kind=kind, effective=day_of(now()), reason="x", by=firm.account, at=now())
    text = page(Client(), f"/blacklist/{row.pk}/", 200 if shown else 404)
    assert not shown or "已撤销" in text


def test_a_retracted_decision_is_gone_and_a_published_one_has_its_paper(court):
    row = court.sanctioned()
    everybody = Client()
    assert "事实经过" in page(everybody, f"/blacklist/{row.pk}/")
    paper = everybody.get(f"/blacklist/{row.pk}/decision.pdf")
    assert body_bytes(paper)[:5] == b"%PDF-"
    assert everybody.get(f"/blacklist/decisions/{court.number}/")["Location"] == f"/blacklist/{row.pk}/"
    overturn_case(number=court.number, reason="复议撤销", actor=court.supervisor.actor())
    retract_case(number=court.number, actor=court.staff.actor())
    page(everybody, f"/blacklist/{row.pk}/", 404)


def test_the_feed_holds_the_newest_entries():
    row = make_sanction(make_party("北方建设有限公司", 401).party)
    answer = Client().get("/blacklist/feed/")
    assert answer["Content-Type"].startswith("application/atom+xml")
    assert f"/blacklist/{row.pk}/" in answer.content.decode()


def test_every_list_shows_its_ground():
    text = page(Client(), "/blacklist/lists/")
    assert "政府采购法 77" in text and "招标投标法 36" in text


@pytest.mark.parametrize("role", ["tenderer", "agency", "staff", "supervisor"])
def test_the_question_is_asked_by_hand_answered_archived_and_printed(role):
    firm, asker = make_party("北方建设有限公司", 401), make_party("询问单位", 430, [role])
    make_sanction(firm.party)
    client = log_in(Client(), asker)
    page(client, "/gate/")
    given = {"number": f" {firm.party.number.lower()} ", "gate": "deliver", "regime": "GP", "subject": "", "day": ""}
    answer = client.post("/gate/", given)
    kept = GateAnswer.objects.get()
    assert answer["Location"] == f"/gate/{kept.public_id}/"
    text = page(client, answer["Location"])
    assert "不得参加" in text and "政府采购法 77" in text
    assert body_bytes(client.get(f"/gate/{kept.public_id}/answer.pdf"))[:5] == b"%PDF-"
    assert "北方建设有限公司" in page(client, "/gate/")
    assert "不得参加" in page(Client(), f"/gate/{kept.public_id}/")


@pytest.mark.parametrize(
    ("given", "said"),
    [({"number": ""}, "请填写统一社会信用代码"), ({"number": "91350100M000100Y44"}, "校验位不正确")],
)
def test_a_question_that_cannot_be_asked_keeps_what_was_typed(given, said):
    client = log_in(Client(), make_party("询问单位", 430, ["tenderer"]))
    answer = client.post("/gate/", {"gate": "award", "regime": "", **given})
    assert answer.status_code == 422
    assert said in answer.content.decode() and given["number"] in answer.content.decode()
    assert GateAnswer.objects.count() == 0


def test_bidders_do_not_ask_about_others():
    assert log_in(Client(), make_party("投标单位", 431)).get("/gate/").status_code == 403


def test_who_asks_to_deliver_is_secret_until_the_deadline():
    firm, staff = make_party("北方建设有限公司", 401), make_party("交易中心", 432, ["staff"])
    kept = ask_gate(
        gate="deliver", party=firm.party, actor=firm.actor(), subject="section:BSC-1", regime="GP",
        shown_from=now() + dt.timedelta(hours=1),
    )  # fmt: skip
    client = log_in(Client(), staff)
    assert "section:BSC-1" not in page(client, "/gate/")
    page(client, f"/gate/{kept.public_id}/", 404)
    page(log_in(Client(), firm), f"/gate/{kept.public_id}/")


def test_a_case_goes_through_its_pages_to_the_signed_decision(court):
    staff, firm, judge = (log_in(Client(), kit) for kit in (court.staff, court.firm, court.supervisor))
    filed = {
        "number": court.firm.party.number, "kind": "gp-bad-record", "source": "inspection", "conduct": "涉嫌造假",
        "act_on": (day_of(now()) - 30 * DAY).isoformat(), "subject": "",
    }  # fmt: skip
    address = staff.post("/cases/new/", filed)["Location"]
    page(firm, address, 404)
    told = {
        "told-facts": "业绩合同系伪造",
        "told-reasons": "经核实",
        "told-basis": "政府采购法 77",
        "told-months": "24",
    }
    assert staff.post(address, {"told": "1", **told}).status_code == 302
    court.number = SanctionCase.objects.get().number
    assert "您有权陈述和申辩" in page(firm, address)
    assert firm.post(address, {"defended": "1", "defended-statement": "合同属实"}).status_code == 302
    court.later(days=20)
    decided = {key.replace("told-", "decided-"): value for key, value in told.items()}
    shown = judge.post(address, {"decided": "1", **decided})
    assert shown.status_code == 200
    to_sign = base64.b64decode(re.search(r'data-content="([^"]+)"', shown.content.decode())[1])
    signature = base64.b64encode(sign_detached(to_sign, court.supervisor.signing_key)).decode()
    assert judge.post(address, {"decided": "1", "signature": signature, **decided}).status_code == 302
    assert staff.post(address, {"served": "1", "served-way": "平台送达"}).status_code == 302
    assert staff.post(address, {"published": "1"}).status_code == 302
    assert SanctionCase.objects.get().state == "published"
    assert "我的信用记录" in page(firm, "/my-record/")
    assert body_bytes(firm.get(f"{address}decision.pdf"))[:5] == b"%PDF-"
    assert court.number in page(staff, "/cases/")


def test_a_refused_step_keeps_what_was_typed_and_names_the_article(court):
    court.file()
    staff = log_in(Client(), court.staff)
    answer = staff.post(
        f"/cases/{court.number}/",
        {"told": "1", "told-facts": "业绩系伪造", "told-reasons": "", "told-basis": "x", "told-months": "99"},
    )
    text = answer.content.decode()
    assert answer.status_code == 422
    assert "业绩系伪造" in text and "12 至 36 个月" in text and "请写明理由" in text


def test_a_password_is_not_enough_to_act_on_a_case(court):
    court.file()
    client = log_in(Client(), court.staff, certificate=False)
    assert client.get("/cases/new/").status_code == 403


def test_both_sides_see_their_clocks_on_their_lists(court):
    court.file()
    assert court.number in page(log_in(Client(), court.staff), "/home/")
    court.tell()
    assert court.number in page(log_in(Client(), court.firm), "/home/")


def test_an_outside_list_is_uploaded_watched_confirmed_and_undone_on_the_page(django_capture_on_commit_callbacks):
    from django.core.files.uploadedfile import SimpleUploadedFile

    staff = log_in(Client(), make_party("交易中心", 432, ["staff"]))
    make_party("北方建设有限公司", 800_001)
    data = as_csv([row(1), row(2, 名称="")], "gb18030")
    given = {"kind": "gp-bad-record", "source": "信用中国", "file": SimpleUploadedFile("名单.csv", data)}
    address = staff.post("/imports/", given)["Location"]
    taken = SanctionImport.objects.get()
    assert 'hx-trigger="every 1s"' in page(staff, address)
    read_list_file(taken.pk)
    assert staff.get(f"{address}progress/")["HX-Refresh"] == "true"
    text = page(staff, address)
    assert "北方建设有限公司" in text and "“名称”为空" in text
    assert "外地建设公司1" not in page(staff, f"{address}?show=bad")
    assert "外地建设公司1" in body(staff.get(f"{address}?format=csv"))
    assert staff.post(address, {"confirm": "1"}).status_code == 302
    enter_rows(taken.pk)
    assert Sanction.objects.count() == 1
    assert staff.post(address, {"undo": "1", "reason": " "}).status_code == 409
    assert staff.post(address, {"undo": "1", "reason": "来源有误"}).status_code == 302
    assert "来源有误" in page(staff, address)
    assert SanctionEnd.objects.get().kind == "undone"


def test_an_upload_without_a_file_tells_every_fault_at_its_field():
    staff = log_in(Client(), make_party("交易中心", 432, ["staff"]))
    answer = staff.post("/imports/", {"kind": "gp-bad-record", "source": ""})
    assert answer.status_code == 422
    assert "只能导入 CSV、XLSX 或 JSON 文件" in answer.content.decode()
    assert "请写明名单的来源" in answer.content.decode()


def test_the_picture_of_relations_has_its_table_and_warns():
    firm, sister = make_party("北方建设有限公司", 401), make_party("南方建设有限公司", 402)
    Relation.objects.create(
        one=firm.party, other=sister.party, kind="holding", share="30", source="公示系统", noted_at=now()
    )
    make_sanction(sister.party)
    client = log_in(Client(), make_party("交易中心", 432, ["staff"]))
    text = page(client, f"/relations/{firm.party.number}/")
    assert "持股 30%" in text and "关联企业有限制中的名单记录" in text
    assert 'id="relations-data"' in text


def test_a_new_registration_of_a_listed_code_is_shown_to_the_staff_and_not_barred(client):
    from tests.prequalified.api import made as number_of
    from tests.prequalified.api import registered

    kind = make_list_kind()
    kind.sanctions.create(
        name="示范第一建设有限公司", number=number_of(7), conduct="串通投标", basis="政府采购法 77", authority="某市财政局",
        decided_on=day_of(now()), starts=day_of(now()),
    )  # fmt: skip
    application = registered(client)
    assert Sanction.objects.get().party == Party.objects.get(number=number_of(7))
    answer = GateAnswer.objects.get(gate="register")
    assert (answer.allowed, [each["code"] for each in answer.warnings]) == (True, ["gate.sanctioned_elsewhere"])
    from prequalified.models import Application

    Application.objects.filter(pk=application).update(status="submitted", applied_at=now())
    staff = log_in(Client(), make_party("交易中心", 432, ["staff"]))
    assert "名单记录" in page(staff, f"/staff/applications/{application}/")
