"""Registration of everybody, over the API, and verification by the centre's staff."""

from config.demonstration.cast import BIDDERS, CENTRE, EVERYBODY, EXPERTS, REVOKED, Part
from config.demonstration.ground import Ground, home_region
from config.demonstration.people import Newcomer, Person
from config.demonstration.progress import Progress

_CONTACT = {"contact": "联系人", "phone": "010-88886666", "email": "contact@example.org"}
_FIRM = {**_CONTACT, "legal_representative": "法定代表人", "address": "示范市政务大道1号"}
DETAILS = {
    "tenderer": {**_FIRM, "nature": "事业单位"},
    "agency": {**_FIRM, "scope": "工程招标代理"},
    "bidder": {**_FIRM, "capital": "20000", "qualifications": "市政公用工程施工总承包一级"},
    "evaluator": {**_CONTACT, "employer": "示范设计研究院", "title": "高级工程师", "specialties": "A08"},
    "trustee": {**_CONTACT, "office": "开标受托机构"},
    "supervisor": {**_CONTACT, "office": "招标投标监督管理办公室", "powers": "招标投标法第七条"},
}


def register_all(url: str, ground: Ground, staff: Person, progress: Progress) -> dict[str, Person]:
    """Everybody by key. The bidder whose certificate will be revoked has a second one bound."""
    people = {staff.part.key: staff}
    for number, part in enumerate(EVERYBODY, 1):
        path, key = ground.certificate(part)
        newcomer = Newcomer(url, part, key)
        applications = newcomer.register(CENTRE["code"], DETAILS)
        if part is BIDDERS[REVOKED]:
            newcomer.bind(ground.certificate(part, f"{part.key}-second")[1])
        for application in applications:
            staff.post(f"/applications/{application}/verification", role="staff")
        people[part.key] = Person(url, part, path, key)
        progress.part(number, len(EVERYBODY), part.name)
    return people


def admit_experts(people: dict[str, Person], staff: Person) -> int:
    """Each expert nominates himself; staff admit to the base. Who is in it already stays in it."""
    known = {expert["number"]: expert["status"] for expert in staff.get("/experts", role="staff")["experts"]}
    for part in EXPERTS:
        if part.number not in known:
            _nominate(people[part.key], part)
        if known.get(part.number) != "admitted":
            staff.post(f"/experts/{part.number}/status", {"status": "admitted", "reasons": "资料齐全"}, role="staff")
    return len(EXPERTS)


def _nominate(person: Person, part: Part) -> None:
    region = home_region(part)
    body = {"specialties": ["A08"], "region": region, "title": "高级工程师", "years": 12, "grade": "", "ties": []}
    person.post("/experts", body)
