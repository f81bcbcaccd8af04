"""A draw in a real browser: values made and opened there, numbers that roll, and the outcome computed beside the platform's."""

import json
import subprocess
import sys

import pyrage
import pytest
from django.test import Client

from prequalified.models import Admission, DirectoryDraw
from signing.actions.reveal_draw import release_draw_share
from signing.rules.escrow import FORMAT, open_share, read_commitment
from tests.browsing import check_accessible
from tests.factories.parties import log_in
from tests.prequalified.draws.kit import make_draw_scene
from tests.running import ROOT

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True), pytest.mark.slow]


def enter(page, kit, platform):
    """As after a log-in, which has tests of its own."""
    session = log_in(Client(), kit).cookies["sessionid"].value
    page.context.add_cookies([{"name": "sessionid", "value": session, "url": platform.url}])


def test_a_draw_is_committed_opened_rolled_and_replayed_in_the_browser(open_page, platform, tmp_path, store):
    scene = make_draw_scene(6)
    Admission.objects.filter(pk=scene.firms[0].pk).update(state="suspended")
    draw = scene.freeze(scene.ask(method="comparison", quantity=3, weighted=True))
    address = f"/directory-draws/{draw.number}/"
    tenderer, host, citizen = open_page(), open_page(), open_page(width=390, height=844)
    for page in (tenderer, citizen):
        page.emulate_media(reduced_motion="no-preference")
    enter(tenderer, scene.tenderer, platform)
    enter(host, scene.host, platform)
    citizen.goto(address)
    check_accessible(citizen)
    citizen.locator("#live").get_by_text("您看到的是").wait_for()

    tenderer.goto(address)
    with tenderer.expect_download() as backup:
        tenderer.get_by_role("button", name="生成并提交随机数").click()
    tenderer.get_by_text("您已承诺").wait_for()
    kept = json.loads(backup.value.path().read_text())
    assert set(kept) == {"draw", "commitment", "salt", "value"}
    citizen.locator(f'[data-party="{scene.tenderer.party.number}"]').wait_for()  # it arrived by itself

    host.goto(address)
    check_accessible(host)
    host.get_by_role("button", name="结束承诺，公开随机数").click()
    host.get_by_role("button", name="计算并公布结果").wait_for()
    tenderer.get_by_role("button", name="公开我的随机数").click()
    tenderer.get_by_role("button", name="公开我的随机数").wait_for(state="detached")
    host.get_by_role("button", name="计算并公布结果").click()

    for page in (citizen, tenderer, host):
        page.locator('[data-checks][data-done="holds"]').wait_for()
        assert page.locator("[data-checks] .holds").count() == 7
        check_accessible(page)
    draw.refresh_from_db()
    chosen = [str(number) for step in draw.draw.outcome["chosen"] for number in step]
    assert citizen.locator("[data-rolled] strong").all_text_contents() == chosen

    with citizen.expect_download() as download:
        citizen.get_by_role("link", name="下载抽取文件").click()
    file = tmp_path / "draw.json"
    file.write_bytes(download.value.path().read_bytes())
    run = subprocess.run([sys.executable, "-m", "client", "draw", str(file)], capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 0 and "结果与文件一致" in run.stdout


def test_a_file_that_was_changed_fails_in_the_browser(open_page, platform, store):
    scene = make_draw_scene(4)
    draw = scene.whole(method="rotation", quantity=2)
    page = open_page()
    page.emulate_media(reduced_motion="reduce")

    def changed(route):
        answer = route.fetch()
        file = answer.json()
        file["outcome"]["chosen"] = [file["outcome"]["order"][-2:]]
        route.fulfill(response=answer, json=file)

    page.route("**/proof.json", changed)
    page.goto(f"/directory-draws/{draw.number}/")
    page.locator('[data-checks][data-done="fails"]').wait_for()
    assert page.locator("[data-checks] .fails").all_text_contents() == ["✗ 不符：抽取结果一致"]


def test_asking_and_the_list_are_accessible_at_both_widths(open_page, platform, store):
    scene = make_draw_scene(3)
    scene.whole()
    for width in (1280, 390):
        page = open_page(width=width)
        enter(page, scene.tenderer, platform)
        for address in (
            "/directory-draws/",
            "/directory-draws/ask/",
            f"/directory-draws/{DirectoryDraw.objects.get().number}/eligible/",
        ):
            page.goto(address)
            check_accessible(page)


def test_a_value_made_in_the_browser_is_escrowed_to_the_trustees_who_can_open_it(open_page, platform, store):
    scene = make_draw_scene(3)
    trustees = [pyrage.x25519.Identity.generate() for _ in range(3)]
    draw = scene.freeze(scene.ask(), recipients=[str(one.to_public()) for one in trustees], k=2)
    page = open_page()
    enter(page, scene.tenderer, platform)
    page.goto(f"/directory-draws/{draw.number}/")
    page.get_by_role("button", name="生成并提交随机数").click()
    page.get_by_text("您已承诺").wait_for()
    scene.close(draw)
    row = draw.draw.commitments.get(party_number=scene.tenderer.party.number)
    document = {"format": FORMAT, "draw": draw.draw.number, "commitment": row.value, "escrow": row.escrow}
    escrow = read_commitment(document, draw.draw.number, draw.draw.recipients)[1]
    for place in (2, 0):  # the tenderer withholds its value; two of three trustees open it
        share = open_share(escrow[place], str(trustees[place]))
        release_draw_share(draw=draw.draw, party=row.party_number, share=share, actor=scene.supervisor.actor())
    assert scene.finish(draw).drawn.count() == 1
