"""What the edge does to every page and call: refusals, errors, languages, security headers."""

import json

import pytest
from django.test import Client

pytestmark = [pytest.mark.django_db, pytest.mark.urls("tests.config.refusing_urls")]


def test_a_refusal_is_a_page_with_reason_rule_and_remedy(client):
    response = client.get("/refuse/")
    page = response.content.decode()
    assert response.status_code == 409
    assert "投标截止时间2026-11-21 14:00:00已过" in page and "20号令 27" in page and "请关注下一轮招标" in page
    assert "<nav" in page


def test_a_refusal_to_htmx_is_the_bare_alert(client):
    response = client.post("/refuse/", headers={"HX-Request": "true"})
    assert response.status_code == 409
    assert "<html" not in response.content.decode() and 'data-code="bid.late"' in response.content.decode()


def test_a_refusal_to_the_api_is_json(client):
    response = client.get("/api/v1/refuse")
    assert response.status_code == 422
    assert response.json() == {
        "refused": True,
        "blockers": [
            {
                "code": "bid.late",
                "message": "投标截止时间2026-11-21 14:00:00已过",
                "rule": "20号令 27",
                "remedy": "请关注下一轮招标",
                "params": {"at": "2026-11-21 14:00:00"},
                "place": "file",
            }
        ],
    }


@pytest.mark.parametrize(
    ("address", "status"), [("/nothing/", 404), ("/forbid/", 403), ("/suspect/", 400), ("/break/", 500)]
)
def test_errors_are_pages_in_both_languages_and_tell_nothing_inside(address, status):
    client = Client(raise_request_exception=False)
    for language, words in (("zh-hans", "回到首页"), ("en", "Back to the home page")):
        response = client.get(address, headers={"Accept-Language": language})
        assert response.status_code == status
        assert words in response.content.decode()
        assert "secret" not in response.content.decode()


def test_an_unknown_api_address_answers_json(client):
    response = client.get("/api/v1/nothing")
    assert (response.status_code, response["Content-Type"]) == (404, "application/json")
    assert "detail" in response.json()


def test_validation_of_the_api_answers_422(client):
    response = client.post("/api/v1/role", data="{", content_type="application/json")
    assert response.status_code in {400, 422}
    assert response["Content-Type"].startswith("application/json")


def test_a_form_without_its_token_is_told_to_reload():
    response = Client(enforce_csrf_checks=True).post("/refuse/")
    assert response.status_code == 403
    assert "刷新后重新提交" in response.content.decode()


def test_an_api_call_with_the_session_cookie_needs_the_token(client, django_user_model):
    account = django_user_model.objects.create_user("somebody")
    strict = Client(enforce_csrf_checks=True)
    strict.force_login(account)
    response = strict.post("/api/v1/refuse")
    assert response.status_code == 403 and response["Content-Type"] == "application/json"
    assert strict.get("/api/v1/refuse").status_code == 422
    assert Client(enforce_csrf_checks=True).post("/api/v1/refuse").status_code == 422


def test_pages_forbid_inline_scripts_frames_and_foreign_hosts(client):
    policy = client.get("/nothing/")["Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'self'" and rules["frame-ancestors"] == "'none'"
    assert rules["script-src"] == "'self' 'wasm-unsafe-eval'"


def test_the_language_is_kept(client):
    client.post("/language/", {"language": "en", "next": "/nothing/"})
    assert "Back to the home page" in client.get("/nothing/", headers={"Accept-Language": "zh-hans"}).content.decode()


def test_the_clock_says_the_servers_time(client):
    from runtime.clock import now, read_stamp

    response = client.get("/clock/")
    assert abs((read_stamp(response.json()["now"]) - now()).total_seconds()) < 5
    assert response["Cache-Control"] == "no-store"


def test_the_scripts_words_are_served(client):
    script = client.get("/words.js?language=en", headers={"Accept-Language": "zh-hans"}).content.decode()
    assert "You are seeing everything up to" in script


def test_the_api_describes_itself(client):
    description = json.loads(client.get("/api/v1/openapi.json").content)
    assert description["openapi"].startswith("3.")
    page = client.get("/api/v1/docs").content.decode()
    assert "cdn" not in page and "/static/ninja/" in page
