"""Many at once, over HTTP against the running platform: exactly one wins, nobody sees a fault."""

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import httpx
import pytest

from client.http import Platform
from prequalified.models import AccessToken, Account, Application, Party, PartyRole
from runtime.clock import now
from tests.factories.parties import demo_ca, make_party, trust
from tests.factories.parties import uscc as made
from tests.prequalified.api import NAME, form, signed

MANY = 8


def at_once(calls: list[Callable[[], httpx.Response]]) -> list[httpx.Response]:
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(lambda call: call(), calls))


def outcome(answers: list[httpx.Response]) -> Counter[str]:
    """201 or the first reason of each refusal."""
    return Counter(
        str(answer.status_code) if answer.is_success else answer.json()["blockers"][0]["code"] for answer in answers
    )


@pytest.fixture
def post(platform):
    with httpx.Client(base_url=f"{platform.url}/api/v1", timeout=60) as http:
        yield lambda path, body=None, **more: http.post(path, json=body or {}, **more)


def test_one_challenge_answered_many_times_opens_one_session(post):
    kit = make_party(NAME, 1)
    given = post("/challenges").json()
    body = {"challenge": given["id"], "signature": signed(given["text"], kit.signing_key)}
    answers = at_once([lambda: post("/sessions", body)] * MANY)
    assert outcome(answers) == {"201": 1, "challenge.used": MANY - 1}
    assert AccessToken.objects.count() == 1


def test_one_name_in_many_spellings_is_registered_once(post):
    spelt = [
        "示范(甲)建设",
        "示范（甲）建设",
        "示范 (甲) 建设",
        "示范〔甲〕建设",
        "　示范(甲)建设",
        "示范【甲】建设",
        "示范(甲)建 设",
        "示范[甲]建设",
    ]
    bodies = [form(name=name, number=made(serial), username=f"user-{serial}") for serial, name in enumerate(spelt, 1)]
    answers = at_once([lambda body=body: post("/registrations", body) for body in bodies])
    assert outcome(answers) == {"201": 1, "name.taken": MANY - 1}
    assert (Party.objects.count(), Account.objects.count(), Application.objects.count()) == (1, 1, 1)


def test_one_certificate_bound_many_times_is_bound_once(post, platform):
    trust("rsa", "ecdsa")
    kit = make_party(NAME, 1)
    second = demo_ca("ecdsa").issue(NAME, kit.party.number)
    with Platform(platform.url, kit.signing_key) as connection:
        headers = {"Authorization": f"Bearer {connection.token}"}
        bodies: list[dict[str, Any]] = []
        for _ in range(MANY):
            given = post("/certificates/challenges", headers=headers).json()
            bodies.append({"challenge": given["id"], "signature": signed(given["text"], second)})
        answers = at_once([lambda body=body: post("/certificates", body, headers=headers) for body in bodies])
    assert outcome(answers) == {"201": 1, "certificate.bound_already": MANY - 1}


def test_two_roles_of_a_party_verified_at_once_both_come_into_force(post, platform):
    """Both write the party's details: neither may lose the other's."""
    staff = make_party("交易中心", 99, ["staff"])
    kit = make_party(NAME, 1, [])
    roles = ("tenderer", "agency", "bidder", "trustee")
    numbers = []
    for role in roles:
        held = PartyRole.objects.create(party=kit.party, role=role, status="submitted")
        row = Application.objects.create(party_role=held, status="submitted", details={"of": role}, applied_at=now())
        numbers.append(row.pk)
    with Platform(platform.url, staff.signing_key) as connection:
        headers = {"Authorization": f"Bearer {connection.token}"}
        verify = [
            lambda number=number: post(f"/applications/{number}/verification", headers=headers) for number in numbers
        ]
        answers = at_once(verify * 2)
    assert outcome(answers) == {"200": 4, "application.not_submitted": 4}
    kit.party.refresh_from_db()
    assert kit.party.details == {role: {"of": role} for role in roles}
