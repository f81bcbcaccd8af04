"""The hall and the bidder's own pages in a real browser: delivered by drag of a file, live in the hall, accessible."""

import pytest
from django.db import close_old_connections
from django.test import Client

from tendering.actions.advance_opening import advance_opening
from tendering.actions.open_bid import sweep_bids_to_open
from tendering.models import Bid
from tests.browsing import check_accessible
from tests.factories.parties import log_in
from tests.factories.sealed_bids import make_bid
from tests.tendering.delivering import new_bidder
from tests.tendering.test_opening import Scene

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.needs("chromium"),
    pytest.mark.xdist_group("browser"),
]


def enter(page, platform, kit):
    """The cookie that the log-in hands out."""
    client = log_in(Client(), kit)
    cookies = [{"name": name, "value": morsel.value, "url": platform.url} for name, morsel in client.cookies.items()]
    page.context.add_cookies(cookies)
    return page


@pytest.mark.cts("A-91", "A-97")
def test_a_bidder_delivers_a_sealed_file_in_the_browser(platform, open_page, tmp_path):
    scene = Scene(tmp_path, bids=0)
    kit = new_bidder()
    bid = make_bid(scene.tender, kit, tmp_path)
    page = enter(open_page(), platform, kit)
    page.goto(f"/sections/{scene.section.code}/bids/")
    check_accessible(page)
    page.set_input_files("#bid-file", bid.path)
    page.click("[data-start]")
    page.wait_for_selector("text=递交新的投标文件", timeout=60_000)
    assert Bid.objects.get().sha256 == bid.sha256
    check_accessible(page)
    page.goto("/bids/")
    check_accessible(page)
    page.screenshot(path=tmp_path / "my_bids.png", full_page=True)


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.cts("A-97", "A-98", "A-107", "A-108", "A-113")
def test_the_hall_is_live_and_accessible_at_every_stage(platform, open_page, tmp_path, width):
    scene = Scene(tmp_path)
    page = open_page(width=width)
    hall = f"/sections/{scene.section.code}/hall/"
    page.goto(hall)
    check_accessible(page)
    assert page.locator("tr[data-bid]").count() == 0
    scene.open()
    page.wait_for_selector("tr[data-bid]", timeout=30_000)
    check_accessible(page)
    first = scene.kits[0].bidder
    scene.decrypting()
    page.wait_for_selector(f"[data-present] [data-name='{first.party.name}']", timeout=30_000)
    page.wait_for_selector("[data-stage-words]:has-text('解密')", timeout=30_000)
    scene.share(scene.kits[0], scene.tender.trustees[0])
    page.wait_for_selector("tr[data-bid] .share-good", timeout=30_000)
    scene.release_all()
    sweep_bids_to_open()
    advance_opening(scene.section)
    close_old_connections()
    page.wait_for_selector("td[data-item=price]:has-text('980000.00')", timeout=30_000)
    page.wait_for_selector("[data-prices] canvas", timeout=30_000)
    check_accessible(page)
    page.screenshot(path=tmp_path / f"hall-{width}.png", full_page=True)
