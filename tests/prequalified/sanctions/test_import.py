"""Outside lists: read in batches, looked at, confirmed, undone; whatever is wrong is told with its row, and nothing is lost."""

import csv
import datetime as dt
import io
import json
from types import SimpleNamespace

import openpyxl
import pytest

from prequalified.actions.ask_gate import ask_gate
from prequalified.actions.sanctions import take_list
from prequalified.actions.sanctions.confirm_list import confirm_list, drop_list, enter_rows, go_on_with_lists, undo_list
from prequalified.actions.sanctions.take_list import read_list_file, upload_list
from prequalified.models import ImportedRow, Sanction, SanctionEnd, SanctionImport
from prequalified.rules.timing import day_of
from runtime.actor import SYSTEM
from runtime.clock import now
from runtime.refusal import Refusal
from tests.factories.parties import make_party, uscc
from tests.prequalified.journal import kinds

pytestmark = pytest.mark.django_db
TITLES = ["名称", "统一社会信用代码", "失信行为", "依据", "决定机关", "决定文号", "决定日期", "生效日期", "届满日期"]
TODAY = day_of(now())


@pytest.fixture
def desk(store):
    staff = make_party("示范市交易中心", 301, ["staff"])
    return SimpleNamespace(kit=staff, actor=staff.actor())


def row(serial: int = 1, **more) -> list[str]:
    said = {
        "名称": f"外地建设公司{serial}", "统一社会信用代码": uscc(800_000 + serial), "失信行为": "串通投标",
        "依据": "政府采购法 77", "决定机关": "某市财政局", "决定文号": f"某财罚〔2026〕{serial}号",
        "决定日期": (TODAY - dt.timedelta(days=9)).isoformat(), "生效日期": TODAY.isoformat(),
        "届满日期": (TODAY + dt.timedelta(days=400)).isoformat(), **more,
    }  # fmt: skip
    return [said[title] for title in TITLES]


def as_csv(rows, encoding="utf-8", titles=TITLES) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows([titles, *rows])
    return text.getvalue().encode(encoding)


def as_xlsx(rows, titles=TITLES) -> bytes:
    book = openpyxl.Workbook()
    for cells in [titles, *rows]:
        book.active.append(cells)
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def as_json(rows) -> bytes:
    return json.dumps([dict(zip(TITLES, cells, strict=True)) for cells in rows], ensure_ascii=False).encode()


def upload(desk, data: bytes, name="list.csv", kind="gp-bad-record") -> SanctionImport:
    return upload_list(kind=kind, name=name, source="信用中国", pieces=[data], actor=desk.actor)


def read(desk, data: bytes, **more) -> SanctionImport:
    taken = upload(desk, data, **more)
    read_list_file(taken.pk)
    taken.refresh_from_db()
    return taken


def broken(desk, data: bytes, **more) -> list[str]:
    taken = read(desk, data, **more)
    assert taken.state == "broken", taken.state
    assert Sanction.objects.count() == 0
    return [reason["code"] for reason in taken.error]


def errors(taken) -> dict[int, list[str]]:
    rows = ImportedRow.objects.filter(sanction_import=taken).exclude(errors=[])
    return {each.place: [reason["code"] for reason in each.errors] for each in rows}


FORMS = {
    "utf-8": ("a.csv", lambda rows: as_csv(rows)),
    "utf-8-sig": ("a.csv", lambda rows: as_csv(rows, "utf-8-sig")),
    "gb18030": ("a.csv", lambda rows: as_csv(rows, "gb18030")),
    "utf-16": ("a.csv", lambda rows: as_csv(rows, "utf-16")),
    "xlsx": ("a.xlsx", as_xlsx),
    "json": ("a.json", as_json),
}


@pytest.mark.parametrize("form", FORMS)
def test_every_form_gives_the_same_rows_and_matches_by_code(desk, form):
    firm = make_party("北方建设有限公司", 800_002)
    name, made = FORMS[form]
    taken = read(desk, made([row(1), row(2)]), name=name)
    assert (taken.state, taken.rows, taken.good, taken.bad) == ("preview", 2, 2, 0)
    rows = list(ImportedRow.objects.order_by("place"))
    assert [each.place for each in rows] == [2, 3]
    assert [each.party for each in rows] == [None, firm.party]
    assert rows[0].said["conduct"] == "串通投标"
    assert Sanction.objects.count() == 0


def test_confirmed_it_bars_and_undone_it_is_as_if_it_never_had(desk):
    firm = make_party("北方建设有限公司", 800_001)
    taken = read(desk, as_csv([row(1), row(2)]))
    confirm_list(import_id=taken.pk, actor=desk.actor)
    enter_rows(taken.pk)
    taken.refresh_from_db()
    assert (taken.state, taken.taken, Sanction.objects.count()) == ("taken", 2, 2)
    ask = {"gate": "deliver", "party": firm.party, "actor": SYSTEM, "regime": "GP"}
    assert not ask_gate(**ask).allowed
    undo_list(import_id=taken.pk, reason="来源有误", actor=desk.actor)
    assert ask_gate(**ask).allowed
    assert set(SanctionEnd.objects.values_list("kind", flat=True)) == {"undone"}
    assert (Sanction.objects.count(), SanctionEnd.objects.count()) == (2, 2)
    told = [kind for kind in kinds() if kind.startswith(("import.", "sanction."))]
    assert told == ["import.uploaded", "import.confirmed", "sanction.imported", "import.taken", "import.undone"]


def test_rows_are_wrong_each_in_its_own_way_and_the_good_ones_go_in(desk):
    good = uscc(800_001)
    wrong = good[:-1] + ("0" if good[-1] != "0" else "1")
    rows = [
        row(1),
        row(2, 统一社会信用代码=wrong),
        row(3, 名称="", 届满日期="明年"),
        row(4, 依据='=HYPERLINK("http://x")'),
        row(5, 届满日期=(TODAY + dt.timedelta(days=4000)).isoformat()),
        row(6, 届满日期=(TODAY - dt.timedelta(days=40)).isoformat()),
        row(1),
    ]
    taken = read(desk, as_csv(rows))
    assert errors(taken) == {
        3: ["uscc.check_digit"], 4: ["import.empty", "import.date"], 5: ["import.formula"], 6: ["import.too_long"],
        7: ["import.order"],
    }  # fmt: skip
    assert list(ImportedRow.objects.filter(duplicate=True).values_list("place", flat=True)) == [8]
    assert (taken.rows, taken.good, taken.bad) == (7, 1, 5)
    confirm_list(import_id=taken.pk, actor=desk.actor)
    enter_rows(taken.pk)
    assert Sanction.objects.get().number == uscc(800_001)


def test_a_formula_in_a_workbook_is_told_though_its_value_looks_right(desk):
    taken = read(desk, as_xlsx([row(1), row(2, 失信行为="=A1")]), name="a.xlsx")
    assert "import.formula" in errors(taken)[3]
    assert 2 not in errors(taken)


def test_what_a_list_has_already_is_a_duplicate(desk):
    first = read(desk, as_csv([row(1)]))
    confirm_list(import_id=first.pk, actor=desk.actor)
    enter_rows(first.pk)
    second = read(desk, as_csv([row(1), row(2)]))
    assert (second.good, ImportedRow.objects.get(sanction_import=second, place=2).duplicate) == (1, True)
    third = read(desk, as_csv([row(1)]), kind="tax-violation")
    assert third.good == 1


def test_the_same_file_twice_is_refused(desk):
    upload(desk, as_csv([row(1)]))
    with pytest.raises(Refusal) as refused:
        upload(desk, as_csv([row(1)]))
    assert refused.value.blockers[0].code == "import.known"


@pytest.mark.parametrize(
    ("data", "name", "code"),
    [
        (as_csv([row(1)]) + b"\xff\xfe\x81\n", "a.csv", "import.encoding"),
        (as_csv([], titles=["名称", "失信行为"]), "a.csv", "import.columns"),
        (as_csv([], titles=[*TITLES, "当事人"]), "a.csv", "import.doubled"),
        (as_csv([]), "a.csv", "import.blank"),
        (as_csv([row(1)]) + b'"open', "a.csv", "import.csv"),
        (b"PK\x03\x04 no workbook", "a.xlsx", "import.xlsx"),
        (b"\xd0\xcf\x11\xe0 old", "a.xlsx", "import.xlsx"),
        (b'{"a": 1}', "a.json", "import.json"),
        (b"[1, 2]", "a.json", "import.json_item"),
        (b'[{"a": 1}, {"b"', "a.json", "import.json"),
        ("[{\"名称\": \"甲\"}]".encode("gb18030"), "a.json", "import.json"),
    ],
)  # fmt: skip
def test_a_file_that_cannot_be_read_is_told_in_words_and_bars_nobody(desk, data, name, code):
    assert broken(desk, data, name=name) == [code]


@pytest.mark.parametrize(
    ("name", "kind", "data", "code"),
    [("a.exe", "gp-bad-record", b"x", "import.format"), ("a.csv", "none", b"x", "import.kind"),
     ("a.csv", "gp-bad-record", b"", "import.blank")],
)  # fmt: skip
def test_what_is_no_list_is_not_taken(desk, store, name, kind, data, code):
    with pytest.raises(Refusal) as refused:
        upload(desk, data, name=name, kind=kind)
    assert [blocker.code for blocker in refused.value.blockers] == [code]
    assert SanctionImport.objects.count() == 0
    assert list((store / "imports").glob("*.csv")) == []


def test_two_hundred_thousand_rows_are_refused_clearly_and_nothing_is_taken(desk):
    line = (",".join(row(1)) + "\n").encode()
    taken = read(desk, as_csv([]) + line * 200_000)
    [reason] = taken.error
    assert (taken.state, reason["code"], reason["params"]["rows"]) == ("broken", "import.too_many", "200000")
    assert ImportedRow.objects.count() == 0


def test_what_was_too_large_cannot_be_confirmed(desk, monkeypatch):
    monkeypatch.setattr("prequalified.rules.sanctions.tables.ROWS_LIMIT", 3)
    taken = read(desk, as_csv([row(serial) for serial in range(1, 6)]))
    assert [reason["code"] for reason in taken.error] == ["import.too_many"]
    with pytest.raises(Refusal):
        confirm_list(import_id=taken.pk, actor=desk.actor)


def test_a_killed_reader_is_gone_on_with_where_it_stopped(desk, monkeypatch):
    monkeypatch.setattr(take_list, "BATCH", 2)
    taken = upload(desk, as_csv([row(serial) for serial in range(1, 8)]))
    store_batch, calls = take_list._store, []

    def dies(*args):
        calls.append(1)
        if len(calls) == 3:
            raise KeyboardInterrupt
        store_batch(*args)

    monkeypatch.setattr(take_list, "_store", dies)
    with pytest.raises(KeyboardInterrupt):
        read_list_file(taken.pk)
    taken.refresh_from_db()
    assert (taken.state, taken.rows, taken.total) == ("reading", 4, 7)
    monkeypatch.setattr(take_list, "_store", store_batch)
    assert go_on_with_lists() == 1
    taken.refresh_from_db()
    assert (taken.state, taken.rows, taken.good) == ("preview", 7, 7)
    assert read_list_file(taken.pk) is False


def test_a_preview_can_be_dropped_and_then_not_confirmed(desk):
    taken = read(desk, as_csv([row(1)]))
    drop_list(import_id=taken.pk, actor=desk.actor)
    with pytest.raises(Refusal):
        confirm_list(import_id=taken.pk, actor=desk.actor)


def test_undoing_needs_a_reason_and_something_taken(desk):
    taken = read(desk, as_csv([row(1)]))
    with pytest.raises(Refusal) as refused:
        undo_list(import_id=taken.pk, reason=" ", actor=desk.actor)
    assert [blocker.code for blocker in refused.value.blockers] == ["import.state", "import.reason"]
