"""How two parties belong together: what follows from their people by itself, and what staff may note (关联关系)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from runtime.refusal import Blocker, gettext_noop

AUTOMATIC = "人员核验"  # the source of relations that the platform notes by itself
KIND_OF_DUTY: Mapping[str, str] = {"legal_representative": "legal_representative", "controller": "controller"}
NOTED_BY_STAFF = ("control", "holding", "controller", "legal_representative")
_RULE = "招标投标法实施条例 34"
Pair = tuple[int, int, str]


@dataclass(frozen=True, slots=True)
class Shared:
    """Somebody who stands in the same duty at another party too."""

    party_id: int
    duty: str
    name: str


def expected(party_id: int, shared: Iterable[Shared]) -> dict[Pair, str]:
    """(smaller id, larger id, kind) → through whom. These kinds have no direction, so a pair is noted once."""
    found = {}
    for each in shared:
        low, high = sorted((party_id, each.party_id))
        found[low, high, KIND_OF_DUTY[each.duty]] = each.name
    return found


def noting_blockers(kind: str, share: Decimal | None, source: str, same: bool, known: bool) -> list[Blocker]:
    """Why staff cannot note a relation, all reasons at once. No relation without a source that somebody can look up."""
    found = []
    if not known:
        found.append(_blocker("relation.other", gettext_noop("没有这个代码的主体。"), "other"))
    elif same:
        found.append(_blocker("relation.same", gettext_noop("一个主体不能与自己关联。"), "other"))
    if kind not in NOTED_BY_STAFF:
        found.append(_blocker("relation.kind", gettext_noop("请选择关联关系的种类。"), "kind"))
    if kind == "holding" and share is None:
        found.append(_blocker("relation.share_missing", gettext_noop("请填写持股比例。"), "share"))
    if share is not None and not Decimal(0) < share <= Decimal(100):
        found.append(_blocker("relation.share", gettext_noop("持股比例须大于 0、不超过 100。"), "share"))
    if not source.strip():
        found.append(
            _blocker("relation.source", gettext_noop("请写明来源，例如企业信用信息公示系统及查询日期。"), "source")
        )
    elif len(source) > 200 or source.strip() == AUTOMATIC:
        found.append(
            _blocker("relation.source", gettext_noop("来源不得超过二百个字，也不得与自动核验混同。"), "source")
        )
    return found


def _blocker(code: str, message: str, place: str) -> Blocker:
    return Blocker(code, message, _RULE, "", {}, place)
