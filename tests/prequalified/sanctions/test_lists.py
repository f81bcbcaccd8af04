"""Kinds of list: none without its legal ground, in the file as in the table."""

import json

import pytest
from django.db import IntegrityError, transaction

from prequalified.actions.sanctions.load_lists import load_lists
from prequalified.models import ListKind, Sanction
from prequalified.rules.sanctions.lists import PATH, last_day_of_ban, months_after, read_list, read_lists
from tests.factories.directories import make_sanction
from tests.factories.parties import make_party

KINDS = {kind["code"]: kind for kind in read_lists()}


def changed(code="gp-bad-record", **more):
    return {**KINDS[code], **more}


def test_every_list_of_ours_names_its_ground_and_its_terms():
    assert set(KINDS) >= {"gp-bad-record", "eng-misconduct", "directory-blacklist"}
    assert all(read_list(kind).ground for kind in KINDS.values())
    gp, eng = read_list(KINDS["gp-bad-record"]), read_list(KINDS["eng-misconduct"])
    assert (gp.shortest, gp.longest, gp.shuts("deliver", "GP"), gp.shuts("deliver", "ENG")) == (12, 36, True, False)
    assert (str(eng.publish_within), eng.public_months, eng.ban_needed) == ("20个工作日", 6, False)


def test_a_centres_blacklist_has_effect_below_the_threshold_only():
    regimes = {regime for regimes in KINDS["directory-blacklist"]["bars"].values() for regime in regimes}
    assert regimes == {"SMALL"}
    with pytest.raises(ValueError, match="SMALL only"):
        read_list(changed("directory-blacklist", bars={"deliver": ["ENG"]}))


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"ground": {"rule": " ", "force": "law"}}, "no legal ground"),
        ({"ground": {"rule": "通知", "force": "custom"}}, "no legal ground"),
        ({"bars": {"open": ["ENG"]}}, "招标投标法 36"),
        ({"bars": {"register": ["ENG"]}}, "20号令 20"),
        ({"bars": {"lunch": ["ENG"]}}, "unknown gates"),
        ({"bars": {"deliver": ["XYZ"]}}, "knows no regimes"),
        ({"related": {"barred": True, "relations": ["control"], "rule": ""}}, "without a rule"),
        ({"ban": {"needed": True, "least": {"months": 9}, "most": {"months": 3}}}, "longer than"),
    ],
)
def test_a_list_that_breaks_the_law_is_not_read(more, said):
    with pytest.raises(ValueError, match=said):
        read_list(changed(**more))


@pytest.mark.parametrize(
    ("day", "months", "after"),
    [("2026-01-31", 1, "2026-02-28"), ("2026-11-30", 3, "2027-02-28"), ("2024-02-29", 12, "2025-02-28")],
)
def test_months_are_counted_by_the_calendar(day, months, after):
    import datetime as dt

    assert months_after(dt.date.fromisoformat(day), months).isoformat() == after


def test_a_ban_of_a_year_ends_the_day_before_its_anniversary():
    import datetime as dt

    assert last_day_of_ban(dt.date(2026, 3, 1), 12) == dt.date(2027, 2, 28)


@pytest.mark.django_db
def test_the_lists_stand_after_migration_and_loading_twice_is_loading_once():
    assert set(ListKind.objects.values_list("code", flat=True)) == set(KINDS)
    assert load_lists() == []


@pytest.mark.django_db
def test_a_changed_list_is_taken_in_and_nothing_else(tmp_path):
    data = json.loads(PATH.read_text("utf-8"))
    data["kinds"][0]["ban"]["most"]["months"] = 24
    path = tmp_path / "lists.json"
    path.write_text(json.dumps(data), "utf-8")
    assert [kind.code for kind in load_lists(path)] == ["gp-bad-record"]


@pytest.mark.django_db
def test_the_table_takes_no_list_without_a_ground():
    with pytest.raises(IntegrityError, match="no_list_without_a_legal_ground"), transaction.atomic():
        ListKind.objects.create(code="invented", name="内部黑名单", data={}, sha256="", loaded_at="2026-01-01T00:00Z")


@pytest.mark.django_db
def test_the_table_takes_no_sanction_without_a_basis_and_rewrites_none():
    firm = make_party("北方建设有限公司", 101).party
    with pytest.raises(IntegrityError, match="no_sanction_without_a_basis"), transaction.atomic():
        make_sanction(firm, basis="")
    sanction = make_sanction(firm)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        Sanction.objects.filter(pk=sanction.pk).update(ends=sanction.starts)
    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        sanction.delete()
