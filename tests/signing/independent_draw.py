"""A second reader of `yangguang-draw/1`, written from docs/protocol/draws.md alone: it imports nothing of the platform."""

import hashlib
import json
from typing import Any


def spelled(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def permutation(seed: bytes, size: int) -> list[int]:
    left, drawn = list(range(1, size + 1)), []
    for step in range(size):
        digits, attempt = 0, 0
        while 2**digits < len(left):
            digits += 1
        while True:
            hashed = hashlib.sha256(seed + bytes.fromhex(f"{step:08x}{attempt:08x}")).hexdigest()
            place = int(bin(int("1" + hashed, 16))[3:][:digits] or "0", 2)
            if place < len(left):
                break
            attempt += 1
        drawn.append(left.pop(place))
    return drawn


def walk(items: list[dict], in_order: list[int], step: dict, used: list[int]) -> list[int]:
    """Everybody the step could still take, in line."""
    labels = {item["number"]: item["labels"] for item in items}
    line = list(in_order)
    if "by" in step:
        places = {number: place for place, number in enumerate(in_order)}
        line.sort(key=lambda number: (labels[number].get(step["by"], ""), places[number]))
    found: list[int] = []
    for number in line:
        if any(labels[number].get(name) != text for name, text in step["where"].items()):
            continue
        same = (
            [
                other
                for other in used + found
                if labels[other].get(step["distinct"]) == labels[number].get(step["distinct"])
            ]
            if "distinct" in step
            else []
        )
        if number not in used and not same:
            found.append(number)
    return found


def outcome_of(file: dict) -> dict:
    """Seed, order, chosen and who stands in the end; AssertionError where the file does not hold."""
    items = file["pool"]["items"]
    assert hashlib.sha256(spelled(items)).hexdigest() == file["pool"]["sha256"]
    openings = []
    for entry in file["commitments"]:
        opening = bytes.fromhex(entry["opening"]["salt"] + entry["opening"]["value"])
        assert hashlib.sha256(opening).hexdigest() == entry["commitment"]
        openings.append(opening)
    seed = hashlib.sha256(b"".join(sorted(openings)) + file["number"].encode()).digest()
    in_order = permutation(seed, len(items))
    used: list[int] = []
    chosen = []
    for step in file["plan"]:
        taken = walk(items, in_order, step, used)[: step["take"]]
        assert len(taken) == step["take"]
        used += taken
        chosen.append(taken)
    standing = [list(step) for step in chosen]
    for entry in file.get("succession", []):
        place = next(at for at, step in enumerate(standing) if entry["passed"] in step)
        line = walk(items, in_order, file["plan"][place], used)
        at = standing[place].index(entry["passed"])
        standing[place][at : at + 1] = line[:1]
        used += line[:1]
        assert entry["successor"] == (line[0] if line else None)
    for name in file.get("names", []):
        hashed = hashlib.sha256(spelled({"identity": name["identity"], "salt": name["salt"]})).hexdigest()
        assert hashed == items[name["number"] - 1]["sha256"]
    return {"seed": seed.hex(), "order": in_order, "chosen": chosen, "standing": standing}
