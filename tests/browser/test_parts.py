"""The parts every page is made of (docs/pages.md), all on one page, in a real browser."""

import datetime as dt
from decimal import Decimal
from pathlib import Path

import pytest
from django import forms
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.messages.storage.fallback import FallbackStorage
from django.core.paginator import Paginator
from django.template import engines
from django.test import RequestFactory
from django.utils import translation

from prequalified.models import Centre
from runtime.clock import now
from runtime.listing import Listing
from runtime.refusal import Blocker
from runtime.spoken import spoken
from tests.browsing import check_accessible

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]
POLICY = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' data:"


class Form(forms.Form):
    name = forms.CharField(label="单位名称", help_text="与营业执照一致")
    kind = forms.ChoiceField(label="类型", choices=[("a", "工程"), ("b", "货物")])
    agree = forms.BooleanField(label="我已阅读并同意使用条款")
    roles = forms.MultipleChoiceField(
        label="身份", widget=forms.CheckboxSelectMultiple, choices=[("x", "招标人"), ("y", "投标人")]
    )


def _context(request):
    steps = [("公告", "done"), ("答疑", "done"), ("投标", "now"), ("开标", "next"), ("定标", "next")]
    tasks = [
        {
            "title": "签署开标记录",
            "url": "#",
            "until": now() + dt.timedelta(minutes=9),
            "otherwise": "视为无异议。",
            "urgent": True,
        }
    ]
    late = Blocker("bid.late", "投标截止时间已过。", "20号令 27", "请关注下一轮招标。")
    return {
        "form": Form({"name": "", "kind": "a"}),
        "page_obj": Paginator(range(400), 20).page(5),
        "listing": Listing(request, Centre.objects.all(), orders={"name": ["name"]}),
        "steps": [{"title": title, "state": state, "at": now()} for title, state in steps],
        "tasks": tasks,
        "rows": ["一", "二"],
        "money": Decimal("12345678.90"),
        "soon": now() + dt.timedelta(days=3, hours=2),
        "hash": "ab" * 32,
        "refusal": spoken([late]),
    }


def _parts(language):
    with translation.override(language):
        request = RequestFactory().get("/parts?sort=name&page=5")
        request.user, request.session = AnonymousUser(), {}
        request._messages = FallbackStorage(request)
        messages.success(request, "已保存。")
        messages.error(request, "没有保存。")
        source = Path(__file__).with_name("parts.html").read_text(encoding="utf-8")
        return engines["django"].from_string(source).render(_context(request), request)


@pytest.mark.parametrize(("width", "language"), [(1280, "zh-hans"), (1280, "en"), (390, "zh-hans"), (390, "en")])
def test_all_parts_are_accessible_and_fit(open_page, width, language):
    page = open_page(width=width)
    body = _parts(language)
    headers = {"Content-Security-Policy": POLICY}
    page.route("**/parts", lambda route: route.fulfill(body=body, content_type="text/html", headers=headers))
    page.goto("/parts")
    countdown = page.locator(".facts [data-left]")
    assert countdown.text_content().startswith({"zh-hans": "还剩 3 天", "en": "3 days"}[language])
    assert page.locator(".todo .soon").count() == 1
    assert page.get_by_text("12,345,678.90").first.is_visible()
    check_accessible(page)
