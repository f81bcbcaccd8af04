"""Projects, tendering projects and sections over HTTP."""

import pytest

from signing.models import JournalInbox
from tendering.models import Project, Section, TenderingProject
from tests.factories.parties import make_centre
from tests.factories.tendering import make_section, new_party
from tests.tendering.calling import Caller, codes

pytestmark = pytest.mark.django_db
PROJECT = {"name": "市民中心设备更新", "region": "110000", "centre": "demo"}
SECTION = {"name": "一标段", "budget": "1000000.00", "ceiling": "950000.00", "bond": "20000.00", "scope": "电梯两部"}


@pytest.fixture
def tenderer():
    return Caller(new_party("采购单位", "tenderer"))


def make_project(tenderer, submitted=True, **more):
    status, project = tenderer.post("/projects", PROJECT | more)
    assert status == 201, project
    if submitted:
        assert tenderer.post(f"/projects/{project['code']}/submission")[0] == 200
    return project


def make_tendering_project(tenderer, project, submitted=True, **more):
    body = {"name": "设备采购", "regime": "GP", "kind": "goods"} | more
    status, made = tenderer.post(f"/projects/{project['code']}/tendering-projects", body)
    assert status == 201, made
    if submitted:
        assert tenderer.post(f"/tendering-projects/{made['code']}/submission")[0] == 200
    return made


@pytest.mark.cts("A-36", "A-202")
def test_projects_are_made_edited_searched_submitted_and_then_stand(tenderer):
    project = make_project(tenderer, submitted=False)
    path = f"/projects/{project['code']}"
    status, edited = tenderer.put(path, {"name": "市民中心电梯更新", "funds": "财政资金"})
    assert status == 200 and edited["name"] == "市民中心电梯更新" and edited["funds"] == "财政资金"
    assert [each["code"] for each in tenderer.get("/projects?q=电梯")[1]] == [project["code"]]
    assert tenderer.get("/projects?q=桥梁")[1] == []
    status, submitted = tenderer.post(f"{path}/submission")
    assert status == 200 and submitted["submitted_at"]
    for answer in (tenderer.put(path, {"name": "别的"}), tenderer.delete(path), tenderer.post(f"{path}/submission")):
        assert answer[0] == 409 and codes(answer[1]) == ["scheme.submitted"]


@pytest.mark.cts("A-36")
def test_a_project_that_was_not_submitted_can_be_deleted(tenderer):
    project = make_project(tenderer, submitted=False)
    assert tenderer.delete(f"/projects/{project['code']}")[0] == 204
    assert not Project.objects.exists()


@pytest.mark.cts("A-37", "A-38")
def test_a_project_has_many_tendering_projects_each_with_its_regime(tenderer):
    project = make_project(tenderer)
    first = make_tendering_project(tenderer, project, submitted=False)
    second = make_tendering_project(tenderer, project, name="安装工程", regime="ENG", kind="works")
    assert (
        tenderer.put(f"/tendering-projects/{first['code']}", {"name": "设备采购(修订)"})[1]["name"] == "设备采购(修订)"
    )
    inside = tenderer.get(f"/projects/{project['code']}")[1]["tendering_projects"]
    assert {each["code"] for each in inside} == {first["code"], second["code"]}
    assert [each["code"] for each in tenderer.get("/tendering-projects?q=安装")[1]] == [second["code"]]
    assert tenderer.delete(f"/tendering-projects/{first['code']}")[0] == 204
    status, refused = tenderer.delete(f"/tendering-projects/{second['code']}")
    assert status == 409 and codes(refused) == ["scheme.submitted"]
    assert TenderingProject.objects.count() == 1


@pytest.mark.cts("A-39", "A-40")
def test_a_tendering_project_has_many_sections(tenderer):
    item = make_tendering_project(tenderer, make_project(tenderer))
    path = f"/tendering-projects/{item['code']}"
    made = [tenderer.post(f"{path}/sections", SECTION | {"name": f"{name}标段"})[1] for name in ("一", "二")]
    assert [each["name"] for each in tenderer.get(path)[1]["sections"]] == ["二标段", "一标段"]
    code = made[0]["code"]
    assert tenderer.put(f"/sections/{code}", {"ceiling": None, "period": "60日"})[1]["ceiling"] is None
    assert [each["code"] for each in tenderer.get("/sections?q=二标段")[1]] == [made[1]["code"]]
    assert tenderer.delete(f"/sections/{made[1]['code']}")[0] == 204
    assert tenderer.post(f"/sections/{code}/submission")[0] == 200
    assert codes(tenderer.put(f"/sections/{code}", {"name": "x"})[1]) == ["scheme.submitted"]


def test_what_hangs_on_something_not_submitted_is_refused(tenderer):
    project = make_project(tenderer, submitted=False)
    body = {"name": "设备采购", "regime": "GP", "kind": "goods"}
    status, refused = tenderer.post(f"/projects/{project['code']}/tendering-projects", body)
    assert status == 422 and codes(refused) == ["scheme.parent_not_submitted"]


def test_every_fault_of_a_project_comes_at_once(tenderer):
    status, refused = tenderer.post("/projects", {"name": " ", "region": "abc", "centre": "nowhere", "agency": "x"})
    assert status == 422
    assert codes(refused) == ["scheme.bad_name", "scheme.bad_region", "scheme.no_centre", "scheme.no_agency"]
    assert not Project.objects.exists() and not JournalInbox.objects.filter(head__contains="project.created").exists()


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"ceiling": "1000000.01"}, "scheme.ceiling_above_budget"),
        ({"budget": "0", "ceiling": None}, "scheme.no_budget"),
        ({"budget": "10.001", "ceiling": None}, "scheme.bad_money"),
        ({"scope": ""}, "scheme.no_scope"),
    ],
)
def test_a_section_with_a_fault_is_refused(tenderer, change, code):
    item = make_tendering_project(tenderer, make_project(tenderer))
    status, refused = tenderer.post(f"/tendering-projects/{item['code']}/sections", SECTION | change)
    assert status == 422 and codes(refused) == [code]
    assert not Section.objects.exists()


def test_below_the_threshold_ends_where_tendering_is_mandatory(tenderer):
    item = make_tendering_project(tenderer, make_project(tenderer), regime="SMALL")
    body = SECTION | {"budget": "2000000.00", "ceiling": None}
    status, refused = tenderer.post(f"/tendering-projects/{item['code']}/sections", body)
    assert status == 422 and codes(refused) == ["scheme.must_be_tendered"]
    assert refused["blockers"][0]["rule"] == "国家发展改革委令第16号 5"
    assert tenderer.post(f"/tendering-projects/{item['code']}/sections", body | {"budget": "1999999.99"})[0] == 201


def test_works_that_are_tendered_follow_the_tendering_law(tenderer):
    project = make_project(tenderer)
    body = {"name": "装修", "regime": "GP", "kind": "works"}
    status, refused = tenderer.post(f"/projects/{project['code']}/tendering-projects", body)
    assert status == 422 and refused["blockers"][0]["rule"] == "政府采购法实施条例 7"


def test_an_agency_works_for_the_tenderer_it_names():
    principal, agency = new_party("采购单位", "tenderer"), Caller(new_party("代理机构", "agency"))
    status, project = agency.post("/projects", PROJECT | {"tenderer": principal.party.number})
    assert status == 201 and project["tenderer"]["number"] == principal.party.number
    assert project["agency"]["number"] == agency.kit.party.number
    assert [each["code"] for each in Caller(principal).get("/projects")[1]] == [project["code"]]


def test_other_parties_and_other_centres_see_nothing_of_a_draft():
    tender = make_section(centre=make_centre("city"))
    make_centre("other")
    strangers = [
        Caller(new_party("别的单位", "tenderer")),
        Caller(new_party("别处人员", "staff", centre=make_centre("other"))),
        Caller(new_party("投标人", "bidder")),
        Caller(),
    ]
    for stranger in strangers:
        assert stranger.get(f"/sections/{tender.section.code}")[0] == 404
        assert stranger.get("/sections")[1] == []
        status, answer = stranger.put(f"/sections/{tender.section.code}", {"name": "x"})
        assert status in (401, 403, 404) and answer["refused"]
    project = tender.section.tendering_project.project
    assert strangers[0].get(f"/projects/{project.code}")[0] == 404
    assert Caller(tender.staff).get(f"/sections/{tender.section.code}")[0] == 200


def test_staff_of_a_centre_above_see_what_is_below_them_and_not_the_reverse():
    province = make_centre("province")
    city = make_centre("city", parent=province)
    above, below = make_section(centre=province), make_section(centre=city)
    assert Caller(above.staff).get(f"/sections/{below.section.code}")[0] == 200
    assert Caller(below.staff).get(f"/sections/{above.section.code}")[0] == 404


def test_with_a_password_alone_nothing_is_made():
    reader = Caller(new_party("采购单位", "tenderer"), certificate=False)
    status, refused = reader.post("/projects", PROJECT)
    assert status == 403 and codes(refused) == ["login.certificate_needed"]


def test_a_name_that_is_searched_for_never_reaches_the_database_as_a_field(tenderer):
    assert tenderer.get("/projects?q=%25%27%22--&limit=-5&offset=-9")[0] == 200
