"""The public list of draws from directories, the same on the page, in the API and as CSV."""

from django.http import HttpRequest
from django.utils.translation import gettext as _

from prequalified.models import DirectoryDraw
from prequalified.queries.conduct.listings import beijing
from prequalified.queries.draws.shown import all_draws
from runtime.listing import Listing


def draws_listing(request: HttpRequest) -> Listing:
    """Narrowed by `?state=`, `?method=` and `?directory=`; refused and voided ones are part of it."""
    rows = all_draws().defer("exclusions", "draw__pool", "draw__names", "draw__outcome", "draw__parties")
    for key, known in (("state", DirectoryDraw.State.values), ("method", DirectoryDraw.Method.values)):
        if request.GET.get(key, "") in known:
            rows = rows.filter(**{key: request.GET[key]})
    if request.GET.get("directory"):
        rows = rows.filter(directory__code=request.GET["directory"][:40])
    return Listing(
        request,
        rows,
        orders={
            "asked": ["-asked_at"], "number": ["number"], "title": ["title"], "state": ["state"], "method": ["method"],
            "budget": ["budget"], "tenderer": ["tenderer__name"],
        },
        search=["number__icontains", "title__icontains", "tenderer__name__icontains", "directory__name__icontains"],
        columns=[
            (_("编号"), lambda row: row.number),
            (_("项目名称"), lambda row: row.title),
            (_("招标人"), lambda row: row.tenderer.name),
            (_("名录"), lambda row: row.directory.name),
            (_("交易类型"), lambda row: row.regime),
            (_("预算金额（元）"), lambda row: f"{row.budget:.2f}"),
            (_("抽取方式"), lambda row: row.get_method_display()),
            (_("抽取家数"), lambda row: row.quantity),
            (_("状态"), lambda row: row.get_state_display()),
            (_("取代"), lambda row: row.replaces.number if row.replaces else ""),
            (_("申请时间（北京时间）"), lambda row: beijing(row.asked_at)),
            (_("完成时间（北京时间）"), lambda row: beijing(row.finished_at)),
        ],
    )  # fmt: skip
