"""From the project to the published tender: scheme, document, trustees, notice, question and answer, amendment."""

import base64
import json
import time
from pathlib import Path
from typing import Any

from config.demonstration import materials
from config.demonstration.cast import BIDDERS, CENTRE, LARGE, STAFF, TRUSTEES
from config.demonstration.people import Person, yangguang

CONTROL = materials.bill("control", materials.Decimal(1))[1]


def create_section(tenderer: Person, staff: Person) -> str:
    """Project, tendering project and section, each submitted; the section's code."""
    project = tenderer.post("/projects", {
        "name": "示范市滨河路改造工程", "centre": CENTRE["code"], "region": CENTRE["region"], "industry": "E4813",
        "tenderer": tenderer.part.number, "approval": "示发改〔2026〕18号", "funds": "财政资金100%",
        "overview": "道路全长3.2公里,含路基、路面、排水、照明和绿化。",
    })  # fmt: skip
    tenderer.post(f"/projects/{project['code']}/submission")
    tendering = tenderer.post(
        f"/projects/{project['code']}/tendering-projects",
        {"name": "示范市滨河路改造工程施工", "regime": "ENG", "kind": "works"},
    )
    tenderer.post(f"/tendering-projects/{tendering['code']}/submission")
    section = tenderer.post(f"/tendering-projects/{tendering['code']}/sections", {
        "name": "滨河路改造工程施工一标段", "budget": f"{CONTROL:.2f}", "ceiling": f"{CONTROL:.2f}",
        "scope": "K0+000至K3+200道路、排水、照明、绿化工程施工", "place": "示范市滨河区", "period": "300日历天",
    })  # fmt: skip
    tenderer.post(f"/sections/{section['code']}/submission")
    return str(section["code"])


def draw_up(tenderer: Person, code: str, folder: Path, seconds: int) -> int:
    """The tender document from its template, with the bill of quantities; its version."""
    bill = folder / "tender-bill.xlsx"
    materials.write_bill(bill, "control", materials.Decimal(1), priced=False)
    document = tenderer.post(f"/sections/{code}/documents", {
        "template": "eng-works",
        "content": {
            "fields": {"contact": "建设管理处 010-88886666", "demand": "按施工图纸和国家现行规范施工,确保按期通车。", "validity_days": "90"},
            "decryption": {
                "mode": "trustees", "k": 3, "n": 5, "sign_in_seconds": 6, "window_seconds": 900, "objection_seconds": 8,
                "record_seconds": 8, "below_three": "continue",
            },
            "committee": {"size": 5, "specialty": "A08", "tenderer_members": 0, "venues": ["main", "sub"]},
        },
        "plan": {"deadline_after": {"seconds": seconds}},
        "trustees": [part.number for part in TRUSTEES],
    })  # fmt: skip
    platform = tenderer.as_role()
    with bill.open("rb") as file:
        platform.call(
            "POST", f"/api/v1/sections/{code}/documents/{document['version']}/attachments",
            files={"file": ("bill.xlsx", file)}, data={"title": "工程量清单", "bill": "true"},
        )  # fmt: skip
    return int(document["version"])


def register_trustees(people: dict[str, Person], code: str, folder: Path) -> dict[str, Path]:
    """Each trustee makes its recipient at home and registers it, signed; the identities' files by key."""
    tender = people[STAFF.key].get(f"/sections/{code}", role="staff")["tendering_project"]
    identities = {}
    for part in TRUSTEES:
        person, identity = people[part.key], folder / f"{part.key}.identity"
        statement = folder / f"{part.key}.statement.json"
        for stale in (identity, statement):
            stale.unlink(missing_ok=True)
        yangguang(
            "trustee", "recipient", "--tender", tender, "-o", identity, "--statement", statement, "--p12", person.p12
        )
        signed = json.loads(statement.read_text())
        body = {name: signed[name] for name in ("statement", "signature")}
        person.post(f"/sections/{code}/trustees/registration", body, role="trustee")
        identities[part.key] = identity
    return identities


def sign(tenderer: Person, code: str, version: int) -> None:
    """Freeze the document, sign content and package."""
    prepared = tenderer.post(f"/sections/{code}/documents/{version}/preparation")["to_sign"]
    content, package = (base64.b64decode(prepared[name]) for name in ("tender.json", "ASiCManifest.xml"))
    body = {"signature": tenderer.signed(content), "package_signature": tenderer.signed(package)}
    tenderer.post(f"/sections/{code}/documents/{version}/signature", body)


def publish(tenderer: Person, staff: Person, code: str) -> dict[str, Any]:
    """Notice, internal review, the centre's verification, publication."""
    tenderer.put(f"/sections/{code}/notice", {})
    notice = tenderer.post(f"/sections/{code}/review")
    tenderer.post(f"/notices/{notice['id']}/approval")
    published: dict[str, Any] = staff.post(f"/notices/{notice['id']}/publication", role="staff")
    return published


def ask_and_amend(people: dict[str, Person], tenderer: Person, code: str, seconds: int) -> dict[str, Any]:
    """A bidder asks, the tenderer answers, and the document is amended to its second version."""
    asker = people[BIDDERS[LARGE].key]
    asker.get(f"/sections/{code}/tender.json")
    question = asker.post(f"/sections/{code}/questions", {"text": "沥青面层是否允许掺用再生料?"})
    tenderer.post(f"/questions/{question['id']}/answer", {
        "answer": "不允许,面层一律采用新料。", "restated": "沥青面层是否允许掺用再生料?", "affects_bids": True,
    })  # fmt: skip
    amendment = tenderer.post(f"/sections/{code}/amendments", {
        "reason": "明确沥青面层用料", "affects_bids": True,
        "content": {"fields": {"contact": "建设管理处 010-88886666", "demand": "按施工图纸施工;沥青面层不得掺用再生料。", "validity_days": "90"}},
        "plan": {"deadline_after": {"seconds": seconds}},
    })  # fmt: skip
    sign(tenderer, code, amendment["document"]["version"])
    published: dict[str, Any] = tenderer.post(f"/amendments/{amendment['id']}/publication")
    return published


def wait_until(moment: float) -> None:
    time.sleep(max(0.0, moment - time.time()))
