"""The way in: registered and verified, its certificate bound, admitted into the directory, drawn, under contract."""

from playwright.sync_api import Page, expect

from prequalified.actions.conduct.count_contract import begin_contract
from prequalified.models import (
    Account,
    AdmissionRequest,
    Call,
    DirectoryDraw,
    Party,
    PartyRole,
)
from runtime.actor import SYSTEM
from tests.factories.parties import PASSPHRASE, PartyKit, demo_ca, uscc
from tests.journeys.firm_story import (
    CODE,
    NAME,
    Story,
    add_paper,
    look,
    pass_and_admit,
    state,
)
from tests.prequalified.test_browser import choose, fill_details, register


def registers(story: Story) -> None:
    page = story.open_page()
    register(page)
    look(page)
    fill_details(page)
    page.get_by_role("button", name="提交核验").click()
    expect(page.get_by_text("申请已提交")).to_be_visible()
    desk = story.task("one", "待核验的注册申请：1 份")
    desk.get_by_role("link", name=NAME).click()
    look(desk)
    desk.get_by_role("button", name="核验通过").click()
    expect(desk.get_by_text("已核验通过。")).to_be_visible()
    assert PartyRole.objects.get(role="bidder").status == "verified"
    party, key = Party.objects.get(number=uscc(7)), demo_ca().issue(NAME, uscc(7))
    story.firm = PartyKit(party, Account.objects.get(party=party), key, ["bidder"])
    page.goto("/certificates/")
    page.get_by_role("button", name="绑定一张证书").click()
    choose(page, story.firm.p12, PASSPHRASE)
    expect(page.get_by_text("证书已绑定，今后可用它登录。")).to_be_visible()
    look(page)
    look(story["firm"])  # logged in with it


def enters_the_directory(story: Story) -> None:
    desk = story["one"]
    desk.goto(f"/staff/directories/{CODE}/calls/new/")
    look(desk)
    desk.get_by_role("button", name="发布", exact=True).click()
    desk.wait_for_url(f"**/staff/directories/{CODE}/")
    add_paper(story, "licence", "营业执照")
    page = apply(story)
    expect(page.locator('[data-code="paper.missing"]')).to_have_count(1)
    look(page, phone=True)
    page.get_by_role("link", name="返回修改").click()
    page.get_by_label("营业执照").check()
    look(page, phone=True)
    page.get_by_role("button", name="检查并签名").click()
    story.sign("firm", "用数字证书签名并提交")
    expect(state(page)).to_have_text("审核中")
    admission = pass_and_admit(story, AdmissionRequest.objects.get())
    paper = page.context.request.get(f"/directories/admissions/{admission.number}/certificate.pdf")
    assert paper.ok and paper.body().startswith(b"%PDF-")
    visitor = story.open_page()
    for path in (f"/directories/{CODE}/", f"/directories/admissions/{admission.number}/"):
        assert visitor.goto(path).ok
        expect(visitor.get_by_text(NAME).first).to_be_visible()
        look(visitor, phone=True)


def apply(story: Story) -> Page:
    """From the call to the automatic check."""
    page = story["firm"]
    page.goto(f"/directories/calls/{Call.objects.get().number}/")
    look(page)
    page.get_by_role("button", name="申请入库").click()
    page.wait_for_url("**/my/requests/**")
    page.get_by_role("button", name="检查并签名").click()
    page.wait_for_url("**/signature/")
    return page


def ask_for_a_draw(story: Story, title: str, directory: str = CODE) -> DirectoryDraw:
    page = story["tenderer"]
    page.goto("/directory-draws/ask/")
    page.select_option("#id_directory", directory)
    page.select_option("#id_regime", "SMALL")
    page.fill("#id_title", title)
    page.fill("#id_budget", "600000")
    page.check("input[name=method][value=contractor]")
    look(page)
    page.get_by_role("button", name="公开申请").click()
    expect(page.get_by_role("heading", level=1)).to_have_text(title)
    return DirectoryDraw.objects.get(title=title)


def is_drawn(story: Story) -> None:
    """Asked, frozen, two values committed and opened in their browsers; nobody reloads a page by hand."""
    draw = ask_for_a_draw(story, "幸福路修缮工程")
    host = story.task("one", "抽取申请待确认：幸福路修缮工程")
    host.get_by_role("button", name="冻结名单").click()
    for who in ("tenderer", "firm"):
        story[who].goto(f"/directory-draws/{draw.number}/")
        story[who].get_by_role("button", name="生成并提交随机数").click()
        expect(story[who].get_by_text("您已承诺。")).to_be_visible()
    look(host)
    host.get_by_role("button", name="结束承诺，公开随机数").click()
    for who in ("tenderer", "firm"):
        story[who].get_by_role("button", name="公开我的随机数").click()
        expect(story[who].get_by_role("button", name="公开我的随机数")).to_have_count(0)
    host.get_by_role("button", name="计算并公布结果").click()
    for page in (host, story["tenderer"]):
        expect(page.locator("[data-checks][data-done=holds]")).to_be_visible()
        expect(page.get_by_role("cell", name=NAME).first).to_be_visible()
    look(story["tenderer"], phone=True)
    story.task("firm", "贵单位被抽中：幸福路修缮工程", clock=True)


def has_a_contract(story: Story) -> None:
    begin_contract(admission=story.admission(), subject="contract:1", title="幸福路修缮工程施工合同", actor=SYSTEM)
    assert story.admission().running == 1
    story["firm"].goto("/conduct/")
    expect(story["firm"].get_by_text("1/3")).to_be_visible()
    look(story["firm"])
