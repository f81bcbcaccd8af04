"""What waits for whom in tendering: the to-do list of the home page. A bounded number of queries for each role."""

from collections.abc import Iterator

from django.db.models import F, Q
from django.utils.translation import gettext as _

from runtime.actor import Actor
from runtime.clock import now
from runtime.todo import Task
from tendering.models import (
    DocumentDownload,
    Letter,
    Notice,
    Objection,
    Question,
    Section,
    SectionState,
    TenderDocument,
    TenderTrustee,
)
from tendering.queries.scheme import mine

S = SectionState
MOST = 50


def tasks(actor: Actor) -> Iterator[Task]:
    if actor.role in ("tenderer", "agency"):
        yield from _drafts(actor)
        yield from _questions(actor)
        yield from _objections(actor)
    if actor.role == "tenderer":
        yield from _reviews(actor, Notice.State.SUBMITTED, _("待内部审核：%(title)s"))
        yield from _awards(actor)
    if actor.role == "staff":
        yield from _reviews(actor, Notice.State.APPROVED, _("待核验发布：%(title)s"))
    if actor.role == "trustee" and actor.party_id:
        yield from _registrations(actor.party_id)
    if actor.role == "bidder" and actor.party_id:
        yield from _versions(actor.party_id)
        yield from _letters(actor.party_id)


def _drafts(actor: Actor) -> Iterator[Task]:
    own = Section.objects.filter(mine(actor, "tendering_project__project__"), state=S.DRAFT)
    states = (TenderDocument.State.DRAFT, TenderDocument.State.PREPARED, TenderDocument.State.SIGNED)
    rows = TenderDocument.objects.filter(section__in=own, round=F("section__round"), state__in=states)
    for row in rows.select_related("section")[:MOST]:
        title = _("招标文件待完成和签名：%(name)s") % {"name": row.section.name}
        yield Task(title, f"/sections/{row.section.code}/document/edit/", otherwise=_("标段不能发布"))
    for section in own.filter(submitted_at__isnull=False).exclude(documents__round=F("round"))[:MOST]:
        yield Task(_("待编制招标文件：%(name)s") % {"name": section.name}, f"/sections/{section.code}/document/edit/")


def _reviews(actor: Actor, state: str, words: str) -> Iterator[Task]:
    rows = Notice.objects.filter(mine(actor, "section__tendering_project__project__"), state=state)
    for row in rows.select_related("section").order_by("submitted_at")[:MOST]:
        yield Task(words % {"title": row.title}, f"/sections/{row.section.code}/review/", otherwise=_("公告不能发布"))


def _questions(actor: Actor) -> Iterator[Task]:
    """Who runs the tender sees that there are questions, never whose."""
    own = mine(actor, "section__tendering_project__project__")
    rows = Question.objects.filter(own, answered_at=None, section__state=S.PUBLISHED, section__deadline__gt=now())
    sections = {
        row.section.code: row.section for row in rows.select_related("section").order_by("section__deadline")[:MOST]
    }
    for section in sections.values():
        title = _("有问题待答复：%(name)s") % {"name": section.name}
        yield Task(title, f"/sections/{section.code}/questions/", section.deadline, _("提问人得不到答复"))


def _objections(actor: Actor) -> Iterator[Task]:
    rows = Objection.objects.filter(mine(actor, "section__tendering_project__project__"), answered_at=None)
    for row in rows.select_related("section").order_by("answer_by")[:MOST]:
        title = _("异议待答复：%(name)s") % {"name": row.section.name}
        yield Task(title, f"/objections/{row.public_id}/", row.answer_by, _("逾期答复将被记录；作出答复前不能继续"))


def _awards(actor: Actor) -> Iterator[Task]:
    waiting = Q(state=S.EVALUATED) | Q(state=S.PUBLICITY)
    for section in Section.objects.filter(waiting, mine(actor, "tendering_project__project__"))[:MOST]:
        yield Task(_("待公示候选人或定标：%(name)s") % {"name": section.name}, f"/sections/{section.code}/award/")


def _registrations(party_id: int) -> Iterator[Task]:
    rows = TenderTrustee.objects.filter(party_id=party_id, registered_at=None, section__state=S.DRAFT)
    for row in rows.select_related("section")[:MOST]:
        title = _("请登记开标公钥：%(name)s") % {"name": row.section.name}
        yield Task(title, f"/sections/{row.section.code}/trustee/", otherwise=_("招标文件不能定稿"))


def _versions(party_id: int) -> Iterator[Task]:
    """A holder of an older version must know at once that there is a newer one."""
    taken = DocumentDownload.objects.filter(party_id=party_id, section__state=S.PUBLISHED, section__deadline__gt=now())
    newest: dict[str, DocumentDownload] = {}
    for row in taken.select_related("section", "document").order_by("document__version")[:200]:
        newest[row.section.code] = row
    for row in newest.values():
        url = f"/sections/{row.section.code}/"
        if row.document.state == TenderDocument.State.SUPERSEDED:
            title = _("招标文件已变更，请下载新版本：%(name)s") % {"name": row.section.name}
            yield Task(title, url, row.section.deadline, _("按旧版本编制的投标文件可能被否决"))
        elif row.confirmed_at is None:
            yield Task(_("请确认收到招标文件：%(name)s") % {"name": row.section.name}, url, row.section.deadline)


def _letters(party_id: int) -> Iterator[Task]:
    rows = Letter.objects.filter(party_id=party_id, issued_at__isnull=False, received_at=None)
    for row in rows.select_related("section")[:MOST]:
        title = _("%(kind)s待签收：%(name)s") % {"kind": row.get_kind_display(), "name": row.section.name}
        yield Task(title, f"/sections/{row.section.code}/")
