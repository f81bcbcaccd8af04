"""Directories with firms in them, lists with sanctions on them: rows as the acts leave them, for tests of what comes after."""

import datetime as dt
from decimal import Decimal
from itertools import count

from prequalified.actions.directories.edit_request import edit_request
from prequalified.actions.directories.start_request import start_request
from prequalified.actions.directories.state_request import state_request
from prequalified.actions.directories.submit_request import submit_request
from prequalified.actions.people.add_paper import add_paper
from prequalified.models import (
    Admission,
    AdmissionRequest,
    Call,
    Category,
    ConditionSet,
    Directory,
    ListKind,
    Paper,
    Party,
    Person,
    Sanction,
)
from prequalified.rules.directories.conditions import sha256_of
from prequalified.rules.timing import day_of
from runtime.clock import now
from signing.rules.cades import sign_detached
from signing.rules.canonical import canonical
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


def ground_conditions(**more: object) -> dict[str, object]:
    """A set with one condition of every kind, grades 一级 and 二级; the qualification may follow, the capital be promised."""
    common = {"grades": [], "supplement": False, "commitment": None}
    rows = [
        {"key": "role", "kind": "role", "text": "已注册为投标人", "text_en": "Registered as a bidder", "role": "bidder"},
        {
            "key": "qualification", "kind": "qualification", "text": "具有市政公用工程施工总承包资质",
            "text_en": "Qualified for municipal works", "name": "市政公用工程施工总承包", "accepted": ["一级", "二级"],
            "supplement": True,
        },
        {
            "key": "manager", "kind": "people", "text": "至少一名注册建造师", "text_en": "At least one registered constructor",
            "count": 1, "duty": "project_manager", "qualification": "注册建造师", "accepted": [], "specialty": "",
        },
        {
            "key": "record", "kind": "track_record", "text": "近三年至少一项一百万元以上业绩",
            "text_en": "One contract of a million yuan or more in three years", "count": 1, "amount": "1000000.00",
            "years": 3, "grades": ["一级"],
        },
        {
            "key": "credit", "kind": "credit", "text": "没有正在生效的处罚", "text_en": "No sanction in force",
            "clean": True, "accepted": [],
        },
        {
            "key": "capital", "kind": "capital", "text": "注册资本一千万元以上", "text_en": "Capital of ten million yuan",
            "amount": "10000000.00", "commitment": {"days": 90},
        },
        {"key": "region", "kind": "region", "text": "在北京市登记", "text_en": "Registered in Beijing", "codes": ["11"]},
        {"key": "licence", "kind": "paper", "text": "营业执照有效", "text_en": "Licence in force", "paper": "licence"},
    ]  # fmt: skip
    return {
        "format": "yangguang-conditions/1", "grades": ["一级", "二级"],
        "conditions": [{**common, **row} for row in rows], **more,
    }  # fmt: skip


def make_conditions(directory: Directory, document: dict[str, object] | None = None, **more: object) -> ConditionSet:
    """Published."""
    document = document or ground_conditions()
    by = make_party("交易中心工作人员", 990, ["staff"]).account if "published_by" not in more else more["published_by"]
    fields = {
        "directory": directory, "version": directory.condition_sets.count() + 1, "conditions": document,
        "sha256": sha256_of(document), "drafted_by": by, "drafted_at": now(), "published_by": by, "published_at": now(),
        **more,
    }  # fmt: skip
    return ConditionSet.objects.create(**fields)


def make_call(directory: Directory, conditions: ConditionSet | None = None, **more: object) -> Call:
    """Open now, all the year."""
    conditions = conditions or directory.condition_sets.exclude(published_at=None).first() or make_conditions(directory)
    fields = {
        "number": f"ZJ-{next(_numbers):06d}", "directory": directory, "condition_set": conditions,
        "title": f"{directory.name}入库征集公告", "opens_at": now() - dt.timedelta(days=1),
        "published_by": conditions.published_by, "published_at": now() - dt.timedelta(days=1), **more,
    }  # fmt: skip
    return Call.objects.create(**fields)


def make_paper(kit: PartyKit, kind: str, title: str = "", **more: object) -> Paper:
    """Signed by the party, taken by the act that everybody's papers go through."""
    data = b"%PDF-1.7\n" + f"{kind} {title} {next(_numbers)}".encode()
    signature = sign_detached(data, kit.signing_key)
    return add_paper(
        party=kit.party, kind=kind, title=title or kind, data=data, name="paper.pdf", signature=signature,
        actor=kit.actor(), **more,
    )  # fmt: skip


def make_manager(kit: PartyKit, **more: object) -> Person:
    """A verified project manager."""
    number = next(_numbers)
    fields = {
        "party": kit.party, "duty": "project_manager", "name": "王工", "number_key": f"{number:064d}",
        "number_shown": "1101**********0011", "qualification": "注册建造师", "grade": "一级", "status": "verified", **more,
    }  # fmt: skip
    return Person.objects.create(**fields)


def fitting_firm(name: str = "合格建设有限公司", serial: int = 801) -> PartyKit:
    """A firm that meets `ground_conditions` for 二级, but for the papers it must still choose."""
    kit = make_party(name, serial, ["bidder"])
    kit.party.details = {"bidder": {"capital": "5000"}}
    kit.party.save()
    make_manager(kit)
    return kit


def fitting_facts(kit: PartyKit) -> dict[str, dict[str, object]]:
    """Papers for everything that `ground_conditions` asks of 二级."""
    facts = {"name": "市政公用工程施工总承包", "grade": "二级"}
    qualification = make_paper(kit, "qualification", "资质证书", facts=facts)
    licence = make_paper(kit, "licence", "营业执照")
    return {
        "qualification": {"text": "", "papers": [qualification.public_id]},
        "licence": {"text": "", "papers": [licence.public_id]},
    }


def hand_in(kit: PartyKit, call: Call, facts: dict[str, object] | None = None, **more: object) -> AdmissionRequest:
    """Through the acts: started, filled in, signed, submitted."""
    row = start_request(call=call, actor=kit.actor())
    fields = {"grade": "二级", "facts": fitting_facts(kit) if facts is None else facts, "committed": [], **more}
    edit_request(number=row.number, actor=kit.actor(), **fields)
    return sign_and_submit(row.number, kit)


def sign_and_submit(number: str, kit: PartyKit) -> AdmissionRequest:
    row = AdmissionRequest.objects.get(number=number)
    signature = sign_detached(canonical(state_request(row).statement), kit.signing_key)
    return submit_request(number=number, signature=signature, actor=kit.actor())
