"""A bid made and sealed in a real browser is a bid like any other: Python checks it, opens it, and stock rules hold."""

import pytest

from client.bidding.keeping import read_identity
from runtime.clock import now
from signing.queries.trust import trust_store
from signing.rules.bid_identity import rebuild_identity
from signing.rules.containers import copy_members, read_container
from signing.rules.inner_bid import check_inner
from signing.rules.payload import open_payload
from signing.rules.sealed_bid import check_container, verifier
from signing.rules.tender_terms import terms_of
from tests.factories.evaluation import paper
from tests.factories.parties import PASSPHRASE, PASSWORD, make_party
from tests.factories.tendering import bill, make_published_section

pytestmark = [pytest.mark.needs("chromium"), pytest.mark.django_db(transaction=True)]


@pytest.fixture
def papers(tmp_path):
    (tmp_path / "technical.pdf").write_bytes(paper("技术文件"))
    (tmp_path / "commercial.pdf").write_bytes(paper("商务文件"))
    (tmp_path / "bill.xlsx").write_bytes(bill())
    return tmp_path


@pytest.mark.cts("A-87", "A-88", "A-90")
@pytest.mark.parametrize("suite", ["rsa", "ecdsa"])
def test_a_bid_sealed_in_the_browser_is_accepted_and_opened_by_python(platform, page, papers, suite):
    tender = make_published_section()
    kit = make_party("示范浏览器投标有限公司", 700_001, ["bidder"], suite)
    content = tender.section.documents.get(state="published").content
    p12 = papers / "bidder.p12"
    p12.write_bytes(kit.p12)
    _log_in(page, platform.url, kit)
    page.goto(f"{platform.url}/sections/{tender.section.code}/seal/")
    for item in content["opening_items"]:
        value = {"money": "980000.5", "integer": "90"}.get(item["type"], "合格")
        page.fill(f"[name='item-{item['key']}']", value)
    for part in content["parts"]:
        page.set_input_files(f"[name='part-{part['path']}']", papers / part["path"].rpartition("/")[2])
    page.set_input_files("[name=p12]", p12)
    page.fill("[name=passphrase]", PASSPHRASE)
    page.click("form[data-sealing] button[type=submit]")
    page.wait_for_selector("#sealed:not([hidden])", timeout=60_000)
    bid = _saved(page, "[data-bid]", papers / "x.bid")
    identity = read_identity(_saved(page, "[data-identity]", papers / "x.identity"), PASSPHRASE)

    verify, terms = verifier(trust_store(), now()), terms_of(content)
    checked = check_container(bid, verify, terms, kit.party.number)
    shares = _shares(bid, checked, tender, papers / "members")
    assert rebuild_identity(shares, checked.seal) == identity
    inner = papers / "inner.asice"
    open_payload(bid, identity, inner, checked.seal)
    found = check_inner(read_container(inner), verify, terms, kit.party.number)
    assert found.opening.items["price"] == "980000.50"
    assert found.environment["client"].endswith("browser")


def _log_in(page, url, kit):
    page.goto(f"{url}/log-in/")
    page.fill("#id_username", kit.account.username)
    page.fill("#id_password", PASSWORD)
    page.click("form:has(#id_password) button[type=submit]")
    page.wait_for_url("**/home/")


def _saved(page, link, target):
    with page.expect_download() as download:
        page.click(link)
    download.value.save_as(target)
    return target


def _shares(bid, checked, tender, folder):
    """Each trustee opens its own share, as at the opening; any three are enough."""
    import pyrage

    members = copy_members(bid, checked.container, folder)
    return {
        trustee.place: pyrage.decrypt(members[f"shares/{trustee.slug}.age"].read_bytes(), [trustee.identity])
        for trustee in tender.trustees[1:4]
    }
