"""What kinds of admission conditions there are, and what each asks for: forms, checks and papers are made from this table."""

from collections.abc import Mapping
from dataclasses import dataclass

from runtime.refusal import gettext_noop


@dataclass(frozen=True, slots=True)
class Field:
    """`kind`: text, list (of words), count, money (yuan, a string), flag, duty, role, paper. `needed`: may not be empty."""

    key: str
    label: str
    kind: str = "text"
    needed: bool = False
    help: str = ""


DUTIES: Mapping[str, str] = {
    "legal_representative": gettext_noop("法定代表人"),
    "staff": gettext_noop("工作人员"),
    "project_manager": gettext_noop("项目负责人"),
    "professional": gettext_noop("执业人员"),
}
ROLES: Mapping[str, str] = {"bidder": gettext_noop("投标人"), "agency": gettext_noop("招标代理机构")}
PAPERS: Mapping[str, str] = {
    "licence": gettext_noop("营业执照"),
    "qualification": gettext_noop("资质证书"),
    "personal": gettext_noop("人员证书"),
    "employment": gettext_noop("劳动合同或社保证明"),
    "track_record": gettext_noop("业绩证明"),
    "credit": gettext_noop("信用证明"),
    "capital": gettext_noop("资本证明"),
    "commitment": gettext_noop("承诺书"),
    "other": gettext_noop("其他材料"),
}
CHOICES: Mapping[str, Mapping[str, str]] = {"duty": DUTIES, "role": ROLES, "paper": PAPERS}
KINDS: Mapping[str, str] = {
    "qualification": gettext_noop("资质"),
    "people": gettext_noop("人员"),
    "track_record": gettext_noop("业绩"),
    "credit": gettext_noop("信用"),
    "capital": gettext_noop("注册资本"),
    "region": gettext_noop("登记地区"),
    "role": gettext_noop("注册身份"),
    "paper": gettext_noop("有效材料"),
}
_WORDS = gettext_noop("多个用顿号隔开；不填为不限")
FIELDS: Mapping[str, tuple[Field, ...]] = {
    "qualification": (
        Field("name", gettext_noop("资质名称"), needed=True, help=gettext_noop("与资质证书一致")),
        Field("accepted", gettext_noop("认可的资质等级"), "list", help=_WORDS),
    ),
    "people": (
        Field("count", gettext_noop("人数不少于"), "count", needed=True),
        Field("duty", gettext_noop("岗位"), "duty"),
        Field("qualification", gettext_noop("执业资格")),
        Field("accepted", gettext_noop("认可的等级"), "list", help=_WORDS),
        Field("specialty", gettext_noop("专业")),
    ),
    "track_record": (
        Field("count", gettext_noop("业绩不少于（项）"), "count", needed=True),
        Field("amount", gettext_noop("单项合同金额不低于（元）"), "money"),
        Field("years", gettext_noop("近几年内"), "count"),
    ),
    "credit": (
        Field("clean", gettext_noop("没有正在生效的处罚"), "flag"),
        Field("accepted", gettext_noop("认可的信用评价"), "list", help=_WORDS),
    ),
    "capital": (Field("amount", gettext_noop("注册资本不低于（元）"), "money", needed=True),),
    "region": (
        Field(
            "codes",
            gettext_noop("行政区划代码"),
            "list",
            needed=True,
            help=gettext_noop("前二、四或六位，多个用顿号隔开"),
        ),
    ),
    "role": (Field("role", gettext_noop("身份"), "role", needed=True),),
    "paper": (Field("paper", gettext_noop("材料种类"), "paper", needed=True),),
}
# The papers that can prove a condition; the others are looked up in what was verified.
PROOFS: Mapping[str, tuple[str, ...]] = {
    "qualification": ("qualification",),
    "people": (),
    "track_record": ("track_record",),
    "credit": ("credit",),
    "capital": ("capital",),
    "region": (),
    "role": (),
    "paper": (),
}


def proofs_of(condition: Mapping[str, object]) -> tuple[str, ...]:
    """Kinds of papers that a firm may choose for this condition; none: nothing to choose."""
    kind = str(condition["kind"])
    if kind == "credit" and not condition["accepted"]:
        return ()  # what the lists say is looked up
    return (str(condition["paper"]),) if kind == "paper" else PROOFS[kind]
