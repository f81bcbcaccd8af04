"""The room's figures laid out for the templates: rows and cells, no arithmetic."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop

DUE = {
    "sign_in": gettext_noop("签到"),
    "sign_undertaking": gettext_noop("签署承诺书"),
    "vote_chair": gettext_noop("推选组长"),
    "finish_review": gettext_noop("提交初步评审意见"),
    "hand_in": gettext_noop("签名提交评分表"),
    "sign_report": gettext_noop("签署评标报告"),
    "draw_experts": gettext_noop("抽取专家"),
    "appoint_tenderer_member": gettext_noop("委派招标人代表"),
    "start_evaluation": gettext_noop("开始评标"),
    "decide_few": gettext_noop("决定有效投标不足三家如何处理"),
    "summarise": gettext_noop("汇总"),
    "build_report": gettext_noop("生成评标报告"),
    "close_evaluation": gettext_noop("结束评标"),
    "decide_roll_back": gettext_noop("处理回退申请"),
}
WHO = {
    "host": gettext_noop("中心工作人员"),
    "chair": gettext_noop("组长"),
    "tenderer": gettext_noop("招标人"),
    "supervisor": gettext_noop("监督人员"),
}


def waiting_words(
    waits: Sequence[Mapping[str, str]], *, mine: int | None, chair: int | None, role: str
) -> list[dict[str, Any]]:
    """{who, what, me}: `me` is set where the reader is waited for."""
    rows = []
    for wait in waits:
        who = wait["who"]
        name = _(WHO[who]) if who in WHO else _("席位%(seat)s") % {"seat": who}
        own = who == str(mine) or (who == "chair" and mine is not None and mine == chair)
        own = own or (who == "host" and role == "staff") or (who == "supervisor" and role == "supervisor")
        due = DUE[wait["what"]]
        rows.append({"who": name, "what": _(due), "me": own})
    return rows


def matrix_table(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """One table a bid: items in rows, members in columns, what stands out marked."""
    titles = {item["key"]: item for item in state["method"]["items"]}
    names = {bid["bidder"]: bid["name"] for bid in state.get("bids", [])}
    seats = [member["seat"] for member in state["members"]]
    tables: dict[str, dict[str, Any]] = {}
    for row in state["matrix"]:
        table = tables.setdefault(
            row["bidder"], {"name": names.get(row["bidder"], row["bidder"]), "seats": seats, "rows": []}
        )
        cells = [
            {"score": row["scores"].get(str(seat), "—"), "odd": seat in row["outliers"], "seat": seat} for seat in seats
        ]
        table["rows"].append({"item": titles[row["item"]], "cells": cells})
    return list(tables.values())


def ranking_table(state: Mapping[str, Any]) -> dict[str, Any] | None:
    """Head and rows of the ranking, by the kind of the method."""
    summary = state.get("summary")
    if not summary:
        return None
    result = summary["result"]
    groups = sorted({group for row in result["standings"] for group in row["groups"]})
    names = {"technical": _("技术"), "commercial": _("商务"), "credit": _("信用"), "service": _("服务")}
    scored = result["kind"] != "lowest_evaluated"
    return {
        "groups": [names.get(group, group) for group in groups],
        "scored": scored,
        "rows": [{**row, "points": [row["groups"][group] for group in groups]} for row in result["standings"]],
        "excluded": result["excluded"],
        "warnings": [_warning(notice, state) for notice in result["warnings"]],
        "benchmark": result.get("benchmark"),
        "number": summary["number"],
        "at": summary["at"],
    }


def _warning(notice: Mapping[str, str], state: Mapping[str, Any]) -> str:
    names = {bid["bidder"]: bid["name"] for bid in state.get("bids", [])}
    name = names.get(notice["bidder"], notice["bidder"])
    if notice["code"] == "abnormally_low":
        words = _("%(name)s的报价%(price)s低于%(limit)s，属异常低价情形，应当要求其说明（财库〔2026〕2号）")
        return words % {"name": name, "price": notice["price"], "limit": notice["limit"]}
    titles = {item["key"]: item["title"] for item in state["method"]["items"]}
    words = _("%(name)s的客观评分项“%(item)s”各成员评分不一致（87号令 64）")
    return words % {"name": name, "item": titles.get(notice["item"], notice["item"])}


def score_grid(state: Mapping[str, Any]) -> dict[str, Any]:
    """The reader's own scores: items in rows, the bids that stand in columns. Empty cells have version 0."""
    bids = [bid for bid in state.get("bids", []) if not bid["rejected"]]
    drafts = {(row["bid"], row["item"]): row for row in (state["me"] or {}).get("drafts", [])}
    blank = {"score": None, "version": 0, "at": ""}
    rows = [
        {
            "item": item,
            "cells": [{**drafts.get((bid["bid"], item["key"]), blank), "bid": bid} for bid in bids],
        }
        for item in state["method"]["items"]
    ]
    return {"bids": bids, "rows": rows}


def review_grid(state: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The reader's own verdicts: one block a bid, its items with what was said so far."""
    said = {(row["bid"], row["item"]): row for row in (state["me"] or {}).get("verdicts", [])}
    blank = {"passed": None, "reason": "", "version": 0}
    return [
        {
            "bid": bid,
            "items": [
                {**said.get((bid["bid"], item["key"]), blank), "item": item} for item in state["method"]["review"]
            ],
        }
        for bid in state.get("bids", [])
    ]
