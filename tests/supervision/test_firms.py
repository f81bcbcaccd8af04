"""The information base: who takes part, what they did here, and what the public may see of it."""

import datetime as dt

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from prequalified.models import Person
from prequalified.rules.timing import day_of
from runtime.clock import now
from tendering.models import Award, Bid, Candidate, Section, SectionState
from tests.browsing import check_accessible
from tests.factories.directories import make_admission, make_directory, make_sanction
from tests.factories.parties import PartyKit, make_centre, make_party
from tests.factories.tendering import make_evaluated_section

pytestmark = pytest.mark.django_db


def award(amount: str = "900000.00"):
    """A section evaluated and awarded to its first; the kit and the award."""
    tender = make_evaluated_section()
    candidate = Candidate.objects.get(section=tender.section, rank=1)
    made = Award.objects.create(
        section=tender.section, round=1, candidate=candidate, decided_at=now(), reason="排名第一", amount=amount
    )
    Section.objects.filter(pk=tender.section.pk).update(state=SectionState.AWARDED)
    return tender, made


def firm(client, number: str):
    answer = client.get(f"/api/v1/firms/{number}")
    assert answer.status_code == 200, answer.content
    return answer.json()


def add_person(kit: PartyKit, name: str, **more) -> Person:
    fields = {
        "duty": "project_manager", "number_key": name, "number_shown": "1101**********12", "qualification": "注册建造师",
        "grade": "一级", "specialty": "市政公用工程", "certificate_number": "京111202600001", "status": "verified", **more,
    }  # fmt: skip
    return Person.objects.create(party=kit.party, name=name, **fields)


@pytest.mark.cts("A-206", "A-207", "A-209", "A-211", "A-213", "A-214")
def test_a_firm_s_record_and_figures_are_what_it_did_here(client):
    tender, made = award()
    winner, tenderer = made.candidate.party, tender.tenderer.party
    year = day_of(now()).year
    won = firm(client, winner.number)
    assert won["record"] == [
        {"role": "bidder", "section": tender.section.code, "name": tender.section.name, "at": won["record"][0]["at"], "amount": "900000.00"}
    ]  # fmt: skip
    assert [(row["year"], row["bids"], row["won"], row["amount"]) for row in won["years"]] == [
        (year, 1, 1, "900000.00")
    ]
    asked = firm(client, tenderer.number)
    assert [(row["role"], row["section"]) for row in asked["record"]] == [("tenderer", tender.section.code)]
    assert (asked["years"][0]["tendered"], asked["years"][0]["won"]) == (1, 0)


@pytest.mark.cts("A-107")
def test_a_bid_is_not_counted_before_the_opening(client):
    tender, made = award()
    Section.objects.filter(pk=tender.section.pk).update(state=SectionState.PUBLISHED)
    Award.objects.all().delete()
    assert Bid.objects.filter(bidder=made.candidate.party).exists()
    assert firm(client, made.candidate.party.number)["years"] == []


@pytest.mark.cts("A-205", "A-208", "A-212")
@pytest.mark.parametrize("role", ["tenderer", "agency", "bidder"])
def test_firms_are_found_by_role_name_and_number(client, role):
    kit = make_party("滨河水务工程有限公司", 31, [role])
    make_party("别的单位", 32, ["tenderer", "agency", "bidder"])
    make_party("尚未核验的单位", 33, [])
    for words in ("滨河 水务", kit.party.number):
        answer = client.get("/api/v1/firms", {"role": role, "q": words}).json()
        assert [row["number"] for row in answer["items"]] == [kit.party.number]
    assert client.get("/api/v1/firms", {"role": role}).json()["count"] == 2
    assert client.get(f"/firms/{kit.party.number}/").status_code == 200
    assert client.get("/firms/91110000000000033X/").status_code == 404


@pytest.mark.cts("A-56")
def test_candidates_for_an_invitation_are_found_by_conditions(client):
    """Bidders in a directory, of a grade, of a region, with a record, without a sanction in force."""
    directory = make_directory()
    good, graded, listed, far = (
        make_party(
            f"承包单位{number}",
            number,
            ["bidder"],
            centre=make_centre("far", region="440300") if number == 44 else None,
        )
        for number in (41, 42, 43, 44)
    )
    for kit, grade in ((good, "一级"), (graded, "二级"), (listed, "一级"), (far, "一级")):
        make_admission(directory, kit, grade=grade)
    make_sanction(listed.party)
    asked = {"role": "bidder", "directory": directory.code, "grade": "一级", "region": "11", "clear": "yes"}
    answer = client.get("/api/v1/firms", asked).json()
    assert [row["name"] for row in answer["items"]] == ["承包单位41"]
    assert client.get("/api/v1/firms", {**asked, "awarded": "yes"}).json()["count"] == 0


@pytest.mark.cts("A-210", "A-216")
def test_professionals_are_shown_without_their_numbers(client):
    kit = make_party("有人的单位", 51, ["bidder"])
    add_person(kit, "张三")
    add_person(kit, "李四", status="submitted")
    page = client.get(f"/firms/{kit.party.number}/").content.decode()
    assert "张三" in page and "注册建造师" in page
    assert "李四" not in page and "1101**" not in page
    assert [row["name"] for row in firm(client, kit.party.number)["professionals"]] == ["张三"]


@pytest.mark.cts("A-215")
def test_sanctions_are_shown_only_as_long_as_they_are_public(client):
    kit = make_party("失信单位", 61, ["bidder"])
    today = day_of(now())
    make_sanction(kit.party, conduct="串通投标")
    past = {"starts": today - dt.timedelta(days=900), "ends": today - dt.timedelta(days=500)}
    make_sanction(kit.party, conduct="早年的事", public_until=today - dt.timedelta(days=1), **past)
    make_sanction(kit.party, conduct="未公布的事", published_at=None)
    told = [row["conduct"] for row in firm(client, kit.party.number)["sanctions"]]
    assert told == ["串通投标"]
    page = client.get(f"/firms/{kit.party.number}/").content.decode()
    assert "有有效失信记录" in page and "早年的事" not in page and "未公布的事" not in page


@pytest.mark.parametrize("address", ["/firms/", "/api/v1/firms"])
def test_the_list_costs_the_same_for_one_firm_and_three(client, address):
    counts = []
    for numbers in ([71], [72, 73]):
        for number in numbers:
            make_admission(make_directory(), make_party(f"单位{number}", number, ["bidder"]))
        with CaptureQueriesContext(connection) as queries:
            assert client.get(address).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


def test_a_firm_s_page_costs_the_same_however_much_it_shows(client):
    kit = make_party("单位", 81, ["bidder", "tenderer"])
    counts = []
    for round_ in range(2):
        for number in range(1 + 2 * round_):
            make_admission(make_directory(f"road-{round_}-{number}"), kit)
            make_sanction(kit.party)
            add_person(kit, f"人员{round_}{number}")
        with CaptureQueriesContext(connection) as queries:
            client.get(f"/firms/{kit.party.number}/")
        counts.append(len(queries))
    assert counts[0] == counts[1] <= 15


@pytest.mark.parametrize("kind", ["csv", "xlsx", "json"])
def test_the_list_downloads(client, kind):
    make_party("下载单位", 91, ["bidder"])
    answer = client.get("/firms/", {"format": kind})
    assert f'filename="firms.{kind}"' in answer["Content-Disposition"]
    assert b"".join(answer.streaming_content)


@pytest.mark.needs("chromium")
@pytest.mark.xdist_group("browser")
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("width", [1280, 390])
def test_the_pages_are_accessible(open_page, width):
    kit = make_party("浏览单位", 95, ["bidder"])
    make_admission(make_directory(), kit)
    make_sanction(kit.party)
    add_person(kit, "张三")
    page = open_page(width=width)
    for address in ("/firms/", f"/firms/{kit.party.number}/"):
        page.goto(address)
        check_accessible(page)
