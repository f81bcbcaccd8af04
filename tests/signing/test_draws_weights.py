"""Tickets, rotation and succession: what a plan may ask since there are draws from a directory; older files are as they were."""

import copy
import hashlib
import json
import subprocess
import sys
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.rules.draw_plan import Item, Step, choose, identity_hash, next_in_line, pool_faults, pool_hash, succeed
from signing.rules.draws import FORMAT, DrawError, commitment, order, read_plan, replay, seed
from tests.running import ROOT
from tests.signing.independent_draw import outcome_of

ARTEFACTS = ROOT / "tests" / "artefacts" / "draws"


def tickets(weights: list[int], turns: list[str] | None = None) -> list[Item]:
    """Firm i holds `weights[i]` tickets."""
    holders = [firm for firm, weight in enumerate(weights) for _ in range(weight)]
    return [
        Item(
            number,
            {"firm": f"RK-{firm}"} | ({"turn": turns[firm]} if turns else {}),
            identity_hash({"number": str(firm), "name": f"企业{firm}"}, f"salt {number}"),
        )
        for number, firm in enumerate(holders, 1)
    ]


def firms(items: list[Item], numbers: list[int]) -> list[str]:
    return [items[number - 1].labels["firm"] for number in numbers]


def drawn(key: bytes, items: list[Item], plan: list[Step], passed: list[tuple[int, str]] | None = None) -> dict:
    """A whole draw file whose values follow from `key`."""
    opening = [hashlib.sha256(key + bytes([place])).digest() for place in range(4)]
    pairs = [(opening[0], opening[1]), (opening[2], opening[3])]
    number = "DRAW-2026-000042"
    key = seed([salt + value for salt, value in pairs], number)
    in_order = order(key, len(items))
    chosen = choose(items, in_order, plan)
    told = succeed(items, in_order, plan, chosen, passed)[1] if passed else []
    return {
        "format": FORMAT,
        "number": number,
        "purpose": "名录抽取",
        "pool": {"sha256": pool_hash(items), "items": [item.as_data() for item in items]},
        "plan": [step.as_data() for step in plan],
        "commitments": [
            {
                "party": {"number": f"p{place}", "name": "", "role": "tenderer"},
                "commitment": commitment(*pair).hex(),
                "opening": {"salt": pair[0].hex(), "value": pair[1].hex()},
            }
            for place, pair in enumerate(pairs)
        ],
        "outcome": {"seed": key.hex(), "order": in_order, "chosen": chosen},
        **(
            {"succession": [{"passed": one.passed, "successor": one.successor, "reason": one.reason} for one in told]}
            if told
            else {}
        ),
    }


def keys(count: int):
    return (hashlib.sha256(f"fixed {number}".encode()).digest() for number in range(count))


def test_a_file_written_before_there_were_weights_replays_byte_for_byte():
    file = ARTEFACTS / "before-weights.json"
    for flag, kept in (([], "before-weights.txt"), (["--json"], "before-weights.replayed.json")):
        run = subprocess.run([sys.executable, "-m", "client", "draw", str(file), *flag], capture_output=True, cwd=ROOT)
        assert (run.returncode, run.stdout) == (0, (ARTEFACTS / kept).read_bytes())
    data = json.loads(file.read_text())
    assert [step.as_data() for step in read_plan(data["plan"])] == data["plan"]
    assert replay(data).standing == replay(data).chosen


WEIGHTS = st.lists(st.integers(1, 4), min_size=3, max_size=12)


@given(st.binary(min_size=1, max_size=32), WEIGHTS, st.data())
@settings(max_examples=60, deadline=None)
def test_a_weighted_file_is_read_alike_by_the_independent_reader(key, weights, data):
    turns = [data.draw(st.sampled_from(["0001", "0002", "0003"])) for _ in weights]
    rotation = data.draw(st.booleans())
    take = data.draw(st.integers(1, len(weights)))
    items = tickets([1] * len(weights) if rotation else weights, turns)
    plan = [Step(take, distinct="firm", by="turn" if rotation else "")]
    file = drawn(key, items, plan)
    gone = data.draw(st.lists(st.sampled_from(file["outcome"]["chosen"][0]), unique=True, max_size=3))
    file = json.loads(json.dumps(drawn(key, items, plan, [(number, "放弃") for number in gone])))
    mine, other = replay(file), outcome_of(file)
    assert [list(step) for step in mine.chosen] == other["chosen"] == file["outcome"]["chosen"]
    assert [list(step) for step in mine.standing] == other["standing"]
    assert len(set(firms(items, other["chosen"][0]))) == take


@given(st.binary(min_size=32, max_size=32), WEIGHTS)
@settings(max_examples=60, deadline=None)
def test_a_firm_is_taken_once_however_many_tickets_it_holds(key, weights):
    items = tickets(weights)
    (taken,) = choose(items, order(key, len(items)), [Step(len(weights), distinct="firm")])
    assert sorted(firms(items, taken)) == sorted(f"RK-{firm}" for firm in range(len(weights)))
    assert pool_faults(items, [Step(len(weights) + 1, distinct="firm")])


def test_what_a_firm_took_in_one_step_counts_in_the_next():
    items = tickets([3, 1])
    for key in keys(30):
        first, second = choose(items, order(key, 4), [Step(1, distinct="firm"), Step(1, distinct="firm")])
        assert set(firms(items, first + second)) == {"RK-0", "RK-1"}


def test_tickets_weigh_as_they_say():
    """First places of 12,000 draws with weights 3, 2, 2 and 1 against their expectation; 3 degrees of freedom, p = 0.001."""
    weights = [3, 2, 2, 1]
    items = tickets(weights)
    counts = Counter(
        firms(items, choose(items, order(key, 8), [Step(1, distinct="firm")])[0])[0] for key in keys(12_000)
    )
    expected = {f"RK-{firm}": 12_000 * weight / 8 for firm, weight in enumerate(weights)}
    assert sum((counts[firm] - wanted) ** 2 / wanted for firm, wanted in expected.items()) < 16.27
    even = dict.fromkeys(expected, 3_000)
    assert sum((counts[firm] - wanted) ** 2 / wanted for firm, wanted in even.items()) > 16.27  # the test can fail


def test_rotation_takes_the_longest_waiting_first_and_draws_among_equals():
    items = tickets([1] * 5, ["0002", "0001", "0003", "0001", "0001"])
    seen = set()
    for key in keys(60):
        (taken,) = choose(items, order(key, 5), [Step(4, by="turn")])
        assert set(taken[:3]) == {2, 4, 5} and taken[3] == 1
        seen.add(tuple(taken[:3]))
    assert len(seen) == 6  # every order among the equals


def test_who_gives_way_is_followed_by_the_next_in_line_of_another_firm():
    items = tickets([3, 3, 1])
    for key in keys(40):
        plan = [Step(1, distinct="firm")]
        in_order = order(key, 7)
        chosen = choose(items, in_order, plan)
        first = chosen[0][0]
        standing, told = succeed(items, in_order, plan, chosen, [(first, "放弃")])
        others = [number for number in in_order if firms(items, [number]) != firms(items, [first])]
        assert standing == [[others[0]]] and told[0].successor == others[0]
        assert next_in_line(items, in_order, plan[0], [first]) == others[0]


def test_a_place_nobody_is_left_for_stays_empty_and_nobody_gives_up_twice():
    items = tickets([2, 1])
    plan = [Step(2, distinct="firm")]
    in_order = order(bytes(32), 3)
    chosen = choose(items, in_order, plan)
    standing, told = succeed(items, in_order, plan, chosen, [(chosen[0][0], "放弃")])
    assert (standing, told[0].successor) == ([[chosen[0][1]]], None)
    with pytest.raises(DrawError, match="does not have"):
        succeed(items, in_order, plan, chosen, [(chosen[0][0], "放弃"), (chosen[0][0], "放弃")])


WRONG = {
    "another successor": (["succession", 0, "successor"], 7),
    "no successor": (["succession", 0, "successor"], None),
    "no reason": (["succession", 0, "reason"], ""),
    "a number that is none": (["succession", 0, "passed"], "1"),
    "an empty label": (["plan", 0, "distinct"], ""),
    "a label that is a number": (["plan", 0, "distinct"], 7),
    "another way of taking": (["plan", 0, "by"], "turn"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_file_with_another_succession_or_plan_is_refused(what):
    items = tickets([2, 1, 3, 1], ["0004", "0003", "0002", "0001"])
    plan = [Step(2, distinct="firm")]
    first = drawn(b"k", items, plan)["outcome"]["chosen"][0][0]
    good = drawn(b"k", items, plan, [(first, "放弃")])
    replay(good)
    assert good["succession"][0]["successor"] not in (7, None)
    path, value = WRONG[what]
    bad = copy.deepcopy(good)
    place = bad
    for key in path[:-1]:
        place = place[key]
    place[path[-1]] = value
    with pytest.raises(DrawError):
        replay(bad)


def test_the_command_tells_tickets_turns_and_who_followed(tmp_path):
    items = tickets([2, 1, 3])
    plan = [Step(1, distinct="firm")]
    first = drawn(b"k", items, plan)["outcome"]["chosen"][0][0]
    file = tmp_path / "draw.json"
    file.write_text(json.dumps(drawn(b"k", items, plan, [(first, "人员不足")])))
    run = subprocess.run([sys.executable, "-m", "client", "draw", str(file)], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0
    assert "同一 firm 只取一次" in run.stdout and f"{first} 未能承接（人员不足），依次递补：" in run.stdout
