"""The parties' endpoints as a test calls them."""

import base64
from typing import Any

from django.test import Client

from signing.rules.cades import sign_detached
from signing.rules.signing_key import SigningKey
from tests.factories.parties import PASSWORD, make_centre
from tests.factories.parties import uscc as made

CONTACT = {"contact": "联系人甲", "phone": "010-12345678", "email": "bids@example.org"}
FIRM = {**CONTACT, "legal_representative": "法定代表人甲", "address": "示范市一路1号"}
DETAILS = {
    "tenderer": {**FIRM, "nature": "事业单位"},
    "agency": {**FIRM, "scope": "工程招标代理"},
    "bidder": {**FIRM, "capital": "5000"},
    "evaluator": {**CONTACT, "employer": "设计院", "title": "高级工程师", "specialties": "A08"},
    "trustee": {**CONTACT, "office": "公证处"},
    "supervisor": {**CONTACT, "office": "监督管理办公室", "powers": "招标投标法第七条"},
}
NAME = "示范第一建设有限公司"


def send(client: Client, method: str, path: str, body: Any = None, **more: Any):
    return getattr(client, method)(f"/api/v1{path}", body or {}, content_type="application/json", **more)


def codes(answer) -> list[str]:
    return [blocker["code"] for blocker in answer.json()["blockers"]]


def form(role: str = "bidder", **more: Any) -> dict[str, Any]:
    make_centre()
    person = role == "evaluator"
    return {
        "kind": "person" if person else "organisation", "name": "评标员甲" if person else NAME,
        "number": "110101199001010011" if person else made(7), "role": role, "centre": "demo",
        "username": "first", "password": PASSWORD, "contact": "联系人甲", "terms_accepted": True,
        "details": DETAILS.get(role, {}), **more,
    }  # fmt: skip


def registered(client: Client, role: str = "bidder", **more: Any) -> int:
    """Register and log in with the password; the application's number."""
    wanted = form(role, **more)
    answer = send(client, "post", "/registrations", wanted)
    assert answer.status_code == 201, answer.json()
    session = send(client, "post", "/sessions", {"username": wanted["username"], "password": wanted["password"]}).json()
    client.defaults["HTTP_AUTHORIZATION"] = f"Bearer {session['token']}"
    return answer.json()["id"]


def signed(text: str, key: SigningKey) -> str:
    return base64.b64encode(sign_detached(text.encode(), key)).decode()


def challenge(client: Client) -> dict[str, str]:
    return send(client, "post", "/challenges").json()


def enter(client: Client, key: SigningKey, role: str = "", given: dict[str, str] | None = None):
    """Log in with a certificate."""
    given = given or challenge(client)
    body = {"challenge": given["id"], "signature": signed(given["text"], key), "role": role}
    return send(client, "post", "/sessions", body)


def bearer(answer) -> dict[str, str]:
    return {"Authorization": f"Bearer {answer.json()['token']}"}


def bind(client: Client, key: SigningKey, given: dict[str, str] | None = None):
    given = given or send(client, "post", "/certificates/challenges").json()
    return send(client, "post", "/certificates", {"challenge": given["id"], "signature": signed(given["text"], key)})
