"""Draws: each one announced was finished or declared void; each finished one replays, and is the one of the journal."""

from hashlib import sha256
from typing import Any

from runtime.refusal import gettext_noop
from signing.rules.canonical import canonical
from signing.rules.draws import DrawError, replay
from supervision.rules.verification.acts import Entry
from supervision.rules.verification.case import Case
from supervision.rules.verification.findings import Step

PLATFORM = "platform"


def check(case: Case, step: Step) -> None:
    announced = {str(entry.body["number"]): entry for entry in case.acts.all("draw.announced")}
    for number, entry in announced.items():
        _announced(case, step, number, entry)
    for name in case.bundle.names("draws/", ".json"):
        number = name.removeprefix("draws/").removesuffix(".json")
        message = gettext_noop("日志中没有公布过这次抽取。")
        step.demand(number in announced, "draw.not_announced", message, name)


def _announced(case: Case, step: Step, number: str, entry: Entry) -> None:
    if _of(case, "draw.finished", number):
        _finished(case, step, number, entry)
    elif _of(case, "draw.failed", number):
        step.note(gettext_noop("抽取 %(number)s 作废"), number=number)
    else:
        step.note(gettext_noop("抽取 %(number)s 还没有结束"), number=number)


def _of(case: Case, kind: str, number: str) -> list[Entry]:
    return [entry for entry in case.acts.all(kind) if entry.body["number"] == number]


def _finished(case: Case, step: Step, number: str, announced: Entry) -> None:
    name = f"draws/{number}.json"
    draw: dict[str, Any] = case.json(name)
    try:
        played = replay(draw)
    except DrawError as error:
        step.demand(False, "draw.not_replayed", gettext_noop("抽取不能重演：%(error)s"), name, error=str(error))
        return
    subject = f"section:{case.code}"
    message = gettext_noop("抽取属于另一事项。")
    step.demand((draw["number"], draw["subject"]) == (number, subject), "draw.foreign", message, name)
    for what, found, noted in _compared(case, number, draw, announced):
        message = gettext_noop("抽取的 %(what)s 与日志不符。")
        step.demand(found == noted, "draw.differs", message, name, what=what)
    message = gettext_noop("抽取的各步不按先后：先冻结，再承诺，截止承诺之后才揭示。")
    step.demand(_in_order(case, number, announced), "draw.out_of_order", message, name)
    message = gettext_noop("除平台以外没有任何一方参加抽取。")
    step.demand(set(played.parties) - {PLATFORM}, "draw.alone", message, name)
    case.draws[number] = draw


def _compared(case: Case, number: str, draw: dict[str, Any], announced: Entry) -> list[tuple[str, Any, Any]]:
    """(what, as in the file, as in the journal)."""
    frozen, finished = _of(case, "draw.frozen", number), _of(case, "draw.finished", number)
    closed = _of(case, "draw.closed", number)
    outcome = draw["outcome"]
    about = {key: draw[key] for key in ("number", "purpose", "replaces", "reason")}
    ended = {"number": number, "seed": outcome["seed"], "chosen": outcome["chosen"]}
    ended["order_sha256"] = sha256(canonical(outcome["order"])).hexdigest()
    committed = sorted(part["party"]["number"] for part in draw["commitments"])
    return [
        ("announced", about, dict(announced.body)),
        ("frozen", [_frozen(draw)], [{k: v for k, v in e.body.items() if k != "parties"} for e in frozen]),
        ("committed", _sorted(map(_committed, draw["commitments"])), _bodies(case, "draw.committed", number)),
        ("closed", [committed], [list(entry.body["committed"]) for entry in closed]),
        ("opened", _sorted(map(_opened, draw["commitments"])), _bodies(case, "draw.opened", number)),
        ("finished", [ended], [dict(entry.body) for entry in finished]),
    ]


def _frozen(draw: dict[str, Any]) -> dict[str, Any]:
    pool, trustees = draw["pool"], draw["trustees"]
    shown = {"number": draw["number"], "pool_sha256": pool["sha256"], "size": len(pool["items"]), "plan": draw["plan"]}
    return {**shown, "recipients": trustees["recipients"], "k": trustees["k"]}


def _committed(part: dict[str, Any]) -> dict[str, Any]:
    escrow = sha256(canonical(part["escrow"])).hexdigest()
    return {"party": part["party"]["number"], "commitment": part["commitment"], "escrow_sha256": escrow}


def _opened(part: dict[str, Any]) -> dict[str, Any]:
    return {"party": part["party"]["number"], **part["opening"]}


def _sorted(parts: Any) -> list[dict[str, Any]]:
    return sorted(parts, key=lambda part: str(part["party"]))


def _bodies(case: Case, kind: str, number: str) -> list[dict[str, Any]]:
    return _sorted({k: v for k, v in entry.body.items() if k != "number"} for entry in _of(case, kind, number))


def _in_order(case: Case, number: str, announced: Entry) -> bool:
    """All indexes of a phase come after all of the one before."""
    phases = ("draw.frozen", "draw.committed", "draw.closed", "draw.opened", "draw.finished")
    reached = announced.index
    for kind in phases:
        indexes = [entry.index for entry in _of(case, kind, number)]
        if not indexes or min(indexes) < reached:
            return False
        reached = max(indexes)
    return True


def identity_of(draw: dict[str, Any], number: int) -> dict[str, Any]:
    """Who stands under a number of the pool; empty where the file does not show the name. Replaying has checked it."""
    shown = [name["identity"] for name in draw["names"] if name["number"] == number]
    return dict(shown[0]) if shown else {}
