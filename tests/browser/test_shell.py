"""The shell of every page in a real browser: clock, language, reading aids, accessibility, narrow screens."""

import re

import pytest

from tests.browsing import check_accessible

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]


@pytest.mark.cts("A-97", "A-98")
def test_the_clock_runs_on_server_time_whatever_the_browser_thinks(open_page):
    page = open_page()
    page.clock.install(time="2020-01-01T00:00:00Z")
    page.goto("/nothing/")
    clock = page.locator("[data-clock]").first
    page.clock.run_for(1000)
    page.wait_for_timeout(500)
    page.clock.run_for(2000)
    shown = clock.text_content()
    assert re.fullmatch(r"20\d\d-\d\d-\d\d \d\d:\d\d:\d\d", shown)
    assert not shown.startswith("2020")
    page.clock.run_for(5000)
    assert clock.text_content() > shown


@pytest.mark.parametrize("width", [1280, 390])
def test_an_error_page_is_accessible_at_any_width(open_page, width):
    page = open_page(width=width)
    page.goto("/nothing/")
    check_accessible(page)


def test_the_language_switch_turns_the_page_and_stays_on_it(page):
    page.goto("/nothing/?a=1")
    assert page.locator("html").get_attribute("lang") == "zh-hans"
    page.get_by_role("button", name="English").click()
    page.wait_for_url("**/nothing/?a=1")
    assert page.locator("html").get_attribute("lang") == "en"
    assert page.get_by_role("heading", level=1).text_content() == "There is no such page"


def test_larger_text_and_stronger_contrast_are_kept(page):
    page.goto("/nothing/")
    size = "parseFloat(getComputedStyle(document.body).fontSize)"
    before = page.evaluate(size)
    page.get_by_role("button", name="无障碍", exact=True).click()
    page.get_by_role("button", name="长辈版").click()
    page.get_by_role("button", name="高对比度").click()
    assert page.evaluate(size) == pytest.approx(before * 1.5)
    page.reload()
    assert page.evaluate(size) == pytest.approx(before * 1.5)
    assert page.locator("html").get_attribute("data-contrast") == "strong"
    check_accessible(page)


def test_the_keyboard_reaches_the_content_first(page):
    page.goto("/nothing/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "跳到正文"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"
