"""A suspended party: it does business nowhere, and everybody concerned is shown why (CTS A-09, A-22, A-33)."""

from collections.abc import Iterator

import pytest
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from config.api import api
from prequalified.models import PartyRole, Role
from prequalified.queries.people.tasks import tasks
from tests.factories.parties import log_in, make_party
from tests.prequalified.api import NAME, send
from tests.prequalified.journal import written

pytestmark = pytest.mark.django_db
CHECKS = {"tenderer": "A-09", "agency": "A-22", "bidder": "A-33"}
EACH = [pytest.param(role, marks=pytest.mark.cts(check)) for role, check in CHECKS.items()]


def suspended(role: str):
    kit = make_party(NAME, 1, [role])
    client = log_in(Client(), kit)
    assert client.get("/api/v1/me").json()["role"] == role
    staff = log_in(Client(), make_party("交易中心", 99, ["staff"]))
    row = PartyRole.objects.get(party=kit.party)
    answer = send(staff, "put", f"/roles/{row.pk}/status", {"status": "suspended", "reason": "正在核查"})
    assert answer.status_code == 200
    return client, staff, kit


def endpoints() -> Iterator[tuple[str, str]]:
    """Every operation of the API: method and address, its places filled."""
    for path, item in api.get_openapi_schema(path_prefix="/api/v1/")["paths"].items():
        filled = "/".join("1" if part.startswith("{") else part for part in path.split("/"))
        yield from ((method, filled) for method in item)


def addresses(found: list[URLPattern | URLResolver], before: str = "") -> Iterator[str]:
    for each in found:
        place = before + str(each.pattern)
        if isinstance(each, URLResolver):
            if "api/" not in place:
                yield from addresses(each.url_patterns, place)
        elif "<" not in place and "^" not in place:
            yield f"/{place}"


@pytest.mark.parametrize("role", EACH)
def test_a_suspended_role_is_lost_with_the_next_request_everywhere_in_the_api(role):
    client, _, kit = suspended(role)
    assert client.get("/api/v1/me").json()["role"] == "citizen"
    assert kit.actor(role).role == "citizen"
    other = make_party("另一家公司", 2, [role])
    may = log_in(Client(), other)
    lost = 0
    for method, path in endpoints():
        if any(word in path for word in ("/sessions", "/challenges", "/registrations", "/accounts", "/role")):
            continue
        now_refused = getattr(client, method)(path, {}, content_type="application/json")
        assert now_refused.status_code < 500, (method, path)
        lost += b'"role.not_verified"' in b"".join(now_refused)
    assert lost > 0
    assert [entry["kind"] for entry in written() if entry["actor"]["role"] == role] == []
    assert may.get("/api/v1/me").json()["role"] == role


@pytest.mark.parametrize("role", EACH)
def test_no_page_takes_a_suspended_role(role):
    client, _, _ = suspended(role)
    for address in addresses(get_resolver().url_patterns):
        if address not in ("/log-out/", "/log-in/", "/register/", "/register/citizen/"):
            answer = client.get(address)
            assert answer.status_code < 500, address
            assert f'content="{answer.wsgi_request.actor.account_id}:{role}"' not in _text(answer), address


def _text(answer) -> str:
    return "" if answer.streaming else answer.content.decode(errors="replace")


@pytest.mark.parametrize("role", Role.values)
def test_whatever_the_role_it_is_not_held_while_it_is_suspended(role):
    kit = make_party(NAME, 1, [role])
    PartyRole.objects.update(status="suspended")
    assert kit.actor(role).role == "citizen"


def test_the_firm_and_the_staff_are_shown_the_suspension_and_why():
    client, staff, kit = suspended("bidder")
    for path in ("/home/", "/registration/"):
        assert "已被暂停" in client.get(path).content.decode() and "正在核查" in client.get(path).content.decode()
    assert next(task.url for task in tasks(kit.actor())) == "/registration/"
    assert "已暂停" in staff.get("/staff/parties/").content.decode()
    assert "正在核查" in staff.get(f"/staff/parties/{kit.party.pk}/").content.decode()


@pytest.mark.cts("A-01", "A-14", "A-25")
def test_the_terms_of_use_are_a_page_to_read_before_registering():
    page = Client().get("/terms/").content.decode()
    assert "2026-01" in page and "电子签名法第十三条" in page
    assert "/terms/" in Client().get("/register/").content.decode()
