"""The browser's end of a live room: it resumes where it left off, and never shows stale as fresh."""

import pytest
from django.db import transaction

from runtime.outbox import announce
from tests.browsing import FLAGS
from tests.left_out import program
from tests.running import RunningPlatform

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.xdist_group("browser")]

ENTER = """async (address) => {
  const { LiveRoom, Refused } = await import("/static/runtime/live.js");
  document.querySelector("main").innerHTML = '<p class="live-line" id="live" role="status"></p>';
  window.heard = [];
  window.states = [];
  window.hall = new LiveRoom(address, { seq: 0, status: document.getElementById("live") });
  window.hall.on("said", (event) => window.heard.push(event.body.words));
  window.hall.on("state", (change) => window.states.push(change.state));
  window.Refused = Refused;
}"""


@pytest.fixture
def hall(transactional_db):
    running = RunningPlatform("-m", "tests.runtime.hall")
    running.start()
    yield running
    running.stop()


@pytest.fixture
def visitor(hall):
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=program("chromium"), args=FLAGS)
        page = chromium.new_context(base_url=hall.url, locale="zh-CN").new_page()
        page.goto("/nothing/")
        yield page
        chromium.close()


def _say(*words):
    for word in words:
        with transaction.atomic():
            announce("hall:web", "said", {"words": word})


def test_a_page_hears_what_it_missed_after_the_server_went_and_came_back(hall, visitor):
    _say("早")
    visitor.evaluate(ENTER, "/live/halls/web")
    visitor.wait_for_function("() => window.heard.length === 1")
    _say("一", "二")
    visitor.wait_for_function("() => window.heard.length === 3")
    status = visitor.locator("#live")
    assert status.get_attribute("data-live") == "open"
    assert status.text_content().startswith("您看到的是截至 ")
    hall.kill()
    visitor.wait_for_function("() => document.getElementById('live').dataset.live === 'stale'")
    assert "所见内容截至" in status.text_content()
    _say("三")
    hall.start()
    visitor.wait_for_function("() => window.heard.length === 4", timeout=60_000)
    assert visitor.evaluate("window.heard") == ["早", "一", "二", "三"]
    visitor.wait_for_function("() => document.getElementById('live').dataset.live === 'open'")


def test_an_act_is_answered_or_refused(visitor):
    visitor.evaluate(ENTER, "/live/halls/web")
    visitor.wait_for_function("() => document.getElementById('live').dataset.live === 'open'")
    assert visitor.evaluate("window.hall.act({ type: 'say', words: '到' })") == {"seq": 1}
    visitor.wait_for_function("() => window.heard.length === 1")
    refusal = "window.hall.act({ type: 'dance' }).catch((error) => [error instanceof Refused, error.blockers[0].code])"
    assert visitor.evaluate(refusal) == [True, "frame.unknown"]


def test_who_is_refused_does_not_knock_again(visitor):
    visitor.evaluate(ENTER, "/live/halls/closed")
    visitor.wait_for_function("() => document.getElementById('live').dataset.live === 'closed'")
    visitor.wait_for_timeout(1500)
    assert visitor.evaluate("window.states.filter((state) => state === 'connecting').length") <= 1
