"""After the report: candidates published, award, letters; then the evidence that anybody can check."""

import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from django.conf import settings

from client.witness import make_key
from config.demonstration.people import Failed, Person, yangguang
from runtime.actor import SYSTEM
from runtime.refusal import Refusal
from signing.actions.add_cosignature import trust_witness
from signing.models import Witness

PATIENCE = 120.0


def publish_candidates(tenderer: Person, staff: Person, code: str) -> list[dict[str, Any]]:
    notice = tenderer.post(f"/sections/{code}/candidates")
    tenderer.post(f"/notices/{notice['id']}/approval")
    staff.post(f"/notices/{notice['id']}/publication", role="staff")
    found: list[dict[str, Any]] = tenderer.get(f"/sections/{code}/candidates")
    return found


def decide(tenderer: Person, staff: Person, code: str) -> dict[str, Any]:
    """The first-ranked wins once the publicity is over; letters are verified and issued."""
    end = time.monotonic() + PATIENCE
    while True:
        try:
            award: dict[str, Any] = tenderer.post(
                f"/sections/{code}/award", {"rank": 1, "reason": "排名第一的中标候选人"}
            )
            break
        except Refusal:
            if time.monotonic() > end:
                raise
            time.sleep(1)
    if award["notice"]:
        tenderer.post(f"/notices/{award['notice']}/approval")
        staff.post(f"/notices/{award['notice']}/publication", role="staff")
    for letter in tenderer.get(f"/sections/{code}/letters"):
        tenderer.post(f"/letters/{letter['id']}/verification")
        tenderer.post(f"/letters/{letter['id']}/issue")
    return award


def cosign(url: str, folder: Path) -> str:
    """The supervisor's witness program checks the whole journal and cosigns its checkpoint."""
    key = folder / "witness.key"
    name = "demonstration-supervisor/witness"
    if not key.exists():
        verifier = make_key(key, name)
        if not Witness.objects.filter(name=name).exists():
            trust_witness(name=name, key=str(verifier), actor=SYSTEM)
    answer = yangguang("journal", "verify", f"{url}/log", "--cosign", key)
    return f"{answer['size']} 条"


def bundle(supervisor: Person, code: str, folder: Path) -> Path:
    """Ask for the evidence bundle, wait for the worker, download it."""
    export = supervisor.post(f"/sections/{code}/bundles", role="supervisor")
    end = time.monotonic() + PATIENCE
    while export["state"] != "done":
        if export["state"] == "failed" or time.monotonic() > end:
            raise Failed(f"bundle {export}")
        time.sleep(1)
        export = supervisor.get(f"/sections/{code}/bundles/{export['id']}", role="supervisor")
    target = folder / f"{code}.bundle"
    path = f"/api/v1/sections/{code}/bundles/{export['id']}/file"
    with supervisor.as_role("supervisor").http.stream("GET", path) as answer, target.open("wb") as out:
        answer.raise_for_status()
        for piece in answer.iter_bytes(1 << 20):
            out.write(piece)
    return target


def verify(path: Path, anchors: Path) -> str:
    """`yangguang verify`, as anybody would run it; its lines."""
    command = [sys.executable, "-m", "client", "verify", str(path), "--anchors", str(anchors)]
    done = subprocess.run(command, cwd=settings.BASE_DIR, capture_output=True, text=True)
    if done.returncode != 0:
        raise Failed(f"yangguang verify: {done.returncode}\n{done.stdout}{done.stderr}")
    return done.stdout.rstrip()
