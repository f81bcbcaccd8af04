"""The hall in the reader's words: statuses, causes, stages. The state itself (queries/hall.py) is the same for all."""

import datetime as dt
from typing import Any

from django.utils.translation import gettext as _

from runtime.clock import read_stamp
from tendering.models import Opening, Section
from tendering.rules.decryption import CAUSES
from tendering.rules.opening import Stage

ORDER = (Stage.SIGN_IN, Stage.DECRYPTING, Stage.READ_OUT, Stage.RECORD, Stage.CLOSED)
LOOKS = {"sealed": "waiting", "decrypting": "live", "opened": "done", "revoked": "warn", "withdrawn": "warn"}


def status_words() -> dict[str, str]:
    return {
        "sealed": _("密封"),
        "decrypting": _("正在解密"),
        "opened": _("解密成功"),
        "revoked": _("视为撤销"),
        "withdrawn": _("视为撤回"),
    }


def stage_words() -> dict[str, str]:
    return {
        "sign_in": _("签到"),
        "decrypting": _("解密"),
        "read_out": _("唱标、确认与异议"),
        "record": _("签署开标记录"),
        "closed": _("开标结束"),
        "not_opened": _("不予开标"),
    }


def script_words() -> dict[str, Any]:
    """What static/tendering/hall.js says of a bid when an event comes."""
    return {"statuses": status_words(), "causes": {code: _(words) for code, words in CAUSES.items()}}


def in_words(state: dict[str, Any]) -> dict[str, Any]:
    """The state with words, moments as datetimes, and each bid's items in the order of the tender's list."""
    if state["state"] == "waiting":
        return state
    words = status_words()
    items = state["items"]
    bids = []
    for bid in state["bids"]:
        said = bid.get("items", {})
        bids.append(
            {
                **bid,
                "words": words[bid["status"]],
                "look": LOOKS[bid["status"]],
                "why": _(CAUSES[bid["cause"]]) if bid.get("cause") else "",
                "received": read_stamp(bid["received_at"]),
                "decided": read_stamp(bid["decided_at"]) if bid.get("decided_at") else None,
                "values": [
                    {"key": item["key"], "type": item["type"], "value": said.get(item["key"])} for item in items
                ],
            }
        )
    record = state["record"]
    return {
        **state,
        "bids": bids,
        "present": [{**each, "at": read_stamp(each["signed_in_at"])} for each in state["present"]],
        "objections": [{**each, "at": read_stamp(each["raised_at"])} for each in state["objections"]],
        "record": {**record, "signatures": [_signed(each) for each in record["signatures"]]} if record else None,
        "stage": stage_words()[state["state"]],
        "until": _until(state),
    }


def _signed(signature: dict[str, Any]) -> dict[str, Any]:
    return {**signature, "at": read_stamp(signature["signed_at"])}


def _until(state: dict[str, Any]) -> dt.datetime | None:
    """When the present stage ends at the latest."""
    name = {
        "sign_in": "sign_in_until",
        "decrypting": "decrypt_until",
        "read_out": "object_until",
        "record": "sign_until",
    }
    moment = state["times"].get(name.get(state["state"], ""))
    return read_stamp(moment) if moment else None


def stages(opening: Opening | None, section: Section) -> list[dict[str, Any]]:
    """Steps of the life line (config/_life.html)."""
    words = stage_words()
    steps = [
        {
            "title": _("投标截止"),
            "state": "done" if opening else "now",
            "at": opening.deadline if opening else section.deadline,
        }
    ]
    if opening and opening.state == Stage.NOT_OPENED:
        return [*steps, {"title": words["not_opened"], "state": "stopped", "at": opening.started_at}]
    reached = ORDER.index(Stage(opening.state)) if opening else -1
    for place, stage in enumerate(ORDER):
        look = "done" if place < reached or reached == len(ORDER) - 1 else "now" if place == reached else "next"
        steps.append({"title": words[stage], "state": look, "at": _began(opening, stage) if look != "next" else None})
    return steps


def _began(opening: Opening | None, stage: Stage) -> dt.datetime | None:
    if opening is None:
        return None
    return {Stage.SIGN_IN: opening.started_at, Stage.CLOSED: opening.closed_at}.get(stage)
