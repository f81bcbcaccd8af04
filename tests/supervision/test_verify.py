"""`yangguang verify` on real bundles: all hold; any byte changed, and it says which step does not."""

import json
import random
import subprocess
import sys

import pytest

from client.__main__ import main
from signing.rules.containers import read_container
from supervision.rules.bundle import LIMITS
from supervision.rules.verification.steps import STEPS
from tests.running import ROOT
from tests.supervision.forging import explain, failed, steps_of

pytestmark = [pytest.mark.django_db, pytest.mark.xdist_group("bundles")]
POSITIONS = 600


def program(*arguments):
    """The real program; neither Django nor the network is to be had."""
    command = [sys.executable, "-m", "client", "verify", *map(str, arguments)]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)


@pytest.mark.parametrize("name", ["works", "opened", "goods", "failed"])
def test_an_honest_bundle_holds(made, name):
    steps = steps_of(made.bundles[name], made)
    assert failed(steps) == {}, explain(steps)


def test_how_far_a_section_has_come_is_said_and_not_counted_as_proven(made):
    reached = {name: {s.code for s in steps_of(path, made) if s.reached} for name, path in made.bundles.items()}
    every = {step.code for step in STEPS}
    after_opening = {"hand-ins", "arithmetic", "report", "award"}
    assert reached["works"] == every
    assert reached["opened"] == reached["goods"] == every - after_opening
    assert reached["failed"] == every - after_opening - {"releases", "unsealing", "record"}


def test_the_program_prints_every_step_and_exits_0(bundle, anchors):
    done = program(bundle, "--anchors", anchors)
    assert done.returncode == 0, done.stdout + done.stderr
    for number, step in enumerate(STEPS, 1):
        assert f"{number:2}. {step.title}：成立" in done.stdout
    assert done.stdout.rstrip().endswith("结论：全部成立")


def test_the_program_answers_in_json(bundle, anchors):
    done = program(bundle, "--anchors", anchors, "--json")
    answer = json.loads(done.stdout)
    assert (done.returncode, answer["ok"]) == (0, True)
    assert [step["step"] for step in answer["steps"]] == [step.code for step in STEPS]
    assert all(step["ok"] and step["reached"] and step["findings"] == [] for step in answer["steps"])


def test_neither_django_nor_a_socket_is_touched(bundle, anchors):
    code = (
        "import socket, sys\n"
        "def refuse(*_, **__): raise AssertionError('network')\n"
        "socket.socket.connect = socket.create_connection = socket.getaddrinfo = refuse\n"
        "from client.__main__ import main\n"
        "status = main(['verify', sys.argv[1], '--anchors', sys.argv[2]])\n"
        "found = [name for name in sys.modules if name.split('.')[0] in ('django', 'celery', 'channels')]\n"
        "assert not found, found\n"
        "sys.exit(status)\n"
    )
    command = [sys.executable, "-c", code, str(bundle), str(anchors)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr


def positions(size: int) -> list[int]:
    """The first and last bytes, where the headers are, and a sample of everything between."""
    ends = [*range(40), *range(size - 24, size)]
    return sorted({*ends, *random.Random(20261121).sample(range(40, size - 24), POSITIONS - len(ends))})


def test_any_byte_changed_exits_1_and_names_the_step(bundle, anchors, tmp_path, capsys):
    """In this process for speed; the file is read and judged anew each time."""
    data = bytearray(bundle.read_bytes())
    changed = tmp_path / "changed.bundle"
    wrong = {}
    for position in positions(len(data)):
        data[position] ^= 1 << position % 8
        changed.write_bytes(data)
        data[position] ^= 1 << position % 8
        status = main(["verify", str(changed), "--anchors", str(anchors), "--json"])
        answer = json.loads(capsys.readouterr().out)
        named = [step["step"] for step in answer.get("steps", ()) if not step["ok"] and step["findings"]]
        if status != 1 or not named:
            wrong[position] = (status, answer)
    assert wrong == {}


def test_a_byte_of_every_member_changed_exits_1(bundle, anchors, tmp_path, capsys):
    data = bytearray(bundle.read_bytes())
    changed = tmp_path / "changed.bundle"
    for name, member in read_container(bundle, LIMITS).members.items():
        position = member.offset + member.size // 2
        data[position] ^= 0x20
        changed.write_bytes(data)
        data[position] ^= 0x20
        assert main(["verify", str(changed), "--anchors", str(anchors), "--json"]) == 1, name
        assert json.loads(capsys.readouterr().out)["steps"][0]["findings"], name


@pytest.mark.parametrize("place", [0, 30, 0.25, 0.5, 0.75, -1])
def test_the_program_itself_exits_1_on_a_changed_byte(bundle, anchors, tmp_path, place):
    data = bytearray(bundle.read_bytes())
    data[int(place * len(data)) if isinstance(place, float) else place] ^= 1
    changed = tmp_path / "changed.bundle"
    changed.write_bytes(data)
    done = program(changed, "--anchors", anchors)
    assert done.returncode == 1, done.stdout + done.stderr
    assert f" 1. {STEPS[0].title}：不成立" in done.stdout
    assert done.stdout.rstrip().endswith("（1）")


@pytest.mark.parametrize("cut", [1, 22, 1000, 0.5])
def test_a_bundle_that_was_cut_short_exits_1(bundle, anchors, tmp_path, cut):
    data = bundle.read_bytes()
    short = tmp_path / "short.bundle"
    short.write_bytes(data[: int(cut * len(data)) if isinstance(cut, float) else -cut])
    assert main(["verify", str(short), "--anchors", str(anchors)]) == 1


def test_what_is_no_bundle_exits_2(made, anchors, tmp_path):
    (tmp_path / "text").write_text("not a bundle")
    (tmp_path / "empty").write_bytes(b"")
    others = [tmp_path / "text", tmp_path / "empty", tmp_path / "missing", made.works.bids["first"].path]
    for path in others:
        assert main(["verify", str(path), "--anchors", str(anchors)]) == 2, path


def test_anchors_that_are_none_exit_2(bundle, tmp_path):
    assert main(["verify", str(bundle), "--anchors", str(tmp_path)]) == 2
