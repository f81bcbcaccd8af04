"""Directories with firms in them, lists with sanctions on them: rows as the acts leave them, for tests of what comes after."""

import datetime as dt
from decimal import Decimal
from itertools import count

from prequalified.models import Admission, Category, Directory, ListKind, Party, Sanction
from prequalified.rules.timing import day_of
from runtime.clock import now
from tests.factories.parties import PartyKit, make_centre, make_party

_numbers = count(1)
TERMS = {
    "review": {"workdays": 10}, "supplement": {"workdays": 5}, "publicity": {"workdays": 5}, "defence": {"days": 5},
    "objection_answer": {"workdays": 5}, "decline": {"workdays": 2},
}  # fmt: skip
FIGURES = {
    "validity_years": 2, "opening_points": 100, "suspend_below": 80, "remove_below": 60, "waiting_months": 12,
    "capacity": 3, "comparison_from": "200000.00", "comparison_to": "2000000.00",
}  # fmt: skip


def make_category(code: str = "road", **more: object) -> Category:
    fields = {"kind": "contractor", "name": "市政公用工程施工", "path": f"{code}/", **more}
    return Category.objects.get_or_create(code=code, defaults=fields)[0]


def make_directory(code: str = "road-2026", **more: object) -> Directory:
    fields = {
        "name": "市政公用工程施工预选承包商名录", "centre": make_centre(), "category": make_category(),
        "terms": TERMS, "figures": FIGURES, "created_at": now(), **more,
    }  # fmt: skip
    return Directory.objects.get_or_create(code=code, defaults=fields)[0]


def make_admission(directory: Directory, kit: PartyKit | None = None, **more: object) -> Admission:
    """A firm that stands in the directory; a new verified bidder unless `kit` is given."""
    number = next(_numbers)
    kit = kit or make_party(f"在册建设有限公司{number}", 700_000 + number, ["bidder"])
    fields = {
        "number": f"RK-{number:06d}", "directory": directory, "party": kit.party, "grade": "二级", "admitted_at": now(),
        "valid_until": day_of(now()) + dt.timedelta(days=730), "points": 100, "rating": "B", **more,
    }  # fmt: skip
    return Admission.objects.create(**fields)


def make_list_kind(code: str = "gp-bad-record", **data: object) -> ListKind:
    """By its code from rules/data/lists.json where that holds it, else with `data`."""
    fields = {
        "name": "政府采购严重违法失信行为记录名单", "ground": "政府采购法 77", "data": data, "sha256": "00" * 32,
        "loaded_at": now(),
    }  # fmt: skip
    return ListKind.objects.get_or_create(code=code, defaults=fields)[0]


def make_sanction(party: Party, kind: ListKind | None = None, **more: object) -> Sanction:
    """In force from yesterday for a year, and public."""
    today = day_of(now())
    fields = {
        "kind": kind or make_list_kind(), "party": party, "name": party.name, "number": party.number,
        "conduct": "提供虚假材料谋取中标", "basis": "政府采购法 77", "authority": "示范市财政局",
        "decision": "示财罚〔2026〕1号", "decided_on": today - dt.timedelta(days=10),
        "starts": today - dt.timedelta(days=1), "ends": today + dt.timedelta(days=365), "published_at": now(),
        "public_until": today + dt.timedelta(days=365), **more,
    }  # fmt: skip
    return Sanction.objects.create(**fields)


def money(yuan: str | int) -> Decimal:
    return Decimal(yuan).quantize(Decimal("0.01"))
