"""Conduct over HTTP: leads, cases, defence, ledgers and rules; who sees what, and what waits for whom."""

import base64
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prequalified.actions.conduct.defend_case import defence_statement
from prequalified.models import ConductCase, ConductReport
from prequalified.rules.conduct.preset import preset
from runtime.todo import tasks_of
from signing.rules.cades import sign_detached
from tests.factories.parties import log_in, make_party
from tests.prequalified.api import codes, send
from tests.prequalified.conduct.kit import make_scene, term_over

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return make_scene()


@pytest.fixture
def one(scene):
    return log_in(Client(), scene.one)


@pytest.fixture
def other(scene):
    return log_in(Client(), scene.other)


@pytest.fixture
def firm(scene):
    return log_in(Client(), scene.firm)


def titles(kit) -> list[str]:
    return [task.title for task in tasks_of(kit.actor())]


def test_from_a_lead_to_points_on_the_pages(scene, one, other, firm, store):
    report = scene.report()
    assert "待办理的履约线索：1 条" in titles(scene.one)
    assert "守信建设有限公司" in one.get("/staff/conduct/leads/?state=waiting").content.decode()
    assert (
        f"/conduct/propose/{scene.admission.number}/?report={report.pk}"
        in one.get(f"/staff/conduct/leads/{report.pk}/").content.decode()
    )
    form = {"rule": "late-performance", "facts": "逾期三十一日"}
    made = one.post(f"/conduct/propose/{scene.admission.number}/?report={report.pk}", form)
    case = ConductCase.objects.get()
    assert made["Location"] == f"/staff/conduct/cases/{case.number}/"
    assert firm.get(f"/conduct/cases/{case.number}/").status_code == 404  # before the notice
    assert one.post(f"/staff/conduct/cases/{case.number}/", {"notify": "1"}).status_code == 302
    assert any(case.number in title for title in titles(scene.firm))
    page = firm.get(f"/conduct/cases/{case.number}/").content.decode()
    assert "逾期三十一日" in page and "data-defence" in page
    text = "因不可抗力停工"
    signature = base64.b64encode(sign_detached(defence_statement(case.number, text), scene.firm.signing_key)).decode()
    answer = firm.post(f"/conduct/cases/{case.number}/", {"defence": text, "signature": signature})
    assert answer.status_code == 302
    assert "提出人不能自己作出认定" in one.get(f"/staff/conduct/cases/{case.number}/").content.decode()
    refused = other.post(f"/staff/conduct/cases/{case.number}/", {"uphold": "1", "reasons": ""})
    assert refused.status_code == 409 and "请写明内容。" in refused.content.decode()
    assert other.post(f"/staff/conduct/cases/{case.number}/", {"uphold": "1", "reasons": "事实清楚"}).status_code == 302
    ledger = firm.get("/conduct/").content.decode()
    assert "\u22125" in ledger and ">95<" in ledger
    for which in ("notice", "decision"):
        paper = firm.get(f"/conduct/cases/{case.number}/{which}.pdf")
        assert b"".join(paper.streaming_content).startswith(b"%PDF-")
        again = firm.get(f"/conduct/cases/{case.number}/{which}.pdf")
        assert b"".join(again.streaming_content).startswith(b"%PDF-")
    assert len(list(store.rglob("*.pdf"))) == 2


def test_a_lead_is_dismissed_with_reasons(scene, one, other):
    report = scene.report()
    assert one.post(f"/staff/conduct/leads/{report.pk}/", {"reasons": " "}).status_code == 422
    assert one.post(f"/staff/conduct/leads/{report.pk}/", {"reasons": "重复报告"}).status_code == 302
    late = other.post(f"/staff/conduct/leads/{report.pk}/", {"reasons": "x"})
    assert late.status_code == 422 and "这条线索已经办理。" in late.content.decode()
    assert ConductReport.objects.get().dismissal == "重复报告"


def test_the_same_over_the_api(scene, one, other, firm, client):
    body = {
        "admission": scene.admission.number,
        "rule": "late-performance",
        "facts": "逾期",
        "report": scene.report().pk,
    }
    made = send(one, "post", "/conduct/cases", body)
    assert (made.status_code, made.json()["state"], made.json()["points"]) == (201, "proposed", -5)
    number = made.json()["number"]
    assert send(one, "post", f"/conduct/cases/{number}/notice").json()["state"] == "notified"
    assert codes(send(other, "post", f"/conduct/cases/{number}/decision", {"upheld": True, "reasons": "x"})) == [
        "conduct.too_early"
    ]
    term_over(ConductCase.objects.get())
    late = sign_detached(defence_statement(number, "x"), scene.firm.signing_key)
    defence = {"text": "x", "signature": base64.b64encode(late).decode()}
    assert codes(send(firm, "post", f"/conduct/cases/{number}/defence", defence)) == ["conduct.defence_late"]
    done = send(other, "post", f"/conduct/cases/{number}/decision", {"upheld": True, "reasons": "x"})
    assert done.json()["state"] == "upheld"
    (ledger,) = firm.get("/api/v1/conduct/ledgers").json()
    assert (ledger["points"], [row["balance"] for row in ledger["entries"]]) == (95, [95, 100])
    assert client.get(f"/api/v1/conduct/cases/{number}").status_code == 401
    stranger = log_in(Client(), make_party("别家建设有限公司", 888, ["bidder"]))
    assert stranger.get(f"/api/v1/conduct/cases/{number}").status_code == 404


def test_rules_are_public_and_published_by_staff(scene, one, firm, client):
    assert "因承包方原因工期延误" in client.get("/directories/road-2026/conduct-rules/").content.decode()
    assert client.get("/directories/road-2026/conduct-rules.json").json() == preset()
    english = client.get("/directories/road-2026/conduct-rules/", headers={"Accept-Language": "en"}).content.decode()
    assert "Works delayed by the contractor" in english
    address = "/staff/directories/road-2026/conduct-rules/"
    assert firm.get(address).status_code == 403
    broken = one.post(address, {"rules": "{"})
    assert broken.status_code == 422 and "这不是 JSON" in broken.content.decode()
    changed = preset()
    changed["rules"][0]["points"] = 0
    refused = one.post(address, {"rules": json.dumps(changed)})
    assert refused.status_code == 422 and "rules[0].points" in refused.content.decode()
    changed["rules"][0]["points"] = -6
    assert one.post(address, {"rules": json.dumps(changed)}).status_code == 302
    assert client.get("/api/v1/directories/road-2026/conduct-rules").json() == changed
    assert client.get("/directories/road-2026/conduct-rules.json?version=1").json() == preset()


@pytest.mark.parametrize("path", ["/staff/conduct/leads/", "/staff/conduct/cases/"])
def test_the_staffs_lists_cost_the_same_for_one_row_and_three(scene, one, path):
    counts = []
    for times in (1, 2):
        for number in range(times):
            scene.propose(report=scene.report(f"{times} {number}"))
        with CaptureQueriesContext(connection) as queries:
            assert one.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_the_firms_page_costs_the_same_for_one_case_and_three(scene, firm):
    counts = []
    for times in (1, 2):
        for _ in range(times):
            scene.through()
        with CaptureQueriesContext(connection) as queries:
            assert firm.get("/conduct/").status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize("path", ["/staff/conduct/leads/", "/staff/conduct/cases/", "/api/v1/staff/conduct/leads"])
def test_the_staffs_lists_are_for_staff_with_a_certificate(scene, client, firm, path):
    assert client.get(path).status_code in (302, 401)
    assert firm.get(path).status_code == 403
    assert log_in(Client(), scene.one, certificate=False).get(path).status_code == 403


def test_a_suspension_is_lifted_early_on_its_cases_page(scene, one, other):
    for number in range(2):
        scene.through("complaint-upheld", report=scene.report(f"complaint {number}", "complaint_upheld"))
    measure = ConductCase.objects.get(measure="suspend")
    scene.notify(measure)
    scene.defend(measure)
    address = f"/staff/conduct/cases/{measure.number}/"
    assert one.post(address, {"uphold": "1", "reasons": "积分过低"}).status_code == 302
    assert scene.fresh().state == "suspended"
    assert 'name="lift"' in other.get(address).content.decode()
    assert other.post(address, {"lift": "1", "reasons": ""}).status_code == 422
    assert other.post(address, {"lift": "1", "reasons": "整改到位"}).status_code == 302
    assert scene.fresh().state == "active"
    assert other.post(address, {"lift": "1", "reasons": "再来"}).status_code == 409
