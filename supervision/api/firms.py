"""The information base by the API: the same list as on the page, one firm as data (CTS A-205..216)."""

from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Query, Router, Schema
from pydantic import Field

from prequalified.rules.timing import day_of
from runtime.clock import now
from runtime.refusal import Blocker, Refusal, gettext_noop
from supervision.queries.firm_listing import firm_data, firm_out, firms_listing
from supervision.queries.firms import firm_by_number

router = Router(tags=["firms"])
Text = Annotated[str, Field(max_length=120)]


class Asking(Schema):
    """Documented here; the listing reads them from the address."""

    q: Text = ""
    role: Text = ""
    directory: Text = ""
    grade: Text = ""
    region: Text = ""
    awarded: Text = ""
    clear: Text = ""
    sort: Text = ""
    page: Text = "1"


class FirmRow(Schema):
    number: str
    name: str
    centre: str
    region: str
    awards: int
    amount: str
    sanctioned: bool


class FirmList(Schema):
    count: int
    page: int
    pages: int
    items: list[FirmRow]


@router.get("/firms", response=FirmList, summary="市场主体（检索、按条件筛选、排序、分页）", auth=None)
def firms(request: HttpRequest, asking: Query[Asking]) -> dict[str, Any]:
    page = firms_listing(request).page
    items = [firm_out(row) for row in page]
    return {"count": page.paginator.count, "page": page.number, "pages": page.paginator.num_pages, "items": items}


@router.get("/firms/{number}", response=dict[str, Any], summary="一个主体的公开信息", auth=None)
def firm(request: HttpRequest, number: str) -> dict[str, Any]:
    party = firm_by_number(number)
    if party is None:
        raise Refusal(Blocker("firm.unknown", gettext_noop("没有这个市场主体。")), 404)
    return firm_data(party, day_of(now()))
