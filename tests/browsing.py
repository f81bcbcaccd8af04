"""A real browser: Debian's Chromium driven by Playwright, with axe for accessibility."""

from collections.abc import Iterator

import pytest

from tests.left_out import nothing_may_be_left_out, program

FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
PATIENCE = 60_000  # ms a page may take on a machine that does much else


@pytest.fixture
def nothing_left_out(request: pytest.FixtureRequest) -> None:
    """Used on tests whose program is missing where none may be: fails them."""
    assert not nothing_may_be_left_out(), f"a program this test needs is missing: {request.node.name}"


@pytest.fixture
def browser() -> Iterator:
    """Chromium, started for this test: a Playwright loop left running would stop every asyncio test after it."""
    from playwright.sync_api import expect, sync_playwright

    expect.set_options(timeout=PATIENCE)
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture
def open_page(browser, platform):
    """`open_page(width=1280, height=900, locale="zh-CN")`: a page whose relative addresses are the platform's.

    Errors of scripts, blocked resources and failed requests collect in `page.faults`, which the test's end checks.
    """
    opened = []

    def open_one(width: int = 1280, height: int = 900, locale: str = "zh-CN", **context):
        page = browser.new_context(
            base_url=platform.url, viewport={"width": width, "height": height}, locale=locale, **context
        ).new_page()
        page.set_default_timeout(PATIENCE)
        page.faults = []
        page.on("pageerror", lambda error: page.faults.append(str(error)))
        page.on("console", lambda said: page.faults.append(said.text) if said.type == "error" else None)
        opened.append(page)
        return page

    yield open_one
    faults = [fault for page in opened for fault in page.faults if "status of 4" not in fault]
    assert faults == []


@pytest.fixture
def page(open_page):
    """One page at 1280 × 900, in Chinese."""
    return open_page()


def check_accessible(page) -> None:
    """axe finds nothing, and nothing is wider than the window."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()
    assert page.evaluate("document.documentElement.scrollWidth - window.innerWidth") <= 0
