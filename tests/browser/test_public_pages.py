"""What anybody sees without logging in: accessible, fitting, without an error in the console, in both languages."""

import pytest

from tests.browsing import check_accessible

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]
PAGES = ["/", "/notices/", "/log-in/", "/register/", "/journal/", "/check/"]


@pytest.mark.parametrize("locale", ["zh-CN", "en-US"])
@pytest.mark.parametrize("width", [1280, 390])
def test_public_pages_are_accessible_and_fit(open_page, width, locale):
    page = open_page(width=width, locale=locale)
    for address in PAGES:
        assert page.goto(address).status == 200, address
        check_accessible(page)
