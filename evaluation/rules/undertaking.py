"""The undertaking (承诺书) every member signs before anything else: no ground for recusal, impartial, confidential."""

from typing import Any

FORMAT = "yangguang-undertaking/1"
TEXT = (
    "本人已知悉本项目的招标人、招标代理机构和全部投标人，与其不存在依法应当回避的情形；"
    "将客观、公正地履行职责，遵守职业道德，对所提出的评审意见承担个人责任；"
    "不私下接触投标人，不收受财物或其他好处，不透露对投标文件的评审和比较、中标候选人的推荐情况以及与评标有关的其他情况。"
)
RULE = "招标投标法 44; 条例 49"


def content(*, section: str, round: int, member: dict[str, Any], organisations: list[dict[str, str]]) -> dict[str, Any]:
    """What is signed. `organisations`: name and number of tenderer, agency and bidders the member was shown."""
    return {
        "format": FORMAT,
        "section": section,
        "round": round,
        "member": member,
        "organisations": organisations,
        "text": TEXT,
        "rule": RULE,
    }
