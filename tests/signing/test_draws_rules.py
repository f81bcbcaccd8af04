"""The draw against the idea of RFC 3797 written another way: bits as a text, a linked ring instead of a list."""

import copy
import hashlib
import itertools
import json
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from signing.rules.draws import (
    DrawError,
    Item,
    Step,
    choose,
    commitment,
    identity_hash,
    next_in_line,
    order,
    pool_faults,
    pool_hash,
    replay,
    seed,
)


def independent_order(key: bytes, size: int) -> list[int]:
    """Binary digits taken from the front of each hash; numbers already drawn are walked over in a ring of successors."""
    successor = {number: number + 1 for number in range(size + 1)}
    drawn = []
    for step in range(size):
        left = size - step
        digits = 0
        while 2**digits < left:
            digits += 1
        for attempt in itertools.count():
            hexadecimal = hashlib.sha256(key + bytes.fromhex(f"{step:08x}{attempt:08x}")).hexdigest()
            bits = "".join(f"{int(sign, 16):04b}" for sign in hexadecimal)[:digits]
            skipped = int(bits or "0", 2)
            if skipped < left:
                break
        before = 0
        for _ in range(skipped):
            before = successor[before]
        number = successor[before]
        successor[before] = successor[number]
        drawn.append(number)
    return drawn


@given(st.binary(min_size=32, max_size=32), st.integers(0, 70))
@settings(max_examples=80, deadline=None)
def test_the_order_is_that_of_the_independent_implementation(key, size):
    assert order(key, size) == independent_order(key, size)


@given(st.binary(min_size=32, max_size=32), st.integers(0, 200))
@settings(max_examples=60, deadline=None)
def test_everybody_is_drawn_exactly_once(key, size):
    assert sorted(order(key, size)) == list(range(1, size + 1))


def test_this_order_never_changes():
    """Files written years ago must replay."""
    key = seed([bytes(range(64)), bytes(64)], "DRAW-2026-000001")
    assert key.hex() == hashlib.sha256(bytes(64) + bytes(range(64)) + b"DRAW-2026-000001").hexdigest()
    assert order(key, 10) == independent_order(key, 10) == [8, 3, 7, 9, 4, 2, 6, 1, 10, 5]


def keys(count):
    return (hashlib.sha256(f"fixed {number}".encode()).digest() for number in range(count))


def chi_square(counts, cells):
    expected = sum(counts.values()) / cells
    return sum((counts.get(cell, 0) - expected) ** 2 / expected for cell in range(cells))


def test_every_number_is_equally_likely_to_be_first():
    counts = Counter(order(key, 7)[0] - 1 for key in keys(14_000))
    assert chi_square(counts, 7) < 22.46  # 6 degrees of freedom, p = 0.001


def test_every_order_is_equally_likely():
    places = {permutation: place for place, permutation in enumerate(itertools.permutations(range(1, 5)))}
    counts = Counter(places[tuple(order(key, 4))] for key in keys(12_000))
    assert chi_square(counts, 24) < 49.73  # 23 degrees of freedom, p = 0.001


def test_a_biased_order_would_be_noticed():
    """The remainder of a byte by 5, which favours the first, fails the same test."""
    counts = Counter(key[0] % 5 for key in keys(200_000))
    assert chi_square(counts, 5) > 18.47  # 4 degrees of freedom, p = 0.001


def test_the_seed_does_not_depend_on_who_opened_first_but_on_every_value_and_the_number():
    a, b = bytes(64), bytes(range(64))
    assert seed([a, b], "DRAW-1") == seed([b, a], "DRAW-1")
    others = {seed([a, b], "DRAW-2"), seed([a], "DRAW-1"), seed([a, b, b], "DRAW-1"), seed([a, b[::-1]], "DRAW-1")}
    assert len({seed([a, b], "DRAW-1"), *others}) == 5


@pytest.mark.parametrize(("openings", "number"), [([], "DRAW-1"), ([bytes(63)], "DRAW-1"), ([bytes(64)], "")])
def test_a_seed_of_nothing_or_of_something_else_is_refused(openings, number):
    with pytest.raises(DrawError):
        seed(openings, number)


def test_a_commitment_is_the_hash_of_salt_and_value():
    assert commitment(b"s" * 32, b"v" * 32) == hashlib.sha256(b"s" * 32 + b"v" * 32).digest()
    for salt, value in ((b"s" * 31, b"v" * 33), (b"", b"v" * 64)):
        with pytest.raises(DrawError):
            commitment(salt, value)


def items(*venues):
    return [
        Item(
            number, {"venue": venue, "specialty": "road" if number % 2 else "bridge"}, identity_hash({"n": number}, "s")
        )
        for number, venue in enumerate(venues, 1)
    ]


POOL = items(*["main"] * 6, *["sub"] * 4)


def test_a_floor_for_a_group_is_met_first_and_the_rest_is_open_to_all():
    plan = [Step(2, {"venue": "sub"}), Step(1, {"venue": "main", "specialty": "road"}), Step(2)]
    for key in keys(50):
        in_order = order(key, 10)
        chosen = choose(POOL, in_order, plan)
        venues = [[POOL[number - 1].labels["venue"] for number in step] for step in chosen]
        assert venues[0] == ["sub", "sub"]
        assert POOL[chosen[1][0] - 1].labels == {"venue": "main", "specialty": "road"}
        taken = [number for step in chosen for number in step]
        assert len(set(taken)) == 5
        rest = [number for number in in_order if number not in chosen[0] + chosen[1]]
        assert chosen[2] == rest[:2]


def test_a_plan_that_cannot_be_met_is_refused():
    with pytest.raises(DrawError, match="step 1 of the plan needs 5 and finds 4"):
        choose(POOL, order(bytes(32), 10), [Step(5, {"venue": "sub"})])
    assert pool_faults(POOL, [Step(5, {"venue": "sub"})])
    assert pool_faults(POOL, [Step(8), Step(3)])
    assert pool_faults(POOL, []) and pool_faults([], [Step(1)]) and pool_faults(POOL, [Step(0)])
    assert pool_faults(POOL[1:], [Step(1)])
    assert pool_faults(POOL, [Step(4, {"venue": "sub"}), Step(6)]) == []


def test_a_substitute_is_the_next_in_the_order_that_fits():
    in_order = order(bytes(32), 10)
    plan = [Step(1, {"venue": "sub"})]
    first = choose(POOL, in_order, plan)[0]
    of_venue = [number for number in in_order if POOL[number - 1].labels["venue"] == "sub"]
    assert next_in_line(POOL, in_order, plan[0], first) == of_venue[1]
    with pytest.raises(DrawError):
        next_in_line(POOL, in_order, plan[0], of_venue)


def finished():
    """A whole draw file, made by hand."""
    openings = [(bytes([place]) * 32, bytes([place + 9]) * 32) for place in (1, 2)]
    plan = [Step(1, {"venue": "sub"}), Step(2)]
    drawn = seed([salt + value for salt, value in openings], "DRAW-2026-000007")
    in_order = order(drawn, len(POOL))
    return {
        "format": "yangguang-draw/1",
        "number": "DRAW-2026-000007",
        "purpose": "抽取评标专家",
        "replaces": "",
        "pool": {"sha256": pool_hash(POOL), "items": [item.as_data() for item in POOL]},
        "plan": [step.as_data() for step in plan],
        "commitments": [
            {
                "party": {"number": f"party {place}", "name": "", "role": "bidder"},
                "commitment": commitment(salt, value).hex(),
                "opening": {"salt": salt.hex(), "value": value.hex()},
            }
            for place, (salt, value) in enumerate(openings)
        ],
        "outcome": {"seed": drawn.hex(), "order": in_order, "chosen": choose(POOL, in_order, plan)},
        "names": [{"number": 3, "identity": {"n": 3}, "salt": "s"}],
    }


def test_a_draw_file_replays():
    outcome = replay(json.loads(json.dumps(finished())))
    assert outcome.number == "DRAW-2026-000007"
    assert [len(step) for step in outcome.chosen] == [1, 2]
    assert outcome.parties == ("party 0", "party 1")


def changed(path, value):
    draw = copy.deepcopy(finished())
    place = draw
    for key in path[:-1]:
        place = place[key]
    if value is None:
        del place[path[-1]]
    else:
        place[path[-1]] = value
    return draw


WRONG = {
    "another format": (["format"], "yangguang-draw/2"),
    "another number": (["number"], "DRAW-2026-000008"),
    "no number": (["number"], None),
    "a number that is none": (["number"], 7),
    "a pool with another label": (["pool", "items", 0, "labels", "venue"], "sub"),
    "a pool with another hash": (["pool", "items", 0, "sha256"], "00" * 32),
    "a pool renumbered": (["pool", "items", 0, "number"], 2),
    "a pool with somebody left out": (["pool", "items", 9], None),
    "a pool of nobody": (["pool", "items"], []),
    "another pool hash": (["pool", "sha256"], "00" * 32),
    "another plan": (["plan", 0, "take"], 2),
    "a plan with true for one": (["plan", 0, "take"], True),
    "an empty plan": (["plan"], []),
    "another commitment": (["commitments", 0, "commitment"], "00" * 32),
    "another value": (["commitments", 0, "opening", "value"], "00" * 32),
    "upper case": (["commitments", 0, "opening", "value"], "0A" * 32),
    "a value cut short": (["commitments", 0, "opening", "value"], "0a" * 31),
    "no opening": (["commitments", 0, "opening"], None),
    "a party twice": (["commitments", 1, "party", "number"], "party 0"),
    "a party left out": (["commitments", 1], None),
    "nobody": (["commitments"], []),
    "another seed": (["outcome", "seed"], "00" * 32),
    "another order": (["outcome", "order"], list(range(1, 11))),
    "another choice": (["outcome", "chosen"], [[1], [2, 3]]),
    "no outcome": (["outcome"], None),
    "another name": (["names", 0, "identity", "n"], 4),
    "a name beyond the pool": (["names", 0, "number"], 11),
    "labels that are no texts": (["pool", "items", 0, "labels"], {"venue": 7}),
    "a list for the pool": (["pool"], []),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_draw_file_that_was_changed_is_refused(what):
    with pytest.raises(DrawError):
        replay(changed(*WRONG[what]))


@pytest.mark.parametrize("data", [None, [], "draw", 7, {}, {"format": "yangguang-draw/1"}])
def test_what_is_no_draw_file_is_refused(data):
    with pytest.raises(DrawError):
        replay(data)


@given(
    st.recursive(st.none() | st.integers() | st.text(max_size=4), lambda inner: st.lists(inner, max_size=3)), st.data()
)
@settings(max_examples=150, deadline=None)
def test_whatever_stands_in_a_draw_file_it_is_refused_and_never_a_traceback(junk, data):
    draw = copy.deepcopy(finished())
    place, path = draw, []
    while True:
        keys = list(place) if isinstance(place, dict) else range(len(place)) if isinstance(place, list) else []
        if not keys or (path and data.draw(st.booleans())):
            break
        path.append(data.draw(st.sampled_from(list(keys))))
        parent, place = place, place[path[-1]]
    before = copy.deepcopy(place)
    parent[path[-1]] = junk
    try:
        replay(draw)
    except DrawError:
        return
    neutral = path[0] in ("purpose", "replaces", "names") or path[-1] in ("name", "role", "names")
    assert neutral or junk == before
