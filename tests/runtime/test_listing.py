"""Lists: searched, ordered, paged and downloaded by what an address says, and by nothing else."""

import pytest
from django.test import RequestFactory

from prequalified.models import Centre
from runtime.listing import Listing

pytestmark = pytest.mark.django_db
COLUMNS = [("代码", lambda row: row.code), ("名称", lambda row: row.name)]


@pytest.fixture(autouse=True)
def _centres():
    for number in range(45):
        Centre.objects.create(code=f"c{number:02d}", name=f"中心{number % 7} 甲", region="110000")


def _listing(address, **more):
    request = RequestFactory().get(address)
    orders = {"code": ["code"], "name": ["name", "-code"]}
    return Listing(request, Centre.objects.all(), orders=orders, search=["name__icontains", "code__icontains"], **more)


def test_the_first_order_is_the_default_and_pages_are_cut():
    page = _listing("/?page=3").page
    assert [row.code for row in page] == ["c40", "c41", "c42", "c43", "c44"]
    assert (page.paginator.count, page.paginator.num_pages) == (45, 3)


@pytest.mark.parametrize("number", ["0", "-1", "99", "x", ""])
def test_a_page_out_of_range_is_the_nearest(number):
    assert len(_listing(f"/?page={number}").page) in {20, 5}


def test_orders_are_only_those_allowed():
    assert [row.code for row in _listing("/?sort=-code").page][:2] == ["c44", "c43"]
    assert [row.code for row in _listing("/?sort=name").page][:2] == ["c42", "c35"]
    for attack in ("password", "party__accounts__password", "--code", "?", "pk;drop"):
        listing = _listing(f"/?sort={attack}")
        assert listing.order == "" and listing.page[0].code == "c00"


def test_every_word_must_be_found():
    assert {row.name for row in _listing("/?q=中心3").rows} == {"中心3 甲"}
    assert [row.code for row in _listing("/?q=c03 甲").rows] == ["c03"]
    assert _listing("/?q=%25").rows.count() == 0
    assert _listing("/?q=乙 甲").rows.count() == 0


def test_all_found_rows_download_in_order_with_a_byte_order_mark():
    listing = _listing("/?format=csv&q=中心3&sort=-code", columns=COLUMNS)
    assert listing.wants_csv
    response = listing.csv("centres")
    lines = b"".join(response.streaming_content).decode().splitlines()
    assert lines == ["\ufeff代码,名称"] + [f"c{number},中心3 甲" for number in (38, 31, 24, 17, 10)] + ["c03,中心3 甲"]
    assert response["Content-Disposition"] == 'attachment; filename="centres.csv"'


def test_a_cell_that_looks_like_a_formula_is_text():
    Centre.objects.create(code="x1", name='=HYPERLINK("http://example.org")', region="1")
    Centre.objects.create(code="x2", name="-12.5", region="1")
    listing = _listing("/?format=csv&q=x", columns=COLUMNS)
    text = b"".join(listing.csv("c").streaming_content).decode()
    assert "'=HYPERLINK" in text and "x2,-12.5" in text


@pytest.mark.parametrize("rows", [1, 3])
def test_a_page_costs_two_queries_however_many_rows(django_assert_num_queries, rows):
    Centre.objects.filter(code__gt=f"c{rows - 1:02d}").delete()
    with django_assert_num_queries(2):
        assert len(list(_listing("/").page)) == rows
