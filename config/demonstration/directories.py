"""The directory of preselected contractors: founded, called for, applied to with signed papers, drawn from."""

import datetime as dt
import json
import time
from pathlib import Path
from typing import Any

from config.demonstration.cast import BIDDERS, CENTRE, REVOKED, TENDERER
from config.demonstration.lots import commit_values, open_values
from config.demonstration.materials import write_text
from config.demonstration.people import Failed, Person, expect_refusal
from runtime.clock import BEIJING, now
from runtime.refusal import Refusal

CODE, GRADES = "municipal-demo", ["一级", "二级"]
PATIENCE = 120.0
TERMS = {
    "review": {"seconds": 3600}, "supplement": {"seconds": 600}, "publicity": {"seconds": 3},
    "objection_answer": {"seconds": 600}, "defence": {"seconds": 60}, "decline": {"seconds": 600},
}  # fmt: skip
FIGURES = {
    "validity_years": 2, "renewal_days": 90, "yearly_review_days": 30, "opening_points": 100, "suspend_below": 80,
    "remove_below": 60, "waiting_months": 12, "capacity": 3, "comparison_from": "200000.00",
    "comparison_to": "2000000.00",
}  # fmt: skip
QUALIFICATION = "市政公用工程施工总承包"
_COMMON: dict[str, Any] = {"grades": [], "supplement": False, "commitment": None}
CONDITIONS = {
    "format": "yangguang-conditions/1",
    "grades": GRADES,
    "conditions": [
        {**_COMMON, "key": "role", "kind": "role", "role": "bidder", "text": "已注册为投标人并通过核验",
         "text_en": "Registered and verified as a bidder"},
        {**_COMMON, "key": "grade-1", "kind": "qualification", "name": QUALIFICATION, "accepted": ["一级"],
         "grades": ["一级"], "text": "市政公用工程施工总承包一级资质",
         "text_en": "Municipal works general contracting, first grade"},
        {**_COMMON, "key": "grade-2", "kind": "qualification", "name": QUALIFICATION, "accepted": ["一级", "二级"],
         "grades": ["二级"], "text": "市政公用工程施工总承包二级以上资质",
         "text_en": "Municipal works general contracting, second grade or better"},
        {**_COMMON, "key": "works", "kind": "track_record", "count": 1, "amount": "5000000.00", "years": 3,
         "supplement": True, "commitment": {"days": 90}, "text": "近三年完成过500万元以上的市政工程",
         "text_en": "Completed municipal works of at least 5 million yuan within three years"},
        {**_COMMON, "key": "clean", "kind": "credit", "clean": True, "accepted": [], "text": "没有正在生效的处罚",
         "text_en": "No sanction in force"},
    ],
}  # fmt: skip


def found(staff: Person) -> str:
    """Directory, conditions and call; the call's number. What a play before this one left is gone on with."""
    known = {row["code"]: row for row in staff.get("/directories", "staff")["items"]}
    if CODE not in known:
        body = {
            "code": CODE, "centre": CENTRE["code"], "category": "municipal", "name": "示范市市政公用工程预选承包商名录",
            "name_en": "Demonstration City's municipal works contractors", "terms": TERMS, "figures": FIGURES,
        }  # fmt: skip
        staff.post("/staff/directories", body, "staff")
        staff.put(f"/staff/directories/{CODE}/conditions", {"conditions": CONDITIONS}, "staff")
        staff.post(f"/staff/directories/{CODE}/conditions/publication", role="staff")
    calls = [row for row in staff.get("/directories/calls", "staff")["items"] if row["directory"] == CODE]
    if calls:
        return str(calls[0]["number"])
    body = {"title": "示范市市政公用工程预选承包商征集公告", "text": "符合公布条件的企业均可申请，常年受理，不限名额。"}
    return str(staff.post(f"/staff/directories/{CODE}/calls", body, "staff")["number"])


def applicants() -> list[Any]:
    """All bidders but the one whose certificate was revoked."""
    return [part for part in BIDDERS if part is not BIDDERS[REVOKED]]


def refused_for_old_paper(person: Person, call: str, work: Path) -> str:
    """An expired qualification: told before anything is signed, with all else that is missing."""
    yesterday = (now().astimezone(BEIJING) - dt.timedelta(days=1)).date().isoformat()
    try:
        paper = _paper(person, work, "qualification", {"name": QUALIFICATION, "grade": "一级"}, valid_until=yesterday)
    except Refusal as refusal:
        return expect_refusal("paper.expired", refusal)
    raise Failed(f"an expired paper was taken: {paper}")


def apply(person: Person, call: str, work: Path, number: int) -> str:
    """Papers signed and added, conditions met, the statement signed; every second firm commits to its track record."""
    grade = GRADES[number % 2]
    own = [row for row in person.get("/my/requests") if row["call"] == call and row["status"] != "withdrawn"]
    request = own[0] if own else person.post(f"/directories/calls/{call}/requests")
    if request["status"] != "draft":
        return str(request["number"])
    held = {"name": QUALIFICATION, "grade": grade}
    facts = {f"grade-{number % 2 + 1}": {"papers": [_paper(person, work, "qualification", held)]}}
    commits = number % 2 == 1
    if not commits:
        done = {"amount": "12000000.00", "date": now().astimezone(BEIJING).date().isoformat()}
        facts["works"] = {"papers": [_paper(person, work, "track_record", done)]}
    body = {"grade": grade, "facts": facts, "committed": ["works"] if commits else []}
    person.put(f"/my/requests/{request['number']}", body)
    stated = person.get(f"/my/requests/{request['number']}/statement")
    if stated["blockers"]:
        raise Failed(f"{person.part.name}: {stated['blockers']}")
    person.post(f"/my/requests/{request['number']}/submission", {"signature": person.signed(stated["text"].encode())})
    return str(request["number"])


def _paper(person: Person, work: Path, kind: str, facts: dict[str, str], **more: str) -> str:
    """A PDF of the firm, signed by it and added; its public number."""
    path = work / f"{person.part.key}-{kind}.pdf"
    title = {"qualification": "资质证书", "track_record": "业绩证明"}[kind]
    lines = [("h1", title), ("p", f"持有人：{person.part.name}")]
    write_text(path, title, person.part.name, lines + [("p", f"{key}：{value}") for key, value in facts.items()])
    data = path.read_bytes()
    form = {
        "kind": kind, "title": title, "number": f"SF-{person.part.key}", "issuer": "示范市住房和城乡建设局",
        "facts": json.dumps(facts), "signature": person.signed(data), **more,
    }  # fmt: skip
    file = {"file": (path.name, data, "application/pdf")}
    return str(person.as_role().call("POST", "/api/v1/papers", data=form, files=file)["id"])


def review(staff: Person, numbers: list[str]) -> None:
    for number in numbers:
        try:
            staff.post(f"/staff/requests/{number}/decision", {"decision": "pass", "reasons": ""}, "staff")
        except Refusal as refusal:
            expect_refusal("admission_request.wrong_status", refusal)  # a play before this one passed it


def admitted(people: dict[str, Person], numbers: dict[str, str]) -> list[str]:
    """Wait until the publicity is over; the admissions' numbers."""
    end = time.monotonic() + PATIENCE
    found: list[str] = []
    for key, number in numbers.items():
        while not (row := people[key].get(f"/my/requests/{number}"))["admission"]:
            if time.monotonic() > end:
                raise Failed(f"{number} is not admitted: {row['status']}")
            time.sleep(0.5)
        found.append(row["admission"])
    return found


def forbidden_draw(tenderer: Person) -> str:
    """Mandatory works may not be given away by lot."""
    try:
        tenderer.post("/directory-draws", _wish("滨河路改造工程", "ENG", "171731072.85"))
    except Refusal as refusal:
        blocker = refusal.blockers[0]
        return f"{blocker.told()} [{blocker.rule}]"
    raise Failed("a draw was granted for mandatory works")


def _wish(title: str, regime: str, budget: str) -> dict[str, Any]:
    return {
        "directory": CODE, "title": title, "regime": regime, "budget": budget, "method": "comparison", "quantity": 3,
        "weighted": True,
    }  # fmt: skip


def draw(people: dict[str, Person], staff: Person) -> tuple[str, list[str]]:
    """Three firms for comparison: frozen, committed to, revealed, finished; the draw's number and the firms."""
    tenderer = people[TENDERER.key]
    number = tenderer.post("/directory-draws", _wish("背街小巷路面修复", "SMALL", "860000.00"))["number"]
    frozen = staff.post(f"/directory-draws/{number}/freezing", {}, "staff")
    lot = frozen["draw"]
    secrets = commit_values(people, lot, [], 0)
    staff.post(f"/directory-draws/{number}/closing", role="staff")
    open_values(people, lot, secrets)
    finished = staff.post(f"/directory-draws/{number}/outcome", role="staff")
    return str(number), [row["name"] for row in finished["taken"]]
