"""Draws over HTTP: the public list and page, the acts of host, asker and firm, the API; the same rules on both."""

import csv
import io
import json

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from prequalified.models import Admission, DirectoryDraw
from runtime.todo import tasks_of
from signing.rules.draws import replay
from signing.rules.escrow import commit
from tests.factories.parties import log_in, make_party
from tests.prequalified.api import codes, send
from tests.prequalified.draws.kit import make_draw_scene

pytestmark = pytest.mark.django_db


@pytest.fixture
def scene():
    return make_draw_scene()


@pytest.fixture
def host(scene):
    return log_in(Client(), scene.host)


@pytest.fixture
def tenderer(scene):
    return log_in(Client(), scene.tenderer)


BODY = {
    "directory": "road-2026", "title": "幸福路修缮工程", "regime": "SMALL", "budget": "600000.00", "method": "contractor",
    "quantity": 1,
}  # fmt: skip


def test_a_whole_draw_over_the_api(scene, host, tenderer, client):
    asked = send(tenderer, "post", "/directory-draws", BODY)
    assert (asked.status_code, asked.json()["state"]) == (201, "asked")
    number = asked.json()["number"]
    frozen = send(host, "post", f"/directory-draws/{number}/freezing").json()
    assert (frozen["state"], len(frozen["eligible_sha256"])) == ("frozen", 64)
    secrets = {}
    for who, kit in ((tenderer, scene.tenderer), (log_in(Client(), scene.kits[0]), scene.kits[0])):
        secrets[who], document = commit(frozen["draw"], [], 0)
        assert send(who, "post", f"/draws/{frozen['draw']}/commitments", document).status_code == 200
        assert kit.party.number in {
            entry["party"]["number"] for entry in client.get(f"/api/v1/draws/{frozen['draw']}").json()["commitments"]
        }
    assert send(host, "post", f"/directory-draws/{number}/closing").status_code == 200
    assert codes(send(host, "post", f"/directory-draws/{number}/outcome")) == ["draw.not_all_opened"]
    for who, secret in secrets.items():
        opened = {"salt": secret.salt.hex(), "value": secret.value.hex()}
        assert send(who, "post", f"/draws/{frozen['draw']}/openings", opened).status_code == 200
    done = send(host, "post", f"/directory-draws/{number}/outcome").json()
    assert (done["state"], len(done["taken"]), done["taken"][0]["standing"]) == ("finished", 1, True)
    proof = client.get(f"/api/v1/directory-draws/{number}/proof").json()
    assert replay(proof).chosen == ((done["taken"][0]["ticket"],),)
    downloaded = client.get(f"/directory-draws/{number}/proof.json")
    assert json.loads(downloaded.content) == proof and "attachment" in downloaded["Content-Disposition"]


@pytest.mark.parametrize("regime", ["ENG", "GP"])
def test_a_forbidden_draw_is_refused_over_api_and_page_and_is_public(scene, tenderer, client, regime):
    answer = send(tenderer, "post", "/directory-draws", {**BODY, "regime": regime})
    assert (answer.status_code, codes(answer)) == (409, [f"draw.regime_{regime.lower()}"])
    number = answer.json()["blockers"][0]["params"]["number"]
    assert client.get(f"/api/v1/directory-draws/{number}").json()["state"] == "refused"
    page = client.get(f"/directory-draws/{number}/").content.decode()
    assert DirectoryDraw.objects.get().refusal[0]["rule"] in page
    form = tenderer.post("/directory-draws/ask/", {**BODY, "regime": regime, "budget": "600000"})
    assert form.status_code == 409 and "幸福路修缮工程" in form.content.decode()
    assert DirectoryDraw.objects.count() == 2


def test_faults_of_the_form_stand_at_their_fields_and_nothing_typed_is_lost(scene, tenderer):
    page = tenderer.post("/directory-draws/ask/", {**BODY, "quantity": "2", "recused": "91110000 "})
    words = page.content.decode()
    assert page.status_code == 422 and "这种方式抽取 1 至 1 家。" in words and "幸福路修缮工程" in words
    assert send(tenderer, "post", "/directory-draws", {**BODY, "budget": "1.001"}).status_code == 422
    assert DirectoryDraw.objects.count() == 0


def test_the_host_leads_the_draw_on_its_page(scene, host, client):
    draw = scene.ask()
    assert host.post(f"/directory-draws/{draw.number}/acts/freeze/").status_code == 302
    draw.refresh_from_db()
    secrets = scene.commit(draw)
    assert host.post(f"/directory-draws/{draw.number}/acts/close/").status_code == 302
    refused = host.post(f"/directory-draws/{draw.number}/acts/finish/")
    assert refused.status_code == 409 and "还有承诺没有公开" in refused.content.decode()
    scene.reveal(draw, secrets)
    assert host.post(f"/directory-draws/{draw.number}/acts/finish/").status_code == 302
    page = client.get(f"/directory-draws/{draw.number}/").content.decode()
    assert "中选" in page and "data-computation" in page and "data-computation hidden" not in page
    assert client.get(f"/directory-draws/{draw.number}/eligible/").content.decode().count("RK-") == 5


def test_voided_and_redrawn_stay_visible(scene, host, client):
    draw = scene.freeze(scene.ask())
    scene.commit(draw)
    Admission.objects.filter(pk=scene.firms[1].pk).update(state="suspended")
    host.post(f"/directory-draws/{draw.number}/acts/close/")
    again = host.post(f"/directory-draws/{draw.number}/acts/redraw/", {"reason": "名单变化"})
    new = again["Location"].rstrip("/").rpartition("/")[2]
    old_page, new_page = (client.get(f"/directory-draws/{one}/").content.decode() for one in (draw.number, new))
    assert "第1建设有限公司（暂停期内）" in old_page and new in old_page
    assert draw.number in new_page and "名单变化" in new_page
    listed = client.get("/api/v1/directory-draws?state=void").json()["items"]
    assert [row["number"] for row in listed] == [draw.number]


def test_exclusions_are_paged_searched_and_in_words(scene, client):
    Admission.objects.filter(pk=scene.firms[0].pk).update(state="suspended", running=9)
    draw = scene.freeze(scene.ask())
    page = client.get(f"/directory-draws/{draw.number}/exclusions/").content.decode()
    assert "暂停期内" in page and "在履约合同 9 个，已达承接上限 3 个" in page
    assert "第0建设" not in client.get(f"/directory-draws/{draw.number}/exclusions/?q=无此").content.decode()


def test_a_drawn_firm_declines_on_the_page_and_sees_its_term_in_the_list(scene, client):
    draw = scene.whole()
    row = draw.drawn.get()
    kit = scene.kit_of(row.admission)
    firm = log_in(Client(), kit)
    assert [task.url for task in tasks_of(kit.actor()) if "抽中" in task.title] == [f"/directory-draws/{draw.number}/"]
    assert "decline-reason" in firm.get(f"/directory-draws/{draw.number}/").content.decode()
    assert firm.post(f"/directory-draws/{draw.number}/acts/decline/", {"reason": " "}).status_code == 409
    assert firm.post(f"/directory-draws/{draw.number}/acts/decline/", {"reason": "人员不足"}).status_code == 302
    assert "递补" in client.get(f"/directory-draws/{draw.number}/").content.decode()


def test_who_may_do_what(scene, client, tenderer):
    draw = scene.ask()
    stranger = log_in(Client(), make_party("别家建设有限公司", 888, ["bidder"]))
    assert client.get("/directory-draws/ask/").status_code in (302, 401)
    assert stranger.get("/directory-draws/ask/").status_code == 403
    for what in ("freeze", "close", "finish", "void", "redraw"):
        assert tenderer.post(f"/directory-draws/{draw.number}/acts/{what}/").status_code == 403
        assert stranger.post(f"/directory-draws/{draw.number}/acts/{what}/").status_code == 403
    assert stranger.post(f"/directory-draws/{draw.number}/acts/decline/", {"reason": "x"}).status_code == 404
    assert tenderer.post(f"/directory-draws/{draw.number}/acts/burn/").status_code == 404
    assert codes(send(stranger, "post", "/directory-draws", BODY)) == ["role.not_allowed"]


@pytest.mark.parametrize("path", ["/directory-draws/", "/api/v1/directory-draws"])
def test_the_list_costs_the_same_for_one_row_and_three(scene, client, path):
    counts = []
    for times in (1, 2):
        for _ in range(times):
            scene.freeze(scene.ask())
        with CaptureQueriesContext(connection) as queries:
            assert client.get(path).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_the_list_is_searched_sorted_and_downloaded_with_refused_ones(scene, client, tenderer):
    scene.ask(title="甲工程")
    send(tenderer, "post", "/directory-draws", {**BODY, "title": "=乙工程", "regime": "GP"})
    found = client.get("/api/v1/directory-draws?q=甲工程&sort=-title").json()["items"]
    assert [row["title"] for row in found] == ["甲工程"]
    answer = client.get("/directory-draws/?format=csv&sort=title")
    lines = list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))
    assert [(line[1], line[8]) for line in lines[1:]] == [("'=乙工程", "不予抽取"), ("甲工程", "待确认")]
