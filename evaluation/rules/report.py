"""The evaluation report (评标报告) as the file that every member signs: 条例 53, 87号令 58."""

from collections.abc import Mapping, Sequence
from typing import Any

from runtime.refusal import Blocker, gettext_noop

FORMAT = "yangguang-report/1"
DISSENT_FORMAT = "yangguang-dissent/1"
MOST_CANDIDATES = 3


def candidates(result: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The ranked candidates, at most three (条例 53, B-026), from a result's standings."""
    return [
        {
            "rank": row["rank"],
            "bidder": row["bidder"],
            "name": row["name"],
            "price": row["contract_price"],
            "total": row["total"] if result["kind"] != "lowest_evaluated" else row["evaluated_price"],
        }
        for row in result["standings"][:MOST_CANDIDATES]
    ]


def tie_blockers(result: Mapping[str, Any]) -> list[Blocker]:
    """A tie must be decided by the document's rule or by a draw before anything is signed: ranks run without a gap."""
    if not any(row["tied"] for row in result["standings"]):
        return []
    message = gettext_noop("排名有并列，须按招标文件的规定或抽签确定次序")
    return [Blocker("report.tie", message, "87号令 68", gettext_noop("请进行同分抽签后重新汇总"))]


def content(
    *,
    number: int,
    section: Mapping[str, Any],
    committee: Mapping[str, Any],
    members: Sequence[Mapping[str, Any]],
    left: Sequence[Mapping[str, Any]],
    draws: Sequence[Mapping[str, Any]],
    bids: Sequence[Mapping[str, Any]],
    hand_ins: Sequence[Mapping[str, Any]],
    score_file: Mapping[str, Any],
    result: Mapping[str, Any],
    roll_backs: Sequence[Mapping[str, Any]],
    remarks: str,
    made_at: str,
) -> dict[str, Any]:
    """All parts as JSON; figures are strings. `left`: members who were recused or replaced."""
    return {
        "format": FORMAT,
        "number": number,
        "section": dict(section),
        "committee": {**committee, "members": list(members), "left": list(left), "draws": list(draws)},
        "bids": list(bids),
        "hand_ins": list(hand_ins),
        "score_file": dict(score_file),
        "result": dict(result),
        "candidates": candidates(result),
        "roll_backs": list(roll_backs),
        "remarks": remarks,
        "made_at": made_at,
    }


def dissent(report_sha256: str, opinion: str) -> dict[str, str]:
    """What a member signs who does not agree: the report's digest and the reasons (条例 53)."""
    return {"format": DISSENT_FORMAT, "report_sha256": report_sha256, "opinion": opinion}


def ranking_rows(result: Mapping[str, Any], prices: Mapping[str, str]) -> list[dict[str, Any]]:
    """All bidders in order for `tendering`: valid ones by rank, then those left out with the reason."""
    lowest = result["kind"] == "lowest_evaluated"
    valid = [
        {
            "rank": row["rank"],
            "bidder": row["bidder"],
            "name": row["name"],
            "price": row["contract_price"],
            "total": row["evaluated_price"] if lowest else row["total"],
            "valid": True,
            "reason": "",
        }
        for row in result["standings"]
    ]
    out = [
        {
            "rank": None,
            "bidder": row["bidder"],
            "name": row["name"],
            "price": prices.get(row["bidder"], ""),
            "total": "",
            "valid": False,
            "reason": row["reason"],
        }
        for row in result["excluded"]
    ]
    return valid + out
