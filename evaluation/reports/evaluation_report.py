"""The evaluation report (评标报告) on paper: the signed content as tables, with every member's signature (A-151, A-152)."""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from runtime.clock import read_stamp
from signing.reports.paper import Block, Facts, Heading, Paper, Signature, Signatures, Table, Text, beijing, render

GROUPS = {"technical": "技术", "commercial": "商务", "credit": "信用", "service": "服务"}
METHODS = {
    "gp_low_price": "综合评分法（低价优先）",
    "benchmark": "综合评估法（评标基准价）",
    "lowest_evaluated": "经评审的最低投标价法",
}
KINDS = {"expert": "评标专家", "tenderer": "招标人代表"}
PHASES = {"preliminary": "初步评审", "scoring": "详细评审", "summary": "汇总"}
CORRECTIONS = {
    "opening_list": "以开标一览表为准",
    "words": "以大写为准",
    "decimal_point": "单价小数点错位，以总价为准",
    "unit_price": "以单价为准",
    "sum": "以单价汇总为准",
}


@dataclass(frozen=True)
class Signed:
    """A member's signature or what the law puts in its place. `kind`: signed | dissent | deemed."""

    seat: int
    name: str
    role: str
    kind: str
    at: dt.datetime
    certificate: str
    opinion: str = ""


@dataclass(frozen=True)
class ReportPaper:
    """`content` is the signed file (yangguang-report/1), `sha256` its digest; `final` once everybody has signed."""

    content: Mapping[str, Any]
    sha256: str
    issuer: str
    issued_at: dt.datetime
    check_url: str
    signatures: Sequence[Signed] = field(default=())
    final: bool = False


def pdf(report: ReportPaper) -> bytes:
    """Raises MissingGlyph where the typeface lacks a character."""
    content = report.content
    paper = Paper(
        title="评标报告",
        subtitle=content["section"]["name"],
        number=f"{content['section']['code']}-{content['section']['round']}-{content['number']}",
        issuer=report.issuer,
        issued_at=report.issued_at,
        check_url=report.check_url,
        digest=report.sha256,
        sealed=report.final,
        blocks=[
            *_basics(content),
            *_committee(content["committee"]),
            *_review(content),
            *_prices(content["result"]),
            *_scores(content),
            *_ranking(content),
            *_remarks(content),
            *_signatures(report.signatures),
        ],
    )
    return render(paper)


def _moment(text: str) -> str:
    return beijing(read_stamp(text)) if text else ""


def _basics(content: Mapping[str, Any]) -> list[Block]:
    section, method = content["section"], content["score_file"]["method"]
    facts = [
        ("招标项目编号", section["tendering_project"]),
        ("标段编号", section["code"]),
        ("招标人", section["tenderer"]),
        ("评标办法", METHODS[method["kind"]]),
        ("评标开始", _moment(content["committee"]["started_at"])),
        ("报告生成", _moment(content["made_at"])),
        ("评标办法摘要(SHA-256)", content["committee"]["method_sha256"]),
    ]
    return [Heading("一、基本情况"), Facts(facts)]


def _committee(committee: Mapping[str, Any]) -> list[Block]:
    rows = [
        (
            str(member["seat"]),
            member["name"] + ("（组长）" if member["seat"] == committee["chair"] else ""),
            KINDS[member["kind"]],
            member["venue"],
        )
        for member in committee["members"]
    ]
    blocks: list[Block] = [
        Heading("二、评标委员会"),
        Table(("席位", "姓名", "身份", "评标场所"), rows, (8, 30, 20, 42)),
    ]
    for member in committee["left"]:
        word = "回避" if member["status"] == "recused" else "更换"
        blocks.append(
            Text(f"席位{member['seat']}原成员{member['name']}已{word}，事由：{member['ground']}。其评审意见无效。")
        )
    if committee["draws"]:
        numbers = "、".join(draw["number"] for draw in committee["draws"])
        blocks.append(Text(f"成员及副场由可验证抽取产生，抽取编号：{numbers}。"))
    return blocks


def _review(content: Mapping[str, Any]) -> list[Block]:
    rows = [
        (bid["name"], bid["bidder"], "否决" if bid["rejected"] else "通过", bid["rejected"] or "—")
        for bid in content["bids"]
    ]
    blocks: list[Block] = [
        Heading("三、初步评审"),
        Table(("投标人", "统一社会信用代码", "结论", "理由"), rows, (32, 24, 10, 34)),
    ]
    for row in content["roll_backs"]:
        target = PHASES.get(row["target"], row["target"])
        blocks.append(
            Text(
                f"经组长申请、监督人员同意，{_moment(row['at'])}回退至{target}。理由：{row['reason']}；意见：{row['answer']}。"
            )
        )
    return blocks


def _prices(result: Mapping[str, Any]) -> list[Block]:
    blocks: list[Block] = [Heading("四、价格评审")]
    if "benchmark" in result:
        base = result["benchmark"]
        blocks.append(
            Facts(
                [
                    ("评标基准价(元)", base["price"]),
                    ("算术平均值(元)", base["mean"]),
                    ("下浮系数K(%)", base["k"]),
                    ("参加平均的家数", str(base["kept"])),
                ]
            )
        )
    rows = [
        (row["name"], row["contract_price"], row["evaluated_price"], row["price_score"]) for row in result["standings"]
    ]
    header = ("投标人", "投标报价(元)", "评审价(元)", "价格分")
    blocks.append(Table(header, rows, (40, 22, 22, 16), numeric=frozenset({1, 2, 3})))
    for row in result["standings"]:
        for change in row["corrections"]:
            words = CORRECTIONS[change["rule"]]
            blocks.append(
                Text(f"{row['name']}：{change['what']}由{change['before']}修正为{change['after']}（{words}）。")
            )
    for notice in result["warnings"]:
        if notice["code"] == "abnormally_low":
            blocks.append(
                Text(f"提示：{notice['bidder']}的报价{notice['price']}低于{notice['limit']}，属异常低价情形。")
            )
    return blocks


def _scores(content: Mapping[str, Any]) -> list[Block]:
    """Each bid: members in columns, items in rows. Left out where the method scores nothing."""
    file = content["score_file"]
    items = file["method"].get("items", [])
    if not items:
        return []
    blocks: list[Block] = [Heading("五、评委评分")]
    for bid in file["bids"]:
        if "scores" not in bid:
            continue
        seats = sorted(bid["scores"], key=_seat)
        rows = [
            (f"{item['title']}（{item['max']}分）", *(bid["scores"][seat][item["key"]] for seat in seats))
            for item in items
        ]
        header = (bid["name"], *(f"席位{_seat(seat)}" for seat in seats))
        widths = (40, *([60 / len(seats)] * len(seats)))
        blocks.append(Table(header, rows, widths, numeric=frozenset(range(1, len(seats) + 1))))
    return blocks


def _seat(evaluator: str) -> int:
    return int(evaluator.removeprefix("seat-"))


def _ranking(content: Mapping[str, Any]) -> list[Block]:
    result = content["result"]
    groups = sorted({group for row in result["standings"] for group in row["groups"]})
    lowest = result["kind"] == "lowest_evaluated"
    header = (
        "名次",
        "投标人",
        *(() if lowest else ("价格分",)),
        *(GROUPS.get(g, g) for g in groups),
        "评审价" if lowest else "总分",
    )
    rows = [
        (
            str(row["rank"]),
            row["name"],
            *(() if lowest else (row["price_score"],)),
            *(row["groups"][group] for group in groups),
            row["evaluated_price"] if lowest else row["total"],
        )
        for row in result["standings"]
    ]
    columns = len(header)
    widths = (8, 40, *([52 / (columns - 2)] * (columns - 2)))
    candidates = [
        (str(row["rank"]), row["name"], row["bidder"], row["price"], row["total"]) for row in content["candidates"]
    ]
    return [
        Heading("六、排名"),
        Table(header, rows, widths, numeric=frozenset(range(2, columns))),
        Heading("七、推荐的中标候选人"),
        Table(
            ("名次", "单位", "统一社会信用代码", "投标报价(元)", "得分或评审价"),
            candidates,
            (8, 36, 24, 18, 14),
            numeric=frozenset({3, 4}),
        ),
    ]


def _remarks(content: Mapping[str, Any]) -> list[Block]:
    return [Heading("八、评标委员会意见"), Text(content["remarks"] or "无其他意见。")]


def _signatures(signatures: Sequence[Signed]) -> list[Block]:
    if not signatures:
        return [Text("（尚未签署）")]
    signed = [
        Signature(
            f"{s.name}（席位{s.seat}）", s.role + ("，附不同意见" if s.kind == "dissent" else ""), s.at, s.certificate
        )
        for s in signatures
        if s.kind != "deemed"
    ]
    blocks: list[Block] = [Signatures("九、评标委员会成员签名", signed)]
    for s in signatures:
        if s.kind == "dissent":
            blocks.append(Text(f"{s.name}（席位{s.seat}）的不同意见：{s.opinion}"))
        elif s.kind == "deemed":
            blocks.append(
                Text(f"{s.name}（席位{s.seat}）拒绝签字且未书面说明不同意见和理由，依条例53条视为同意。{s.opinion}")
            )
    return blocks
