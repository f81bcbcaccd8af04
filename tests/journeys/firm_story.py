"""The cast of a firm's way, their pages, and the small moves that every step is made of."""

import datetime as dt
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from django.db import connection, transaction
from django.db.models import F
from playwright.sync_api import Locator, Page, expect

from prequalified.actions.sanctions.load_lists import load_lists
from prequalified.models import Admission, AdmissionRequest, CaseStep, Sanction, SanctionCase
from tests.browsing import check_accessible
from tests.factories.directories import FIGURES, TERMS, make_conditions, make_directory
from tests.factories.parties import PASSPHRASE, PartyKit, make_centre, make_party, trust
from tests.prequalified.people.acting import PDF
from tests.prequalified.test_browser import choose, come_in

CODE, NAME, LIST = "road-2026", "示范第七建设有限公司", "预选名录黑名单"
CONDITIONS = {
    "format": "yangguang-conditions/1",
    "grades": [],
    "conditions": [
        {"key": key, "grades": [], "supplement": False, "commitment": None, **more}
        for key, more in {
            "role": {"kind": "role", "text": "已注册为投标人", "text_en": "Registered as a bidder", "role": "bidder"},
            "credit": {
                "kind": "credit", "text": "没有正在生效的处罚", "text_en": "No sanction in force", "clean": True,
                "accepted": [],
            },
            "licence": {"kind": "paper", "text": "营业执照有效", "text_en": "Licence in force", "paper": "licence"},
        }.items()
    ],
}  # fmt: skip


@dataclass
class Story:
    """Everybody with a page of their own; `told` is what the firm read in its to-do list."""

    open_page: Callable[..., Page]
    kits: dict[str, PartyKit]
    firm: PartyKit | None = None
    pages: dict[str, Page] = field(default_factory=dict)
    told: list[str] = field(default_factory=list)

    def __getitem__(self, who: str) -> Page:
        """The page of `firm`, `one` and `two` of the staff, `tenderer`, `supervisor`; logged in by its certificate."""
        if who not in self.pages:
            page = self.pages[who] = self.open_page()
            page.on("dialog", lambda dialog: dialog.accept())
            come_in(page, self.kit(who))
        return self.pages[who]

    def kit(self, who: str) -> PartyKit:
        found = self.firm if who == "firm" else self.kits[who]
        assert found is not None
        return found

    def task(self, who: str, words: str, clock: bool = False) -> Page:
        """Goes to what stands on somebody's to-do list; `clock`: it says until when."""
        page = self[who]
        page.goto("/home/")
        link = page.get_by_role("link", name=words).first
        expect(link).to_be_visible()
        if clock:
            expect(page.locator("li", has=link).locator("time").first).to_be_visible()
        if who == "firm":
            self.told.append(words)
        link.click()
        page.wait_for_load_state()
        return page

    def sign(self, who: str, button: str) -> None:
        """The button that asks for the certificate, and the .p12 chosen in the page."""
        self[who].get_by_role("button", name=button).click()
        choose(self[who], self.kit(who).p12, PASSPHRASE)

    def admission(self) -> Admission:
        return Admission.objects.filter(party=self.kit("firm").party).latest("id")


def begin(open_page: Callable[..., Page]) -> Story:
    """A demonstration centre whose terms are seconds, a directory with published conditions, the lists."""
    make_centre()
    trust("rsa")
    load_lists()
    kits = {
        "one": make_party("工作人员甲", "110101199001012221", ["staff"], kind="person"),
        "two": make_party("工作人员乙", "110101199001012222", ["staff"], kind="person"),
        "tenderer": make_party("示范市城建局", 401, ["tenderer"]),
        "supervisor": make_party("示范市监督局", 402, ["supervisor"]),
    }
    terms = {**TERMS, "publicity": {"seconds": 3}, "defence": {"seconds": 900}, "decline": {"seconds": 900}}
    figures = {**FIGURES, "suspend_below": 98, "remove_below": 95}
    make_conditions(make_directory(CODE, terms=terms, figures=figures), CONDITIONS, published_by=kits["one"].account)
    return Story(open_page, kits)


def look(page: Page, phone: bool = False) -> None:
    """axe finds nothing and nothing is wider than the window; with `phone`, on a telephone too."""
    check_accessible(page)
    if phone:
        page.set_viewport_size({"width": 390, "height": 844})
        check_accessible(page)
        page.set_viewport_size({"width": 1280, "height": 900})


def state(page: Page) -> Locator:
    return page.locator(".page-head .state").first


def add_paper(story: Story, kind: str, title: str) -> None:
    """Chosen and signed in the page."""
    page = story["firm"]
    page.goto("/papers/new/")
    look(page)
    page.select_option("#id_kind", kind)
    page.fill("#id_title", title)
    data = PDF + title.encode()
    page.set_input_files("#id_file", {"name": "paper.pdf", "mimeType": "application/pdf", "buffer": data})
    story.sign("firm", "用数字证书签名并添加")
    expect(page.get_by_text("材料已添加。")).to_be_visible()


def pass_and_admit(story: Story, row: AdmissionRequest) -> Admission:
    """Staff pass the request from their to-do list, publicity runs out, the firm reads that it is in."""
    desk = story.task("one", f"待审核的入库申请：{NAME}", clock=True)
    look(desk)
    desk.get_by_role("button", name="审核通过，公示").click()
    desk.wait_for_url("**/staff/requests/")
    page, until = story["firm"], time.monotonic() + 60
    page.goto(f"/my/requests/{row.number}/")
    while state(page).inner_text() != "已入库":
        assert time.monotonic() < until, state(page).inner_text()
        page.wait_for_timeout(500)
        page.reload()
    return Admission.objects.get(request=row)


@contextmanager
def history_rewritten(table: str) -> Iterator[None]:
    """Lifts the triggers of an append-only table: only so can a term of the law run out within a test."""
    with transaction.atomic(), connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("SET LOCAL session_replication_role = replica")
            yield
            return
        cursor.execute("SELECT name, sql FROM sqlite_master WHERE type = 'trigger' AND tbl_name = %s", [table])
        triggers = cursor.fetchall()
        for name, _sql in triggers:
            cursor.execute(f'DROP TRIGGER "{name}"')
        yield
        for _name, sql in triggers:
            cursor.execute(sql)


def days_pass(case: SanctionCase, days: int) -> None:
    """What happened in a case so far, so many days ago."""
    gone = dt.timedelta(days=days)
    with history_rewritten("prequalified_casestep"):
        CaseStep.objects.filter(case=case).update(at=F("at") - gone, until=F("until") - gone)


def published_ago(days: int) -> None:
    """The one sanction of the story, as if it had been public for so many days."""
    gone = dt.timedelta(days=days)
    with history_rewritten("prequalified_sanction"):
        Sanction.objects.update(published_at=F("published_at") - gone)
