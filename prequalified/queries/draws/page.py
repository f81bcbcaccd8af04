"""What the page of a draw shows, and what whoever looks may do now."""

from typing import Any

from django.utils.translation import gettext as _

from prequalified.models import DirectoryDraw
from prequalified.queries.directory import centres_of
from prequalified.queries.draws.declining import decline_until
from prequalified.queries.draws.shown import draw_parties, exhausted, taken
from prequalified.rules.draws.plan import TURN
from prequalified.rules.draws.regime import REGIMES
from runtime.actor import Actor
from runtime.clock import now
from runtime.outbox import last_seq
from signing.events import draw_room
from signing.models import DrawState
from signing.queries.draws import opening_of

MOST_SHOWN = 12  # exclusions on the page itself; all of them on a page of their own and in the proof


def draw_page(draw: DirectoryDraw, actor: Actor) -> dict[str, Any]:
    """`state` is what the page's scripts begin with; the file itself they fetch when there is something to compute."""
    context: dict[str, Any] = {
        "draw": draw,
        "steps": steps_of(draw),
        "excluded": draw.exclusions[:MOST_SHOWN],
        "more_excluded": max(0, len(draw.exclusions) - MOST_SHOWN),
        "hosts": actor.role == "staff" and draw.directory.centre_id in centres_of(actor),
        "replaced_by": draw.replaced_by.first(),
        "regime": _(REGIMES.get(draw.regime, draw.regime)),
    }
    context["may_redraw"] = not context["replaced_by"] and (draw.state == "void" or exhausted(draw))
    if draw.draw is None:
        return context
    seq = last_seq(draw_room(draw.draw.number))  # before the rows: an event too many is passed over, one too few is not
    rows = taken(draw)
    return context | {
        "commitments": list(draw.draw.commitments.select_related("opening").order_by("id")),
        "phase": draw.draw.state,
        "firms": len({entry["identity"]["admission"] for entry in draw.draw.names}),
        "tickets": len(draw.draw.pool),
        "taken": rows,
        "mine": _mine(draw, actor, rows),
        "state": {
            "seq": seq, "number": draw.number, "draw": draw.draw.number, "phase": draw.draw.state,
            "recipients": draw.draw.recipients, "k": draw.draw.k, "me": actor.number,
        },
        **_part(draw, actor),
    }  # fmt: skip


def steps_of(draw: DirectoryDraw) -> list[dict[str, Any]]:
    """The draw as a line of steps for `config/_life.html`."""
    inner = draw.draw
    reached = 1 if inner is None else {DrawState.COMMITTING: 2, DrawState.REVEALING: 3}.get(DrawState(inner.state), 4)
    if inner is not None and inner.state == DrawState.FAILED:
        reached = 3 if inner.closed_at else 2
    titles = [
        (_("申请"), draw.asked_at), (_("冻结名单"), draw.frozen_at), (_("提交随机数"), inner.closed_at if inner else None),
        (_("公开随机数"), None), (_("结果"), draw.finished_at if draw.state == "finished" else None),
    ]  # fmt: skip
    last = 5 if draw.state == "finished" else reached
    now_word = "stopped" if draw.state in ("refused", "void") else "now"
    states = ["done" if at < last else now_word if at == last else "next" for at in range(5)]
    return [{"title": title, "state": state, "at": at} for (title, at), state in zip(titles, states, strict=True)]


def eligible_of(draw: DirectoryDraw) -> list[dict[str, Any]]:
    """The frozen list: who, and by which numbers."""
    found: dict[str, dict[str, Any]] = {}
    labels = {item["number"]: item["labels"] for item in draw.draw.pool} if draw.draw else {}
    for entry in draw.draw.names if draw.draw else []:
        about = {**entry["identity"], "tickets": [], "turn": labels[entry["number"]].get(TURN, "")}
        found.setdefault(entry["identity"]["admission"], about)["tickets"].append(entry["number"])
    return list(found.values())


def _part(draw: DirectoryDraw, actor: Actor) -> dict[str, Any]:
    """Whether the actor may commit, has to open, or is only watching."""
    assert draw.draw is not None  # noqa: S101
    committed = next((row for row in draw.draw.commitments.all() if row.party_number == actor.number), None)
    may = bool(actor.number) and bool(actor.source.certificate) and _invited(draw, actor)
    committing = draw.draw.state == DrawState.COMMITTING
    return {
        "may_commit": may and committing and committed is None,
        "may_reveal": committed is not None
        and draw.draw.state == DrawState.REVEALING
        and opening_of(committed) is None,
        "committed": committed,
    }


def _invited(draw: DirectoryDraw, actor: Actor) -> bool:
    if actor.number in draw.left_out or draw.draw is None:
        return False
    named = {party["number"] for party in draw_parties(draw)}
    return actor.number in named or any(entry["identity"]["number"] == actor.number for entry in draw.draw.names)


def _mine(draw: DirectoryDraw, actor: Actor, rows: list[Any]) -> dict[str, Any] | None:
    """The actor's own place, and until when it may be declined."""
    row = next((one for one in rows if actor.party_id and one.admission.party_id == actor.party_id), None)
    if row is None or row.declined_at is not None:
        return None
    until = decline_until(row)
    return {"row": row, "until": until, "open": now() < until}
