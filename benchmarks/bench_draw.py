"""A draw of 20 out of 10,000, replayed against the bare hashing of the same bytes in the same run (issue's figure: under twice).

    python -m benchmarks.bench_draw

1. The order of 10,000 and the choice of 20 against the hashes of the order alone.
2. The whole file (pool, names, openings, order, choice) against all hashes of the protocol: those of the order, and of the
   canonical JSON of the pool and of each name.
3. The same with tickets: 10,000 firms of weight 1 to 3.
"""

import gc
import json
import statistics
import sys
import time
from collections.abc import Callable
from hashlib import sha256
from typing import Any

from benchmarks.figures import Goal, report
from signing.rules.canonical import canonical
from signing.rules.draws import (
    FORMAT,
    Item,
    Step,
    choose,
    commitment,
    identity_hash,
    order,
    pool_hash,
    read_pool,
    replay,
    seed,
)

FIRMS, TAKE, TURNS = 10_000, 20, 9


def draw_file(tickets: Callable[[int], int]) -> dict[str, Any]:
    """A finished draw as the platform writes it, all names shown."""
    items, names = [], []
    for firm in range(1, FIRMS + 1):
        for _ in range(tickets(firm)):
            number = len(items) + 1
            identity = {
                "number": f"91110000{firm:010d}",
                "name": f"在册建设有限公司{firm}",
                "admission": f"RK-{firm:06d}",
            }
            salt = sha256(f"salt {number}".encode()).hexdigest()[:32]
            items.append(Item(number, {"firm": f"RK-{firm:06d}"}, identity_hash(identity, salt)))
            names.append({"number": number, "identity": identity, "salt": salt})
    pairs = [(bytes([place]) * 32, bytes([place + 9]) * 32) for place in range(3)]
    drawn = seed([salt + value for salt, value in pairs], "DRAW-2026-000001")
    in_order = order(drawn, len(items))
    plan = [Step(TAKE, distinct="firm")]
    file = {
        "format": FORMAT,
        "number": "DRAW-2026-000001",
        "purpose": "名录抽取",
        "pool": {"sha256": pool_hash(items), "items": [item.as_data() for item in items]},
        "plan": [step.as_data() for step in plan],
        "commitments": [
            {
                "party": {"number": f"p{place}", "name": "", "role": "tenderer"},
                "commitment": commitment(salt, value).hex(),
                "opening": {"salt": salt.hex(), "value": value.hex()},
            }
            for place, (salt, value) in enumerate(pairs)
        ],
        "outcome": {"seed": drawn.hex(), "order": in_order, "chosen": choose(items, in_order, plan)},
        "names": names,
    }
    return json.loads(json.dumps(file))


def tries(drawn: bytes, size: int) -> list[int]:
    """How many hashes each step of the order takes."""
    found = []
    for step in range(size):
        left, attempt = size - step, 0
        bits = (left - 1).bit_length()
        while True:
            digest = sha256(drawn + step.to_bytes(4, "big") + attempt.to_bytes(4, "big")).digest()
            attempt += 1
            if int.from_bytes(digest, "big") >> 256 - bits < left:
                break
        found.append(attempt)
    return found


def hash_order(drawn: bytes, attempts: list[int]) -> None:
    for step, most in enumerate(attempts):
        for attempt in range(most):
            sha256(drawn + step.to_bytes(4, "big") + attempt.to_bytes(4, "big")).digest()


def hash_pool(file: dict[str, Any]) -> None:
    sha256(canonical(file["pool"]["items"])).hexdigest()
    for name in file["names"]:
        sha256(canonical({"identity": name["identity"], "salt": name["salt"]})).hexdigest()


def compare(name: str, ours: Callable[[], object], bare: Callable[[], object]) -> bool:
    """By turns, so that neighbours in time are compared."""
    pairs = []
    for turn in range(TURNS):
        first, second = (bare, ours) if turn % 2 else (ours, bare)
        spent = {first: milliseconds(first), second: milliseconds(second)}
        pairs.append((spent[ours], spent[bare]))
    times = [statistics.median(column) for column in zip(*pairs, strict=True)]
    ratio = statistics.median(a / b for a, b in pairs)
    return report(name, times[0], times[1], ratio, Goal(2.0), against="bare hashing")


def milliseconds(call: Callable[[], object]) -> float:
    gc.collect()
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def measure(name: str, tickets: Callable[[int], int]) -> bool:
    file = draw_file(tickets)
    items, drawn = read_pool(file["pool"]["items"]), bytes.fromhex(file["outcome"]["seed"])
    attempts = tries(drawn, len(items))

    def order_and_choice() -> None:
        choose(items, order(drawn, len(items)), [Step(TAKE, distinct="firm")])

    def all_hashes() -> None:
        hash_order(drawn, attempts)
        hash_pool(file)

    about = f"{TAKE} of {FIRMS:,}{name}"
    chosen = compare(f"order and choice, {about}", order_and_choice, lambda: hash_order(drawn, attempts))
    return compare(f"the whole file, {about}", lambda: replay(file), all_hashes) and chosen


def main() -> int:
    reached = [measure("", lambda firm: 1), measure(", weights 1 to 3", lambda firm: 1 + firm % 3)]
    return 0 if all(reached) else 1


if __name__ == "__main__":
    sys.exit(main())
