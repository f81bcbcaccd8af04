"""The opening record as an official paper (开标记录)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any

from runtime.clock import read_stamp
from signing.reports.paper import (
    Block,
    Facts,
    Heading,
    Paper,
    Signature,
    Signatures,
    Table,
    Text,
    beijing,
    render,
)

OUTCOMES = {"opened": "解密成功", "revoked": "视为撤销投标文件", "withdrawn": "视为撤回投标文件"}
MODES = {"trustees": "受托人", "bidder": "投标人", "both": "受托人或投标人"}


def opening_record_pdf(
    content: Mapping[str, Any],
    sha256: str,
    causes: Mapping[str, str],
    signatures: Sequence[Signature],
    issued_at: dt.datetime,
    check_url: str,
) -> bytes:
    """The unsigned PDF of a `yangguang-opening-record/1`; `causes` are the sentences of its codes. Raises MissingGlyph."""
    blocks: list[Block] = [_facts(content), Heading("投标文件及唱标内容"), _bids(content), *_failed(content, causes)]
    blocks += [Heading("开标受托人"), _trustees(content)] if content["trustees"] else []
    blocks += [Heading("签到的投标人"), _present(content), Heading("异议与答复"), *_objections(content)]
    blocks.append(Signatures("投标人签名", signatures) if signatures else Text("没有投标人在签署时限内签名。"))
    return render(
        Paper(
            title="开标记录",
            number=f"{content['section']}-{content['round']}",
            issuer=content["centre"]["name"],
            issued_at=issued_at,
            blocks=blocks,
            check_url=check_url,
            subtitle=content["section_name"],
            digest=sha256,
        )
    )


def _moment(text: str) -> str:
    return beijing(read_stamp(text)) if text else "-"


def _facts(content: Mapping[str, Any]) -> Facts:
    terms, times = content["decryption"], content["times"]
    threshold = f"{terms['k']}/{terms['n']} " if terms["mode"] != "bidder" else ""
    return Facts(
        [
            ("招标项目", content["tender_name"]),
            ("招标项目编号", content["tender"]),
            ("标段编号", content["section"]),
            ("招标轮次", str(content["round"])),
            ("投标截止及开标时间", _moment(times["deadline"])),
            ("开标开始", _moment(times["started"])),
            ("解密截止", _moment(times["decrypt_until"])),
            ("解密方式", threshold + MODES[terms["mode"]]),
        ]
    )


def _bids(content: Mapping[str, Any]) -> Table:
    items = content["opening_items"]
    header = ["序号", "投标人", "递交时间", "结果", *(_title(item) for item in items)]
    rows = []
    for number, bid in enumerate(content["bids"], 1):
        said = bid.get("items", {})
        values = [str(said.get(item["key"], "-")) for item in items]
        rows.append(
            [str(number), bid["bidder"]["name"], _moment(bid["received_at"]), OUTCOMES[bid["outcome"]], *values]
        )
    return Table(header, rows, widths=[1, 4, 4, 3, *[3] * len(items)])


def _title(item: Mapping[str, Any]) -> str:
    return f"{item['title']}({item['unit']})" if item.get("unit") else str(item["title"])


def _failed(content: Mapping[str, Any], causes: Mapping[str, str]) -> list[Block]:
    rows = [
        [
            bid["bidder"]["name"],
            OUTCOMES[bid["outcome"]],
            causes.get(bid["cause"], bid["cause"]),
            _moment(bid["decided_at"]),
        ]
        for bid in content["bids"]
        if bid["outcome"] != "opened"
    ]
    if not rows:
        return []
    return [Heading("未能解密的投标文件"), Table(["投标人", "处理", "原因", "时间"], rows, widths=[4, 3, 6, 4])]


def _trustees(content: Mapping[str, Any]) -> Table:
    rows = [[str(each["place"]), each["name"], each["number"], str(each["released"])] for each in content["trustees"]]
    return Table(["序号", "受托人", "统一社会信用代码", "提交的有效份额"], rows, widths=[1, 5, 4, 3])


def _present(content: Mapping[str, Any]) -> Block:
    if not content["present"]:
        return Text("没有投标人签到。")
    rows = [[each["name"], _moment(each["signed_in_at"]), _moment(each["confirmed_at"])] for each in content["present"]]
    return Table(["投标人", "签到时间", "确认时间"], rows, widths=[5, 4, 4])


def _objections(content: Mapping[str, Any]) -> list[Block]:
    if not content["objections"]:
        return [Text("没有投标人当场提出异议。")]
    rows = [
        [each["name"], each["text"], _moment(each["raised_at"]), each["answer"], each["answered_by"]]
        for each in content["objections"]
    ]
    return [Table(["投标人", "异议", "提出时间", "答复", "答复人"], rows, widths=[3, 5, 3, 5, 3])]
