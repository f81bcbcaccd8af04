"""The receipt of a delivery as an official paper (投标文件接收回执)."""

from collections.abc import Mapping
from typing import Any

from runtime.clock import read_stamp
from signing.reports.paper import Facts, Heading, Paper, Table, Text, beijing, render

PROMISE = (
    "本平台于上列时间收到该密封的投标文件，签名、摘要和密封均已核验。投标截止前任何人（包括本平台）都不能打开它。"
    "本回执的数据由平台签名并加盖可信时间戳；接收记录已写入日志，截止时连同证明一并公开。"
)


def receipt_pdf(content: Mapping[str, Any], sha256: str, issuer: str, check_url: str) -> bytes:
    """The unsigned PDF of a `yangguang-receipt/1`; `sha256` is of its canonical JSON. Raises MissingGlyph."""
    bid, journal = content["bid"], content["journal"]
    received = read_stamp(content["received_at"])
    facts = Facts(
        [
            ("标段名称", content["section_name"]),
            ("标段编号", content["section"]),
            ("招标项目编号", content["tender"]),
            ("招标轮次", str(content["round"])),
            ("投标人", content["bidder"]["name"]),
            ("统一社会信用代码", content["bidder"]["number"]),
            ("接收时间", beijing(received)),
            ("投标截止时间", beijing(read_stamp(content["deadline"])) if content["deadline"] else "-"),
            ("文件大小", f"{bid['size']:,} 字节"),
            ("招标文件版本", str(bid["document"])),
        ]
    )
    digests = Table(
        ("摘要", "SHA-256"),
        [
            ("投标文件（整个密封容器）", bid["sha256"]),
            ("密封的内容 payload.age", bid["payload_sha256"]),
            ("签名证书", content["certificate"]),
            ("替换的投标文件", content["replaces"] or "无"),
            ("日志记录", journal["leaf"]),
        ],
        widths=(3, 7),
    )
    return render(
        Paper(
            title="投标文件接收回执",
            number=content["number"],
            issuer=issuer,
            issued_at=received,
            blocks=[facts, Heading("摘要"), digests, Text(PROMISE)],
            check_url=check_url,
            digest=sha256,
        )
    )
