"""The same by the API: every step of a case, the question, the lists, an import."""

import datetime as dt
import json

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from prequalified.actions.sanctions.confirm_list import enter_rows
from prequalified.actions.sanctions.take_list import read_list_file
from prequalified.models import Relation
from prequalified.rules.timing import day_of
from runtime.clock import now
from tests.factories.directories import make_sanction
from tests.factories.parties import log_in, make_party
from tests.prequalified.sanctions.acting import Court
from tests.prequalified.sanctions.test_import import as_csv, row
from tests.tendering.calling import Caller, codes

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _store(store):
    return store


TOLD = {"facts": "业绩合同系伪造", "reasons": "经核实", "basis": "政府采购法 77", "months": 24}


def test_a_case_is_driven_by_the_api_alone(monkeypatch):
    court = Court(monkeypatch)
    staff, firm, judge = Caller(court.staff), Caller(court.firm), Caller(court.supervisor)
    act_on = (day_of(now()) - dt.timedelta(days=30)).isoformat()
    filed = {
        "number": court.firm.party.number, "kind": "gp-bad-record", "source": "court", "conduct": "涉嫌造假", "act_on": act_on,
    }  # fmt: skip
    status, case = staff.post("/cases", filed)
    assert (status, case["may"]) == (201, ["told"])
    address = f"/cases/{case['number']}"
    assert firm.get(address)[0] == 404
    assert staff.post(f"{address}/telling", TOLD)[0] == 201
    assert firm.get(address)[1]["may"] == ["defended", "hearing_asked"]
    assert firm.post(f"{address}/defence", {"statement": "合同属实"})[0] == 201
    status, refused = judge.post(f"{address}/decision-text", TOLD)
    assert (status, codes(refused)) == (409, ["case.defence_runs"])
    court.later(days=20)
    status, text = judge.post(f"{address}/decision-text", TOLD)
    data = json.dumps(text, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()
    status, decided = judge.post(f"{address}/decision", {**TOLD, "signature": judge.sign(data)})
    assert (status, decided["kind"]) == (201, "decided"), decided
    assert staff.post(f"{address}/decision", {**TOLD, "signature": ""})[0] == 403
    assert staff.post(f"{address}/service", {"way": "平台送达"})[0] == 201
    assert staff.post(f"{address}/publication")[0] == 201
    status, found = Caller().get("/blacklist")
    assert [item["decision"] for item in found["items"]] == [case["number"]]
    assert judge.post(f"{address}/overturning", {"reason": "复议撤销"})[0] == 201
    assert staff.post(f"{address}/retraction")[0] == 201
    assert Caller().get("/blacklist")[1]["count"] == 0


def test_the_question_is_asked_and_its_answers_are_read():
    firm, tenderer = make_party("北方建设有限公司", 401), make_party("招标单位", 402, ["tenderer"])
    make_sanction(firm.party)
    caller = Caller(tenderer)
    status, answer = caller.post("/gate", {"number": firm.party.number, "gate": "award", "regime": "GP"})
    assert (status, answer["allowed"], answer["reasons"][0]["code"]) == (201, False, "gate.sanctioned")
    assert caller.get("/gate/answers")[1]["items"][0]["id"] == answer["id"]
    assert caller.get(f"/gate/answers/{answer['id']}")[1] == answer
    status, refused = caller.post("/gate", {"number": "12", "gate": "lunch", "regime": "XYZ"})
    assert (status, codes(refused)) == (422, ["gate.unknown", "gate.regime_unknown", "uscc.form"])
    assert Caller(firm).post("/gate", {"number": "12", "gate": "award"})[0] == 403
    assert Caller(make_party("另一招标单位", 403, ["tenderer"])).get("/gate/answers")[1]["count"] == 0


def test_lists_and_relations_are_given_out():
    firm, sister = make_party("北方建设有限公司", 401), make_party("南方建设有限公司", 402)
    Relation.objects.create(one=firm.party, other=sister.party, kind="control", source="公示系统", noted_at=now())
    sanction = make_sanction(sister.party)
    assert {each["code"] for each in Caller().get("/blacklist/lists")[1]} >= {"gp-bad-record", "eng-misconduct"}
    assert Caller().get(f"/blacklist/{sanction.pk}")[1]["state"] == "in_force"
    staff = Caller(make_party("交易中心", 432, ["staff"]))
    picture = staff.get(f"/gate/relations/{firm.party.number}")[1]
    assert [(node["name"], bool(node["sanctions"])) for node in picture["nodes"]] == [
        ("北方建设有限公司", False), ("南方建设有限公司", True),
    ]  # fmt: skip


def test_an_outside_list_goes_in_and_out_by_the_api(client):
    kit = make_party("交易中心", 432, ["staff"])
    log_in(client, kit)
    file = SimpleUploadedFile("名单.csv", as_csv([row(1), row(2, 名称="")]))
    answer = client.post("/api/v1/imports", {"kind": "gp-bad-record", "source": "信用中国", "file": file})
    assert answer.status_code == 202, answer.content
    number = answer.json()["id"]
    read_list_file(number)
    staff = Caller(kit)
    taken = staff.get(f"/imports/{number}")[1]
    assert (taken["state"], taken["rows"], taken["good"], taken["bad"]) == ("preview", 2, 1, 1)
    [bad] = staff.get(f"/imports/{number}/rows?show=bad")[1]["items"]
    assert (bad["place"], [each["code"] for each in bad["errors"]]) == (3, ["import.empty"])
    assert staff.post(f"/imports/{number}/confirmation")[1]["state"] == "taking"
    enter_rows(number)
    assert staff.post(f"/imports/{number}/undoing", {"reason": "来源有误"})[1]["state"] == "undone"
    assert Caller().get("/blacklist")[1]["count"] == 0
