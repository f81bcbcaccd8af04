"""People and papers as a test makes them, over the API."""

import base64
import datetime as dt
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from prequalified.rules.timing import day_of
from runtime.clock import now
from signing.rules.cades import sign_detached
from signing.rules.signing_key import SigningKey
from tests.factories.parties import PartyKit
from tests.prequalified.api import send

PDF = b"%PDF-1.4\n% a licence\n%%EOF\n"
NUMBER = "110101199001011237"  # with its check digit
OTHER_NUMBER = "11010119900307889X"
YEAR = dt.timedelta(days=365)


def today() -> dt.date:
    return day_of(now())


def signature(data: bytes, key: SigningKey) -> str:
    return base64.b64encode(sign_detached(data, key)).decode()


def add(client: Client, kit: PartyKit, kind: str = "licence", data: bytes = PDF, **more: Any):
    """POST /papers; the kit's own signature unless another is given."""
    told = {
        "kind": kind, "title": f"材料 {kind}", "signature": more.pop("signature", None) or signature(data, kit.signing_key),
        **more,
    }  # fmt: skip
    file = SimpleUploadedFile("licence.pdf", data, "application/pdf")
    return client.post("/api/v1/papers", {**told, "file": file})


def papers(client: Client, kit: PartyKit, *kinds: str, **more: Any) -> list[str]:
    return [add(client, kit, kind, **more).json()["id"] for kind in kinds]


def manager(proofs: list[str], **more: Any) -> dict[str, Any]:
    return {
        "duty": "project_manager", "name": "张三", "number": NUMBER, "qualification": "一级建造师", "specialty": "市政公用工程",
        "certificate_number": "京1112026000001", "valid_until": (today() + YEAR).isoformat(), "papers": proofs, **more,
    }  # fmt: skip


def entered(client: Client, person: dict[str, Any]) -> int:
    answer = send(client, "post", "/people", person)
    assert answer.status_code == 201, answer.json()
    return answer.json()["id"]


def handed_in(client: Client, person: dict[str, Any]) -> int:
    number = entered(client, person)
    answer = send(client, "post", f"/people/{number}/submission")
    assert answer.status_code == 200, answer.json()
    return number


def verified(client: Client, staff: Client, person: dict[str, Any]) -> int:
    number = handed_in(client, person)
    answer = send(staff, "post", f"/people/{number}/verification")
    assert answer.status_code == 200, answer.json()
    return number


def representative(proofs: list[str], **more: Any) -> dict[str, Any]:
    return {"duty": "legal_representative", "name": "李四", "number": OTHER_NUMBER, "papers": proofs, **more}
