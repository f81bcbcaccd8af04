"""Faults of projects, tendering projects and sections: the tendering scheme (CTS A-36 to A-40)."""

import re
from decimal import Decimal

from runtime.refusal import Blocker, gettext_noop
from tendering.rules.codes import CODE

REGIMES = ("ENG", "GP", "SMALL")
KINDS = ("works", "goods", "services")
REGION = re.compile(r"\d{6}(\d{3}(\d{3})?)?")
LARGEST = Decimal("9999999999999999.99")
# From these contract values on works tendering is mandatory (国家发展改革委令第16号 5): "below threshold" ends here.
MANDATORY = {"works": Decimal(4_000_000), "goods": Decimal(2_000_000), "services": Decimal(1_000_000)}


def fault(code: str, message: str, place: str, rule: str = "", remedy: str = "", **params: str) -> Blocker:
    return Blocker(f"scheme.{code}", message, rule=rule, remedy=remedy, params=params, place=place)


def name_blockers(name: str) -> list[Blocker]:
    if name.strip() and len(name.strip()) <= 200:
        return []
    return [fault("bad_name", gettext_noop("请填写名称，且不超过200字"), "name")]


def code_blockers(code: str, taken: bool) -> list[Blocker]:
    if not CODE.fullmatch(code) or len(code) > 40:
        message = gettext_noop("编号应由大写字母、数字和连字符组成，如BSC-20261121-7K3Q9X2M")
        return [fault("bad_code", message, "code")]
    return [fault("code_taken", gettext_noop("编号“%(taken)s”已被使用"), "code", taken=code)] if taken else []


def parent_blockers(parent_submitted: bool) -> list[Blocker]:
    if parent_submitted:
        return []
    message = gettext_noop("上一级资料尚未提交")
    return [fault("parent_not_submitted", message, "", "CTS A-36", gettext_noop("请先提交上一级资料"))]


def project_blockers(
    *,
    name: str,
    region: str,
    centre_known: bool,
    tenderer_known: bool,
    agency_known: bool,
    code: str,
    code_taken: bool,
) -> list[Blocker]:
    found = [*name_blockers(name), *code_blockers(code, code_taken)]
    if not REGION.fullmatch(region):
        found.append(fault("bad_region", gettext_noop("行政区划代码应为6、9或12位数字"), "region", rule="GB/T 2260"))
    if not centre_known:
        found.append(fault("no_centre", gettext_noop("没有这个交易中心"), "centre"))
    if not tenderer_known:
        found.append(fault("no_tenderer", gettext_noop("招标人未注册或未通过核验"), "tenderer", rule="CTS A-05"))
    if not agency_known:
        found.append(fault("no_agency", gettext_noop("招标代理机构未注册或未通过核验"), "agency", rule="CTS A-18"))
    return found


def tendering_project_blockers(
    *, name: str, regime: str, kind: str, parent_submitted: bool, code: str, code_taken: bool
) -> list[Blocker]:
    found = [*name_blockers(name), *code_blockers(code, code_taken), *parent_blockers(parent_submitted)]
    if regime not in REGIMES:
        found.append(fault("bad_regime", gettext_noop("请选择交易制度"), "regime"))
    if kind not in KINDS:
        found.append(fault("bad_kind", gettext_noop("请选择采购类别"), "kind"))
    if regime == "GP" and kind == "works":
        message = gettext_noop("政府采购工程进行招标的，适用招标投标法，请选择“工程招标”")
        found.append(fault("procured_works", message, "regime", rule="政府采购法实施条例 7"))
    return found


def section_blockers(
    *, name: str, budget: Decimal, ceiling: Decimal | None, bond: Decimal, scope: str
) -> list[Blocker]:
    found = name_blockers(name)
    for key, amount in (("budget", budget), ("ceiling", ceiling), ("bond", bond)):
        if amount is not None and not _money(amount):
            found.append(fault("bad_money", gettext_noop("金额应为不超过两位小数的正数"), key))
    if budget <= 0:
        found.append(fault("no_budget", gettext_noop("预算必须大于零"), "budget"))
    if ceiling is not None and ceiling > budget:
        found.append(
            fault("ceiling_above_budget", gettext_noop("最高投标限价不得高于预算"), "ceiling", rule="87号令 12")
        )
    if ceiling is not None and ceiling <= 0:
        found.append(fault("no_ceiling", gettext_noop("最高投标限价应大于零，不设限价请留空"), "ceiling"))
    if not scope.strip():
        found.append(fault("no_scope", gettext_noop("请填写招标范围"), "scope"))
    return found


def _money(amount: Decimal) -> bool:
    if not amount.is_finite() or not 0 <= amount <= LARGEST:
        return False
    exponent = amount.normalize().as_tuple().exponent
    return isinstance(exponent, int) and exponent >= -2


def threshold_blockers(regime: str, kind: str, budget: Decimal) -> list[Blocker]:
    """A section that must be tendered may not be run as one below the threshold."""
    least = MANDATORY.get(kind)
    if regime != "SMALL" or least is None or budget < least:
        return []
    message = gettext_noop("预算%(budget)s元达到必须招标的标准(%(least)s元)，不能按限额以下项目办理")
    remedy = gettext_noop("请改用工程招标或政府采购")
    params = {"budget": f"{budget:.2f}", "least": f"{least:.2f}"}
    return [fault("must_be_tendered", message, "budget", "国家发展改革委令第16号 5", remedy, **params)]


def editable_blockers(submitted: bool, children: int = 0) -> list[Blocker]:
    """Only what is not submitted yet may be edited or deleted (CTS A-36, A-37, A-39)."""
    found = []
    if submitted:
        message = gettext_noop("已提交的资料不能再修改或删除")
        found.append(fault("submitted", message, "", "CTS A-36, A-37, A-39"))
    if children:
        message = gettext_noop("下面还有%(count)s项资料，不能删除")
        found.append(fault("has_children", message, "", count=str(children)))
    return found
