"""Technical and commercial proposals of the demonstration: Chinese text a bidder could have written, different for each bidder.

Chapters and measures are those of a construction plan (施工组织设计); sentences are put together from the bidder's own figures,
so that two bidders' texts differ in what they promise and agree only in the demands of the tender.
"""

import random
from collections.abc import Iterator

CHAPTERS = (
    ("编制依据与工程概况", ("编制依据", "工程范围", "现场条件", "工程特点与难点")),
    ("施工总体部署", ("管理目标", "组织机构", "施工分区与流水", "施工准备")),
    ("主要施工方案", ("测量放线", "沟槽开挖与支护", "管道安装", "路基施工", "沥青面层", "人行道铺装", "绿化与照明")),
    ("质量保证措施", ("质量体系", "材料检验", "工序控制", "成品保护", "质量通病防治")),
    ("安全生产措施", ("安全体系", "深基坑安全", "用电与机械", "交通导行", "应急预案")),
    ("文明施工与环境保护", ("扬尘控制", "噪声控制", "污水与弃土", "居民沟通")),
    ("进度计划与保证", ("关键线路", "劳动力安排", "机械配置", "雨期施工", "赶工预案")),
    ("验收、移交与保修", ("资料整理", "分部验收", "移交培训", "保修回访")),
)
SUBJECTS = (
    "项目经理", "技术负责人", "质量员", "专职安全员", "测量组", "试验室", "管道班组", "路基作业队", "面层作业队", "物资部",
    "机械管理员", "资料员", "交通协管组", "环保专员", "预制厂", "劳务班组",
)  # fmt: skip
MOMENTS = (
    "每道工序开始前", "进场后{days}日内", "每日班前会上", "雨后复工前", "隐蔽工程验收前", "每周例会后", "材料到场当天", "夜间作业期间",
    "相邻标段交界处", "主干管闭水试验前", "摊铺作业前一日", "分部工程完成后", "高温时段", "汛期来临之前",
)  # fmt: skip
DEEDS = (
    "按{grid}米方格网复测控制点,闭合差不大于{gap}毫米,复核记录由监理签认",
    "对到场材料按批次抽检,每{batch}吨取样一组,不合格品当日清退并留存影像",
    "以{depth}米为界分层开挖,每层坡比不陡于1:{slope},坑边{edge}米内不堆载",
    "将沟槽暴露时间控制在{hours}小时以内,随挖随铺随回填,压实度不低于{density}%",
    "配置{machine}台压路机按初压、复压、终压三个阶段碾压,终压温度不低于{heat}摄氏度",
    "设置连续围挡高{fence}米,出入口设洗车台,裸土二十四小时内覆盖",
    "在{points}个噪声监测点昼夜记录,超过限值立即停机并调整作业时间",
    "编制作业指导书并向{people}名作业人员书面交底,未经交底者不得上岗",
    "储备水泵{pumps}台、沙袋{bags}只,降雨达到{rain}毫米时启动排水预案",
    "与沿线{shops}户商铺逐户沟通,预留不小于{lane}米的通行便道并设夜间警示灯",
    "对管道接口逐个编号,闭水试验渗水量不超过规范值的{leak}%方可回填",
    "每{period}日更新一次网络计划,关键工作滞后{late}日即增加一个作业面",
)
REASONS = (
    "以保证{goal}的目标落到工序", "使问题在{days}日内闭环", "并将结果录入项目管理平台供建设单位随时查看", "由公司总部每月抽查一次",
    "费用已列入措施项目,不另行计取", "此项安排参照本公司近三年{projects}个同类工程的做法", "责任到人,奖罚与月度考核挂钩",
)  # fmt: skip
RANGES = {
    "days": (2, 9), "grid": (5, 40), "gap": (3, 12), "batch": (20, 400), "depth": (1, 3), "slope": (1, 2), "edge": (1, 4),
    "hours": (24, 96), "density": (92, 98), "machine": (2, 6), "heat": (85, 125), "fence": (2, 4), "points": (3, 14),
    "people": (16, 140), "pumps": (4, 30), "bags": (200, 3000), "rain": (20, 60), "shops": (20, 160), "lane": (2, 4),
    "leak": (50, 95), "period": (3, 14), "late": (2, 6), "projects": (3, 21),
}  # fmt: skip
GOALS = ("合格率百分之百", "零伤亡", "按期通车", "扬尘达标", "居民零投诉", "一次验收通过")


class Figures(dict):  # type: ignore[type-arg]
    """A bidder's own figures, chosen once per mention from its own seeded stream."""

    def __init__(self, stream: random.Random) -> None:
        super().__init__()
        self.stream = stream

    def __missing__(self, key: str) -> str:
        return self.stream.choice(GOALS) if key == "goal" else str(self.stream.randint(*RANGES[key]))


def sentence(stream: random.Random) -> str:
    parts = (
        stream.choice(MOMENTS),
        ",",
        stream.choice(SUBJECTS),
        stream.choice(DEEDS),
        ",",
        stream.choice(REASONS),
        "。",
    )
    return "".join(parts).format_map(Figures(stream))


def technical(bidder: str, paragraphs: int) -> Iterator[tuple[str, str]]:
    """("h1" | "h2" | "p", text) of a technical proposal; `paragraphs` for each of its 39 parts."""
    stream = random.Random(f"technical {bidder}")  # noqa: S311 (text, not a secret)
    for i, (chapter, parts) in enumerate(CHAPTERS, 1):
        yield "h1", f"第{i}章 {chapter}"
        for j, part in enumerate(parts, 1):
            yield "h2", f"{i}.{j} {part}"
            for _ in range(paragraphs):
                yield "p", "".join(sentence(stream) for _ in range(stream.randint(4, 7)))


def commercial(bidder: str, price: str, period: int) -> Iterator[tuple[str, str]]:
    """The bid letter, commitments and company record."""
    stream = random.Random(f"commercial {bidder}")  # noqa: S311
    yield "h1", "投标函"
    yield (
        "p",
        f"致招标人:{bidder}已仔细研究本标段招标文件的全部内容,愿意以人民币{price}元的投标总报价,工期{period}日历天,",
    )
    yield "p", "按合同约定实施和完成承包工程,修补工程中的任何缺陷,工程质量达到合格标准。"
    yield (
        "p",
        "我方承诺在投标有效期九十日内不修改、撤销投标文件;如我方中标,按招标文件规定提交履约担保并在三十日内签订合同。",
    )
    yield "h1", "商务响应"
    for title in ("付款条件", "履约担保", "违约责任", "农民工工资保证", "项目管理机构", "类似工程业绩", "财务状况"):
        yield "h2", title
        for _ in range(4):
            yield "p", "".join(sentence(stream) for _ in range(4))
