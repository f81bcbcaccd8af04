"""A whole evaluation over HTTP alone, by the ways a program takes: the running server, certificates, no action called here."""

import datetime as dt
import json
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings

from runtime.clock import now, stamp
from signing.rules.escrow import commit
from tendering.models import Ranking
from tests.evaluation.visiting import Visitor
from tests.factories.evaluation import make_expert, make_opened_section, make_specialty, make_venue
from tests.factories.parties import PartyKit
from tests.factories.tendering import new_party
from tests.running import RunningPlatform

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.xdist_group("evaluation-live")]
ITEMS = {"plan": "30.5", "team": "15", "record": "6"}


def drawn(staff: Visitor, tenderer: Visitor, purpose: str) -> None:
    """Freeze, the tenderer commits, close, the tenderer opens, finish."""
    number = staff.post("/committee/draws", {"purpose": purpose}).json()["number"]
    draws = f"{staff.url}/api/v1/draws/{number}"
    file = tenderer.http.get(draws).json()
    secret, document = commit(number, file["trustees"]["recipients"], file["trustees"]["k"])
    assert tenderer.http.post(f"{draws}/commitments", json=document).is_success
    assert staff.post(f"/committee/draws/{number}/close").is_success
    opened = {"salt": secret.salt.hex(), "value": secret.value.hex()}
    assert tenderer.http.post(f"{draws}/openings", json=opened).is_success
    finished = staff.post(f"/committee/draws/{number}/finish")
    assert finished.is_success, finished.text


@pytest.mark.cts(
    "A-129", "A-131", "A-133", "A-137", "A-140", "A-141", "A-144", "A-145", "A-151", "A-152", "B-020", "B-023"
)
def test_from_the_layout_of_the_committee_to_the_recorded_ranking(platform: RunningPlatform, tmp_path: Path) -> None:
    tender, bidders = make_opened_section()
    make_specialty()
    make_venue("main", "110100")
    make_venue("sub", "120100")
    base: dict[str, PartyKit] = {}
    for region in ("110101",) * 4 + ("120101",) * 3:
        kit = make_expert(region=region, suite="ecdsa")
        base[kit.party.number] = kit
    code = tender.section.code
    staff = Visitor(platform.url, tender.staff, "staff", code)
    tenderer = Visitor(platform.url, tender.tenderer, "tenderer", code)
    supervisor = Visitor(platform.url, new_party("监督人员", "supervisor"), "supervisor", code)
    layout = {
        "size": 4, "main_venue": "main", "sub_seats": 2, "specialties": ["A08"],
        "window_from": stamp(now() - dt.timedelta(hours=1)), "window_until": stamp(now() + dt.timedelta(hours=8)),
    }  # fmt: skip
    assert {b["code"] for b in staff.post("/committee", layout).json()["blockers"]} == {
        "committee.even",
        "committee.too_small",
    }
    assert staff.post("/committee", {**layout, "size": 5}).status_code == 201
    drawn(staff, tenderer, "venue")
    drawn(staff, tenderer, "experts")
    names = {row["name"] for row in supervisor.get("/committee").json()["members"]}
    members = [Visitor(platform.url, kit, "evaluator", code) for kit in base.values() if kit.party.name in names]
    assert len(members) == 5
    for member in members:
        assert member.post("/room/sign-in").is_success
        text = member.get("/room/undertaking").content
        assert member.post("/room/undertaking", {"signature": member.sign(text)}).is_success
    for member in members:
        voted = member.post("/room/votes", {"seat": 1}).json()
    assert voted["chair"] == 1
    chair = next(member for member in members if member.get("/room").json()["me"]["seat"] == 1)
    assert staff.post("/room/start").json()["phase"] == "preliminary"
    state = chair.get("/room").json()
    for member in members:
        for bid in state["bids"]:
            for item in state["method"]["review"]:
                verdict = {"bid": bid["bid"], "item": item["key"], "passed": True, "reason": "", "version": 0}
                assert member.post("/room/verdicts", verdict).is_success
        assert member.post("/room/review").is_success
    for member in members:
        changes = [
            {"bid": bid["bid"], "item": item, "score": score, "version": 0}
            for bid in state["bids"]
            for item, score in ITEMS.items()
        ]
        answers = member.post("/room/scores", {"changes": changes}).json()["answers"]
        assert {answer["type"] for answer in answers} == {"saved"}
        assert member.hand_in().status_code == 201
    result = chair.post("/room/summary").json()["result"]
    score_file = tmp_path / "scores.json"
    score_file.write_text(chair.get("/room/score-file").text, encoding="utf-8")
    command = [sys.executable, "-m", "client", "score", str(score_file), "--json"]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True, timeout=60, check=True)
    assert json.loads(done.stdout) == result, "anybody computes what the platform computed"
    assert chair.post("/room/report", {"remarks": "无"}).status_code == 201
    for member in members:
        signature = member.sign(member.get("/room/report").content)
        assert member.post("/room/report/signature", {"signature": signature}).status_code == 201
    closed = staff.post("/room/close").json()
    ranking = Ranking.objects.get(section=tender.section)
    assert ranking.report_sha256 == closed["sha256"]
    # Equal scores: the lower price ranks first.
    assert [row["bidder"] for row in ranking.rows] == [bidders[place].party.number for place in (1, 2, 0)]
    assert chair.get("/room/report.pdf").content.startswith(b"%PDF")
